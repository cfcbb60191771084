"""Dates on a line, in seconds since 1970; parts of dates are cycles."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.block import Columns
from ..columns.date_formats import (
    COMPACT_YEARS,
    check_date_format,
    is_time,
    moment_text,
    parse_dates,
    write_dates,
)
from ..columns.date_text import MANY_MONTHS
from ..columns.facts import Facts
from ..columns.read_strings import find_date_format
from ..columns.values import dates_at, seconds
from .base import Rule, Verdict
from .numeric import Numeric
from .numeric_rules import COUNTED
from .say import undo

if TYPE_CHECKING:
    from ..schema.group import Group

#: Years of compact months where the name does not say date.
COMMON_YEARS = (1900, 2099)
_MONTHS = ("%Y%m",)
_DAYS = ("%Y%m%d", "%m%d%Y", "%d%m%Y")
_SECONDS = ("%Y%m%d%H%M%S",)


def _dates(f: Facts) -> Verdict | None:
    return Verdict("datetime", "dates") if f.values == "date" else None


def _strings(f: Facts) -> Verdict | None:
    """Strings of which one format reads every value."""
    text = f.dates.format
    if f.values != "string" or text is None or is_time(text):
        return None
    when = pd.Timestamp(parse_dates([f.example], text)[0])
    warnings = ("years of two digits are read as 1969 to 2068",) if "%y" in text else ()
    day = f"{when.day} {when.month_name()} {when.year}"
    verb = "is" if re.search("%[djuc]|ISO", text) else "starts on"
    reason = f"dates in strings, written as {text!r}: {f.example!r} {verb} {day}"
    return Verdict("datetime", reason, (*warnings, undo(f.name)), {"format": text})


def _compact(f: Facts) -> Verdict | None:
    """Whole numbers that are dates, 20111109 or 10142018; 201107 under the name of a date."""
    if f.values != "number" or not f.is_whole:
        return None
    low, high = f.range
    years = COMPACT_YEARS if f.named_date else COMMON_YEARS
    many = f.named_date or len(f.counts) >= MANY_MONTHS
    months = many and low >= 100 * years[0] and high < 100 * years[1] + 13
    days = low > 1_010_000 and high < 99_999_999 and (f.named_date or len(f.counts) >= 3)
    seconds = low >= 1e10 * years[0] and high < 1e10 * (years[1] + 1)
    formats = _MONTHS if months else _DAYS if days else _SECONDS if seconds else ()
    texts = [str(int(v)) for v in f.counts.index] if formats else []
    fitting = [text for text in formats if _reads(texts, text)]
    if len(fitting) != 1 or (f.is_sampled and not _reads(_all_numbers(f), fitting[0])):
        return None
    when = pd.Timestamp(parse_dates(texts[:1], fitting[0])[0])
    reason = f"dates in numbers, written as {fitting[0]!r}: {texts[0]} is {when.day} {when:%B %Y}"
    return Verdict("datetime", reason, (undo(f.name, "numeric"),), {"format": fitting[0]})


def _counted(f: Facts) -> Verdict | None:
    """Numbers under the name of a date that count seconds since 1970, or parts of them."""
    if f.values != "number" or not f.named_date or len(f.counts) < 3:
        return None
    low, high = f.range
    for text, (first, last, unit) in COUNTED.items():
        if text != "excel" and first <= low and high <= last:
            value = f.counts.index[0]
            when = pd.Timestamp(parse_dates([str(value)], text)[0])
            reason = f"dates in numbers, {unit}: {value:.0f} is {when.day} {when:%B %Y}"
            return Verdict("datetime", reason, (undo(f.name, "numeric"),), {"format": text})
    return None


def _all_numbers(f: Facts) -> list[str]:
    return [str(int(v)) for v in f.whole.dropna().unique()]


def _reads(texts: list[str], text: str) -> bool:
    return not np.isnat(parse_dates(texts, text)).any()


class Datetime(Numeric):
    """Dates, prepared as numbers are."""

    name = "datetime"
    content = "dates"
    shared = "dates"
    rules = (Rule(17, _strings), Rule(30, _dates), Rule(59, _compact), Rule(58, _counted))
    parts = {  # noqa: RUF012
        "linear": ("datetime", "manhattan"),
        "time": ("cyclic", "cyclic"),
        "weekday": ("cyclic", "cyclic"),
        "season": ("cyclic", "cyclic"),
        "calendar": ("cyclic", "calendar"),
    }

    def read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        name, text = self.group.columns[c], self.group.format_of(c)
        return seconds(name, columns[c], text, self.origins[c])

    def find_origin(self, series: pd.Series, c: int) -> int:
        """The middle date in whole seconds where there may be nanoseconds, which float64 would
        round."""
        if "[ns" not in str(series.dtype):
            return 0
        values, present = seconds(self.group.columns[c], series)
        return int(np.median(values[present])) if present.any() else 0

    def restore(self, values: np.ndarray, c: int) -> Any:
        dates = dates_at(values, self.origins[c])
        text = self.group.format_of(c)
        return write_dates(dates, text) if text else pd.DatetimeIndex(dates)

    @classmethod
    def find_format(cls, group: Group, name: Any, series: pd.Series) -> str:
        return find_date_format(name, series, group.dayfirst)

    @classmethod
    def check_format(cls, text: str, part: str, where: str) -> None:
        check_date_format(text, where)

    @classmethod
    def read_format(cls, name: Any, series: pd.Series, text: str) -> tuple[np.ndarray, np.ndarray]:
        return seconds(name, series, text)

    def say_value(self, value: Any) -> str:
        if pd.isna(value):
            return "none"
        when = pd.Timestamp(value) if not isinstance(value, pd.Period) else value.start_time
        return moment_text(when.tz_localize(None).to_datetime64())

    def say_typical(self, values: Sequence[Any]) -> str:
        """The median date and the middle half."""
        if not len(values):
            return "none"
        when = pd.Series(seconds(self.name, pd.Series(list(values)))[0])
        days = when.quantile([0.25, 0.5, 0.75]).floordiv(86400).astype(np.int64).to_numpy()
        low, middle, high = map(moment_text, days.astype("datetime64[D]"))
        return f"{middle} ({low} to {high})"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        if pd.isna(a) or pd.isna(b) or self.say_value(a) == self.say_value(b):
            return super().say_difference(a, b, distance)
        gap = np.ptp(seconds(self.name, pd.Series([a, b], dtype=object))[0]) / 86400
        apart = f"{gap:.0f} days" if gap >= 2 else f"{24 * gap:.1f} hours"
        return f"{self.say_value(a)} against {self.say_value(b)}, {apart} apart"
