"""Phases on a circle: numbers over their period, and parts of dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block, stack_columns
from ..columns.date_formats import check_date_format
from ..columns.facts import Facts
from ..columns.names import names_cycle
from ..columns.number_text import pattern_of
from ..columns.read_strings import find_date_format
from ..columns.values import date_part, numbers
from ..engine.rows import Rows
from ..errors import SchemaError, check_one_of
from ..metrics import Metric
from .base import PARTS, Rule, Verdict
from .circular import Circular

if TYPE_CHECKING:
    from ..schema.group import Group

#: Parts of a date that make a calendar, in the order in which `metrics.cyclic.calendar` has them.
CALENDAR = ("time", "weekday", "season")


#: What a cycle is called, by its topic; its period, and the least and largest number that it has.
CYCLES = {
    "hour": ("hours of the day", 24, 0, 24),
    "month": ("months of the year", 12, 1, 12),
    "weekday": ("days of the week", 7, 0, 7),
    "yearday": ("days of the year", 366, 0, 366),
    "direction": ("directions in degrees", 360, 0, 360),
}


def _named(f: Facts) -> Verdict | None:
    """Numbers under the name of an hour, a month, a weekday or a direction, and in its range."""
    topic = names_cycle(f.name) if f.values == "number" and len(f.counts) >= 3 else None
    if topic is None:
        return None
    what, period, least, most = CYCLES[topic]
    low, high = f.range
    if low < least or high > most or (topic != "direction" and not f.is_whole):
        return None
    if topic == "direction" and high <= 2 * np.pi:
        return None
    last = int(high) if high - low < period else int(high) - 1
    near = (
        f"{last} is near {low:.3g}" if high - low >= 0.75 * period else f"{period:g} is the start"
    )
    reason = f"{what}, on a circle: {near}"
    rival = ("numbers on a line", "'numeric'")
    return Verdict("cyclic", reason, options={"period": float(period)}, rival=rival)


class Cyclic(Circular):
    """Phases in [0, 1): numbers over their period, or parts of dates."""

    name = "cyclic"
    content = "cycle"
    accepts = ("vector",)
    metric = "cyclic"
    shared = "cycles"
    prepares = ("cyclic", "calendar")
    rules = (Rule(61, _named),)

    @classmethod
    def check_part(cls, part: str, metric: Metric, where: str) -> str:
        check_one_of(part, PARTS, f"part of {where}", SchemaError)
        if metric.prepare == "calendar":
            return "calendar"
        return super().check_part(part, metric, where)

    @classmethod
    def find_format(cls, group: Group, name: Any, series: pd.Series) -> str:
        return "" if group.part == "linear" else find_date_format(name, series, group.dayfirst)

    @classmethod
    def check_format(cls, text: str, part: str, where: str) -> None:
        if part == "linear":
            pattern_of(text)
        else:
            check_date_format(text, where)

    def fit(self, columns: Columns) -> None:
        if not self.is_part and self.group.period is None:
            raise SchemaError(
                f"group {self.group.name!r}: a cyclic column needs its period, e.g. "
                f"frameumap.cyclic(24) for hours"
            )

    @property
    def is_part(self) -> bool:
        return self.group.part != "linear"

    @property
    def _taken(self) -> tuple[str, ...]:
        """Parts that are taken of every date."""
        return CALENDAR if self.group.part == "calendar" else (self.group.part,)

    @property
    def period(self) -> float:
        """Length of the cycle in the column's own unit; 1 where it is a part of a date."""
        return 1.0 if self.is_part or self.group.period is None else self.group.period

    def width(self, columns: Columns | None = None) -> int:
        return len(self.group.columns) * len(self._taken)

    def encode(self, columns: Columns) -> Block:
        pairs = []
        for c, (name, series) in enumerate(zip(self.group.columns, columns, strict=True)):
            text = self.group.format_of(c)
            if self.is_part:
                pairs += [date_part(name, series, part, text) for part in self._taken]
            else:
                values, present = numbers(name, series, text)
                pairs.append(((values / self.period) % 1.0, present))
        return float_block(*stack_columns(pairs))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Numbers on the circle, or the phase of a part of a date (of a calendar the time), of
        packed phases (m, width)."""
        first = cells[:, :: len(self._taken)].astype(np.float64)
        return [first[:, c] * self.period for c in range(first.shape[1])]

    def say_typical(self, values: Sequence[Any]) -> str:
        """The mean on the circle; of parts of dates the most frequent value."""
        if self.is_part or not len(values):
            return super().say_typical(values)
        turned = np.exp(2j * np.pi * np.asarray(values, np.float64) / self.period)
        # Rounded, so that the end of the circle is its beginning.
        turn = np.round(np.angle(turned.sum()) / (2 * np.pi), 6) % 1.0
        return self.say_value(float(turn) * self.period)
