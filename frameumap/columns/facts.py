"""What can be seen of a column without deciding anything: the facts that rules of inference look
at.

Shares and counts come from a sample of rows chosen by content, so that they do not depend on the
order of the rows, and hardly on how many there are. The whole column is looked at only where a rule
asks whether *all* values are so.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .dtypes import MIXED, Content, classify, plain_string
from .marks import is_error
from .number_facts import NumberFacts
from .number_text import parse_numbers
from .sample import ROWS, content_rows, expected_distinct
from .string_facts import StringFacts

#: Rows that `variety` and `recurrence` are about, so that frames of any length are judged alike.
VIEW = 800
#: A column with fewer values than this in the sample is sampled by itself.
_FEWEST = 500


class Lone(NamedTuple):
    """The only value of a column: as a string, the share of the rows that have it, and what stands
    in others for none ("" if these are gaps only)."""

    value: str
    share: float
    mark: str = ""


class Known(NamedTuple):
    """Facts of a column that are known from more rows than the frame holds.

    Attributes
    ----------
    rows, distinct : int
    gaps : float
    range : tuple of (float, float) or None
        None where the values are no numbers.
    is_consecutive, may_be_unique : bool
        Whether the column holds whole numbers in a row, each once; whether its values may all
        differ.
    """

    rows: int
    gaps: float
    distinct: int
    range: tuple[float, float] | None
    is_consecutive: bool
    may_be_unique: bool


@dataclass(frozen=True)
class Facts(StringFacts, NumberFacts):
    """A column and what is known about it.

    Attributes
    ----------
    name : column name
    whole : Series
        The column.
    present : Series
        Values of the sample, without gaps, in an order that does not depend on the rows'.
    values : str
        "boolean", "number", "date", "duration", "time", "category", "ordered", "list", "string",
        "unknown" or "none".
    problem : str
        Why the values are unknown; "" if they are not.
    remark : str
        How values were understood that could have been meant otherwise.
    """

    name: Hashable
    whole: pd.Series
    present: pd.Series
    values: str
    problem: str = ""
    remark: str = ""

    @cached_property
    def rows(self) -> int:
        """Rows of the frame."""
        return len(self.whole)

    @cached_property
    def gaps(self) -> float:
        """Share of the rows without a value."""
        return float(self.whole.isna().mean())

    @cached_property
    def is_sampled(self) -> bool:
        """Whether there are values that the sample does not hold."""
        return len(self.present) < int(self.whole.notna().sum())

    @cached_property
    def counts(self) -> pd.Series:
        """How often each value of the sample occurs, the most frequent first."""
        values = self._hashable(self.present)
        counts = values.value_counts(sort=False)
        often, names = counts.to_numpy(), list(map(str, counts.index))
        order = sorted(range(len(counts)), key=lambda i: (-often[i], names[i]))
        return counts.iloc[order]

    @cached_property
    def distinct(self) -> int:
        """Number of different values in the whole column."""
        if not self.is_sampled:
            return len(self.counts)
        whole = self.whole[self.whole.notna()]
        return int(self._hashable(whole).nunique())

    def _hashable(self, values: pd.Series) -> pd.Series:
        if self.values == "unknown":
            return values.map(repr)
        return values.map(_frozen) if self.values == "list" else values

    @cached_property
    def is_constant(self) -> bool:
        """Whether there is one value only."""
        return len(self.counts) == 1 and self.distinct == 1

    @cached_property
    def lone(self) -> Lone | None:
        """The only value, if there is one: beside gaps, and beside what a program writes there."""
        if self.values == "none":
            return None
        if self.is_constant:
            return Lone(str(self.counts.index[0]), 1 - self.gaps)
        errors = [v for v in self.counts.index if is_error(v)] if len(self.counts) == 2 else []
        if len(errors) != 1 or self.values != "string" or self.distinct != 2:
            return None
        value = next(v for v in self.counts.index if v != errors[0])
        part = float(self.counts[value]) / len(self.present)
        return Lone(str(value), (1 - self.gaps) * part, str(errors[0]))

    @cached_property
    def steps(self) -> float:
        """Different values that `VIEW` rows with a value hold on average."""
        return expected_distinct(self.counts.to_numpy(), VIEW)

    @cached_property
    def variety(self) -> float:
        """Share of different values among `VIEW` rows that have one: 1 where all differ."""
        return self.steps / min(VIEW, max(1, len(self.present)))

    @property
    def is_saturated(self) -> bool:
        """Whether twice as many rows show hardly more different values."""
        half = expected_distinct(self.counts.to_numpy(), min(VIEW, len(self.present)) // 2)
        return self.steps < 1.15 * half

    @property
    def repeats_often(self) -> bool:
        """Whether its values occur three times each or more, on average."""
        return len(self.present) >= 3 * len(self.counts)

    @cached_property
    def is_unique(self) -> bool:
        """Whether every value of the whole column occurs once."""
        return len(self.counts) == len(self.present) and self.distinct == int(
            self.whole.notna().sum()
        )

    def levels(self, most: int) -> list[Any] | None:
        """The different values of the whole column in ascending order; None where there are more
        than `most`."""
        if len(self.counts) > most:
            return None
        found = self.whole.dropna().unique() if self.is_sampled else self.counts.index
        return sorted(found, key=lambda v: (str(type(v)), v)) if len(found) <= most else None

    def informed(self, known: Known) -> Facts:
        """The same column, with facts of rows that are not in the frame."""
        made = replace(self)
        unique = known.is_consecutive or (self.is_unique and known.may_be_unique)
        facts = known._asdict() | {"is_unique": unique}
        if known.range is None or self.values != "number":
            del facts["range"], facts["is_consecutive"]
        del facts["may_be_unique"]
        vars(made).update(facts)  # in place of the cached properties
        return made

    @cached_property
    def is_consecutive(self) -> bool:
        """Whether the whole column holds n whole numbers in a row, each once."""
        low, high = self.range
        return self.is_whole and high - low + 1 == len(self.whole) and self.is_unique

    @cached_property
    def as_numbers(self) -> Facts:
        """The column read by its number pattern."""
        fmt = str(self.number_pattern.pattern)

        def read(series: pd.Series) -> pd.Series:
            codes, levels = pd.factorize(series)
            return pd.Series(np.append(parse_numbers([str(v) for v in levels], fmt), np.nan)[codes])

        return Facts(self.name, read(self.whole), read(self.present), "number")


def _frozen(value: Any) -> Any:
    return (
        tuple(value)
        if isinstance(value, (list, np.ndarray))
        else frozenset(value)
        if isinstance(value, set)
        else value
    )


def frame_facts(df: pd.DataFrame) -> tuple[dict[Hashable, Facts], pd.DataFrame]:
    """Facts of every column, and the sample of rows that they come from."""
    sample = df.iloc[content_rows(df)]
    seen: dict[Hashable, Facts] = {}
    for column in df.columns:
        part = sample[column]
        present = part[part.notna()]
        if len(sample) < len(df) and len(present) < _FEWEST:
            whole = df[column][df[column].notna()]
            present = whole.iloc[content_rows(whole.to_frame(), ROWS)]
        seen[column] = facts(column, df[column], present)
    return seen, sample


def facts(name: Hashable, series: pd.Series, present: pd.Series | None = None) -> Facts:
    """Look at a column, by a sample of its values or by all of them."""
    content = classify(series)
    present = series[series.notna()] if present is None else present
    values = _values(content, len(present))
    if content.family == MIXED:
        present, series = (
            s.astype(object).map(plain_string, na_action="ignore") for s in (present, series)
        )
    elif values in ("list", "unknown"):
        present = present.astype(object)
    return Facts(name, series, present, values, content.problem, content.remark)


def _values(content: Content, present: int) -> str:
    if not present:
        return "none"
    if content.levels:
        return "ordered" if content.levels == "ordered" else "category"
    if content.problem:
        return "unknown"
    return "string" if content.family == MIXED else content.family
