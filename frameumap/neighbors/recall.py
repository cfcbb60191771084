"""How many of the true neighbours an approximate search found: measured on a sample of rows against all others."""

from __future__ import annotations

import numpy as np

from ..progress import Progress
from ..rows import Rows, as_queries, take_queries
from .exact import AllPairs
from .heap import KNN

#: Distances that the estimate may cost; lists that are right already let most of them stop early.
PAIRS = 5_000_000
MIN_SAMPLE, MAX_SAMPLE = 32, 500


def estimate_recall(rows: Rows, found: KNN, seed: int, progress: Progress, sample: int | None = None) -> float:
    """Share of the k nearest rows that are among those `found`, over a sample of rows.

    The sample are the rows with the smallest digests: the same rows whatever their order.
    """
    n, k = found.indices.shape
    size = min(n, int(np.clip(PAIRS // n, MIN_SAMPLE, MAX_SAMPLE)) if sample is None else sample)
    picked = np.argsort(rows.keys, kind="stable")[:size]
    lists = KNN(found.indices[picked].copy(), found.distances[picked].copy())
    exact = AllPairs().search(rows, take_queries(as_queries(rows), picked), k, seed, progress, lists)
    # A row as near as the last true neighbour is as good as it.
    hits = (found.distances[picked] <= exact.distances[:, -1:]).sum()
    return float(hits / (size * k))
