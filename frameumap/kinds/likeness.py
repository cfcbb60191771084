"""Categories whose levels have positions, for the metric "hamming_likeness"."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..columns.block import Columns
from ..columns.likeness import level_positions
from ..columns.values import codes
from .categorical import UNKNOWN, Categorical
from .state import Arrays, expect, take_array

#: The position of a level that the fit has not seen: farther than 1 from every other.
_FAR = 10.0


class Likeness(Categorical):
    """Categories by the likeness of their levels.

    Attributes
    ----------
    positions : list of float64 (levels + 1,)
        Of every level; the last of absence as a level.
    """

    reads_others = True

    def __init__(self, group: Any) -> None:
        super().__init__(group)
        self.positions: list[np.ndarray] = []

    def fit_others(self, columns: Columns, others: Columns) -> None:
        for series, table in zip(columns, self.levels, strict=True):
            own, _ = codes(series)
            absent = self.group.missing == "level"
            level = np.where(own < 0, len(table) if absent else -1, own)
            beside = [*others, *(c for c in columns if c is not series)]
            self.positions.append(level_positions(level, len(table) + 1, beside))

    def _side_values(self, c: int, codes: np.ndarray) -> np.ndarray:
        places = self.positions[c]
        at = np.where(codes < 0, len(places) - 1, codes)
        return np.where(codes == UNKNOWN, _FAR, places[at]).astype(np.float32)

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        data, arrays = super().to_arrays()
        return data, arrays | {f"{c}.positions": p for c, p in enumerate(self.positions)}

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        super().from_arrays(data, arrays)
        for c, table in enumerate(self.levels):
            places = take_array(arrays, f"{c}.positions", np.float64, (len(table) + 1,))
            expect(np.isfinite(places).all(), "positions")
            self.positions.append(places)
