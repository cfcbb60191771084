"""Delimiter, quotes and header of a text table, by how regular its first rows become.

The score of a candidate is after van den Burg, Nazábal and Sutton (2019), "Wrangling messy CSV
files by detecting row and type patterns": rows of one length, times cells that look like values.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|", "^", "~")
#: Bytes and rows that are looked at.
SAMPLE_BYTES, SAMPLE_ROWS = 1 << 18, 400
#: The `csv` module refuses longer fields; its own limit is 131,072 characters.
FIELD_LIMIT = 2**31 - 1

NUMBER = re.compile(r"[-+]?[$€£]?\s?[-+]?(\d[\d., '\u00a0\u202f]*|\.\d+)([eE][-+]?\d+)?\s?[%€]?")
DATE = re.compile(
    r"\d{4}-\d{1,2}-\d{1,2}([T ]\d{1,2}:\d{2}.*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}( .*)?"
    r"|\d{1,2}:\d{2}(:\d{2})?|(?i:true|false)"
)
_TEXT = re.compile(r"[\w .'\u2019&()/@+#%:!?_-]*")


class Dialect(NamedTuple):
    """How a text table is written.

    Attributes
    ----------
    delimiter, quote : str
    escape : str
        Character before a quote inside a quoted cell; "" where quotes are doubled.
    spaces : bool
        Whether spaces after a delimiter belong to no cell.
    header : bool
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    spaces: bool = False
    header: bool = True

    def words(self) -> str:
        """For people."""
        mark = {"\t": "tab"}.get(self.delimiter, repr(self.delimiter))
        quotes = "" if self.quote == '"' else f", quotes {self.quote}"
        escape = ", quotes after a backslash" if self.escape else ""
        return f"delimiter {mark}{quotes}{escape}, {'a' if self.header else 'no'} header"


class BrokenRowError(ValueError):
    """A row that does not follow the dialect; only where `rows_of` is strict.

    Attributes
    ----------
    line : int
        That the row begins in.
    is_open : bool
        Whether a quote in it never closes.
    """

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.is_open = line, "end of data" in reason
        super().__init__(reason)


def rows_of(text: str, dialect: Dialect, strict: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty, with the line that it begins in; plain Python, any length."""
    before = csv.field_size_limit(FIELD_LIMIT)
    line = 1
    try:
        reader = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=dialect.delimiter,
            quotechar=dialect.quote,
            escapechar=dialect.escape or None,
            doublequote=True,
            skipinitialspace=dialect.spaces,
            strict=strict,
        )
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise BrokenRowError(line, str(error)) from None
    finally:
        csv.field_size_limit(before)


def find_dialect(data: bytes, delimiter: str | None = None, header: bool | None = None) -> Dialect:
    """The dialect of a table in UTF-8; what is given is kept.

    A delimiter that the first row lacks is none, so that a column of texts with commas stays one
    column.
    """
    text = data[:SAMPLE_BYTES].decode("utf-8", "ignore")
    cut = len(data) > SAMPLE_BYTES
    best, score = Dialect(delimiter or ","), -1.0
    for candidate in _candidates(text, (delimiter,) if delimiter else DELIMITERS):
        rows = _sample(text, candidate, cut)
        own = _regularity(rows)
        if own > score:
            best, score = candidate, own
    if header is None:
        header = has_header(_sample(text, best, cut))
    return best._replace(header=header)


def _candidates(text: str, delimiters: tuple[str, ...]) -> Iterator[Dialect]:
    for delimiter in delimiters:
        yield Dialect(delimiter)
        if f'{delimiter} "' in text:
            yield Dialect(delimiter, spaces=True)
        if '\\"' in text:
            yield Dialect(delimiter, escape="\\")
        if re.search(rf"(^|{re.escape(delimiter)})'", text, re.MULTILINE):
            yield Dialect(delimiter, quote="'")


def _sample(text: str, dialect: Dialect, cut: bool) -> list[list[str]]:
    rows = []
    for _, row in rows_of(text, dialect):
        rows.append(row)
        if len(rows) == SAMPLE_ROWS:
            return rows
    return rows[:-1] if cut and len(rows) > 1 else rows


def _regularity(rows: list[list[str]]) -> float:
    if not rows:
        return 0.0
    lengths = Counter(map(len, rows))
    # One column is always regular; anything regular with more columns is better.
    gain = {length: (length - 1) / length if length > 1 else 1e-3 for length in lengths}
    pattern = sum((count / len(rows)) ** 2 * gain[length] for length, count in lengths.items())
    if len(rows[0]) == 1 and len(lengths) > 1:
        pattern = 1e-4
    elif len(rows[0]) != lengths.most_common(1)[0][0]:
        pattern *= 0.1  # the first row names the columns
    cells = [cell.strip() for row in rows for cell in row]
    known = sum(_is_value(cell) for cell in cells)
    return pattern * max(known / len(cells), 1e-3)


def _is_value(cell: str) -> bool:
    cell = cell[:200]
    return any(pattern.fullmatch(cell) for pattern in (_TEXT, NUMBER, DATE))


def has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns.

    It does, unless its cells are of the type of the cells below in more columns than they are not.
    Years, or other whole numbers at one step, are names too.
    """
    if not rows or _is_range(rows[0]):
        return True
    below = rows[1:]
    votes = 0
    for at, cell in enumerate(rows[0]):
        column = [row[at].strip() for row in below if at < len(row) and row[at].strip()]
        for pattern in (NUMBER, DATE):
            if column and sum(bool(pattern.fullmatch(v)) for v in column) >= 0.8 * len(column):
                votes += -1 if pattern.fullmatch(cell.strip()) else 1
                break
    if votes == 0 and not below:
        return not all(NUMBER.fullmatch(cell.strip()) for cell in rows[0])
    return votes >= 0


def _is_range(cells: list[str]) -> bool:
    numbers = [int(c) for c in cells if re.fullmatch(r"\s*\d{1,4}\s*", c)]
    steps = {b - a for a, b in itertools.pairwise(numbers)}
    return len(numbers) >= 3 and len(steps) == 1 and steps.pop() > 0
