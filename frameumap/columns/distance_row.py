"""`DistanceRow`, the distances of one row to others, and checks of given distances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np
import pandas as pd

from ..errors import DataError

#: The type of the values, see `dtypes.Content.family`.
FAMILY = "distances"
#: Two directions of a pair may differ by this share.
TOLERANCE = 1e-6


class DistanceRow:
    """Distances of one row to others.

    Attributes
    ----------
    number : int
        Of the row; -1 for a new one.
    rows : int32 (m,) or None
        Ascending numbers of the other rows; None where `values` are to rows 0, 1, 2, ...
    values : float (m,)
        inf, or the largest, where a distance is not known.
    """

    __slots__ = ("_told", "_unit", "number", "rows")

    def __init__(
        self, number: int, rows: np.ndarray | None, told: np.ndarray, unit: float = 1.0
    ) -> None:
        self.number, self.rows, self._told, self._unit = number, rows, told, unit

    @property
    def values(self) -> np.ndarray:
        """The distances, in the unit in which they were given; a new array unless that is 1."""
        return self._told if self._unit == 1 else np.asarray(self._told * self._unit)

    def as_number(self, number: int) -> DistanceRow:
        """The row under a number, without a distance to itself in its list."""
        if self.rows is None:
            return DistanceRow(number, None, self._told, self._unit)
        kept = self.rows != number
        return DistanceRow(number, self.rows[kept], self._told[kept], self._unit)

    def __repr__(self) -> str:
        name = f"row {self.number}" if self.number >= 0 else "a new row"
        return f"{name}, {len(self._told)} distances"


class Lists(NamedTuple):
    """Nearest rows: row numbers and distances, (n, k) each; -1 or inf for an empty slot."""

    indices: Any
    distances: Any


class Side(NamedTuple):
    """What a matrix of distances is between.

    Attributes
    ----------
    name : str
        Name of the group, for messages.
    labels : Index
        Labels of the rows.
    others : Index
        Labels of the rows of the fit.
    numbers : int64 (len(others),)
        Their numbers in the model.
    at : int64 (n,) or None
        Positions of the rows among the others; None where they are new and not kept.
    """

    name: str
    labels: pd.Index
    others: pd.Index
    numbers: np.ndarray
    at: np.ndarray | None

    def number(self, i: int) -> int:
        """Number of row i in the model; -1 for a new one."""
        return -1 if self.at is None else int(self.numbers[self.at[i]])


def fail(side: Side, said: str) -> NoReturn:
    """Raise DataError with the name of the group."""
    raise DataError(f"precomputed group {side.name!r}: {said}")


def pair(side: Side, i: int, j: int) -> str:
    """A pair of rows in words."""
    return f"between rows {side.labels[i]!r} and {side.others[j]!r}"


def check_shape(shape: tuple[int, ...], side: Side) -> None:
    """Raise DataError unless a matrix has a line a row and a column a row of the fit."""
    wanted = len(side.labels), len(side.others)
    if shape != wanted:
        what = "of every row to every row" if wanted[0] == wanted[1] else "to the rows of the fit"
        if side.at is not None and wanted[0] < wanted[1]:
            what = "to the rows of the model, the new ones included"
        fail(side, f"expected distances {what}, {wanted[0]} x {wanted[1]}, got shape {shape}")


def check_values(values: np.ndarray, side: Side, where: Callable[[int], tuple[int, int]]) -> None:
    """Raise DataError for a NaN or a negative value; `where(at)` gives the pair."""
    for bad, said in ((np.isnan(values), "is NaN"), (values < 0, "is negative")):
        if bad.any():
            i, j = where(int(np.flatnonzero(bad)[0]))
            mend = "; inf says that it is not known" if said == "is NaN" else ""
            fail(side, f"the distance {pair(side, i, j)} {said}{mend}")


def asymmetric(side: Side, i: int, j: int, one: float, other: float) -> NoReturn:
    """Raise DataError for a pair of two distances."""
    fail(
        side,
        f"not symmetric: the distance {pair(side, i, j)} is {one:g}, and {other:g} the other way "
        "round; take e.g. (D + D.T) / 2",
    )
