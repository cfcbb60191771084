"""Numbers, grades and categories in one group, for Gower's distance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block
from ..columns.dtypes import classify
from ..columns.prepare import rescale
from ..columns.values import dates_at, seconds
from ..engine.rows import Rows
from .aggregate import Nearest, median
from .base import Kind
from .categorical import Categorical
from .ordinal import Ordinal
from .state import Arrays, expect, prefixed, take_array, under

if TYPE_CHECKING:
    from ..schema.group import Group


class Mixed(Kind):
    """Numbers and grades divided by their range, and categories, in one group.

    The type of a column follows from its values: numbers, booleans, dates and ordered categories
    are numbers. The weight of a category is negative, see `metrics.mixed`.

    Attributes
    ----------
    kinds : list of {"number", "date", "category"}
        One a column.
    ranges : float64 (numbers and dates,)
    centers : float64 (numbers and dates,)
        Subtracted before numbers become float32.
    """

    name = "mixed"
    content = ""
    accepts = ("vector",)
    metric = "gower"
    prepares = ("gower",)

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.kinds: list[str] = []
        self.numbers: Ordinal | None = None
        self.categories: Categorical | None = None
        self.ranges = np.empty(0)
        self.centers = np.empty(0)

    def fit(self, columns: Columns) -> None:
        self.kinds = [_role(series) for series in columns]
        self._split()
        if self.numbers is not None:
            self.numbers.fit(self._some(columns, category=False))
        if self.categories is not None:
            self.categories.fit(self._some(columns, category=True))
        read, present = self._numbers(columns)
        held = [read[present[:, c], c] for c in range(read.shape[1])]
        low, high = (
            np.array([edge(v) if len(v) else 0.0 for v in held]) for edge in (np.min, np.max)
        )
        self.centers = low
        with np.errstate(over="ignore"):  # the range of all numbers is no float64
            spans = np.minimum(high - low, np.finfo(np.float64).max)
        self.ranges = np.where(spans > 0, spans, 1.0)

    @property
    def is_category(self) -> np.ndarray:
        """Which columns are categories, bool (p,)."""
        return np.array([kind == "category" for kind in self.kinds], bool)

    def _split(self) -> None:
        """The numbers and the categories as groups of their own."""
        plain = replace(self.group, weight=None, params=(), levels=None, column_weights=None)
        pairs = list(zip(self.group.columns, self.is_category, strict=True))
        numbers = tuple(c for c, category in pairs if not category)
        categories = tuple(c for c, category in pairs if category)
        if numbers:
            self.numbers = Ordinal(
                replace(plain, columns=numbers, kind="ordinal", metric="levels", prepare="none")
            )
        if categories:
            self.categories = Categorical(
                replace(
                    plain, columns=categories, kind="categorical", metric="hamming", prepare=None
                )
            )

    def _some(self, columns: Columns, category: bool) -> Columns:
        return [
            series for series, own in zip(columns, self.is_category, strict=True) if own == category
        ]

    def _numbers(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        own = self._some(columns, category=False)
        if self.numbers is None:
            return np.empty((len(columns[0]), 0)), np.empty((len(columns[0]), 0), bool)
        roles = [kind for kind in self.kinds if kind != "category"]
        pairs = [
            seconds(series.name, series) if role == "date" else self.numbers.read(own, c)
            for c, (series, role) in enumerate(zip(own, roles, strict=True))
        ]
        return np.stack([v for v, _ in pairs], axis=1), np.stack([p for _, p in pairs], axis=1)

    def encode(self, columns: Columns) -> Block:
        values = np.zeros((len(columns[0]), len(columns)))
        present = np.zeros(values.shape, bool)
        read, has = self._numbers(columns)
        share = (read / 2 - self.centers / 2) / (self.ranges / 2)
        values[:, ~self.is_category], present[:, ~self.is_category] = share, has
        if self.categories is not None:
            block = self.categories.encode(self._some(columns, category=True))
            # Codes below 2^24 are whole numbers in float32, too.
            values[:, self.is_category], present[:, self.is_category] = block.cells, block.present
        return float_block(values, present, self.group.columns)._replace(
            weights=np.where(self.is_category, -1, 1).astype(np.float32)
        )

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Values of packed rows, (m, p)."""
        decoded: list[Any] = [None] * len(self.kinds)
        if self.numbers is not None:
            plain = rescale(
                cells[:, ~self.is_category].astype(np.float64), self.ranges, self.centers
            )
            for at, c in enumerate(np.flatnonzero(~self.is_category)):
                is_date = self.kinds[c] == "date"
                decoded[c] = (
                    pd.DatetimeIndex(dates_at(plain[:, at]))
                    if is_date
                    else self.numbers.restore(plain[:, at], at)
                )
        if self.categories is not None:
            own = self.categories.decode(cells[:, self.is_category].astype(np.int32), rows)
            for c, values in zip(np.flatnonzero(self.is_category), own, strict=True):
                decoded[c] = values
        return decoded

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        arrays: Arrays = {"ranges": self.ranges, "centers": self.centers}
        parts: list[Any] = []
        for at, part in enumerate((self.numbers, self.categories)):
            data, own = (None, {}) if part is None else part.to_arrays()
            parts.append(data)
            arrays |= prefixed(str(at), own)
        return {"kinds": self.kinds, "parts": parts}, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        self.kinds = [str(kind) for kind in data["kinds"]]
        known = set(self.kinds) <= {"number", "date", "category"}
        expect(len(self.kinds) == len(self.group.columns) and known, "kinds")
        self._split()
        count = int((~self.is_category).sum())
        self.ranges = take_array(arrays, "ranges", np.float64, (count,))
        arrays = {"centers": np.zeros(count), **arrays}  # models of 0.1 have none
        self.centers = take_array(arrays, "centers", np.float64, (count,))
        parts = zip((self.numbers, self.categories), data["parts"], strict=True)
        for at, (part, own) in enumerate(parts):
            if part is not None:
                part.from_arrays(own, under(str(at), arrays))

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return median(nearest)


def _role(series: pd.Series) -> str:
    content = classify(series)
    if content.levels:
        return "number" if content.levels == "ordered" else "category"
    if content.family == "date":
        return "date"
    return "number" if content.family in ("number", "boolean", "duration") else "category"
