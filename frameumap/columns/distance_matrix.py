"""A full matrix of given distances, checked, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from .distance_row import TOLERANCE, DistanceRow, Side, asymmetric, check_shape, check_values, fail

#: Rows that are checked at a time.
_BLOCK = 1_000


def read_matrix(given: Any, side: Side) -> np.ndarray:
    """The matrix as an array, rows and columns in the order of `side`."""
    if isinstance(given, pd.DataFrame):
        check_shape(given.shape, side)
        rows = _positions(given.index, side.labels, side, "rows")
        columns = _positions(given.columns, side.others, side, "columns")
        if rows is not None or columns is not None:
            given = given.iloc[
                slice(None) if rows is None else rows, slice(None) if columns is None else columns
            ]
        given = given.to_numpy()
    values = np.asarray(given)
    check_shape(values.shape, side)
    if values.dtype.kind not in "fiub":
        fail(side, f"distances are real numbers, got {values.dtype}")
    width = values.shape[1]
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK].astype(np.float64)

        def place(at: int, start: int = start) -> tuple[int, int]:
            return start + at // width, at % width

        check_values(block.ravel(), side, place)
    if side.at is not None:
        _check_symmetric(values, side, side.at)
    return values


def _positions(have: pd.Index, want: pd.Index, side: Side, what: str) -> np.ndarray | None:
    """Positions of the labels wanted, of as many; None where they are in place."""
    if have.equals(want):
        return None
    if not have.is_unique or not want.is_unique:
        fail(
            side,
            f"its {what} do not have the labels of the frame's rows, each once; give "
            "matrix.to_numpy() if only the order counts",
        )
    found = have.get_indexer(want)
    if (found < 0).any():
        lacking = want[int(np.flatnonzero(found < 0)[0])]
        fail(
            side,
            f"its {what} lack the label {lacking!r}; give matrix.to_numpy() if only the order "
            "counts",
        )
    return found


def _check_symmetric(values: np.ndarray, side: Side, at: np.ndarray) -> None:
    """Raise DataError for a row away from itself, or a pair of two distances."""
    own = values[:, at]
    away = np.flatnonzero(np.diagonal(own) > 0)
    if len(away):
        i = int(away[0])
        fail(side, f"row {side.labels[i]!r} is at distance {own[i, i]:g} from itself; expected 0")
    for start in range(0, len(own), _BLOCK):
        one = own[start : start + _BLOCK].astype(np.float64)
        other = own[:, start : start + _BLOCK].T.astype(np.float64)
        with np.errstate(invalid="ignore"):
            bad = np.abs(one - other) > TOLERANCE * np.maximum(one, other)
        bad |= np.isinf(one) != np.isinf(other)
        if bad.any():
            i, j = (int(a) for a in np.argwhere(bad)[0])
            asymmetric(side, start + i, int(at[j]), one[i, j], other[i, j])


def full_rows(values: np.ndarray, side: Side) -> Iterator[DistanceRow]:
    """The rows of a checked matrix."""
    plain = (side.numbers == np.arange(len(side.numbers))).all()
    for i, row in enumerate(values):
        if not plain:  # rows in between were removed
            told = np.full(int(side.numbers.max()) + 1, np.inf)
            told[side.numbers] = row
            row = told
        yield DistanceRow(side.number(i), None, row)
