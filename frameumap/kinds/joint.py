"""Encoders of numbers that look at a group's columns together, or give each more than one word."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block
from ..columns.prepare import level_entropies
from ..columns.values import numbers
from ..engine.rows import Rows
from ..schema.group import Group
from .codes import CodeEncoder
from .numbers import NumberEncoder


@dataclass
class WhiteningEncoder:
    """Numbers turned and scaled to unit covariance: Euclidean distance is then Mahalanobis' (1936).

    A row with a gap in any column has a gap in all: no part of the distance can be told without the
    others.
    """

    group: Group = field(init=False)
    center: np.ndarray = field(init=False)
    matrix: np.ndarray = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        values, present = self._read(columns)
        values = values[present]
        self.center = values.mean(axis=0) if len(values) else np.zeros(len(columns))
        scale = (
            np.where(values.std(axis=0) > 0, values.std(axis=0), 1.0)
            if len(values)
            else np.ones(len(columns))
        )
        standard = (values - self.center) / scale
        covariance = np.einsum("ia,ib->ab", standard, standard, optimize=False) / max(
            1, len(values)
        )
        spectrum, axes = np.linalg.eigh(covariance)
        # Directions in which nothing varies tell nothing; dividing by their rounding errors would.
        kept = spectrum > 1e-10 * max(1e-300, spectrum.max(initial=0.0))
        factor = np.where(kept, 1 / np.sqrt(np.where(kept, spectrum, 1.0)), 0.0)
        # C^-1/2, the symmetric root: signs and order of the axes play no part.
        root = np.einsum("ak,k,bk->ab", axes, factor, axes, optimize=False)
        # float32, so that the rows' order changes nothing beyond it.
        self.matrix = (root / scale[:, None]).astype(np.float32).astype(np.float64)
        self.center = self.center.astype(np.float32).astype(np.float64)

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        pairs = [
            numbers(name, series) for name, series in zip(self.group.columns, columns, strict=True)
        ]
        return np.stack([v for v, _ in pairs], axis=1), np.logical_and.reduce([p for _, p in pairs])

    def encode(self, columns: Columns) -> Block:
        values, present = self._read(columns)
        white = np.einsum("ia,ab->ib", values - self.center, self.matrix, optimize=False)
        return float_block(white, np.repeat(present[:, None], len(columns), axis=1))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Numbers of whitened rows, (m, p); along directions in which the fit did not vary, its
        mean."""
        return list((cells.astype(np.float64) @ np.linalg.pinv(self.matrix) + self.center).T)


@dataclass
class MixedEncoder:
    """Numbers and grades divided by their range, and categories, in one group, for Gower's
    distance.

    What a column is follows from its dtype: numbers, booleans, dates and ordered categories are
    numbers. The weight of a
    category is negative, see `metrics.mixed`.

    Attributes
    ----------
    kinds : list of {"number", "date", "category"}
        One a column.
    ranges : float64 (numbers and dates,)
    """

    group: Group = field(init=False)
    kinds: list[str] = field(default_factory=list)
    numbers: NumberEncoder | None = None
    categories: CodeEncoder | None = None
    ranges: np.ndarray = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        self.kinds = [_kind(series) for series in columns]
        numeric, categorical = self.groups()
        if numeric is not None:
            self.numbers = NumberEncoder()
            self.numbers.fit(numeric, self._some(columns, category=False))
        if categorical is not None:
            self.categories = CodeEncoder()
            self.categories.fit(categorical, self._some(columns, category=True))
        read, present = self._numbers(columns)
        spans = [
            np.ptp(read[present[:, c], c]) if present[:, c].any() else 0.0
            for c in range(read.shape[1])
        ]
        self.ranges = np.where(np.array(spans) > 0, spans, 1.0)

    @property
    def is_category(self) -> np.ndarray:
        """Which columns are categories, bool (p,)."""
        return np.array([kind == "category" for kind in self.kinds], bool)

    def groups(self) -> tuple[Group | None, Group | None]:
        """The numbers and the categories as groups of their own."""
        pairs = list(zip(self.group.columns, self.is_category, strict=True))
        own = (
            tuple(c for c, category in pairs if not category),
            tuple(c for c, category in pairs if category),
        )
        return (
            Group(own[0], "ordinal", "levels", prepare="none") if own[0] else None,
            Group(own[1], "categorical", "hamming", missing=self.group.missing) if own[1] else None,
        )

    def _some(self, columns: Columns, category: bool) -> Columns:
        return [
            series for series, own in zip(columns, self.is_category, strict=True) if own == category
        ]

    def _numbers(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        own = self._some(columns, category=False)
        if self.numbers is None:
            return np.empty((len(columns[0]), 0)), np.empty((len(columns[0]), 0), bool)
        pairs = [self.numbers.read(own, c) for c in range(len(own))]
        return np.stack([v for v, _ in pairs], axis=1), np.stack([p for _, p in pairs], axis=1)

    def encode(self, columns: Columns) -> Block:
        values = np.zeros((len(columns[0]), len(columns)))
        present = np.zeros(values.shape, bool)
        read, has = self._numbers(columns)
        values[:, ~self.is_category], present[:, ~self.is_category] = read / self.ranges, has
        if self.categories is not None:
            block = self.categories.encode(self._some(columns, category=True))
            # Codes below 2^24 are whole numbers in float32, too.
            values[:, self.is_category], present[:, self.is_category] = block.cells, block.present
        return float_block(values, present)._replace(
            weights=np.where(self.is_category, -1, 1).astype(np.float32)
        )

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Values of packed rows, (m, p)."""
        decoded: list[Any] = [None] * len(self.kinds)
        if self.numbers is not None:
            own = self.numbers.decode(
                (cells[:, ~self.is_category] * self.ranges).astype(np.float64), rows
            )
            for c, values in zip(np.flatnonzero(~self.is_category), own, strict=True):
                decoded[c] = pd.to_datetime(values, unit="s") if self.kinds[c] == "date" else values
        if self.categories is not None:
            own = self.categories.decode(cells[:, self.is_category].astype(np.int32), rows)
            for c, values in zip(np.flatnonzero(self.is_category), own, strict=True):
                decoded[c] = values
        return decoded


def _kind(series: pd.Series) -> str:
    dtype = series.dtype
    types = pd.api.types
    if isinstance(dtype, pd.CategoricalDtype):
        return "number" if dtype.ordered else "category"
    if types.is_datetime64_any_dtype(dtype) or isinstance(dtype, pd.PeriodDtype):
        return "date"
    numeric = (
        types.is_numeric_dtype(dtype)
        or types.is_bool_dtype(dtype)
        or types.is_timedelta64_dtype(dtype)
    )
    return "number" if numeric or isinstance(dtype, pd.IntervalDtype) else "category"


@dataclass
class GradeEntropyEncoder:
    """Grades as positions on a line on which each level is as long as its entropy, then the
    entropies themselves.

    See `metrics.ordinal.ordinal_entropy`. A level is a grade of the schema or of an ordered dtype;
    of numbers, each distinct one.
    """

    group: Group = field(init=False)
    grades: NumberEncoder = field(init=False)
    knots: list[np.ndarray] = field(default_factory=list)
    entropies: list[np.ndarray] = field(default_factory=list)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        self.grades = NumberEncoder()
        self.grades.fit(self.plain_group(), columns)
        for c in range(len(columns)):
            values, present = self.grades.read(columns, c)
            knots, counts = np.unique(values[present], return_counts=True)
            self.knots.append(knots if len(knots) else np.zeros(1))
            self.entropies.append(
                level_entropies(counts / counts.sum()) if len(knots) else np.zeros(1)
            )

    def plain_group(self) -> Group:
        """The grades as a group of level numbers."""
        return Group(
            self.group.columns, "ordinal", "levels", prepare="none", levels=self.group.levels
        )

    def _positions(self, c: int) -> np.ndarray:
        """Middles of the levels."""
        return np.cumsum(self.entropies[c]) - 0.5 * self.entropies[c]

    def encode(self, columns: Columns) -> Block:
        p = len(columns)
        values = np.empty((len(columns[0]), 2 * p))
        present = np.empty((len(columns[0]), p), bool)
        for c in range(p):
            read, present[:, c] = self.grades.read(columns, c)
            values[:, c] = np.interp(read, self.knots[c], self._positions(c))
            at = np.minimum(np.searchsorted(self.knots[c], read), len(self.knots[c]) - 1)
            values[:, p + c] = np.where(self.knots[c][at] == read, self.entropies[c][at], 0.0)
        return float_block(values, np.tile(present, 2))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Grades nearest to positions, (m, 2p)."""
        p = len(self.group.columns)
        nearest = [
            self.knots[c][np.abs(cells[:, c, None] - self._positions(c)).argmin(axis=1)].astype(
                np.float32
            )
            for c in range(p)
        ]
        return self.grades.decode(np.stack(nearest, axis=1), rows)
