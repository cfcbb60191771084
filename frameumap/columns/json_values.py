"""Values of columns, levels and names as JSON, and back: tagged, so that 1, "1", True and a date
keep their types."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError


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
            return float.fromhex(value)
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
        case ["interval", left, right, "left" | "right" | "both" | "neither" as closed]:
            return pd.Interval(from_json(left), from_json(right), closed)
        case ["tuple", [*values]]:
            return tuple(from_json(v) for v in values)
    raise ValueError(f"no value: {str(data)[:100]}")


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
