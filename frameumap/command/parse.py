"""The rows of a text table, all of one length; those of another length and damaged ones refused."""

from __future__ import annotations

from collections import deque
from typing import Any, NamedTuple

from .dialect import BrokenRowError, Dialect, rows_of
from .encoding import line_at
from .errors import FileError

_BLOCK = 1 << 20


class Source(NamedTuple):
    """The text of a table, and what is known of it before it is parsed.

    Attributes
    ----------
    text : bytes
        UTF-8.
    name : str
    dialect : Dialect
    width : int
        Fields of the first row.
    offset : int
        Lines of the file before the text.
    """

    text: bytes
    name: str
    dialect: Dialect
    width: int
    offset: int = 0


def parse(source: Source, skip_ragged: bool) -> tuple[Any, list[int]]:
    """All rows as strings, and the lines of those left out; by pyarrow, or by `csv` where spaces
    come before quotes."""
    if source.dialect.spaces:
        return parse_slowly(source, skip_ragged)
    import pyarrow

    block = _BLOCK
    while True:
        try:
            table, skipped = _parse_fast(source, skip_ragged, block)
            break
        except pyarrow.ArrowInvalid as error:
            if block <= len(source.text) and "block" in str(error):
                block *= 16
                continue
            _refuse_ragged(source)
            return parse_slowly(source, skip_ragged)  # quotes in places where pyarrow has none
    rows = rows_of(source.text.decode(), source.dialect) if skipped else ()
    return table, [source.offset + line for line, row in rows if len(row) != source.width]


def _parse_fast(source: Source, skip_ragged: bool, block: int) -> tuple[Any, int]:
    """The rows, and how many were left out."""
    import pyarrow
    from pyarrow import csv as arrow_csv

    skipped = [0]

    def left_out(row: Any) -> str:
        skipped[0] += 1
        return "skip"

    text, _, dialect, width, _ = source
    names = [f"f{c}" for c in range(width)]
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
    return table, skipped[0]


def parse_slowly(source: Source, skip_ragged: bool = False) -> tuple[Any, list[int]]:
    """The same in plain Python."""
    import pyarrow

    text, name, dialect, width, offset = source
    if not skip_ragged:
        _refuse_ragged(source)
    rows, skipped = [], []
    for line, row in rows_of(text.decode(), dialect):
        if len(row) == width:
            rows.append(row)
        else:
            skipped.append(offset + line)
    if not rows:
        raise FileError(name, "has no row of the length of the first")
    columns = [pyarrow.array(column, pyarrow.string()) for column in zip(*rows, strict=True)]
    return pyarrow.table(columns, names=[f"f{c}" for c in range(width)]), skipped


def refuse_open_quote(source: Source) -> None:
    """Raise for a quote that never closes, which would swallow the rest of the file."""
    text, name, dialect, _, offset = source
    if not dialect.escape and text.count(dialect.quote.encode()) % 2 == 0:
        return
    try:
        deque(rows_of(text.decode(), dialect, strict=True), maxlen=0)
    except BrokenRowError as error:
        if error.is_open:
            raise FileError(
                name, "a quote opens in this row and never closes", line=offset + error.line
            ) from None


def _refuse_ragged(source: Source) -> None:
    """Raise for the first row of another length."""
    text, name, dialect, width, offset = source
    for line, row in rows_of(text.decode(), dialect):
        if len(row) != width:
            what = "the header" if dialect.header else "the first row"
            raise FileError(
                name,
                f"{_fields(len(row))} where {what} has {width} ({dialect.words()}); mend the line, "
                "give the right --delimiter, or --skip-ragged to leave such lines out",
                line=offset + line,
            )


def _fields(count: int) -> str:
    return "1 field" if count == 1 else f"{count} fields"


def refuse_nul(source: Source, header: list[str]) -> None:
    text, name, dialect, _, offset = source
    at = text.find(b"\0")
    if at < 0:
        return
    before = text[text.rfind(b"\n", 0, at) + 1 : at].decode("utf-8", "ignore")
    position = max([1, *(len(row) for _, row in rows_of(before, dialect))])
    named = dialect.header and position <= len(header) and "\0" not in header[position - 1]
    raise FileError(
        name,
        "a NUL byte: this is no text table, or it is damaged; mend it, or give --format or "
        "--encoding",
        line=offset + line_at(text, at),
        column=header[position - 1] if named else str(position),
    )
