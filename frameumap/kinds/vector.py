"""Lists of numbers of one length: embeddings, spectra, histograms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns, check_domain, float_block
from ..columns.facts import Facts
from ..columns.values import objects, presence
from ..engine.rows import Rows
from ..errors import DataError
from ..metrics import get as get_metric
from .aggregate import Nearest, mean
from .base import Kind, Rule, Verdict
from .numeric import plain_scale
from .state import Arrays, expect, take_array

if TYPE_CHECKING:
    from ..schema.group import Group


def _vectors(f: Facts) -> Verdict | None:
    if f.values != "list":
        return None
    first = f.present.iloc[0]
    one_length = f.present.map(len).eq(len(first)).all() and len(first) > 1
    if one_length and all(isinstance(v, (int, float, np.number)) for v in first):
        return Verdict("vector", f"lists of {len(first)} numbers")
    return None


#: Vectors that are stacked at once.
_ROWS = 4096


def _stacked(held: np.ndarray, at: np.ndarray, size: int) -> np.ndarray | None:
    """The vectors `at` of an object array as they are, float32 (n, size), 0 elsewhere; None unless
    all are float32, of that size and finite."""
    values = np.zeros((len(held), size), np.float32)
    for first in range(0, len(at), _ROWS):
        some = at[first : first + _ROWS]
        rows = [held[i] for i in some.tolist()]
        if not all(
            isinstance(row, np.ndarray) and row.dtype == np.float32 and row.shape == (size,)
            for row in rows
        ):
            return None
        block = np.stack(rows)
        if not np.isfinite(block).all():
            return None
        values[some] = block
    return values


class Vector(Kind):
    """Columns of fixed-size lists, side by side, as they are, save what the metric does not see.

    Attributes
    ----------
    center : float64 (sum of sizes,)
    unit : float
        Packed values are (x - center) / unit, see `numeric.plain_scale`.
    """

    name = "vector"
    content = "vector"
    accepts = ("vector",)
    metric = "euclidean"
    rules = (Rule(50, _vectors),)

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.sizes: list[int] = []
        self.center = np.empty(0)
        self.unit = 1.0

    def fit(self, columns: Columns) -> None:
        for name, series in zip(self.group.columns, columns, strict=True):
            present = objects(series)[presence(series)]
            if not len(present):
                raise DataError(f"column {name!r} has no vector at all")
            self.sizes.append(np.size(present[0]))
            if not self.sizes[-1]:
                raise DataError(f"column {name!r} has empty lists: a vector has a number at least")
        values, present = self._read(columns)
        centers, self.unit = plain_scale(
            lambda: (v[p] for v, p in zip(values.T, present.T, strict=True)), self.group
        )
        self.center = np.array(centers)

    def width(self, columns: Columns | None = None) -> int:
        if columns is None:
            return sum(self.sizes)
        held = [series[series.notna()] for series in columns]
        return sum(len(series.iloc[0]) for series in held if len(series))

    def encode(self, columns: Columns) -> Block:
        values, present = self._read(columns)
        sizes = zip(self.group.columns, self.sizes, strict=True)
        names = [column for column, size in sizes for _ in range(size)]
        check_domain(values, present, get_metric(self.group.metric), names, columns[0].index)
        if self.unit != 1.0 or self.center.any():
            values = values.astype(np.float64, copy=False)
            values = (values / 2 - self.center / 2) / (self.unit / 2)
        return float_block(values, present, names)

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """The numbers, float32 (n, p) where all are, else float64, and presence."""
        parts, masks = [], []
        for name, series, size in zip(self.group.columns, columns, self.sizes, strict=True):
            present = presence(series)
            held = objects(series)
            at = np.flatnonzero(present)
            values = _stacked(held, at, size)
            if values is None:
                values = np.zeros((len(series), size))
                for i in at.tolist():
                    row = np.asarray(held[i])
                    numeric = row.shape == (size,) and row.dtype.kind in "fiub"
                    if not numeric or not np.isfinite(row.astype(float)).all():
                        raise DataError(
                            f"column {name!r}, row {series.index[i]!r}: expected a list of {size} "
                            f"finite numbers, got {held[i]!r}"
                        )
                    values[i] = row
            parts.append(values)
            masks.append(np.broadcast_to(present[:, None], values.shape))
        if len(parts) == 1:
            return parts[0], masks[0]
        return np.concatenate(parts, axis=1), np.concatenate(masks, axis=1)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Lists of packed values, (m, sum of sizes)."""
        borders = np.cumsum(self.sizes)[:-1]
        values = cells.astype(np.float64) * self.unit + self.center
        return [list(part) for part in np.split(values, borders, axis=1)]

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        return {"sizes": self.sizes, "unit": self.unit}, {"center": self.center}

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        self.sizes = [int(size) for size in data["sizes"]]
        expect(len(self.sizes) == len(self.group.columns) and min(self.sizes) >= 0, "sizes")
        self.unit = float(data.get("unit", 1.0))
        arrays = {"center": np.zeros(sum(self.sizes)), **arrays}  # models of 0.1 have none
        self.center = take_array(arrays, "center", np.float64, (sum(self.sizes),))

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return mean(nearest)

    def say_value(self, value: Any) -> str:
        if isinstance(value, (list, tuple, np.ndarray)):
            return f"a vector of {len(value)} numbers"
        return super().say_value(value)

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        return f"vectors {distance:.2g} times as far apart as usual"
