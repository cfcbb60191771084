"""Columns of strings -> the narrowest type that all their values have, and what was decided.

A column with one value that does not fit stays text, and the note names that value. Digits with
leading zeros are codes and stay text. Whether a comma is a decimal or separates thousands is
decided once a file, by the columns in which it can only be the one; where none tells, such a
column stays text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

#: Cells that say "no value", in columns of text and in others.
TEXT_GAPS = ("", "NA", "N/A", "n/a", "#N/A", "NULL", "null", "NaN", "nan", "<NA>", "\\N")
OTHER_GAPS = (*TEXT_GAPS, "None", "none", "-", "?", ".", "na", "Null")
_SPACE = " \u00a0\u202f'\u2019"

INTEGER = r"^[+-]?\d+$"
CODE = r"^[+-]?0\d+$"
POINT = r"^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:inf|infinity))$"
POINT_GROUPS = rf"^[+-]?(\d+|\d{{1,3}}([,{_SPACE}]\d{{3}})+)(\.\d+)?$"
COMMA = rf"^[+-]?(\d+|\d{{1,3}}([.{_SPACE}]\d{{3}})+)(,\d+)?([eE][+-]?\d+)?$"
#: Written so that the comma, or the point, can only be the decimal.
ONLY_COMMA = rf"^[+-]?(\d*,(\d{{1,2}}|\d{{4,}})|0+,\d+|[\d.{_SPACE}]*\.\d{{3}},\d+|\d{{4,}},\d+)$"
ONLY_POINT = (
    rf"^[+-]?(\d*\.(\d{{1,2}}|\d{{4,}})|0+\.\d+|[\d,{_SPACE}]*,\d{{3}}\.\d+|\d{{4,}}\.\d+)$"
)
BOOLEAN = r"^(?i:true|false)$"
MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
#: Share of values from which on a column is told to be nearly of a type.
NEARLY = 0.95
#: Values whose patterns are tried before all are.
_FEW = 200


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


@dataclass
class _Column:
    """A column of strings without the spaces around them; `values` are those present."""

    name: str
    cells: Any
    gaps: Any
    values: Any

    def fits(self, pattern: str) -> bool:
        """Whether all values match."""
        import pyarrow.compute as pc

        def matched(values: Any) -> bool:
            return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())

        return len(self.values) > 0 and matched(self.values[:_FEW]) and matched(self.values)

    def some(self, pattern: str) -> bool:
        """Whether any value matches."""
        import pyarrow.compute as pc

        return bool(pc.any(pc.match_substring_regex(self.values, pattern)).as_py())


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
        decimal = _decimal(columns, wanted)
    if decimal == ",":
        notes.append("numbers have a decimal comma")
    made, gap_words = {}, set()
    for column in columns:
        want = wanted.get(column.name)
        series = None if want == "string" else _converted(column, decimal, want, notes)
        if series is None and want == "number":
            raise MisfitError(_misfit(column, decimal))
        if series is None:
            series = _text(column, table[column.name], gaps, notes, gap_words)
            if want is None:
                _tell_nearly(column, decimal, notes, line_of)
        elif column.gaps is not None:
            gap_words |= set(column.gaps)
        made[column.name] = series
    shown = sorted(gap_words - {""})
    if shown:
        notes.append(f"read as gaps: {', '.join(map(repr, shown))}")
    return pd.DataFrame(made), notes


def _column(name: str, chunks: Any, gaps: tuple[str, ...]) -> _Column:
    import pyarrow
    import pyarrow.compute as pc

    cells = pc.utf8_trim_whitespace(chunks).combine_chunks()
    missing = pc.is_in(cells, pyarrow.array([*OTHER_GAPS, *gaps]))
    said = pc.unique(pc.filter(cells, missing)).to_pylist()
    values = pc.filter(cells, pc.invert(missing))
    return _Column(name, pc.if_else(missing, pyarrow.scalar(None, cells.type), cells), said, values)


def _decimal(columns: list[_Column], wanted: Mapping[str, str]) -> str | None:
    """ "," or "." where columns tell, None where none does or they contradict each other."""
    comma = point = False
    for column in columns:
        if wanted.get(column.name) == "string" or column.fits(INTEGER):
            continue
        comma |= column.fits(COMMA) and column.some(ONLY_COMMA)
        point |= (column.fits(POINT) or column.fits(POINT_GROUPS)) and column.some(ONLY_POINT)
    return None if comma == point else "," if comma else "."


def _converted(
    column: _Column, decimal: str | None, want: str | None, notes: list[str]
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
    plain = _plain_numbers(column, decimal, notes)
    if plain is not None:
        return _cast(column, plain, pyarrow.float64(), notes)
    for pattern, zone in ((MOMENT, None), (ZONED, "UTC")):
        if column.fits(pattern):
            return _cast(column, column.cells, pyarrow.timestamp("us", tz=zone), notes)
    return None


def _plain_numbers(column: _Column, decimal: str | None, notes: list[str]) -> Any | None:
    """The cells with a decimal point and no groups; None if they are no numbers, or it cannot be
    told which ones."""
    import pyarrow.compute as pc

    comma = column.fits(COMMA)
    if decimal == "," and comma:
        bare = pc.replace_substring_regex(column.cells, rf"[.{_SPACE}]", "")
        return pc.replace_substring(bare, ",", ".")
    if column.fits(POINT):
        return column.cells
    own = decimal
    if own is None and comma and column.some(ONLY_COMMA):
        bare = pc.replace_substring_regex(column.cells, rf"[.{_SPACE}]", "")
        return pc.replace_substring(bare, ",", ".")
    if column.fits(POINT_GROUPS):
        if own != "." and column.some(",") and not column.some(ONLY_POINT):
            sample = column.values[0].as_py()
            notes.append(
                f"column {column.name!r}: a number such as {sample!r} can be read in two ways; it "
                "stays text unless --decimal says what the comma is"
            )
            return None
        return pc.replace_substring_regex(column.cells, rf"[,{_SPACE}]", "")
    return None


def _cast(column: _Column, cells: Any, wanted: Any, notes: list[str]) -> pd.Series | None:
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
    column: _Column, raw: Any, gaps: tuple[str, ...], notes: list[str], said: set[str]
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


def _misfits(column: _Column, decimal: str | None) -> list[int]:
    """Rows whose values are no numbers."""
    import numpy as np
    import pyarrow.compute as pc

    pattern = COMMA if decimal == "," else POINT
    matched = pc.match_substring_regex(column.cells, pattern)
    return np.flatnonzero(~pc.fill_null(matched, True).to_numpy(zero_copy_only=False)).tolist()


def _misfit(column: _Column, decimal: str | None) -> Misfit:
    rows = _misfits(column, decimal)
    row = rows[0] if rows else 0
    return Misfit(column.name, row, str(column.cells[row].as_py()), "a number")


def _tell_nearly(
    column: _Column, decimal: str | None, notes: list[str], line_of: Callable[[int], str]
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
