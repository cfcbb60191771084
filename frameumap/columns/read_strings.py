"""Strings that are read by a format: each different one once, with a named error."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import numpy as np
import pandas as pd

from ..errors import DataError
from .date_formats import undecided
from .date_text import DateReading, read_date_format
from .dtypes import MIXED, family, plain_string


def fail(column: Hashable, series: pd.Series, bad: np.ndarray, what: str, mend: str) -> None:
    """Raise DataError at the first bad row."""
    at = int(np.flatnonzero(bad)[0])
    raise DataError(
        f"column {column!r}, row {series.index[at]!r}: {what} {series.iloc[at]!r}; {mend}"
    )


def read_distinct(
    column: Hashable, series: pd.Series, fmt: str, parse: Callable[..., np.ndarray], what: str
) -> np.ndarray:
    """Strings read by a format, each different one once; 0 where absent.

    Raises
    ------
    DataError
        If one does not fit the format.
    """
    codes, levels = pd.factorize(series.astype(object))
    read = parse([plain_string(v) or str(v) for v in levels], fmt)
    bad = np.append(np.isnan(read) if read.dtype.kind == "f" else np.isnat(read), False)
    if bad.any():
        mend = "mend the value, or replace it by a gap (None)"
        fail(column, series, bad[codes], f"expected {what} written as {fmt!r}, got", mend)
    return np.append(read, np.zeros(1, read.dtype))[codes]


def distinct_strings(series: pd.Series) -> list[str]:
    """The different values of a column of strings, in ascending order."""
    return sorted(map(str, series.dropna().unique()))


def find_date_format(column: Hashable, series: pd.Series, dayfirst: bool | None) -> str:
    """The format of a column that is declared to hold dates; "" if it holds no strings.

    Raises
    ------
    DataError
        If a string is not written as the others are, or the day could be first as well as the
        month and `dayfirst` does not say.
    """
    if family(series) not in ("string", MIXED):
        return ""
    strings = distinct_strings(series)
    reading = read_date_format(strings, named=True) if strings else DateReading()
    if reading.format is not None:
        return reading.format
    if reading.choices:
        for choice in reading.choices:
            if dayfirst is not None and (choice.find("%d") < choice.find("%m")) == dayfirst:
                return choice
        odd = undecided(strings, reading.choices)
        ways = " or ".join(
            f"schema[{column!r}] = frameumap.datetime(dayfirst={first})" for first in (True, False)
        )
        raise DataError(f"column {column!r}: is the day or the month first in {odd!r}? {ways}")
    if reading.misfit is None or reading.likely == 0:
        return ""
    bad = (series == reading.misfit).to_numpy(bool, na_value=False)
    mend = "mend the value, make it a gap (None), or give frameumap.datetime(format=...)"
    fail(column, series, bad, "expected a date written as the others are, got", mend)
    return ""
