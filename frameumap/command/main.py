"""Arguments -> exit code: 0, 1 for an error of the data or a file, 2 for one of the arguments."""

from __future__ import annotations

import argparse
import contextlib
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import FrameUMAPError, FrameUMAPWarning, ParameterError, nearest
from . import cluster, demo, embed, explain, report, schema, transform
from .errors import UsageError
from .talk import Talk, complain

COMMANDS: dict[str, ModuleType] = {
    "embed": embed,
    "schema": schema,
    "transform": transform,
    "cluster": cluster,
    "explain": explain,
    "report": report,
    "demo": demo,
}
OK, DATA, USAGE, INTERRUPTED = 0, 1, 2, 130
_DESCRIPTION = """UMAP for a table as it is.

  frameumap TABLE            the same as frameumap embed TABLE: writes TABLE.umap.parquet and
                             TABLE.umap.html beside it
"""


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand.

    Parameters
    ----------
    arguments : list of str, optional
        None for those of the program.

    Returns
    -------
    int
        0 for success, 1 for an error of the data or a file, 2 for one of the arguments.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parse(given)
    except SystemExit as stop:  # argparse: help, or an error already reported
        return stop.code if isinstance(stop.code, int) else USAGE
    output = getattr(options, "output", None)
    talk = Talk(options.quiet, options.json, data_on_stdout=output == "-")
    try:
        return _run(options, talk)
    except BaseException as error:
        code, message = _judge(error)
        if options.debug and code != USAGE:
            raise
        if options.json and message:
            talk.facts |= {"error": message, "exit": code}
            talk.finish()
        if message:
            complain(message)
        return code


def program() -> None:
    """`frameumap` as a program: exits with the code, and removes temporary files on SIGTERM."""
    with contextlib.suppress(ValueError, AttributeError):  # not the main thread, or no such signal
        signal.signal(signal.SIGTERM, _end)
    sys.exit(main())


def _end(number: int, frame: Any) -> None:
    sys.exit(128 + number)


def _run(options: argparse.Namespace, talk: Talk) -> int:
    if options.json and talk.data_on_stdout and options.run is not report:
        raise UsageError("--json and -o - both want standard output; name a file")
    if options.json and options.tables_on_stdin and getattr(options, "output", None) is None:
        raise UsageError("--json needs -o FILE when the table comes from standard input")
    with _threads(options.threads), _notes(talk):
        options.run.run(options, talk)
    talk.finish()
    return OK


def _judge(error: BaseException) -> tuple[int, str]:
    """Exit code and message of an error."""
    if isinstance(error, (UsageError, ParameterError)):
        return USAGE, f"{error} (see --help)"
    if isinstance(error, FrameUMAPError):
        return DATA, str(error)
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else DATA, ""
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "interrupted; nothing was left half-written"
    if isinstance(error, BrokenPipeError):
        return OK, ""
    if isinstance(error, MemoryError):
        return DATA, "out of memory; --sample N takes fewer rows"
    what = " ".join(str(error).split())[:300]
    return DATA, f"internal error, please report it: {type(error).__name__}: {what}"


def _parse(given: list[str]) -> argparse.Namespace:
    first = given[0] if given else "--help"
    if first in ("-h", "--help", "--version"):
        parser = _top()
        parser.parse_args([first])
    if first in COMMANDS:
        name, rest = first, given[1:]
    else:
        _refuse_unknown(first)
        name, rest = "embed", given
    parser = argparse.ArgumentParser(
        prog=f"frameumap {name}" if rest is not given else "frameumap",
        description=COMMANDS[name].HELP,
        allow_abbrev=False,
    )
    COMMANDS[name].add_arguments(parser)
    options = parser.parse_args(rest)
    options.run = COMMANDS[name]
    tables = getattr(options, "tables", [])
    if tables.count("-") > 1:
        parser.error("standard input can be read once")
    options.tables_on_stdin = "-" in tables
    return options


def _top() -> argparse.ArgumentParser:
    from importlib.metadata import version

    parser = argparse.ArgumentParser(
        prog="frameumap",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="frameumap COMMAND --help lists the arguments of each",
    )
    parser.add_argument("--version", action="version", version=f"frameumap {version('frameumap')}")
    commands = parser.add_subparsers(metavar="COMMAND", title="commands")
    for name, module in COMMANDS.items():
        commands.add_parser(name, help=module.HELP)
    return parser


def _refuse_unknown(first: str) -> None:
    """A word that is no file but nearly a command is a slip."""
    if first.startswith("-") or "." in first or Path(first).exists():
        return
    near = nearest(first, COMMANDS)
    if near is not None:
        complain(f"there is no command or file {first!r}; did you mean {near!r}?")
        raise SystemExit(USAGE)


@contextlib.contextmanager
def _notes(talk: Talk) -> Iterator[None]:
    """Warnings as notes, each once; those of other packages are not for the user of a command."""

    def show(message: Any, category: type[Warning], *_: Any) -> None:
        if issubclass(category, FrameUMAPWarning) and str(message) not in talk.facts["notes"]:
            talk.note(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", FrameUMAPWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield


@contextlib.contextmanager
def _threads(count: int | None) -> Iterator[None]:
    """Use `count` threads, at most as many as there are."""
    if count is None:
        yield
        return
    import numba
    import pyarrow

    before = numba.get_num_threads(), pyarrow.cpu_count()
    count = min(count, vars(numba.config)["NUMBA_NUM_THREADS"])
    numba.set_num_threads(count)
    pyarrow.set_cpu_count(count)
    try:
        yield
    finally:
        numba.set_num_threads(before[0])
        pyarrow.set_cpu_count(before[1])
