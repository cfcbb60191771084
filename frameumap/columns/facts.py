"""What can be seen of a column without deciding anything: the facts that the rules of `infer` look
at."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .dtypes import MIXED, Content, classify, plain_string

#: Strings looked at for patterns.
SAMPLE = 1000
_CLOCK = r"([T ]\d{1,2}:\d{2}.*)?"
_DATE = re.compile(
    rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}{_CLOCK}|\d{{8}}T\d{{4,6}}Z?"
)
_NUMBER = re.compile(r"[-+]?[$€£¥]?\s?[-+]?(\d{1,3}([, ]\d{3})+|\d+)(\.\d+)?\s?[%€]?")
_KEY_WORD = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rowid|row|no|nr|number|code|pk|url|link)$",
    re.IGNORECASE,
)
_CODE = re.compile(r"0\d+")
_OPAQUE = re.compile(
    r"[0-9a-fA-F]{8,}|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|https?://\S+|[A-Za-z]{0,8}[-_#]?\d{3,}(-\d+)*"
)


@dataclass(frozen=True)
class Facts:
    """A column and what is cheap to know about it.

    Attributes
    ----------
    name : column name
    present : Series
        Its values without gaps.
    rows : int
        Rows of the frame.
    values : str
        "boolean", "number", "date", "duration", "time", "category", "ordered", "list", "string",
        "unknown" or "none".
    problem : str
        Why the values are unknown; "" if they are not.
    remark : str
        How values were understood that could have been meant otherwise.
    """

    name: Hashable
    present: pd.Series
    rows: int
    values: str
    problem: str = ""
    remark: str = ""

    @cached_property
    def distinct(self) -> int:
        """Number of different values."""
        if self.values == "list":
            return int(self.present.map(_frozen).nunique())
        if self.values == "unknown":
            return int(self.present.map(repr).nunique())
        return int(self.present.nunique())

    @cached_property
    def gaps(self) -> float:
        """Share of rows without a value."""
        return 1 - len(self.present) / self.rows

    @cached_property
    def repeats(self) -> float:
        """1 - distinct / present: 0 where all values differ."""
        return 1 - self.distinct / max(1, len(self.present))

    @cached_property
    def strings(self) -> list[str]:
        """An evenly spaced sample of the values as strings."""
        step = max(1, len(self.present) // SAMPLE)
        return [str(v).strip() for v in self.present.iloc[::step]]

    def share(self, pattern: re.Pattern[str]) -> float:
        """Share of the sampled strings that match as a whole."""
        return sum(pattern.fullmatch(s) is not None for s in self.strings) / max(
            1, len(self.strings)
        )

    @cached_property
    def looks_like_dates(self) -> bool:
        """Whether strings read as dates."""
        return self.values == "string" and self.share(_DATE) >= 0.95

    @cached_property
    def looks_like_numbers(self) -> bool:
        """Whether strings read as numbers, with or without signs of currency and percent."""
        return self.values == "string" and self.share(_NUMBER) >= 0.95

    @cached_property
    def leading_zeros(self) -> bool:
        """Whether number-like strings are codes that a number would damage."""
        return self.values == "string" and any(_CODE.fullmatch(s) for s in self.strings)

    @cached_property
    def looks_opaque(self) -> bool:
        """Whether strings are keys, digests or addresses."""
        return self.values == "string" and self.share(_OPAQUE) >= 0.95

    @property
    def named_like_a_key(self) -> bool:
        """Whether the name says identifier."""
        return _KEY_WORD.search(str(self.name)) is not None

    @property
    def look_alikes(self) -> tuple[str, ...]:
        """Warnings about strings that look like something else."""
        if self.looks_like_dates:
            what = f"strings that look like dates ({self.strings[0]!r})"
            return (f"{what}; declare 'datetime' to use them as dates",)
        if self.looks_like_numbers and self.leading_zeros:
            return ("digits with leading zeros: kept as codes",)
        if self.looks_like_numbers:
            what = f"strings that look like numbers ({self.strings[0]!r})"
            return (f"{what}; convert them to use them as numbers",)
        return ()

    @cached_property
    def length(self) -> float:
        """Median length of the strings."""
        return float(np.median([len(s) for s in self.strings])) if self.strings else 0.0

    @cached_property
    def integral(self) -> bool:
        """Whether all numbers are whole."""
        return self.values == "number" and bool(
            np.isfinite(self.numbers).all() and (self.numbers % 1 == 0).all()
        )

    @cached_property
    def numbers(self) -> np.ndarray:
        """The values as float64."""
        return self.present.to_numpy(np.float64)

    @cached_property
    def range(self) -> tuple[float, float]:
        """Smallest and largest number."""
        return float(self.numbers.min()), float(self.numbers.max())


def _frozen(value: Any) -> Any:
    return (
        tuple(value)
        if isinstance(value, (list, np.ndarray))
        else frozenset(value)
        if isinstance(value, set)
        else value
    )


def facts(name: Hashable, series: pd.Series) -> Facts:
    """Look at a column."""
    present = series[series.notna()]
    content = classify(series)
    values = _values(content, len(present))
    if content.family == MIXED:
        present = present.astype(object).map(plain_string)
    elif values in ("list", "unknown"):
        present = present.astype(object)
    return Facts(name, present, len(series), values, content.problem, content.remark)


def _values(content: Content, present: int) -> str:
    if not present:
        return "none"
    if content.levels:
        return "ordered" if content.levels == "ordered" else "category"
    if content.problem:
        return "unknown"
    return "string" if content.family == MIXED else content.family
