"""Exact search: every row against every row, in blocks, on all cores. O(n^2) distances, O(n k) memory."""

from __future__ import annotations

import numpy as np
from numba import prange

from .._jit import locked, parallel_kernel
from ..progress import Progress
from ..rows import Rows, dissimilarity
from .heap import KNN, empty, insert


@parallel_kernel
def _search_block(rows, first, last, indices, distances, seed):
    n = rows.cells.shape[0]
    k = indices.shape[1]
    for i in prange(first, last):
        for j in range(n):
            if i != j:
                d = np.float32(dissimilarity(rows, i, j, np.float64(distances[i, k - 1])))
                insert(indices, distances, i, j, d, rows.keys, seed)


def search_exact(rows: Rows, k: int, seed: int, progress: Progress) -> KNN:
    """The `k` nearest other rows of every row under D.

    Returns
    -------
    KNN
        indices int32 (n, k) and distances float32 (n, k), without the row itself.
    """
    n = len(rows.cells)
    found = empty(n, k)
    # About 0.1 s a call at 50 ns a pair on two cores, so that Ctrl-C is heard.
    block = max(16, 4_000_000 // n)
    for first in progress.steps(range(0, n, block), "neighbors"):
        locked(_search_block, rows, first, min(n, first + block), *found, np.uint64(seed))
    return found
