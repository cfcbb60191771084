"""Neighbour lists of rows that stand for several: a row of weight w has w - 1 duplicates of itself.

The slots of duplicates are filled as `neighbors.distinct` fills them, with the row itself at
distance 0: `membership` counts them, and they make no edge.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import kernel
from ..engine.threads import parallel_for
from ..neighbors.lists import KNN


@kernel
def _insert_copies(first, last, lists, weights, most, longer):
    found, gaps = lists
    indices, distances = longer
    k = found.shape[1]
    for i in range(first, last):
        zeros = 0
        others = 0
        total = weights[i]
        for s in range(1, k):
            if found[i, s] >= 0 and gaps[i, s] == 0.0:
                zeros += 1
                total += weights[found[i, s]]
            elif found[i, s] >= 0:
                others += 1
        duplicates = max(zeros, min(np.int64(np.floor(total)) - 1, max(most, k - 1 - others)))
        for s in range(k):
            source = s
            if s > duplicates:
                source = s - duplicates + zeros
            if zeros < s <= duplicates:
                indices[i, s] = i
                distances[i, s] = 0.0
            else:
                indices[i, s] = found[i, source]
                distances[i, s] = gaps[i, source]


def with_copies(knn: KNN, weights: np.ndarray) -> KNN:
    """The lists of rows that stand for `weights` rows each, float64 (n,).

    A weight counts in whole duplicates; below 2 there are none.
    """
    longer = KNN(np.empty_like(knn.indices), np.empty_like(knn.distances))
    most = max(1, knn.indices.shape[1] // 2)
    parallel_for(_insert_copies, len(weights), knn, weights, most, longer)
    return longer


def mean_distance(knn: KNN, weights: np.ndarray) -> float:
    """Mean of all finite distances of the lists, a row's as often as its weight."""
    finite = np.isfinite(knn.distances)
    counts = weights * finite.sum(axis=1)
    sums = np.where(finite, knn.distances, 0).sum(axis=1, dtype=np.float64)
    return float((weights * sums).sum() / counts.sum())
