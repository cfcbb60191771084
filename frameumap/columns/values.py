"""From a column of any dtype to plain arrays: values and which of them are present."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from .date_text import DateReading, parse_dates, read_date_format, undecided
from .dtypes import LISTS, MIXED, classify, family, plain_string
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
        _fail(column, series, infinite, "a number must be finite, got", mend)
    return values, present


def _read_numbers(column: Hashable, series: pd.Series, present: np.ndarray) -> np.ndarray:
    """The present values of objects or strings as float64."""
    held = series[present].astype(object)
    read = pd.to_numeric(held, errors="coerce").to_numpy(np.float64)
    bad = np.zeros(len(series), bool)
    bad[present] = np.isnan(read)
    if bad.any():
        mend = "convert the column first, or declare another kind"
        _fail(column, series, bad, "expected a number, got", mend)
    return read


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
    read = parse([plain_string(v) or str(v) for v in levels], fmt)
    bad = np.append(np.isnan(read) if read.dtype.kind == "f" else np.isnat(read), False)
    if bad.any():
        mend = "mend the value, or replace it by a gap (None)"
        _fail(column, series, bad[codes], f"expected {what} written as {fmt!r}, got", mend)
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
        first = {True: "%d", False: "%m"}.get(dayfirst)  # type: ignore[call-overload]
        for choice in reading.choices:
            if first and re.search("%[dm]", choice)[0] == first:  # type: ignore[index]
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
    _fail(column, series, bad, "expected a date written as the others are, got", mend)
    return ""


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
            _fail(column, series, bad, "expected a time of day, got", "convert it to datetime.time")
    return values, present


def objects(series: pd.Series) -> np.ndarray:
    """Values as Python objects, (n,)."""
    return series.astype(object).to_numpy()


def codes(series: pd.Series) -> tuple[np.ndarray, list[Any]]:
    """Codes int32 (n,), -1 where absent, and the levels in an order that does not depend on the
    rows'.

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
        # By the dtype alone where it suffices: taking a column out of a wide frame takes longer
        # than looking at it.
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
