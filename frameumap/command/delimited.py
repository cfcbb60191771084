"""A text table -> columns of strings, each cell as written, and the line of every row."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .dialect import Dialect, find_dialect, rows_of
from .encoding import decode, line_at
from .errors import FileError

_BLOCK = 1 << 20


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
    """

    name: str
    data: bytes = field(repr=False)
    columns: Any
    encoding: str
    dialect: Dialect
    skipped: list[int]
    notes: list[str]

    @cached_property
    def _lines(self) -> list[int]:
        width = self.columns.num_columns
        rows = rows_of(self.data.decode(), self.dialect)
        lines = [line for line, row in rows if width == 1 or len(row) == width]
        return lines[1:] if self.dialect.header else lines

    def line_of(self, row: int) -> int:
        """Line, from 1, that a row begins in."""
        if self.columns.num_columns == 1:  # empty lines are rows, too
            return row + 1 + self.dialect.header
        return self._lines[row]


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
    text = _without_lines(text, skip_lines)
    first = text[:64].split(b"\n", 1)[0].strip()
    if delimiter is None and len(first) == 5 and first.lower().startswith(b"sep="):
        delimiter, text = chr(first[4]), _without_lines(text, 1)
    text = text.rstrip(b"\r\n \x1a")
    if not text.strip():
        raise FileError(name, "is empty; there is nothing to embed")
    dialect = find_dialect(text, delimiter, header)
    first_row = next(iter(rows_of(text[: 1 << 24].decode("utf-8", "ignore"), dialect)))[1]
    _refuse_nul(text, name, dialect, first_row)
    table, skipped = _parse(text, name, dialect, len(first_row), skip_ragged)
    notes: list[str] = []
    if dialect.header:
        names = _names([table.column(c)[0].as_py() for c in range(table.num_columns)], name, notes)
        table = table.slice(1)
    else:
        names = [f"column_{c + 1}" for c in range(table.num_columns)]
    if not table.num_rows:
        raise FileError(name, "has a header and no rows; there is nothing to embed")
    table = table.rename_columns(names)
    return TextTable(name, text, table, encoding, dialect, skipped, notes)


def _without_lines(text: bytes, count: int) -> bytes:
    for _ in range(count):
        text = text.partition(b"\n")[2]
    return text


def _parse(text: bytes, name: str, dialect: Dialect, width: int, skip_ragged: bool) -> Any:
    """All rows as strings, by pyarrow; by `csv` where spaces come before quotes."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    if dialect.spaces:
        return _parse_slowly(text, name, dialect, width, skip_ragged)
    skipped = [0]

    def left_out(row: Any) -> str:
        skipped[0] += 1
        return "skip"

    names = [f"f{c}" for c in range(width)]
    block = _BLOCK
    while True:
        skipped[0] = 0
        try:
            table = arrow_csv.read_csv(
                pyarrow.BufferReader(text),
                arrow_csv.ReadOptions(column_names=names, block_size=block),
                arrow_csv.ParseOptions(
                    delimiter=dialect.delimiter,
                    quote_char=dialect.quote,
                    escape_char=dialect.escape or False,
                    newlines_in_values=dialect.quote.encode() in text,
                    ignore_empty_lines=width > 1,
                    invalid_row_handler=left_out if skip_ragged else None,
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pyarrow.string()), null_values=[]
                ),
            )
        except pyarrow.ArrowInvalid as error:
            if block < len(text) and ("straddling" in str(error) or "block" in str(error)):
                block = min(block * 16, max(len(text) + 1, _BLOCK))
                continue
            _explain(text, name, dialect, width)
            raise FileError(name, f"cannot be read as a table: {str(error)[:200]}") from None
        if skipped[0] == 0:
            return table, []
        return table, [line for line, row in rows_of(text.decode(), dialect) if len(row) != width]


def _parse_slowly(text: bytes, name: str, dialect: Dialect, width: int, skip_ragged: bool) -> Any:
    import pyarrow

    if not skip_ragged:
        _explain(text, name, dialect, width)
    rows, skipped = [], []
    for line, row in rows_of(text.decode(), dialect):
        if len(row) == width:
            rows.append(row)
        else:
            skipped.append(line)
    columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows, strict=True)]
    return pyarrow.table(columns, names=[f"f{c}" for c in range(width)]), skipped


def _explain(text: bytes, name: str, dialect: Dialect, width: int) -> None:
    """Raise for the first row of another length, or the quote that never closes."""
    line = 1
    try:
        for line, row in rows_of(text.decode(), dialect, strict=True):  # noqa: B007
            if len(row) != width:
                what = "the header" if dialect.header else "the first row"
                raise FileError(
                    name,
                    f"{_fields(len(row))} where {what} has {width} ({dialect.words()}); mend the "
                    "line, give the right --delimiter, or --skip-ragged to leave such lines out",
                    line=line,
                )
            line += 1
    except csv.Error as error:
        if "end of data" in str(error):
            raise FileError(
                name, "a quote opens here or later and never closes", line=line
            ) from None


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def _names(cells: list[str], name: str, notes: list[str]) -> list[str]:
    """Distinct names: empty ones by position, repeated ones with a number."""
    names: list[str] = []
    stripped = [cell.strip() for cell in cells]
    taken = set(stripped)
    for at, cell in enumerate(stripped):
        fresh, number = cell or f"column_{at + 1}", 1
        while fresh in names or (fresh != cell and fresh in taken):
            fresh, number = f"{cell or f'column_{at + 1}'}.{number}", number + 1
        if cell and fresh != cell:
            notes.append(f"{name}: the header repeats {cell!r}; column {at + 1} is {fresh!r}")
        names.append(fresh)
    empty = sum(not cell for cell in stripped)
    if empty:
        notes.append(f"{name}: {empty} column(s) without a name are called by their position")
    return names


def _refuse_nul(text: bytes, name: str, dialect: Dialect, header: list[str]) -> None:
    at = text.find(b"\0")
    if at < 0:
        return
    before = text[text.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "ignore").replace("\0", "")
    position = max(len(row) for _, row in [(0, [""]), *rows_of(before, dialect)])
    named = dialect.header and position <= len(header) and "\0" not in header[position - 1]
    raise FileError(
        name,
        "a NUL byte: this is no text table, or it is damaged; mend it, or give --format or "
        "--encoding",
        line=line_at(text, at),
        column=header[position - 1] if named else str(position),
    )
