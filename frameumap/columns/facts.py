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

from ..errors import DataError

#: Strings looked at for patterns.
SAMPLE = 1000
_CLOCK = r"([T ]\d{1,2}:\d{2}.*)?"
_DATE = re.compile(
    rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{_CLOCK}|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}{_CLOCK}|\d{{8}}T\d{{4,6}}Z?"
)
_NUMBER = re.compile(r"[-+]?[$€£¥]?\s?[-+]?(\d{1,3}([, ]\d{3})+|\d+)(\.\d+)?\s?[%€]?")
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
        "boolean", "number", "datetime", "timedelta", "period", "category", "ordered", "list",
        "string" or "none".
    """

    name: Hashable
    present: pd.Series
    rows: int
    values: str

    @cached_property
    def distinct(self) -> int:
        """Number of different values."""
        if self.values == "list":
            return int(self.present.map(_frozen).nunique())
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
    """Look at a column.

    Raises
    ------
    DataError
        If it mixes values of different types, or holds complex numbers.
    """
    present = series[series.notna()]
    values = _values(name, present)
    return Facts(name, present.astype(object) if values == "list" else present, len(series), values)


def _values(name: Hashable, present: pd.Series) -> str:
    dtype = present.dtype
    if len(present) == 0:
        return "none"
    if isinstance(dtype, pd.CategoricalDtype):
        return "ordered" if dtype.ordered else "category"
    if isinstance(dtype, pd.PeriodDtype):
        return "period"
    types = pd.api.types
    for values, test in (
        ("boolean", types.is_bool_dtype),
        ("datetime", types.is_datetime64_any_dtype),
        ("timedelta", types.is_timedelta64_dtype),
    ):
        if test(dtype):
            return values
    if types.is_complex_dtype(dtype):
        raise DataError(
            f"column {name!r} holds complex numbers; give their real and imaginary parts as two columns"
        )
    if types.is_numeric_dtype(dtype):
        return "number"
    if isinstance(dtype, pd.ArrowDtype) and str(dtype).startswith(
        ("list", "large_list", "fixed_size_list")
    ):
        return "list"
    if isinstance(dtype, pd.ArrowDtype) and str(dtype).startswith("dictionary"):
        return "category"
    if isinstance(dtype, pd.ArrowDtype) and str(dtype).startswith(("date", "timestamp")):
        return "datetime"
    if isinstance(dtype, pd.StringDtype) or str(dtype).startswith(("string", "large_string")):
        return "string"
    if isinstance(dtype, pd.IntervalDtype):
        return "ordered"
    return _object_values(name, present)


_OBJECT_VALUES = {
    "string": "string", "boolean": "boolean", "integer": "number", "floating": "number", "decimal": "number",
    "mixed-integer-float": "number", "datetime": "datetime", "datetime64": "datetime", "date": "datetime",
    "timedelta": "timedelta", "timedelta64": "timedelta", "period": "period",
}  # fmt: skip


def _object_values(name: Hashable, present: pd.Series) -> str:
    present = present.astype(object)
    kinds = present.map(type)
    if kinds.map(lambda t: issubclass(t, (list, tuple, set, frozenset, np.ndarray))).all():
        _check_members(name, present)
        return "list"
    found = _OBJECT_VALUES.get(pd.api.types.infer_dtype(present, skipna=True))
    if found:
        return found
    mend = f"or leave it out with schema {{{name!r}: 'ignored'}}"
    one = kinds.iloc[0].__name__
    other = np.flatnonzero(kinds != kinds.iloc[0])
    if not len(other):
        raise DataError(
            f"column {name!r} holds values of type {one}, which no kind covers; convert them to strings or numbers, {mend}"
        )
    raise DataError(
        f"column {name!r} mixes values that have no common meaning: {one} in row {present.index[0]!r}, "
        f"{kinds.iloc[other[0]].__name__} in row {present.index[other[0]]!r}; convert it to one type, {mend}"
    )


def _check_members(name: Hashable, present: pd.Series) -> None:
    """Raise DataError if a list holds what cannot be a member of a set, such as another list."""
    for row, value in present.items():
        for member in value:
            if isinstance(member, (list, set, dict, np.ndarray)):
                raise DataError(
                    f"column {name!r}, row {row!r}: lists of {type(member).__name__} have no kind; flatten them, or leave the "
                    f"column out with schema {{{name!r}: 'ignored'}}"
                )
