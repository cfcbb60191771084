"""Dates on a line, in seconds since 1970; parts of dates are cycles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Columns
from ..columns.facts import Facts
from ..columns.values import seconds
from .base import Rule, Verdict
from .numeric import Numeric


def _dates(f: Facts) -> Verdict | None:
    return Verdict("datetime", "dates, on a line") if f.values == "date" else None


class Datetime(Numeric):
    """Dates, prepared as numbers are."""

    name = "datetime"
    shared = "dates"
    rules = (Rule(30, _dates),)
    parts = {  # noqa: RUF012
        "linear": ("datetime", "manhattan"),
        "time": ("cyclic", "cyclic"),
        "weekday": ("cyclic", "cyclic"),
        "season": ("cyclic", "cyclic"),
        "calendar": ("cyclic", "calendar"),
    }

    def read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        return seconds(self.group.columns[c], columns[c])

    def restore(self, values: np.ndarray, c: int) -> Any:
        return pd.to_datetime(np.round(values * 1e6).astype("int64"), unit="us")

    def say_value(self, value: Any) -> str:
        if pd.isna(value):
            return "none"
        when = pd.Timestamp(value) if not isinstance(value, pd.Period) else value.start_time
        return f"{when:%Y-%m-%d}" if when == when.normalize() else f"{when:%Y-%m-%d %H:%M}"

    def say_typical(self, values: Sequence[Any]) -> str:
        """The median date and the middle half."""
        if not len(values):
            return "none"
        when = pd.Series(seconds(self.name, pd.Series(list(values)))[0])
        low, middle, high = (pd.Timestamp(q, unit="s") for q in when.quantile([0.25, 0.5, 0.75]))
        return f"{middle:%Y-%m-%d} ({low:%Y-%m-%d} to {high:%Y-%m-%d})"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        if pd.isna(a) or pd.isna(b) or self.say_value(a) == self.say_value(b):
            return super().say_difference(a, b, distance)
        gap = np.ptp(seconds(self.name, pd.Series([a, b], dtype=object))[0]) / 86400
        apart = f"{gap:.0f} days" if gap >= 2 else f"{24 * gap:.1f} hours"
        return f"{self.say_value(a)} against {self.say_value(b)}, {apart} apart"
