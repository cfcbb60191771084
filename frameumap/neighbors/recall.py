"""Recall of an approximate search, measured on a sample of rows against all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import Queries, Rows, as_queries, take_queries
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .lists import KNN

#: Most distances computed for the estimate; most of them stop early where lists are right.
PAIRS = 5_000_000
MIN_SAMPLE, MAX_SAMPLE = 32, 500


class Recall(NamedTuple):
    """Recall over a sample of rows.

    Attributes
    ----------
    all : float
        Share of the k nearest rows.
    nearest : float
        Share of the rows whose very nearest was found; lower than `all` where pairs of rows are
        close to each other and far from all others.
    """

    all: float
    nearest: float


class Sample(NamedTuple):
    """Rows with their true neighbours.

    Attributes
    ----------
    picked : int64 (m,)
        The rows with the smallest digests, in any order of rows.
    exact : KNN
        (m, k), without the row itself.
    """

    picked: np.ndarray
    exact: KNN

    def recall(self, found: KNN) -> Recall:
        """Recall of the lists of all rows; a row as near as the last true neighbour is as good as
        it."""
        gaps = found.distances[self.picked]
        nearest = gaps[:, 0] <= self.exact.distances[:, 0]
        return Recall(float((gaps <= self.exact.distances[:, -1:]).mean()), float(nearest.mean()))


def draw_sample(
    rows: Rows, found: KNN, seed: int, progress: Progress, size: int | None = None
) -> Sample:
    """Compare a sample of rows with all others; lists `found` by a search save most of the
    work."""
    n = len(rows.cells)
    size = min(n, int(np.clip(PAIRS // n, MIN_SAMPLE, MAX_SAMPLE)) if size is None else size)
    picked = np.argsort(rows.keys, kind="stable")[:size]
    lists = KNN(found.indices[picked].copy(), found.distances[picked].copy())
    queries = take_queries(as_queries(rows), picked)
    return Sample(picked, nearest_of_all(rows, queries, lists, seed, progress))


def nearest_of_all(rows: Rows, queries: Queries, lists: KNN, seed: int, progress: Progress) -> KNN:
    """The true neighbours of the queries; `lists` found by a search save most of the work and are
    overwritten."""
    k = lists.indices.shape[1]
    return AllPairsSearch().search(rows, queries, k, seed, progress, lists)
