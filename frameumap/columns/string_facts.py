"""Facts about strings: what they read as, what they look like, what their members are."""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .date_formats import parse_dates
from .date_text import DateReading, read_date_format
from .level_order import find_order
from .list_text import Lists, Paths, find_list, find_path
from .marks import is_mark
from .misread import tell_dates, tell_misread
from .names import says, says_code
from .number_text import NumberReading, parse_numbers, read_number_pattern
from .opaque import Form, find_form, is_free_text
from .shapes import find_shape

#: Distinct strings that patterns are looked for in.
STRINGS = 1000
#: Strings of so few levels are levels, whatever numbers they hold.
MOST_LEVELS = 10
#: More levels than these are not listed in an order.
MOST_ORDERED = 31
#: More units than this are words.
MOST_UNITS = 6
#: What makes a number in English its place, "3rd".
ORDINAL_ENDINGS = frozenset(["st", "nd", "rd", "th"])
_UNIT = r"(?:w|d|days?|h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|ms)"
_DURATION = re.compile(
    rf"P(?=\w)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:[\d.]+S)?)?"
    rf"|\d+ ?{_UNIT}(?:,? ?\d+ ?{_UNIT})*|-?\d+ days?,? \+?\d\d?:\d\d:\d\d(?:\.\d+)?"
)


class StringFacts:
    """What `Facts` knows of strings; nothing of this holds of other values."""

    name: Hashable
    whole: pd.Series
    values: str

    @cached_property
    def counts(self) -> pd.Series:
        """How often each value of the sample occurs, the most frequent first."""
        raise NotImplementedError

    @cached_property
    def is_sampled(self) -> bool:
        """Whether there are values that the sample does not hold."""
        raise NotImplementedError

    @cached_property
    def strings(self) -> list[str]:
        """Different strings of the sample, stripped, at most `STRINGS`, the most frequent first; of
        more, the second half is taken at equal steps from the others, as these are in alphabetical
        order where they are equally frequent."""
        found = [v for v in dict.fromkeys(str(v).strip() for v in self.counts.index) if v]
        if len(found) <= STRINGS:
            return found
        half = STRINGS // 2
        steps = np.arange(half, STRINGS) - half
        return found[:half] + [
            found[half + i] for i in steps * (len(found) - half) // (STRINGS - half)
        ]

    @property
    def example(self) -> str:
        """The most frequent string."""
        return self.strings[0] if self.strings else ""

    @cached_property
    def named_date(self) -> bool:
        """Whether the name speaks of dates."""
        return says(self.name, "date") or says(self.name, "calendar")

    @cached_property
    def dates(self) -> DateReading:
        """The strings as dates; a format is one that reads the whole column."""
        if self.values != "string" or not self.strings:
            return DateReading()
        reading = read_date_format(self.strings, self.named_date)
        if reading.format is None or not self._has_more_strings:
            return reading
        misfit = self._first_misfit(np.isnat(parse_dates(self._all_strings, reading.format)))
        return reading if misfit is None else DateReading(None, (), 1.0, misfit)

    @cached_property
    def number_pattern(self) -> NumberReading:
        """The strings as numbers; a pattern is one that reads the whole column."""
        if self.values != "string" or not self.strings:
            return NumberReading()
        reading = read_number_pattern(self.strings)
        if reading.pattern is None or not self._has_more_strings:
            return reading
        misfit = self._first_misfit(
            np.isnan(parse_numbers(self._all_strings, str(reading.pattern)))
        )
        return reading if misfit is None else NumberReading(None, 1.0, misfit)

    @property
    def holds_whole_numbers(self) -> bool:
        """Whether strings are plain whole numbers."""
        return self.values == "string" and str(self.number_pattern.pattern) == "1234"

    @property
    def misread_dates(self) -> bool:
        """Whether strings have the form of dates, and no one format reads them."""
        return (
            self.values == "string"
            and self.dates.likely >= 0.5
            and self.dates.format is None
            and self.number_pattern.pattern is None
        )

    @cached_property
    def misread(self) -> tuple[str, ...]:
        """Warnings about strings that look like something else."""
        return tell_misread(self)

    @property
    def has_units(self) -> bool:
        """Whether every string is a number, in a few different units."""
        units = self.number_pattern.units
        if (
            says_code(self.name)
            or set(units) <= ORDINAL_ENDINGS
            or any(c.isdigit() for unit in units for c in unit)
        ):
            return False
        return 2 <= len(units) <= MOST_UNITS

    @cached_property
    def is_duration(self) -> bool:
        """Whether all strings are durations that pandas reads, "2h 15m" or "PT1H"."""
        if self.values != "string" or not self.strings:
            return False
        if not all(map(_DURATION.fullmatch, self.strings)):
            return False
        return bool(pd.to_timedelta(pd.Series(self.strings), errors="coerce").notna().all())

    @cached_property
    def shape(self) -> str | None:
        """What stands between the numbers of all strings, see `shapes.find_shape`."""
        if self.values != "string" or self.number_pattern.pattern is not None:
            return None
        return find_shape(self.strings) if len(self.strings) > MOST_LEVELS else None

    @cached_property
    def string_mark(self) -> str | None:
        """The most frequent string that stands for a gap, if there is one among others."""
        if self.values != "string":
            return None
        if "+" in self.counts.index:  # beside it "-" is a sign
            return None
        return next((str(v) for v in self.counts.index if is_mark(v)), None)

    @cached_property
    def order(self) -> list[str] | None:
        """The different strings in their order, see `level_order.find_order`; None where they may
        be dates."""
        if self.values not in ("string", "category") or tell_dates(self):
            return None
        levels = self.levels(MOST_ORDERED)
        return (
            None
            if levels is None
            else find_order(levels, says(self.name, "grade") or says(self.name, "calendar"))
        )

    def levels(self, most: int) -> list[Any] | None:
        """The different values of the whole column in ascending order."""
        raise NotImplementedError

    @cached_property
    def lists(self) -> Lists | None:
        """The strings as lists."""
        return find_list(self.strings) if self.values == "string" else None

    @cached_property
    def paths(self) -> Paths | None:
        """The strings as paths of a hierarchy."""
        return find_path(self.strings) if self.values == "string" else None

    @cached_property
    def form(self) -> Form | None:
        """What the strings are, where their letters mean nothing."""
        return find_form(self.strings) if self.values == "string" and self.strings else None

    @cached_property
    def is_free_text(self) -> bool:
        """Whether the strings are sentences."""
        return self.values == "string" and is_free_text(self.strings)

    @cached_property
    def words(self) -> float:
        """Words of a string, on average."""
        return float(np.mean([len(s.split()) for s in self.strings])) if self.strings else 0.0

    @cached_property
    def _has_more_strings(self) -> bool:
        return self.is_sampled or len(self.counts) > len(self.strings)

    @cached_property
    def _all_strings(self) -> list[str]:
        return sorted(map(str, self.whole.dropna().unique()))

    def _first_misfit(self, bad: np.ndarray) -> str | None:
        at = np.flatnonzero(bad)
        return self._all_strings[at[0]] if len(at) else None
