"""From a column of any dtype to plain arrays: values and which of them are present."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from .date_text import parse_dates
from .number_text import parse_numbers


def _fail(column: Hashable, series: pd.Series, bad: np.ndarray, what: str, mend: str) -> None:
    """Raise DataError at the first bad row."""
    at = int(np.flatnonzero(bad)[0])
    raise DataError(
        f"column {column!r}, row {series.index[at]!r}: {what} {series.iloc[at]!r}; {mend}"
    )


def presence(series: pd.Series) -> np.ndarray:
    """Which rows have a value, bool (n,)."""
    return series.notna().to_numpy(bool)


def numbers(column: Hashable, series: pd.Series, fmt: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Values as float64 (n,), 0 where absent, and presence; strings by a pattern if one is given.

    Durations become seconds, booleans 0 and 1; strings must be plain numbers.

    Raises
    ------
    DataError
        If a value is infinite or not a number.
    """
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "biu":
        return series.to_numpy(np.float64), np.ones(len(series), bool)
    present = presence(series)
    if fmt and not pd.api.types.is_numeric_dtype(dtype):
        return _read_distinct(column, series, fmt, parse_numbers, "a number"), present
    if isinstance(dtype, pd.CategoricalDtype):
        series = series.astype(dtype.categories.dtype if present.all() else object)
        dtype = series.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        return seconds(column, series)
    if pd.api.types.is_timedelta64_dtype(dtype) or str(dtype).startswith("duration"):
        values = np.zeros(len(series))
        values[present] = pd.TimedeltaIndex(series[present]) / pd.Timedelta(seconds=1)
        return values, present
    values = np.zeros(len(series))
    if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        values[present] = series[present].to_numpy(np.float64)
    else:
        read = pd.to_numeric(series[present].astype(object), errors="coerce").to_numpy(np.float64)
        bad = np.zeros(len(series), bool)
        bad[present] = np.isnan(read)
        if bad.any():
            _fail(
                column,
                series,
                bad,
                "expected a number, got",
                "convert the column first, or declare another kind",
            )
        values[present] = read
    infinite = ~np.isfinite(values)
    if infinite.any():
        _fail(
            column,
            series,
            infinite,
            "a number must be finite, got",
            "replace it by a number or by a gap (None)",
        )
    return values, present


def _read_distinct(
    column: Hashable, series: pd.Series, fmt: str, parse: Callable[..., np.ndarray], what: str
) -> np.ndarray:
    """Strings read by a format, each different one once; 0 where absent.

    Raises
    ------
    DataError
        If one does not fit the format.
    """
    codes, levels = pd.factorize(series.astype(object))
    read = parse([_written(v) for v in levels], fmt)
    bad = np.append(np.isnan(read) if read.dtype.kind == "f" else np.isnat(read), False)
    if bad.any():
        mend = "mend the value, or replace it by a gap (None)"
        _fail(column, series, bad[codes], f"expected {what} written as {fmt!r}, got", mend)
    return np.append(read, np.zeros(1, read.dtype))[codes]


def _written(value: Any) -> str:
    """A value as a string; a whole number without its point."""
    return (
        str(int(value))
        if isinstance(value, (float, np.floating)) and value == int(value)
        else str(value)
    )


def timestamps(column: Hashable, series: pd.Series, fmt: str = "") -> pd.Series:
    """The present values as datetime64 without time zone (UTC), under their old index.

    Raises
    ------
    DataError
        If a value is no date; strings must fit the format, ISO 8601 if there is none.
    """
    present = series[presence(series)]
    if fmt and not pd.api.types.is_datetime64_any_dtype(present.dtype):
        read = _read_distinct(column, present, fmt, parse_dates, "a date")
        return pd.Series(read, index=present.index)
    if isinstance(present.dtype, pd.PeriodDtype):
        return present.dt.start_time
    try:
        read = pd.to_datetime(
            present.astype(object) if present.dtype == object else present,
            utc=True,
            format="ISO8601",
        )
    except (ValueError, TypeError):
        read = pd.to_datetime(present.astype(object), utc=True, format="ISO8601", errors="coerce")
    bad = np.zeros(len(series), bool)
    bad[np.flatnonzero(presence(series))] = read.isna().to_numpy()
    if bad.any():
        _fail(
            column,
            series,
            bad,
            "expected a date (strings: ISO 8601), got",
            "convert it with pandas.to_datetime(..., format=...)",
        )
    return read.dt.tz_localize(None)


def seconds(column: Hashable, series: pd.Series, fmt: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Dates as seconds since 1970 UTC, float64 (n,), and presence."""
    present = presence(series)
    values = np.zeros(len(series))
    values[present] = (timestamps(column, series, fmt) - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    return values, present


def date_part(
    column: Hashable, series: pd.Series, part: str, fmt: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Phase in [0, 1) of the local time of day, the weekday or the season, and presence."""
    present = presence(series)
    values = np.zeros(len(series))
    local = series[present]
    # With a time zone, the clock on the wall is what a time of day means.
    zoned = isinstance(local.dtype, pd.DatetimeTZDtype)
    when = local.dt.tz_localize(None) if zoned else timestamps(column, series, fmt)
    day = (when - when.dt.normalize()) / pd.Timedelta(days=1)
    if part == "time":
        phase = day
    elif part == "weekday":
        phase = (when.dt.day_of_week + day) / 7
    else:
        phase = (when.dt.day_of_year - 1 + day) / (365 + when.dt.is_leap_year)
    values[present] = phase
    return values, present


def objects(series: pd.Series) -> np.ndarray:
    """Values as Python objects, (n,)."""
    return series.astype(object).to_numpy()


def codes(series: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Codes int32 (n,), -1 where absent, and the levels in an order that does not depend on the
    rows'."""
    coded = isinstance(series.dtype, pd.CategoricalDtype) or str(series.dtype).startswith(
        "dictionary"
    )
    values, levels = pd.factorize(series.astype(object) if coded else series)
    return order_levels(values, list(levels))


def order_levels(values: np.ndarray, levels: list[Any]) -> tuple[np.ndarray, list[Any]]:
    """Renumber codes so that levels ascend."""
    try:
        order = sorted(range(len(levels)), key=lambda i: levels[i])
    except TypeError:  # values that cannot be compared
        order = sorted(
            range(len(levels)), key=lambda i: (type(levels[i]).__name__, repr(levels[i]))
        )
    rank = np.empty(len(levels) + 1, np.int32)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1
    return rank[values], [levels[i] for i in order]


def family(series: pd.Series) -> str:
    """What the values of a column are, by dtype or, for objects, by the first value: "number",
    "boolean", "date", "duration", "string", "list", another type's name, or "" where there is none.
    """
    dtype = series.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return family(dtype.categories.to_series()) if len(dtype.categories) else ""
    if pd.api.types.is_bool_dtype(dtype):
        return "boolean"
    if pd.api.types.is_numeric_dtype(dtype):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        return "date"
    if pd.api.types.is_timedelta64_dtype(dtype):
        return "duration"
    first = series.first_valid_index() if series.index.is_unique else None
    value = (
        series.loc[first] if first is not None else next((v for v in series if _is_value(v)), None)
    )
    for name, types in _FAMILIES.items():
        if isinstance(value, types):
            return name
    return "" if value is None else type(value).__name__


_FAMILIES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool, np.bool_),
    "number": (int, float, np.number, Decimal),
    "date": (datetime.date, pd.Period),
    "duration": (datetime.timedelta,),
    "list": (list, tuple, set, frozenset, np.ndarray),
}


def _is_value(value: Any) -> bool:
    return isinstance(value, _FAMILIES["list"]) or not pd.isna(value)


#: Families that the kind of a numpy dtype tells.
_PLAIN = {"i": "number", "u": "number", "f": "number", "b": "boolean"}


def check_families(df: pd.DataFrame, families: dict[Hashable, str]) -> None:
    """Raise DataError where a column is missing or holds values of another family than it did."""
    missing = [column for column in families if column not in df.columns]
    if missing:
        raise DataError(f"the frame lacks columns {missing}, which the model was fitted on")
    dtypes: dict[Any, Any] = dict(zip(df.columns, df.dtypes, strict=True))
    for column, before in families.items():
        dtype = dtypes[column]
        # Told by the dtype alone where it can be: taking a column out of a wide frame takes longer
        # than looking at it.
        now = _PLAIN.get(dtype.kind, "") if isinstance(dtype, np.dtype) else ""
        now = now or family(df[column])
        if now and before and now != before:
            raise DataError(
                f"column {column!r} held {before}s when the model was fitted and holds {now}s now; convert it"
            )
