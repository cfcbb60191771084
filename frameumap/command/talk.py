"""What goes to the screen: results on standard output, progress and notes on standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from .errors import FileError


class Talk:
    """The streams of one run.

    Parameters
    ----------
    quiet : bool
        Say nothing but errors.
    as_json : bool
        One JSON object on standard output in place of the summary.
    data_on_stdout : bool
        The table itself goes to standard output, and the summary to standard error.

    Attributes
    ----------
    facts : dict
        What the JSON object holds.
    """

    def __init__(
        self, quiet: bool = False, as_json: bool = False, data_on_stdout: bool = False
    ) -> None:
        self.quiet, self.as_json, self.data_on_stdout = quiet, as_json, data_on_stdout
        self.facts: dict[str, Any] = {"notes": []}

    @property
    def shows_bars(self) -> bool:
        """Whether somebody watches the progress."""
        return not self.quiet and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """A line of the summary."""
        if not self.quiet and not self.as_json:
            _write(sys.stderr if self.data_on_stdout else sys.stdout, text)

    def progress(self, text: str) -> None:
        """A stage that begins."""
        if not self.quiet:
            _write(sys.stderr, text)

    def note(self, text: str) -> None:
        """A decision between several readings, or an adjustment."""
        self.facts["notes"].append(text)
        if not self.quiet:
            _write(sys.stderr, f"note: {text}")

    def finish(self) -> None:
        """Write the JSON object, if one is asked for."""
        if self.as_json:
            _write(sys.stdout, json.dumps(self.facts, ensure_ascii=False, default=str))


def complain(message: str) -> None:
    """An error, as one line on standard error."""
    _write(sys.stderr, f"frameumap: {message}")


#: Characters that would steer a terminal, or turn the text around in it.
_STEERING = [*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F),
             *range(0x2066, 0x206A)]  # fmt: skip
_SHOWN = {code: f"\\u{code:04x}" for code in [*_STEERING, 13]}


def _write(stream: Any, text: str) -> None:
    if stream is None:  # closed by whoever started the command
        return
    text = text.translate(_SHOWN)
    # A terminal that cannot show a character shows its code; it is no reason to stop.
    encoding = getattr(stream, "encoding", None) or "utf-8"
    line = text.encode(encoding, "backslashreplace").decode(encoding) + "\n"
    with _reader_may_leave(stream):
        stream.write(line)
        stream.flush()


def write_data(data: bytes) -> None:
    """Data to standard output; a reader that leaves early, as `head` does, has what it wanted.

    Raises
    ------
    FileError
        If it is closed, or cannot be written.
    """
    if sys.stdout is None:
        raise FileError("standard output", "is closed")
    with _reader_may_leave(sys.stdout):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def _reader_may_leave(stream: Any) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        _close_for_good(stream)
        if not isinstance(error, BrokenPipeError) and stream is sys.stdout:
            raise FileError(
                "standard output", f"cannot be written: {error.strerror or error}"
            ) from None


def _close_for_good(stream: Any) -> None:
    """What is written from now on, and when Python ends, goes nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
