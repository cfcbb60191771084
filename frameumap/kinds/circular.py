"""Kinds whose packed values are phases on a circle."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.rows import Rows
from .aggregate import Nearest, circular_mean
from .base import Kind
from .state import Arrays


class Circular(Kind):
    """Phases in [0, 1); there is no fitted state."""

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        return {}, {}

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        """There is no fitted state."""

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return circular_mean(nearest)

    def points_of(self, values: np.ndarray) -> np.ndarray | None:
        """Points of the unit circle, of every phase one."""
        turns = 2 * np.pi * values.astype(np.float64)
        return np.concatenate([np.cos(turns), np.sin(turns)], axis=1)

    def value_at(self, point: np.ndarray, rows: Rows) -> Any:
        half = len(point) // 2
        phase = np.arctan2(point[half], point[0]) / (2 * np.pi) % 1.0
        return self.decode(np.full((1, self.width()), phase, np.float32), rows)[0][0]
