"""The dtype of a column at the fit, and values back in it: what goes in comes out."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import is_integer_dtype, is_object_dtype

from ..errors import DataError
from .json_values import from_json, to_json


class Source(NamedTuple):
    """The dtype of a column.

    Attributes
    ----------
    dtype : pandas dtype
        With its time zone, or its categories and their order.
    holds : str
        Of objects: the name of their type; "" where they differ.
    zone : str
        Of objects that are dates: their time zone; "" for none, or several.
    places : int
        Of decimals: digits after the point.
    """

    dtype: Any
    holds: str = ""
    zone: str = ""
    places: int = 0


def source_of(series: pd.Series) -> Source:
    """The dtype of a column."""
    dtype = series.dtype
    if not is_object_dtype(dtype):
        return Source(dtype)
    present = series[series.notna()]
    types = set(map(type, present))
    if len(types) != 1:
        return Source(dtype)
    one, zone, places = types.pop(), "", 0
    if issubclass(one, datetime.datetime):
        zones = {str(getattr(v, "tzinfo", None) or "") for v in present}
        zone = zones.pop() if len(zones) == 1 else "UTC" if "" not in zones else ""
    if one is Decimal:
        exponents = (v.as_tuple().exponent for v in present)
        places = max((-e for e in exponents if isinstance(e, int)), default=0)
    return Source(dtype, one.__name__, zone, max(0, places))


def zone_of(source: Source) -> str:
    """The time zone of dates; "" where they have none."""
    arrow = getattr(source.dtype, "pyarrow_dtype", None)
    return str(getattr(arrow or source.dtype, "tz", None) or source.zone)


def check_clock(column: Any, series: pd.Series, before: Source, by_clock: bool) -> None:
    """Raise DataError where dates have a time zone and those of the fit had none, or the reverse;
    where `by_clock`, because the time of day counts, also where it is another zone."""
    if is_object_dtype(before.dtype) and not before.holds:
        return
    then, now = zone_of(before), zone_of(source_of(series))
    if bool(then) != bool(now):
        had, has = ("no time zone", "one") if now else (f"the time zone {then!r}", "none")
        mend = "tz_localize(None)" if now else f"tz_localize({then!r})"
        raise DataError(
            f"column {column!r} had {had} when the model was fitted and has {has} now; convert it "
            f"with series.dt.{mend}"
        )
    if by_clock and then != now:
        raise DataError(
            f"column {column!r} had the clock of {then!r} when the model was fitted and has that "
            f"of {now!r} now; convert it with series.dt.tz_convert({then!r})"
        )


def restore(values: Any, kept: np.ndarray, source: Source) -> pd.Series:
    """Decoded values in the dtype of the fit; gaps where `kept` is False.

    Dates come as UTC, durations as seconds. Where the dtype cannot hold gaps, whole numbers become
    Int64 and others stay as they are.
    """
    series = pd.Series(values, dtype=object if isinstance(values, list) else None)
    if isinstance(values, list):
        series = series.infer_objects()
    if not kept.all():
        empty = pd.NaT if series.dtype.kind in "Mm" else np.nan
        series = series.where(kept, None if is_object_dtype(series.dtype) else empty)
    whole = is_integer_dtype(source.dtype)
    if whole and series.dtype.kind == "f":
        series = series.round()
    if whole and is_object_dtype(series.dtype):  # numbers beyond 2^53
        series = series.map(round, na_action="ignore")
    try:
        return _cast(series, source)
    except (TypeError, ValueError, NotImplementedError, ArithmeticError):
        return _whole_numbers(series, source.dtype) if whole else series


def _whole_numbers(series: pd.Series, dtype: Any) -> pd.Series:
    """The values as Int64, or UInt64 where the dtype has no sign, with gaps."""
    wide: Any = pd.UInt64Dtype() if str(dtype).lower().startswith("uint") else pd.Int64Dtype()
    limits = np.iinfo(wide.numpy_dtype)
    held: Any = [
        None if _is_gap(v) else min(max(round(v), limits.min), limits.max) for v in series.tolist()
    ]
    return pd.Series(pd.array(held, dtype=wide), index=series.index)


def _cast(series: pd.Series, source: Source) -> pd.Series:
    dtype, name = source.dtype, str(source.dtype)
    if is_object_dtype(dtype):
        return _as_objects(series, source)
    duration = name.startswith(("timedelta", "duration"))
    if duration and series.dtype.kind in "iuf":
        series = pd.to_timedelta((series * 1e6).round(), unit="us")
    zoned = isinstance(dtype, pd.DatetimeTZDtype) or "tz=" in name
    if zoned and series.dtype.kind == "M" and series.dt.tz is None:
        series = series.dt.tz_localize("UTC")
    if name.startswith("decimal"):
        places = getattr(dtype.pyarrow_dtype, "scale", 0)
        series = _as_decimals(series, places)
    if isinstance(dtype, pd.ArrowDtype) and is_object_dtype(series.dtype):
        plain: list[Any] = [
            v.tolist() if isinstance(v, np.ndarray) else None if _is_gap(v) else v for v in series
        ]
        return pd.Series(plain, index=series.index, dtype=dtype)
    return series.astype(dtype)


def _is_gap(value: Any) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or value != value


def _as_decimals(series: pd.Series, places: int) -> pd.Series:
    unit = Decimal(1).scaleb(-places)
    return pd.Series(
        [None if _is_gap(v) else Decimal(repr(v) if isinstance(v, float) else v).quantize(unit)
         for v in series.tolist()],
        dtype=object,
    )  # fmt: skip


def _as_objects(series: pd.Series, source: Source) -> pd.Series:
    holds = source.holds
    if holds == "Decimal":
        return _as_decimals(series, source.places)
    if holds in ("datetime", "Timestamp", "date") and series.dtype.kind == "M":
        return _as_dates(series, source)
    if holds in ("timedelta", "Timedelta") and series.dtype.kind in "iuf":
        one = pd.Timedelta if holds == "Timedelta" else datetime.timedelta
        return pd.Series(
            [None if _is_gap(v) else one(seconds=round(v, 6)) for v in series.tolist()],
            dtype=object,
        )
    plain: dict[str, Any] = {"int": round, "float": float, "bool": bool, "list": _listed}
    plain |= {"tuple": lambda v: tuple(_listed(v)), "ndarray": _array}
    plain |= {"set": set, "frozenset": frozenset}
    convert = plain.get(holds)
    if convert is None:
        return series.astype(object)
    gaps = series.isna()
    held = [None if gap else convert(v) for v, gap in zip(series.tolist(), gaps, strict=True)]
    result = np.empty(len(held), object)  # one list an element, not one column
    result[:] = held if len(held) != 1 else [None]
    if len(held) == 1:
        result[0] = held[0]
    return pd.Series(result)


def _array(value: Any) -> np.ndarray:
    """An array of numbers, or of objects as Arrow's lists of strings are in pandas."""
    array = np.asarray(value)
    return array if len(array) and array.dtype.kind in "fiub" else array.astype(object)


def _listed(value: Any) -> list[Any]:
    return value.tolist() if isinstance(value, np.ndarray) else list(value)


def _as_dates(series: pd.Series, source: Source) -> pd.Series:
    if source.zone:
        try:
            series = series.dt.tz_localize("UTC").dt.tz_convert(source.zone)
        except (KeyError, ValueError):  # a zone that only Python's objects know
            series = series.dt.tz_localize("UTC")
    convert: dict[str, Any] = {
        "date": lambda v: v.date(),
        "datetime": lambda v: v.to_pydatetime(warn=False),
    }
    one = convert.get(source.holds, lambda v: v)
    return pd.Series([None if v is pd.NaT else one(v) for v in series], dtype=object)


# Model file


def source_to_json(source: Source) -> list[Any]:
    """A source as JSON; the categories of a type that a file cannot hold raise DataError."""
    dtype, levels = source.dtype, None
    name = str(dtype)
    if isinstance(dtype, pd.CategoricalDtype):
        categories = dtype.categories
        levels = [str(categories.dtype), [to_json(c) for c in categories], bool(dtype.ordered)]
    if isinstance(dtype, pd.ArrowDtype):
        import pyarrow

        field = pyarrow.schema([("x", dtype.pyarrow_dtype)])
        name = "arrow:" + base64.b64encode(field.serialize().to_pybytes()).decode()
    return [name, levels, source.holds, source.zone, source.places]


def source_from_json(data: Sequence[Any]) -> Source:
    """The inverse of `source_to_json`; ValueError or TypeError for anything else."""
    name, levels, holds, zone, places = data
    dtype: Any
    if levels is not None:
        kind, categories, ordered = levels
        index = pd.Index([from_json(c) for c in categories], dtype=object)
        try:
            index = index.astype(kind)
        except (TypeError, ValueError):
            index = index.infer_objects()
        dtype = pd.CategoricalDtype(index, bool(ordered))
    elif str(name).startswith("arrow:"):
        import pyarrow

        buffer = pyarrow.py_buffer(base64.b64decode(str(name)[6:]))
        dtype = pd.ArrowDtype(pyarrow.ipc.read_schema(buffer).field(0).type)
    else:
        dtype = pd.api.types.pandas_dtype(str(name))
    return Source(dtype, str(holds), str(zone), int(places))
