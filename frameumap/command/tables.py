"""Files of one shape -> one frame, with a report of dialects and decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .errors import FileError
from .formats import Part, Reading, read_part
from .types import MisfitError, typed_frame


@dataclass
class Table:
    """A frame and where it comes from.

    Attributes
    ----------
    df : DataFrame
        Rows of all files, numbered from 0.
    facts : list of str
        One line a file: format, dialect, encoding, rows.
    notes : list of str
        Decisions between several readings.
    place : callable
        Row -> "FILE, line N".
    """

    df: pd.DataFrame
    facts: list[str]
    notes: list[str]
    place: Callable[[int], str]
    names: list[str] = field(default_factory=list)


def read_tables(
    paths: list[str], reading: Reading, wanted: Mapping[str, str] | None = None
) -> Table:
    """Read files that have the same columns as one table.

    Parameters
    ----------
    paths : list of str
        "-" is standard input.
    reading : Reading
    wanted : mapping of column to type, optional
        For tables of text, see `types.typed_frame`.

    Raises
    ------
    FileError
        Names the file, and line and column where they are known.
    UsageError
    """
    parts = [read_part(path, reading) for path in paths]
    _check_same_columns(parts)
    notes = [note for part in parts if part.text for note in part.text.notes]
    facts = [_fact(part) for part in parts]
    for part in parts:
        if part.text and part.text.skipped:
            lines = part.text.skipped
            notes.append(
                f"{part.name}: {len(lines):,} line(s) of another number of fields left out, the "
                f"first is line {lines[0]:,}"
            )
    place = _place(parts)
    if all(part.text for part in parts):
        df = _typed(parts, reading, wanted, notes, place)
    else:
        df = pd.concat([_frame_of(p, reading, wanted, notes) for p in parts], ignore_index=True)
    df, place = _sampled(df, reading, notes, place)
    return Table(df, facts, notes, place, [part.name for part in parts])


def _check_same_columns(parts: list[Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        lacking = [c for c in first.columns if c not in part.columns]
        more = [c for c in part.columns if c not in first.columns]
        if lacking or more:
            what = f"lacks {lacking[:5]}" if lacking else f"has {more[:5]} besides"
            raise FileError(
                part.name, f"has other columns than {first.name}: it {what}; files of one table "
                "must have the same columns"
            )  # fmt: skip


def _fact(part: Part) -> str:
    how = f", {part.text.words}" if part.text else ""
    size = f"{_many(len(part), 'row')} by {_many(len(part.columns), 'column')}"
    return f"{part.name}: {part.format}{how}; {size}"


def _typed(
    parts: list[Part],
    reading: Reading,
    wanted: Mapping[str, str] | None,
    notes: list[str],
    place: Callable[[int], str],
) -> pd.DataFrame:
    import pyarrow

    names = parts[0].columns
    table = pyarrow.concat_tables([p.text.columns.select(names) for p in parts])  # type: ignore[union-attr]
    try:
        df, own = typed_frame(table, wanted, reading.decimal, reading.gaps, place)
    except MisfitError as error:
        found = error.misfit
        file, _, line = place(found.row).rpartition(", line ")
        raise FileError(
            file,
            f"{found.value[:60]!r} is not {found.wanted}, which the schema or model wants",
            line=int(line.replace(",", "")),
            column=found.column,
        ) from None
    notes += own
    return df


def _frame_of(
    part: Part, reading: Reading, wanted: Mapping[str, str] | None, notes: list[str]
) -> pd.DataFrame:
    if part.text is None:
        assert part.df is not None
        return part.df
    return _typed([part], reading, wanted, notes, _place([part]))


def _place(parts: list[Part]) -> Callable[[int], str]:
    ends = np.cumsum([len(part) for part in parts])

    def place(row: int) -> str:
        at = int(np.searchsorted(ends, row, "right"))
        part = parts[at]
        row -= int(ends[at - 1]) if at else 0
        if part.text is None:
            return f"{part.name}, row {row + 1:,}"
        return f"{part.name}, line {part.text.line_of(row):,}"

    return place


def _sampled(
    df: pd.DataFrame, reading: Reading, notes: list[str], place: Callable[[int], str]
) -> tuple[pd.DataFrame, Callable[[int], str]]:
    if reading.sample is None or reading.sample >= len(df):
        return df, place
    chosen = np.sort(
        np.random.default_rng(reading.seed).choice(len(df), reading.sample, replace=False)
    )
    notes.append(f"a random sample of {reading.sample:,} of {len(df):,} rows, in their order")
    return df.iloc[chosen].reset_index(drop=True), lambda row: place(int(chosen[row]))


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
