"""Floors for rare levels and places: a few rows of each are always in the sample."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..kinds.geo import place_columns
from .digests import rescramble
from .summary import numbers_of

#: Degrees of a cell of the Earth's surface: at most 2,592 cells.
CELL = 5.0


def place_cells(columns: dict[str, Any]) -> np.ndarray:
    """A digest of the cell that each row lies in, uint64 (pairs of coordinates, n)."""
    cells = []
    for lat, lon in place_columns(list(columns)):
        north, east = numbers_of(columns[lat]), numbers_of(columns[lon])
        if north is None or east is None:
            continue
        row = np.floor(np.clip(north, -90, 90) / CELL).astype(np.int64) + 1000
        column = np.floor(np.mod(east, 360) / CELL).astype(np.int64)
        cells.append(rescramble((row * 1000 + column).view(np.uint64), 0x510E527FADE682D1))
    n = len(next(iter(columns.values())))
    return np.stack(cells) if cells else np.empty((0, n), np.uint64)


def first_of_levels(
    keys: np.ndarray, levels: np.ndarray, among: np.ndarray, floor: int
) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """The `floor` rows with the smallest digests of every level.

    Parameters
    ----------
    keys : uint64 (n,)
        Ascending digests of rows.
    levels : uint64 (n,)
    among : bool (n,)
        Rows whose level has a floor.

    Returns
    -------
    chosen : bool (n,)
    limits : tuple of uint64 (l,)
        Levels that are full, in ascending order, and the largest digest chosen in each.
    """
    rows = np.flatnonzero(among)
    place = pd.Series(levels[rows]).groupby(levels[rows], sort=False).cumcount().to_numpy()
    chosen = np.zeros(len(keys), bool)
    chosen[rows[place < floor]] = True
    last = rows[place == floor - 1]
    order = np.argsort(levels[last])
    return chosen, (levels[last][order], keys[last][order])
