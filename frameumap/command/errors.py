"""Errors of files: they name the file, and the line and column where these are known."""

from __future__ import annotations

from ..errors import FrameUMAPError


class FileError(FrameUMAPError):
    """A file cannot be read or written as asked.

    Attributes
    ----------
    file : str
    line : int or None
        Counted from 1.
    column : str or None
    """

    def __init__(
        self, file: str, problem: str, *, line: int | None = None, column: str | None = None
    ) -> None:
        self.file, self.line, self.column = file, line, column
        at = "" if line is None else f", line {line:,}"
        inside = "" if column is None else f", column {column!r}"
        super().__init__(f"{file}{at}{inside}: {problem}")


class UsageError(FrameUMAPError):
    """The arguments do not fit together."""
