"""Facts about strings: what they read as, what they look like, what their members are."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property

import numpy as np
import pandas as pd

from .date_formats import is_time, parse_dates, undecided
from .date_text import DateReading, find_likeness, read_date_format
from .list_text import Lists, Paths, find_list, find_path
from .names import says, says_date
from .number_text import NumberReading, parse_numbers, read_number_pattern
from .opaque import Form, find_form, is_free_text
from .shapes import find_shape, split_line

#: Distinct strings that patterns are looked for in.
STRINGS = 1000
#: Strings of so few levels are levels, whatever numbers they hold.
MOST_LEVELS = 10


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
        """Different strings of the sample, stripped, at most `STRINGS`, the most frequent first."""
        found = (str(v).strip() for v in self.counts.index[: 2 * STRINGS])
        return [v for v in dict.fromkeys(found) if v][:STRINGS]

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
        if self.values != "string":
            return ()
        if self.misread_dates:
            return (self._told_dates,)
        reading = self.number_pattern
        if reading.has_leading_zeros:
            return ("digits with leading zeros: kept as codes",)
        if reading.pattern is None and reading.likely >= 0.5 and reading.misfit is not None:
            told = f"most look like numbers, but {reading.misfit!r} is not written as they are"
            return (f"{told}; {self._mend_of(reading.misfit)}",)
        return self._dates_perhaps or self._numbers_within

    @property
    def _dates_perhaps(self) -> tuple[str, ...]:
        """A warning where strings that are not read as dates may be some."""
        likeness = None if self.dates.format else find_likeness(self.strings)
        if likeness and is_time(likeness):
            return (f"may be times of day; then: schema[{self.name!r}] = 'time'",)
        if likeness:
            declared = f"frameumap.datetime(format={likeness!r})"
            return (f"may be dates; then: schema[{self.name!r}] = {declared}",)
        if says_date(self.name) and self.dates.format is None:
            return (f"the name says date, but {self.example!r} is none that is known",)
        return ()

    @staticmethod
    def _mend_of(misfit: str) -> str:
        """What to do about a value that is not written as the others are."""
        if any(c.isdigit() for c in misfit):
            return "mend it, or make it a gap"
        return f"if it stands for a gap: df = df.replace({misfit!r}, None)"

    @property
    def _numbers_within(self) -> tuple[str, ...]:
        """A warning where strings hold numbers in one shape, and nothing reads them."""
        many = self.number_pattern.pattern is None and len(self.strings) > MOST_LEVELS
        shape = find_shape(self.strings) if many else None
        if shape is None:
            return ()
        what = "a number" if shape.count("0") == 1 else f"{shape.count('0')} numbers"
        return (f"each holds {what}; to compare them: {split_line(self.name, shape)}",)

    @property
    def _told_dates(self) -> str:
        choices = self.dates.choices
        if choices:
            ways = " or ".join(
                f"schema[{self.name!r}] = frameumap.datetime(format={choice!r})"
                for choice in choices
            )
            odd = undecided(self.strings, choices)
            return f"dates, but is the day or the month first in {odd!r}? Say: {ways}"
        return (
            f"strings that look like dates, but {self.dates.misfit!r} is not written as the others "
            f"are; {self._mend_of(self.dates.misfit or '')}"
        )

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
    def _has_more_strings(self) -> bool:
        return self.is_sampled or len(self.counts) > len(self.strings)

    @cached_property
    def _all_strings(self) -> list[str]:
        return sorted(map(str, self.whole.dropna().unique()))

    def _first_misfit(self, bad: np.ndarray) -> str | None:
        at = np.flatnonzero(bad)
        return self._all_strings[at[0]] if len(at) else None
