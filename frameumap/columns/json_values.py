"""Values of columns, levels and names as JSON, and back: tagged, so that 1, "1", True and a date
keep their types."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError

_MICROSECOND = datetime.timedelta(microseconds=1)


def to_json(value: Any) -> list[Any]:
    """A tagged list.

    Raises
    ------
    DataError
        If the value is of an unsupported type.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None:
        return ["none"]
    if isinstance(value, bool):
        return ["bool", value]
    if isinstance(value, int):
        return ["int", str(value)]
    if isinstance(value, float):
        return ["float", value.hex() if math.isfinite(value) else repr(value)]
    if isinstance(value, str):
        # Lone surrogates are not valid UTF-8; they are stored as code points.
        return (
            ["points", [ord(c) for c in value]]
            if any("\ud800" <= c <= "\udfff" for c in value)
            else ["str", value]
        )
    if isinstance(value, pd.Timestamp):
        return ["timestamp", value.isoformat()]
    if isinstance(value, datetime.datetime):
        return ["datetime", value.isoformat()]
    if isinstance(value, datetime.date):
        return ["date", value.isoformat()]
    if isinstance(value, datetime.time):
        return ["time", value.isoformat()]
    if isinstance(value, pd.Timedelta):
        return ["timedelta", value.isoformat()]
    if isinstance(value, datetime.timedelta):
        return ["microseconds", str(value // _MICROSECOND)]
    if isinstance(value, decimal.Decimal):
        return ["decimal", str(value)]
    if isinstance(value, bytes):
        return ["bytes", value.hex()]
    if isinstance(value, frozenset):
        return ["frozenset", sorted((to_json(v) for v in value), key=str)]
    if isinstance(value, pd.Interval):
        return ["interval", to_json(value.left), to_json(value.right), value.closed]
    if isinstance(value, (tuple, list)):
        return ["tuple", [to_json(v) for v in value]]
    raise DataError(
        f"a level or name of type {type(value).__name__} cannot be saved: {value!r}; convert it "
        f"to a string first"
    )


def from_json(data: Any) -> Any:
    """The inverse of `to_json`; ValueError for anything else."""
    match data:
        case ["none"]:
            return None
        case ["bool", bool(value)]:
            return value
        case ["int", str(value)] if len(value) < 1000:
            return int(value)
        case ["float", str(value)]:
            number = float.fromhex(value)
            return np.nan if number != number else number  # one object, as a dict finds it
        case ["str", str(value)]:
            return value
        case ["points", [*points]]:
            return "".join(map(chr, points))
        case ["timestamp", str(value)]:
            return pd.Timestamp(value)
        case ["datetime", str(value)]:
            return datetime.datetime.fromisoformat(value)
        case ["date", str(value)]:
            return datetime.date.fromisoformat(value)
        case ["time", str(value)]:
            return datetime.time.fromisoformat(value)
        case ["timedelta", str(value)]:
            return pd.Timedelta(value)
        case ["microseconds", str(value)] if len(value) < 30:
            return int(value) * _MICROSECOND
        case ["decimal", str(value)] if len(value) < 1000:
            return _decimal(value)
        case ["bytes", str(value)]:
            return bytes.fromhex(value)
        case ["frozenset", [*values]]:
            return frozenset(from_json(v) for v in values)
        case ["interval", left, right, "left" | "right" | "both" | "neither" as closed]:
            return pd.Interval(from_json(left), from_json(right), closed)
        case ["tuple", [*values]]:
            return tuple(from_json(v) for v in values)
    raise ValueError(f"no value: {str(data)[:100]}")


def _decimal(text: str) -> decimal.Decimal:
    try:
        return decimal.Decimal(text)
    except decimal.InvalidOperation:
        raise ValueError(f"no decimal: {text[:100]}") from None


def index_to_json(index: pd.Index) -> list[Any] | None:
    """Labels of rows; None for positions, and for labels of a type that a file cannot hold."""
    if isinstance(index, pd.RangeIndex) and index.start == 0 and index.step == 1:
        return None
    try:
        return [to_json(label) for label in index.tolist()]
    except DataError:
        return None


def index_from_json(data: Any) -> pd.Index | None:
    """What `index_to_json` was given; None for positions."""
    if data is None:
        return None
    if not isinstance(data, list):
        raise ValueError("index")
    labels = [from_json(label) for label in data]
    return pd.Index(labels, tupleize_cols=True) if labels else pd.Index([])
