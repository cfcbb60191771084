"""Numbers under Mahalanobis' distance: all columns of a group together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns, float_block
from ..columns.prepare import PREPARATIONS, rescale
from ..columns.values import numbers
from ..engine.rows import Rows
from .numeric import Numeric
from .state import Arrays, take_array

if TYPE_CHECKING:
    from ..schema.group import Group


class Whitened(Numeric):
    """Numbers turned and scaled to unit covariance: Euclidean distance is then Mahalanobis' (1936).

    A row with a gap in any column has a gap in all: no part of the distance is known without the
    others.
    """

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.center = np.empty(0)
        self.scale = np.empty(0)
        self.matrix = np.empty((0, 0))

    def fit(self, columns: Columns) -> None:
        values, present = self._read(columns)
        values = values[present]
        steps = [PREPARATIONS["standard" if len(values) else "none"](v) for v in values.T]
        if len(values):
            self.center = 2 * np.median(values / 2, axis=0)
        else:
            self.center = np.zeros(len(columns))
        standard = np.stack([s.apply(v) for s, v in zip(steps, values.T, strict=True)], axis=1)
        covariance = np.einsum("ia,ib->ab", standard, standard, optimize=False) / max(
            1, len(values)
        )
        spectrum, axes = np.linalg.eigh(covariance)
        # Drop zero-variance directions: dividing would amplify rounding.
        kept = spectrum > 1e-10 * max(1e-300, spectrum.max(initial=0.0))
        factor = np.where(kept, 1 / np.sqrt(np.where(kept, spectrum, 1.0)), 0.0)
        # C^-1/2, the symmetric root, does not depend on signs and order of the axes.
        root = np.einsum("ak,k,bk->ab", axes, factor, axes, optimize=False)
        # Rounded to 24 bits, so that the order of rows has no effect.
        self.matrix = root.astype(np.float32).astype(np.float64)
        digits, exponent = np.frexp([step.scale for step in steps])
        self.scale = np.ldexp(digits.astype(np.float32).astype(np.float64), exponent)

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        pairs = [
            numbers(name, series) for name, series in zip(self.group.columns, columns, strict=True)
        ]
        return np.stack([v for v, _ in pairs], axis=1), np.logical_and.reduce([p for _, p in pairs])

    def encode(self, columns: Columns) -> Block:
        values, present = self._read(columns)
        standard = (values / 2 - self.center / 2) / (self.scale / 2)
        white = np.einsum("ia,ab->ib", standard, self.matrix, optimize=False)
        present = np.repeat(present[:, None], len(columns), axis=1)
        return float_block(white, present, self.group.columns)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Numbers of whitened rows, (m, p); along directions in which the fit did not vary, its
        mean."""
        standard = cells.astype(np.float64) @ np.linalg.pinv(self.matrix)
        return list(rescale(standard, self.scale, self.center).T)

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        return {}, {"center": self.center, "scale": self.scale, "matrix": self.matrix}

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        count = len(self.group.columns)
        self.center = take_array(arrays, "center", np.float64, (count,))
        arrays = {"scale": np.ones(count), **arrays}  # models of 0.1 have none
        self.scale = take_array(arrays, "scale", np.float64, (count,))
        self.matrix = take_array(arrays, "matrix", np.float64, (count, count))
