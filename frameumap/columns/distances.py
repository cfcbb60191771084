"""Given distances as a column of a frame: its values say how far a row is from others.

A full matrix, a sparse one (what is not stored is not known), or lists of nearest rows; read and
checked once, for the rows of a fit among each other or for new rows against those of a fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.sparse

from .distance_matrix import full_rows, read_matrix
from .distance_row import (
    FAMILY,
    TOLERANCE,
    DistanceRow,
    Lists,
    Side,
    asymmetric,
    check_shape,
    check_values,
    fail,
)

__all__ = ["COLUMN", "FAMILY", "DistanceRow", "Lists", "Side", "read_distances"]

#: Name of the column that a matrix becomes that is embedded by itself.
COLUMN = "distances"


def read_distances(given: Any, side: Side) -> np.ndarray:
    """A `DistanceRow` for every row of `side.labels`, object (n,).

    Raises
    ------
    DataError
        If the shape, the labels or a value do not fit; the message names the group and the pair.
    """
    if isinstance(given, Lists):
        rows = _sparse_rows(_of_lists(given, side), side)
    elif scipy.sparse.issparse(given):
        rows = _sparse_rows(_plain(given, side), side)
    else:
        rows = full_rows(read_matrix(given, side), side)
    held = np.empty(len(side.labels), object)
    held[:] = list(rows)
    return held


def _plain(given: Any, side: Side) -> scipy.sparse.csr_array:
    """A sparse matrix in rows, stored zeros included."""
    check_shape(given.shape, side)
    if given.dtype.kind not in "fiub":
        fail(side, f"distances are real numbers, got {given.dtype}")
    matrix: Any = scipy.sparse.csr_array(given.astype(np.float64))
    matrix.sum_duplicates()
    return matrix


def _of_lists(given: Lists, side: Side) -> scipy.sparse.csr_array:
    """Lists of nearest rows as a sparse matrix."""
    indices, distances = np.asarray(given.indices), np.asarray(given.distances)
    n, total = len(side.labels), len(side.others)
    if indices.ndim != 2 or indices.shape != distances.shape or len(indices) != n:
        fail(
            side,
            f"knn=(indices, distances) are two arrays of {n} rows and one width, got shapes "
            f"{indices.shape} and {distances.shape}",
        )
    if indices.dtype.kind not in "iu" or distances.dtype.kind not in "fiu":
        fail(
            side,
            "knn=(indices, distances) are whole numbers and real numbers, got "
            f"{indices.dtype} and {distances.dtype}",
        )
    out = (indices >= total) | (indices < -1)
    if out.any():
        i, s = np.argwhere(out)[0].tolist()
        fail(
            side,
            f"row {side.labels[i]!r} names row number {indices[i, s]}; expected 0 to {total - 1}, "
            "or -1 for none",
        )
    held = indices >= 0
    tails, heads = np.nonzero(held)[0], indices[held].astype(np.int64)
    codes = np.sort(tails * total + heads)
    twice = np.flatnonzero(codes[1:] == codes[:-1])
    if len(twice):
        i, j = divmod(int(codes[twice[0]]), total)
        fail(side, f"row {side.labels[i]!r} names row {side.others[j]!r} twice")
    data = distances[held].astype(np.float64)
    return scipy.sparse.csr_array((data, (tails, heads)), shape=(n, total))


def _sparse_rows(matrix: scipy.sparse.csr_array, side: Side) -> Iterator[DistanceRow]:
    """The rows of a sparse matrix, each checked, without distances to itself."""
    matrix.sort_indices()
    tails = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    heads, values = matrix.indices.astype(np.int64), matrix.data
    check_values(values, side, lambda at: (int(tails[at]), int(heads[at])))
    if side.at is not None:
        _check_both_ways(tails, heads, values, side, side.at)
    numbers = side.numbers[heads].astype(np.int32)
    own = np.full(len(tails), -1) if side.at is None else side.numbers[side.at[tails]]
    kept = np.isfinite(values) & (numbers != own)
    counts = np.bincount(tails[kept], minlength=matrix.shape[0])
    borders = np.concatenate([[0], np.cumsum(counts)]).tolist()
    numbers, values = numbers[kept], values[kept]
    for i in range(matrix.shape[0]):
        part = slice(borders[i], borders[i + 1])
        order = np.argsort(numbers[part], kind="stable")
        yield DistanceRow(side.number(i), numbers[part][order], values[part][order])


def _check_both_ways(
    tails: np.ndarray, heads: np.ndarray, values: np.ndarray, side: Side, at_others: np.ndarray
) -> None:
    """Raise DataError for a row away from itself, or a pair of two distances; one direction may be
    missing."""
    total = len(side.others)
    here = at_others[tails]
    away = np.flatnonzero((here == heads) & (values > 0))
    if len(away):
        i = int(tails[away[0]])
        fail(
            side,
            f"row {side.labels[i]!r} is at distance {values[away[0]]:g} from itself; expected 0",
        )
    codes, back = here * total + heads, heads * total + here
    order = np.argsort(codes)
    at = np.minimum(np.searchsorted(codes[order], back), len(codes) - 1)
    both = np.flatnonzero(codes[order[at]] == back) if len(codes) else np.empty(0, np.int64)
    other = values[order[at[both]]]
    gap = np.abs(values[both] - other) > TOLERANCE * np.maximum(values[both], other)
    if gap.any():
        e = int(both[np.flatnonzero(gap)[0]])
        asymmetric(side, int(tails[e]), int(heads[e]), values[e], other[np.flatnonzero(gap)[0]])
