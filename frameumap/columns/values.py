"""Columns of any dtype as plain arrays of values and presence."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from .date_formats import parse_dates
from .dtypes import LISTS, MIXED, classify, family, plain_string
from .number_text import parse_numbers
from .read_strings import fail, read_distinct


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
        return read_distinct(column, series, fmt, parse_numbers, "a number"), present
    if isinstance(dtype, pd.CategoricalDtype):
        series = series.astype(dtype.categories.dtype if present.all() else object)
        dtype = series.dtype
    content = classify(series)
    if content.family == "date":
        return seconds(column, series)
    if content.family == "complex":
        raise DataError(f"column {column!r} holds {content.problem}")
    values = np.zeros(len(series))
    if content.family == "duration":
        values[present] = pd.TimedeltaIndex(series[present]) / pd.Timedelta(seconds=1)
        return values, present
    if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        values[present] = series[present].to_numpy(np.float64)
    else:
        values[present] = _read_numbers(column, series, present)
    infinite = ~np.isfinite(values)
    if infinite.any():
        mend = "replace it by a number or by a gap (None)"
        fail(column, series, infinite, "a number must be finite, got", mend)
    return values, present


def _read_numbers(column: Hashable, series: pd.Series, present: np.ndarray) -> np.ndarray:
    """The present values of objects or strings as float64."""
    held = series[present].astype(object)
    read = pd.to_numeric(held, errors="coerce").to_numpy(np.float64)
    bad = np.zeros(len(series), bool)
    bad[present] = np.isnan(read)
    if bad.any():
        mend = "convert the column first, or declare another kind"
        fail(column, series, bad, "expected a number, got", mend)
    return read


def timestamps(column: Hashable, series: pd.Series, fmt: str = "") -> pd.Series:
    """The present values as datetime64 without time zone (UTC), under their old index.

    Raises
    ------
    DataError
        If a value is no date; strings must fit the format, ISO 8601 if there is none.
    """
    present = series[presence(series)]
    if fmt and not pd.api.types.is_datetime64_any_dtype(present.dtype):
        dates = read_distinct(column, present, fmt, parse_dates, "a date")
        return pd.Series(dates, index=present.index)
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
        fail(
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
    # Microseconds hold all years from 1 to 9999.
    dates = timestamps(column, series, fmt).to_numpy("datetime64[us]")
    values[present] = dates.astype(np.int64) / 1e6
    return values, present


def date_part(
    column: Hashable, series: pd.Series, part: str, fmt: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Phase in [0, 1) of the local time of day, the weekday or the season, and presence."""
    present = presence(series)
    values = np.zeros(len(series))
    local = series[present]
    # With a time zone, the time of day is the local one.
    zoned = isinstance(local.dtype, pd.DatetimeTZDtype)
    when = local.dt.tz_localize(None) if zoned else timestamps(column, series, fmt)
    day = (when - when.dt.normalize()) / pd.Timedelta(days=1)
    values[present] = _PHASES[part](when, day)
    return values, present


#: Part of a date -> its phase, given the dates and the shares of their days that have passed.
_PHASES: dict[str, Callable[[pd.Series, pd.Series], pd.Series]] = {
    "time": lambda when, day: day,
    "weekday": lambda when, day: (when.dt.day_of_week + day) / 7,
    "season": lambda when, day: (when.dt.day_of_year - 1 + day) / (365 + when.dt.is_leap_year),
}


def times(column: Hashable, series: pd.Series, fmt: str = "") -> tuple[np.ndarray, np.ndarray]:
    """Times of day as seconds since midnight, float64 (n,), and presence.

    Raises
    ------
    DataError
        If a value is neither a `datetime.time` nor a string such as "07:30" or "07:30:15.5", or
        does not fit the format that is given.
    """
    present = presence(series)
    values = np.zeros(len(series))
    if fmt and family(series) in ("string", MIXED):
        when = timestamps(column, series, fmt)
        values[present] = (when - when.dt.normalize()) / pd.Timedelta(seconds=1)
        return values, present
    held = objects(series)
    for i in np.flatnonzero(present).tolist():
        time = held[i]
        try:
            time = datetime.time.fromisoformat(time) if isinstance(time, str) else time
            whole = time.hour * 3600 + time.minute * 60 + time.second
            values[i] = whole + time.microsecond / 1e6
        except (AttributeError, ValueError):
            bad = np.arange(len(series)) == i
            fail(column, series, bad, "expected a time of day, got", "convert it to datetime.time")
    return values, present


def objects(series: pd.Series) -> np.ndarray:
    """Values as Python objects, (n,)."""
    return series.astype(object).to_numpy()


def codes(series: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Codes int32 (n,), -1 where absent, and the levels in an order independent of the order of
    rows.

    Numbers among strings are strings.

    Raises
    ------
    DataError
        If a value cannot be a level, such as a list or dict.
    """
    coded = isinstance(series.dtype, pd.CategoricalDtype) or str(series.dtype).startswith(
        "dictionary"
    )
    try:
        values, distinct = pd.factorize(series.astype(object) if coded else series)
    except TypeError:  # not hashable
        present = series[presence(series)]
        row = next(i for i, v in enumerate(present) if isinstance(v, (*LISTS, dict)))
        raise DataError(
            f"column {series.name!r}, row {present.index[row]!r}: a "
            f"{type(present.iloc[row]).__name__} cannot be a "
            f"level; convert it to a string, or leave the column out with schema "
            f"{{{series.name!r}: 'ignored'}}"
        ) from None
    levels = list(distinct)
    texts = [plain_string(level) for level in levels]
    strings = sum(isinstance(level, str) for level in levels)
    if 0 < strings < len(levels) and None not in texts:
        merged = {text: code for code, text in enumerate(dict.fromkeys(texts))}
        values = np.array([*(merged[text] for text in texts), -1])[values]
        levels = list(merged)
    return order_levels(values, levels)


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


def check_families(df: pd.DataFrame, families: dict[Hashable, str]) -> None:
    """Raise DataError where a column is missing or holds values of another family than it did."""
    missing = [column for column in families if column not in df.columns]
    if missing:
        raise DataError(f"the frame lacks columns {missing}, which the model was fitted on")
    dtypes: dict[Any, Any] = dict(zip(df.columns, df.dtypes, strict=True))
    for column, before in families.items():
        dtype = dtypes[column]
        # By the dtype alone where it suffices: extracting a column of a wide frame is slow.
        plain = {"i": "number", "u": "number", "f": "number", "b": "boolean"}
        now = plain.get(dtype.kind, "") if isinstance(dtype, np.dtype) else ""
        now = now or family(df[column])
        if now and before and not _matches(now, before):
            raise DataError(
                f"column {column!r} held {before}s when the model was fitted and holds {now}s "
                f"now; convert it"
            )


def _matches(now: str, before: str) -> bool:
    """Whether a column may hold `now` where the fit saw `before`; strings may have numbers among
    them."""
    if before == MIXED:
        return now in (MIXED, "string", "number", "boolean")
    return now == before or (now == MIXED and before == "string")
