"""Times of day without a date, on a circle of 24 hours."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block, stack_columns
from ..columns.date_formats import check_date_format, is_time
from ..columns.date_text import read_date_format
from ..columns.dtypes import classify
from ..columns.facts import Facts
from ..columns.read_strings import distinct_strings
from ..columns.values import times
from ..engine.rows import Rows
from .base import Rule, Verdict
from .circular import Circular
from .say import undo

if TYPE_CHECKING:
    from ..schema.group import Group

#: Microseconds of a day.
DAY = 86_400_000_000


def _times(f: Facts) -> Verdict | None:
    return Verdict("time", "times of day, on a circle") if f.values == "time" else None


def _strings(f: Facts) -> Verdict | None:
    """Strings of which one format reads every value as a time of day."""
    text = f.dates.format
    if f.values != "string" or text is None or not is_time(text):
        return None
    reason = f"times of day in strings, written as {text!r}, e.g. {f.example!r}; 23:00 is near 1:00"
    return Verdict("time", reason, (undo(f.name),), {"format": text})


class TimeOfDay(Circular):
    """`datetime.time` values, or strings such as "07:30": shares of a day."""

    name = "time"
    content = "clock"
    accepts = ("vector",)
    metric = "cyclic"
    shared = "times of day"
    prepares = ("cyclic",)
    rules = (Rule(18, _strings), Rule(32, _times))

    def fit(self, columns: Columns) -> None:
        """Nothing is learnt from the columns."""

    def encode(self, columns: Columns) -> Block:
        own = enumerate(zip(self.group.columns, columns, strict=True))
        read = (times(name, s, self.group.format_of(c)) for c, (name, s) in own)
        return float_block(*stack_columns([(seconds / 86_400, has) for seconds, has in read]))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Times of phases (m, p), to the nearest hundredth of a second, which is what float32
        holds."""
        decoded = []
        for c, phases in enumerate(cells.T.astype(np.float64)):
            hundredths = np.round(phases * (DAY // 10_000)).astype(np.int64) % (DAY // 10_000)
            clock = [_time(value * 10_000) for value in hundredths.tolist()]
            text = self.group.format_of(c)
            decoded.append([when.strftime(text) for when in clock] if text else clock)
        return decoded

    @classmethod
    def find_format(cls, group: Group, name: Any, series: pd.Series) -> str:
        if classify(series).family != "string":
            return ""
        text = read_date_format(distinct_strings(series), named=True).format
        return text if text is not None and is_time(text) else ""

    @classmethod
    def check_format(cls, text: str, part: str, where: str) -> None:
        check_date_format(text, where)

    def say_value(self, value: Any) -> str:
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else super().say_value(value)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The mean on the circle."""
        if not len(values):
            return "none"
        seconds, _ = times(self.name, pd.Series(list(values), dtype=object))
        turn = np.angle(np.exp(2j * np.pi * seconds / 86_400).sum()) / (2 * np.pi) % 1.0
        return f"around {self.say_value(_time(round(turn * DAY) % DAY))}"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        if self.say_value(a) == self.say_value(b) or pd.isna(a) or pd.isna(b):
            return super().say_difference(a, b, distance)
        seconds, _ = times(self.name, pd.Series([a, b], dtype=object))
        gap = abs(seconds[0] - seconds[1])
        minutes = round(min(gap, 86_400 - gap) / 60)
        apart = f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
        return f"{self.say_value(a)} against {self.say_value(b)}, {apart} apart"


def _time(microseconds: int) -> datetime.time:
    return (datetime.datetime.min + datetime.timedelta(microseconds=microseconds)).time()
