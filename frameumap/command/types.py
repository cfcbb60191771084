"""Columns of strings -> the narrowest type that all their values have, and what was decided.

A column with one value that does not fit stays text, and the note names that value. Digits with
leading zeros are codes and stay text. Whether a comma is a decimal or separates thousands is
decided once a file, by columns with only one possible reading; without any, such a column stays
text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from .numerals import (
    BOOLEAN,
    CODE,
    COMMA,
    INTEGER,
    MOMENT,
    POINT,
    ZONED,
    CellColumn,
    find_decimal,
    plain_numbers,
)

#: Cells that say "no value", in columns of text and in others.
TEXT_GAPS = ("", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "<NA>", "\\N")
OTHER_GAPS = (*TEXT_GAPS, "None", "none", "-", "?", ".", "na", "Null")
#: Share of values from which on a text column is reported as nearly numeric.
NEARLY = 0.95


class Misfit(NamedTuple):
    """A value that a declared type cannot take."""

    column: str
    row: int
    value: str
    wanted: str


class MisfitError(ValueError):
    """Holds a `Misfit`; `tables` says in which file and line it is."""

    def __init__(self, misfit: Misfit) -> None:
        self.misfit = misfit
        super().__init__(misfit)


def typed_frame(
    table: Any,
    wanted: Mapping[str, str] | None = None,
    decimal: str | None = None,
    gaps: tuple[str, ...] = (),
    line_of: Callable[[int], str] = str,
) -> tuple[pd.DataFrame, list[str]]:
    """Types for a table of strings.

    Parameters
    ----------
    table : pyarrow.Table
        Of strings.
    wanted : mapping of column to {"number", "string", "boolean", "date"}, optional
        Types that are known.
    decimal : {",", "."}, optional
        None to find it out.
    gaps : tuple of str
        More cells that say "no value".
    line_of : callable
        Place of a row, for notes.

    Returns
    -------
    DataFrame, notes

    Raises
    ------
    MisfitError
        If a column that is wanted as numbers holds anything else.
    """
    wanted = wanted or {}
    columns = [_column(name, table[name], gaps) for name in table.column_names]
    notes: list[str] = []
    if decimal is None:
        decimal = find_decimal(columns, wanted)
    if decimal == ",":
        notes.append("numbers have a decimal comma")
    made: dict[str, pd.Series] = {}
    gap_words: set[str] = set()
    for column in columns:
        want = wanted.get(column.name)
        series = None if want == "string" else _converted(column, decimal, want, notes)
        if series is None and want == "number":
            raise MisfitError(_misfit(column, decimal))
        if series is None:
            series = _text(column, table[column.name], gaps, notes, gap_words)
            if want is None:
                _report_nearly(column, decimal, notes, line_of)
        elif column.gaps is not None:
            gap_words |= set(column.gaps)
        made[column.name] = series
    shown = sorted(gap_words - {""})
    if shown:
        notes.append(f"read as gaps: {', '.join(map(repr, shown))}")
    return pd.DataFrame(made), notes


def _column(name: str, chunks: Any, gaps: tuple[str, ...]) -> CellColumn:
    import pyarrow
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(chunks).combine_chunks()
    missing = pc.is_in(cells, pyarrow.array([*OTHER_GAPS, *gaps]))
    said = pc.unique(pc.filter(cells, missing)).to_pylist()
    values = pc.filter(cells, pc.invert(missing))
    return CellColumn(
        name, pc.if_else(missing, pyarrow.scalar(None, cells.type), cells), said, values
    )


def _converted(
    column: CellColumn, decimal: str | None, want: str | None, notes: list[str]
) -> pd.Series | None:
    import pyarrow

    if not len(column.values):
        return column.cells.cast(pyarrow.float64()).to_pandas() if want == "number" else None
    if column.fits(INTEGER):
        if column.some(CODE) and want != "number":
            notes.append(f"column {column.name!r}: digits with leading zeros, kept as codes")
            return None
        return _cast(column, column.cells, pyarrow.int64(), notes)
    if column.fits(BOOLEAN):
        return _cast(column, column.cells, pyarrow.bool_(), notes)
    plain = plain_numbers(column, decimal, notes)
    if plain is not None:
        return _cast(column, plain, pyarrow.float64(), notes)
    for pattern, zone in ((MOMENT, None), (ZONED, "UTC")):
        if column.fits(pattern):
            return _cast(column, column.cells, pyarrow.timestamp("us", tz=zone), notes)
    return None


def _cast(column: CellColumn, cells: Any, wanted: Any, notes: list[str]) -> pd.Series | None:
    import pyarrow

    try:
        values = cells.cast(wanted)
    except pyarrow.ArrowInvalid:  # 2024-02-30, or more digits than 64 bits hold
        notes.append(f"column {column.name!r}: values out of the range of {wanted}, kept as text")
        return None
    nullable = {pyarrow.int64(): pd.Int64Dtype(), pyarrow.bool_(): pd.BooleanDtype()}
    mapper = nullable.get if values.null_count else None
    return values.to_pandas(types_mapper=mapper)


def _text(
    column: CellColumn, raw: Any, gaps: tuple[str, ...], notes: list[str], said: set[str]
) -> pd.Series:
    """The cells as they are, with gaps; "NA" among codes of two capitals is one of them."""
    import pyarrow
    import pyarrow.compute as pc

    raw = raw.combine_chunks()
    words = [*TEXT_GAPS, *gaps]
    if "NA" in column.gaps and column.fits("^[A-Z]{2}$"):
        words.remove("NA")
        notes.append(f"column {column.name!r}: 'NA' is one of its codes, not a gap")
    if len(column.values) and column.fits(r"(?s).") and _indented(raw, words):
        raw = pc.utf8_ltrim_whitespace(raw)
    missing = pc.is_in(pc.utf8_trim_whitespace(raw), pyarrow.array(words))
    said |= set(words) & set(column.gaps)
    return pc.if_else(missing, pyarrow.scalar(None, raw.type), raw).to_pandas()


def _indented(raw: Any, words: list[str]) -> bool:
    """Whether every value begins with a space: one that belongs to the delimiter."""
    import pyarrow
    import pyarrow.compute as pc

    present = pc.filter(raw, pc.invert(pc.is_in(raw, pyarrow.array(words))))
    return len(present) > 0 and bool(pc.all(pc.starts_with(present, " ")).as_py())


def _misfits(column: CellColumn, decimal: str | None) -> list[int]:
    """Rows whose values are no numbers."""
    import numpy as np
    import pyarrow.compute as pc

    pattern = COMMA if decimal == "," else POINT
    matched = pc.match_substring_regex(column.cells, pattern)
    return np.flatnonzero(~pc.fill_null(matched, True).to_numpy(zero_copy_only=False)).tolist()


def _misfit(column: CellColumn, decimal: str | None) -> Misfit:
    rows = _misfits(column, decimal)
    row = rows[0] if rows else 0
    return Misfit(column.name, row, str(column.cells[row].as_py()), "a number")


def _report_nearly(
    column: CellColumn, decimal: str | None, notes: list[str], line_of: Callable[[int], str]
) -> None:
    rows = _misfits(column, decimal)
    count = len(column.values)
    if not count or not 0 < len(rows) <= (1 - NEARLY) * count:
        return
    first = str(column.cells[rows[0]].as_py())[:40]
    what = "1 value is no number" if len(rows) == 1 else f"{len(rows):,} values are no numbers"
    notes.append(
        f"column {column.name!r} is text: {what}, the first {first!r} in {line_of(rows[0])}; mend "
        "them, or give --gap for what means no value"
    )
