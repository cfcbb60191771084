"""Neighbour lists by locally scaled distances.

    d'(i, j) = d(i, j) / (s_i s_j)^(p / 2),    s_i = mean distance of row i to its neighbours

With many columns some rows are near everything and fill the lists of all others: hubs. Dividing by
both rows' own scales takes that from them (Zelnik-Manor and Perona, "Self-tuning spectral
clustering", 2004; Schnitzer, Flexer, Schedl and Widmer, "Local and global scaling reduce hubs in
space", 2012), at p = 1 all of it. Candidates of a row are the rows of its list and those whose
lists hold it, so that nothing more is searched.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.threads import parallel_for
from ..neighbors.lists import KNN, empty, insert_new
from .membership import Reversed, transpose_lists

#: p above. At 1 wide neighbourhoods of images suffer, and labels of business tables.
POWER = 0.5


@kernel
def _own_scales(first, last, distances, fallback, scales):
    """s_i, duplicates at distance 0 left out."""
    for i in range(first, last):
        total = 0.0
        count = 0
        for s in range(1, distances.shape[1]):
            if 0.0 < distances[i, s] < np.inf:
                total += distances[i, s]
                count += 1
        scales[i] = total / count if count else fallback


@helper
def _has_equal(indices, i, key, keys):
    """Whether list i holds a row with this digest."""
    found = False
    for s in range(indices.shape[1]):
        found |= indices[i, s] >= 0 and keys[indices[i, s]] == key
    return found


@kernel
def _rescale(first, last, found, into, roots, keys, seed, scaled):
    given, gaps = found
    offsets, sources, values = borrow(into)
    indices, distances = scaled
    k = given.shape[1]
    for i in range(first, last):
        for s in range(k):
            j = given[i, s]
            if gaps[i, s] == 0.0:  # the row itself and its duplicates
                indices[i, s] = j
                distances[i, s] = 0.0
            elif j >= 0:
                d = gaps[i, s] * roots[i] * roots[j]
                insert_new(indices, distances, i, j, d, keys[i], keys, seed)
        for e in range(offsets[i], offsets[i + 1]):
            j = sources[e]
            d = values[e] * roots[i] * roots[j]
            # Of equal rows, a list holds one.
            if d <= distances[i, k - 1] and not _has_equal(indices, i, keys[j], keys):
                insert_new(indices, distances, i, j, d, keys[i], keys, seed)


def scale_locally(knn: KNN, keys: np.ndarray, seed: int) -> KNN:
    """The lists by locally scaled distances, of the same length.

    Parameters
    ----------
    knn : KNN
    keys : uint64 (n,)
        Digests of the rows, equal where rows are equal; with `seed`, they break ties.
    seed : int
    """
    n, k = knn.indices.shape
    distances = knn.distances
    positive = (distances > 0) & (distances < np.inf)
    if not positive.any():
        return knn
    scales = np.empty(n, np.float64)
    fallback = float(distances[positive].mean(dtype=np.float64))
    parallel_for(_own_scales, n, distances, fallback, scales)
    roots = (scales ** (-POWER / 2)).astype(np.float32)
    # Duplicates are in each other's lists already.
    apart = np.where(positive & (knn.indices >= 0), distances, np.float32(0))
    apart[:, 0] = 0.0
    count = np.count_nonzero(apart)
    offsets = np.zeros(n + 1, np.int64)
    into = Reversed(offsets, np.empty(count, np.int32), np.empty(count, np.float32))
    transpose_lists(knn.indices, apart, *into)
    scaled = empty(n, k)
    parallel_for(_rescale, n, knn, into, roots, keys, np.uint64(seed), scaled)
    return scaled
