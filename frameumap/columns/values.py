"""Columns of any dtype as plain arrays of values and presence."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_object_dtype

from ..errors import DataError, warn
from .date_formats import parse_dates
from .distance_row import FAMILY as DISTANCES
from .dtypes import LISTS, MIXED, classify, family, plain_string
from .number_text import parse_numbers
from .read_strings import fail, read_distinct


def is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, NaT or NA."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    return isinstance(value, (float, np.floating)) and bool(value != value)


def pick_columns(df: pd.DataFrame, names: Iterable[Hashable]) -> pd.DataFrame:
    """Some columns; `df[names]` takes a list of True and False for a mask."""
    return df.take(np.array([df.columns.get_loc(name) for name in names], np.int64), axis=1)


def frame_of(columns: Mapping[Any, Any]) -> pd.DataFrame:
    """A frame of columns by name, under these names: pandas makes tuples levels of a MultiIndex,
    and None NaN."""
    names = list(columns)
    plain = all(isinstance(name, str) and name.isprintable() for name in names)
    index = pd.Index(names) if plain else pd.Index(names, dtype=object, tupleize_cols=False)
    return pd.DataFrame(dict(enumerate(columns.values()))).set_axis(index, axis=1)


def presence(series: pd.Series) -> np.ndarray:
    """Which rows have a value, bool (n,)."""
    return series.notna().to_numpy(bool)


def numbers(
    column: Hashable, series: pd.Series, fmt: str = "", origin: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Values less `origin` as float64 (n,), 0 where absent, and presence; strings by a pattern if
    one is given.

    Durations become seconds, booleans 0 and 1; strings must be plain numbers.

    Raises
    ------
    DataError
        If a value is infinite or not a number.
    """
    if origin:
        return _exact_numbers(column, series, origin)
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
        values[present] = _durations(series[present])
        return values, present
    if pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype):
        values[present] = series[present].to_numpy(np.float64)
    else:
        values[present] = _read_numbers(column, series, present)
    infinite = ~np.isfinite(values)
    if infinite.any():
        mend = f"replace it by a number, or all of them by gaps: {finite_line(column)}"
        fail(column, series, infinite, "a number must be finite, got", mend)
    return values, present


def _durations(present: pd.Series) -> np.ndarray:
    """Seconds; objects one by one, as 64 bits do not hold all that `datetime.timedelta` does."""
    if is_object_dtype(present.dtype):
        second = datetime.timedelta(seconds=1)
        return np.array([v / second for v in present])
    return np.asarray(pd.TimedeltaIndex(present) / pd.Timedelta(seconds=1), np.float64)


def finite_line(column: Hashable) -> str:
    """The line that makes infinite numbers of a column gaps."""
    own = f"df[{column!r}]"
    return f"{own} = {own}.where({own}.abs() < float('inf'))"


#: Whole numbers up to here are exact in float64.
EXACT = 2**53


def origin_of(series: pd.Series) -> int:
    """The whole number to subtract before numbers become float64: a middle one of whole numbers or
    decimals beyond 2^53, 0 where none is or strings are to be read."""
    dtype = series.dtype
    exact = pd.api.types.is_integer_dtype(dtype) or "decimal" in str(dtype)
    if not exact and not is_object_dtype(dtype):
        return 0
    present = series[series.notna()]
    if is_object_dtype(dtype) and not _are_exact(present):
        return 0
    if is_object_dtype(dtype):  # a decimal may be infinite
        present = present[[math.isfinite(v) for v in present]]
    if not len(present) or max(-int(present.min()), int(present.max())) <= EXACT:
        return 0
    ordered = sorted(map(int, present))
    return ordered[len(ordered) // 2]


def _are_exact(present: pd.Series) -> bool:
    """Whether objects are ints or decimals, without fractions of floats among them."""
    return pd.api.types.infer_dtype(present, skipna=True) in ("integer", "decimal")


def _exact_numbers(
    column: Hashable, series: pd.Series, origin: int
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers less `origin`, subtracted before they are rounded."""
    present = presence(series)
    values = np.zeros(len(series))
    held = series[present].astype(object)
    try:
        values[present] = [float(v - origin) for v in held]
    except (TypeError, ArithmeticError):
        return numbers(column, series.map(lambda v: v, na_action="ignore").astype(object))
    return values, present


def warn_ties(column: Hashable, series: pd.Series, values: np.ndarray) -> None:
    """Warn where whole numbers that differ are equal as float64."""
    distinct = int(series.nunique())
    lost = distinct - len(np.unique(values[presence(series)]))
    if lost > 0:
        warn(
            f"column {column!r}: {lost} of {distinct} different numbers count as equal, as they "
            "differ by less than 2^-53 of the column's spread; if they are ids, declare "
            f"{{{column!r}: 'categorical'}}"
        )


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
    check_zones(column, present)
    if fmt and not pd.api.types.is_datetime64_any_dtype(present.dtype):
        dates = read_distinct(column, present, fmt, parse_dates, "a date")
        return pd.Series(dates, index=present.index)
    if isinstance(present.dtype, pd.PeriodDtype):
        return present.dt.start_time
    if pd.api.types.is_numeric_dtype(present.dtype) and len(present):
        raise DataError(
            f"column {column!r}, row {present.index[0]!r}: expected a date, got "
            f"{present.iloc[0]!r}; say how the numbers are dates, e.g. "
            "frameumap.datetime(format='%Y%m%d'), or convert them with pandas.to_datetime"
        )
    try:
        read = pd.to_datetime(
            present.astype(object) if present.dtype == object else present,
            utc=True,
            format="ISO8601",
        )
    except (ValueError, TypeError):
        held = [_one_date(value) for value in present.astype(object)]
        read = pd.Series(held, present.index, dtype="datetime64[us, UTC]")
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


def _one_date(value: Any) -> Any:
    """A date of the years 1 to 9999 in microseconds UTC; NaT for anything else."""
    if isinstance(value, str):
        try:
            value = datetime.datetime.fromisoformat(value.strip())
        except ValueError:
            return pd.NaT
    if isinstance(value, datetime.datetime) and value.tzinfo is not None:
        value = value.astimezone(datetime.UTC).replace(tzinfo=None)
    if not isinstance(value, (datetime.date, np.datetime64)):
        return pd.NaT
    try:
        moment: Any = np.array(value, "datetime64[us]")[()]
        return pd.Timestamp(moment, tz="UTC")
    except (ValueError, OverflowError):
        return pd.NaT


def check_zones(column: Hashable, present: pd.Series) -> None:
    """Raise DataError where some dates have a time zone and others have none."""
    if not is_object_dtype(present.dtype) or not len(present):
        return
    first = present.iloc[0]
    if isinstance(first, datetime.datetime):
        zoned = present.map(lambda v: getattr(v, "tzinfo", None) is not None)
    elif isinstance(first, str):
        zoned = present.astype(str).str.contains(_OFFSET)
    else:
        return
    if zoned.any() and not zoned.all():
        raise DataError(
            f"column {column!r}, row {present.index[int(zoned.to_numpy().argmin())]!r}: a date "
            "without a time zone among dates that have one; give all of them one, e.g. with "
            "tz_localize"
        )


#: A time with an offset from UTC.
_OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*(?:Z|[+-]\d\d:?\d\d)$")


def seconds(
    column: Hashable, series: pd.Series, fmt: str = "", origin: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Dates as seconds since 1970 UTC and `origin`, float64 (n,), and presence."""
    present = presence(series)
    values = np.zeros(len(series))
    values[present] = since(timestamps(column, series, fmt).to_numpy(), origin)
    return values, present


#: Ticks of a second, by the unit of a datetime64.
_TICKS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}


def since(dates: np.ndarray, origin: int = 0) -> np.ndarray:
    """Seconds from `origin`, itself in seconds since 1970, float64: subtracted before they are
    rounded, in any unit of datetime64."""
    ticks = _TICKS[np.datetime_data(dates.dtype)[0]]
    whole, part = np.divmod(dates.astype(np.int64), ticks)
    return (whole - origin) + part / ticks


def dates_at(values: np.ndarray, origin: int = 0) -> np.ndarray:
    """The inverse of `since`: datetime64, in nanoseconds where they can hold all, else in
    microseconds."""
    whole = np.floor(values)
    low, high = (float(edge(values, initial=0.0)) + origin for edge in (np.min, np.max))
    unit, ticks = ("ns", 10**9) if low > -9e9 and high < 9e9 else ("us", 10**6)
    part = np.round((values - whole) * ticks).astype(np.int64)
    return ((whole.astype(np.int64) + origin) * ticks + part).astype(f"datetime64[{unit}]")


def date_part(
    column: Hashable, series: pd.Series, part: str, fmt: str = ""
) -> tuple[np.ndarray, np.ndarray]:
    """Phase in [0, 1) of the local time of day, the weekday or the season, and presence."""
    present = presence(series)
    values = np.zeros(len(series))
    local = series[present]
    # With a time zone, the time of day is the local one.
    if is_object_dtype(local.dtype):
        check_zones(column, local)
        zones = {str(getattr(v, "tzinfo", None)) for v in local}
        if len(zones) > 1:
            warn(
                f"column {column!r} has the clocks of {len(zones)} time zones; every date counts "
                "by its own. To compare them by one, convert the column with "
                "pandas.to_datetime(..., utc=True)"
            )
        local = local.map(_local)
    zoned = isinstance(local.dtype, pd.DatetimeTZDtype)
    arrow = isinstance(local.dtype, pd.ArrowDtype) and getattr(
        local.dtype.pyarrow_dtype, "tz", None
    )
    when = (
        local.dt.tz_localize(None).astype("datetime64[ns]")
        if arrow
        else local.dt.tz_localize(None)
        if zoned
        else timestamps(column, local, fmt)
    )
    day = (when - when.dt.normalize()) / pd.Timedelta(days=1)
    values[present] = _PHASES[part](when, day)
    return values, present


def _local(value: Any) -> Any:
    """The clock of a date with a time zone, without the zone."""
    has_zone = isinstance(value, datetime.datetime) and value.tzinfo is not None
    return value.replace(tzinfo=None) if has_zone else value


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
        raise DataError(
            f"the frame lacks columns {missing}, which the model was fitted on"
            f"{say_distances(missing, families)}"
        )
    dtypes: dict[Any, Any] = dict(zip(df.columns, df.dtypes, strict=True))
    for column, before in families.items():
        dtype = dtypes[column]
        # By the dtype alone where it suffices: extracting a column of a wide frame is slow.
        plain = {"i": "number", "u": "number", "f": "number", "b": "boolean"}
        now = plain.get(dtype.kind, "") if isinstance(dtype, np.dtype) else ""
        now = now or family(df[column])
        if now == "boolean" and before == "number" and is_object_dtype(dtype):
            continue  # numbers and booleans in one column are numbers
        if now and before and not _matches(now, before):
            raise DataError(
                f"column {column!r} held {before}s when the model was fitted and holds {now}s "
                f"now; convert it"
            )


def say_distances(missing: Iterable[Hashable], families: Mapping[Hashable, str]) -> str:
    """How to give distances of new rows, where a missing column holds these."""
    given = [column for column in missing if families[column] == DISTANCES]
    if not given:
        return ""
    return (
        f"; new rows have no distances yet: use model.with_distances(df, {{{given[0]!r}: "
        "distances to the rows of the fit}})"
    )


def _matches(now: str, before: str) -> bool:
    """Whether a column may hold `now` where the fit saw `before`; strings may have numbers among
    them."""
    if before == MIXED:
        return now in (MIXED, "string", "number", "boolean")
    return now == before or (now == MIXED and before == "string")
