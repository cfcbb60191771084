"""Exact search in many dimensions by matrix products: |x - y|^2 = |x|^2 + |y|^2 - 2 <x, y>.

The rounding of a product depends on the library and its threads. So it only excludes rows, with a
margin for its error; the others are compared by the metric itself, and the neighbours are those of
comparing all pairs on any machine. Directions are compared as unit vectors, which are near where
their angle is small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import COUNT, MASK, Queries, Rows, take_queries
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .lists import KNN, empty
from .search import Search, is_single, offer, present_columns, whole_rows

MIN_COLUMNS = 32
_FORMS = ("minkowski2", "direction", "centered")
#: Queries of one product; its result takes 4 bytes times this times the number of rows.
BLOCK = 256


class ProductBlock(NamedTuple):
    """A block of queries against all rows.

    Attributes
    ----------
    products : float32 (m, n)
    query_norms, norms : float32 (m,), (n,)
        Squared.
    margin : float32
        Largest error of a product, as a share of the sum of both squared norms.
    """

    products: np.ndarray
    query_norms: np.ndarray
    norms: np.ndarray
    margin: np.float32


@helper
def _sift_one(rows, queries, q, block, found, seed):
    """Offer the rows that may be among the nearest: gap - error <= gap of the last entry +
    error."""
    rows, queries, block, found = borrow((rows, queries, block, found))
    products, norms, margin = block.products[q], block.norms, block.margin
    query_norm = block.query_norms[q]
    slots = found.indices.shape[1]
    reach = np.float32(np.inf)
    for j in range(products.shape[0]):
        error = margin * (query_norm + norms[j])
        gap = query_norm + norms[j] - np.float32(2) * products[j]
        if gap - error <= reach:
            slot = offer(rows, queries, q, j, found, seed)
            last = found.indices[q, slots - 1]
            if slot >= 0 and last >= 0:
                error = margin * (query_norm + norms[last])
                reach = query_norm + norms[last] - np.float32(2) * products[last] + error


@kernel
def _sift(first, last, rows, queries, block, found, seed):
    for q in range(first, last):
        _sift_one(rows, queries, q, block, found, seed)


def _vectors(cells: np.ndarray, columns: int, form: str) -> tuple[np.ndarray, np.ndarray]:
    """Values whose Euclidean distance the metric grows with, float64 (n, p), and which rows have no
    direction."""
    values = np.ascontiguousarray(cells[:, :columns]).view(np.float32).astype(np.float64)
    if form == "minkowski2":
        return values, np.zeros(len(values), bool)
    size = np.abs(values).max(axis=1)
    if form == "centered":
        values -= values.mean(axis=1, keepdims=True)
    norms = np.sqrt(np.einsum("ij,ij->i", values, values))
    flat = norms <= 1e-5 * size
    return values / np.where(flat, 1, norms)[:, None], flat


class MatrixSearch(Search):
    """The rows as vectors, less their mean, which keeps distances and reduces rounding errors."""

    name = "matrix"
    reason = "many columns under a Euclidean distance or an angle: a matrix product rules rows out"
    limit = 20_000

    def __init__(self, vectors: np.ndarray, form: str) -> None:
        self.form, self.columns = form, vectors.shape[1]
        self.center = vectors.mean(axis=0)
        self.vectors, self.norms = self._centered(vectors)
        # A sum of p products and a few roundings more, each at most half a unit in the last place:
        # (p + 8) 2^-24 (|x| + |y|)^2 <= (p + 8) 2^-23 (|x|^2 + |y|^2); taken twice.
        self.margin = np.float32((self.columns + 8) * 2.0**-22)

    def _centered(self, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        moved = (vectors - self.center).astype(np.float32)
        return moved, np.einsum("ij,ij->i", moved, moved, dtype=np.float64).astype(np.float32)

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        """Euclidean distances and angles; a point of a sphere has too few numbers."""
        return metric.increases_with in _FORMS and metric.prepare != "sphere"

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> MatrixSearch | str:
        """The index, or the reason why there is none."""
        if not is_single(rows, metrics) or metrics[0].increases_with not in _FORMS:
            return "not one group under a Euclidean distance or an angle"
        if rows.groups[0, COUNT] < MIN_COLUMNS:
            return f"fewer than {MIN_COLUMNS} columns: comparing them is as fast"
        column = whole_rows(rows)
        if column is None or len(column.absent):
            return "some rows have gaps"
        vectors, flat = _vectors(rows.cells, int(rows.groups[0, COUNT]), metrics[0].increases_with)
        if flat.any():
            return "some rows have no direction"
        return cls(vectors, metrics[0].increases_with)

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""
        found = empty(len(queries.cells), k)
        vectors, flat = _vectors(queries.cells, self.columns, self.form)
        mask = int(rows.groups[0, MASK])
        lacking = flat | ~present_columns(queries.cells, self.columns, mask).all(axis=1)
        regular, rest = np.flatnonzero(~lacking), np.flatnonzero(lacking)
        for first in progress.steps(range(0, len(regular), BLOCK), "neighbors"):
            some = regular[first : first + BLOCK]
            moved, norms = self._centered(vectors[some])
            lists = empty(len(some), k)
            block = ProductBlock(moved @ self.vectors.T, norms, self.norms, self.margin)
            own = take_queries(queries, some)
            parallel_for(_sift, len(some), rows, own, block, lists, np.uint64(seed))
            found.indices[some], found.distances[some] = lists
        if len(rest):
            found.indices[rest], found.distances[rest] = AllPairsSearch().search(
                rows, take_queries(queries, rest), k, seed, progress
            )
        return found
