"""Recall of an approximate search, measured on a sample of rows against all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import Rows, as_queries, take_queries
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


def estimate_recall(
    rows: Rows, found: KNN, seed: int, progress: Progress, sample: int | None = None
) -> Recall:
    """Estimate the recall of the lists `found`.

    The sample consists of the rows with the smallest digests, in any order of rows.
    """
    n, k = found.indices.shape
    size = min(n, int(np.clip(PAIRS // n, MIN_SAMPLE, MAX_SAMPLE)) if sample is None else sample)
    picked = np.argsort(rows.keys, kind="stable")[:size]
    lists = KNN(found.indices[picked].copy(), found.distances[picked].copy())
    exact = AllPairsSearch().search(
        rows, take_queries(as_queries(rows), picked), k, seed, progress, lists
    )
    # A row as near as the last true neighbour is as good as it.
    hits = found.distances[picked] <= exact.distances[:, -1:]
    return Recall(
        float(hits.mean()), float((found.distances[picked, 0] <= exact.distances[:, 0]).mean())
    )
