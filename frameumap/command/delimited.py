"""A text table -> columns of strings, each cell as written, and the line of every row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .dialect import Dialect, find_dialect, rows_of
from .encoding import GUESSED, decode, foreign_letters
from .errors import FileError
from .parse import Source, parse, refuse_nul, refuse_open_quote
from .preamble import preamble

#: Bytes that the header is looked for in.
HEAD_BYTES = 1 << 24
#: What stands for the delimiter of a table of one column; the unit separator of ASCII.
NO_DELIMITER = "\x1f"
_LINE_END = re.compile(rb"\r\n|\n|\r")


@dataclass
class TextTable:
    """Cells as text.

    Attributes
    ----------
    columns : pyarrow.Table
        Strings, no nulls.
    encoding : str
    dialect : Dialect
    skipped : list of int
        Lines left out because they have another number of fields.
    notes : list of str
        What was done to the header.
    offset : int
        Lines of the file before those of `data`.
    """

    name: str
    data: bytes = field(repr=False)
    columns: Any
    encoding: str
    dialect: Dialect
    skipped: list[int]
    notes: list[str]
    offset: int = 0

    @property
    def words(self) -> str:
        """Encoding and dialect, for people."""
        header = "a header" if self.dialect.header else "no header"
        known = self.columns.num_columns > 1
        return f"{self.encoding}, " + (self.dialect.words() if known else f"one column, {header}")

    @cached_property
    def _lines(self) -> list[int]:
        width = self.columns.num_columns
        rows = rows_of(self.data.decode(), self.dialect)
        lines = [line for line, row in rows if width == 1 or len(row) == width]
        return lines[1:] if self.dialect.header else lines

    def line_of(self, row: int) -> int:
        """Line, from 1, that a row begins in."""
        if self.columns.num_columns == 1:  # empty lines are rows, too
            return self.offset + row + 1 + self.dialect.header
        return self.offset + self._lines[row]


def read_delimited(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool | None = None,
    skip_lines: int = 0,
    skip_ragged: bool = False,
) -> TextTable:
    """Read a text table.

    Raises
    ------
    FileError
        If it is empty, holds a NUL byte, has rows of several lengths or a quote that never closes.
    """
    text, encoding = decode(data, name, encoding)
    text, offset = _without_lines(text, skip_lines)
    first = _LINE_END.split(text[:64], maxsplit=1)[0].strip(b' "')
    if delimiter is None and len(first) == 5 and first.lower().startswith(b"sep="):
        delimiter = chr(first[4])
        text, offset = _without_lines(text, 1, offset)
    body = text.lstrip(b"\r\n")
    offset += text.count(b"\n", 0, len(text) - len(body))
    text = body.rstrip(b"\r\n \x1a")
    if not text.strip():
        raise FileError(name, "is empty; there is nothing to embed")
    notes = foreign_letters(text, name, encoding) if encoding in GUESSED else []
    above = preamble(text, delimiter) if header is not False and not skip_lines else 0
    if above:
        notes.append(f"{name}: {above} line(s) above the header left out, {_quoted(text)} ...")
        text, offset = _without_lines(text, above, offset)
    dialect = find_dialect(text, delimiter, header)
    first_row = next(rows_of(text[:HEAD_BYTES].decode("utf-8", "ignore"), dialect))[1]
    if len(first_row) == 1 and delimiter is None:
        dialect = dialect._replace(delimiter=NO_DELIMITER, spaces=False)
        notes += _other_delimiter(text, name)
    source = Source(text, name, dialect, len(first_row), offset)
    refuse_nul(source, first_row)
    refuse_open_quote(source)
    table, skipped = parse(source, skip_ragged)
    if dialect.header:
        names = _names([table.column(c)[0].as_py() for c in range(table.num_columns)], name, notes)
        table = table.slice(1)
    else:
        names = [f"column_{c + 1}" for c in range(table.num_columns)]
    if not table.num_rows:
        raise FileError(name, "has a header and no rows; there is nothing to embed")
    table = table.rename_columns(names)
    return TextTable(name, text, table, encoding, dialect, skipped, notes, offset)


def _without_lines(text: bytes, count: int, offset: int = 0) -> tuple[bytes, int]:
    for _ in range(count):
        end = _LINE_END.search(text)
        text = text[end.end() :] if end else b""
    return text, offset + count


def _other_delimiter(text: bytes, name: str) -> list[str]:
    """A note if every line of a single column has the same number of two or more such marks."""
    lines = _LINE_END.split(text[:HEAD_BYTES])[:100]
    for mark in (":", " ", "/"):
        counts = {line.count(mark.encode()) for line in lines}
        if len(lines) > 2 and len(counts) == 1 and counts.pop() > 1:
            return [f"{name}: read as one column; --delimiter {mark!r} would make more of it"]
    words = {len(line.split()) for line in lines}
    if len(lines) > 2 and len(words) == 1 and words.pop() > 1:
        note = f"{name}: read as one column, though its words stand in columns set apart by spaces"
        return [f"{note}; save it with commas or tabs to have them apart"]
    return []


def _quoted(text: bytes) -> str:
    """The beginning of the first line."""
    return repr(_LINE_END.split(text[:400], maxsplit=1)[0].decode("utf-8", "ignore")[:60])


def distinct_names(wanted: Sequence[Any], given: Sequence[Any]) -> list[Any]:
    """Names of which none is repeated: later ones get a number. A name that is not the given one is
    none of the given names either."""
    names: list[Any] = []
    used, taken = set(), set(given)
    for name, own in zip(wanted, given, strict=True):
        fresh, number = name, 1
        while fresh in used or (fresh != own and fresh in taken):
            fresh, number = f"{name}.{number}", number + 1
        names.append(fresh)
        used.add(fresh)
    return names


def _names(cells: list[str], name: str, notes: list[str]) -> list[str]:
    """Distinct names: empty ones by position, repeated ones with a number."""
    stripped = [cell.strip() for cell in cells]
    wanted = [cell or f"column_{at}" for at, cell in enumerate(stripped, 1)]
    names = distinct_names(wanted, stripped)
    for at, (cell, fresh) in enumerate(zip(stripped, names, strict=True), 1):
        if cell and fresh != cell:
            notes.append(f"{name}: the header repeats {cell!r}; column {at} is {fresh!r}")
    empty = sum(not cell for cell in stripped)
    if empty:
        notes.append(f"{name}: {empty} column(s) without a name are called by their position")
    return names
