"""How many of the true neighbours an approximate search found: measured on a sample of rows against
all others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import Rows, as_queries, take_queries
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .lists import KNN

#: Distances that the estimate may cost; lists that are right already let most of them stop early.
PAIRS = 5_000_000
MIN_SAMPLE, MAX_SAMPLE = 32, 500


class Recall(NamedTuple):
    """What was found, over a sample of rows.

    Attributes
    ----------
    all : float
        Share of the k nearest rows.
    nearest : float
        Share of the rows whose very nearest was found: twins are missed where nobody else is near,
        so it may be lower.
    """

    all: float
    nearest: float


def estimate_recall(
    rows: Rows, found: KNN, seed: int, progress: Progress, sample: int | None = None
) -> Recall:
    """How much of the neighbourhoods was `found`.

    The sample are the rows with the smallest digests: the same rows whatever their order.
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
