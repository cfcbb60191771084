"""NN-descent (Dong, Moses and Li 2011) on the combined dissimilarity, the same on any number of threads.

A neighbour of a neighbour is likely a neighbour. Every round draws for each row a few new and a few old neighbours, in
both directions, and compares them with each other (the local join). Rounds run in blocks of rows: the joins of a block
read the lists as they were at its start and write proposals; then each thread takes the proposals for its own rows, in
order. So no lock is needed and no result depends on timing.
"""

from __future__ import annotations

import numpy as np
from numba import get_num_threads, prange

from .._jit import kernel, locked, mix, parallel_kernel
from ..progress import Progress
from ..rows import Rows, dissimilarity
from .forest import grow_forest
from .heap import KNN, empty, insert

TREES = 8
CANDIDATES = 16
#: List slots beyond k.
EXTRA = 1
BLOCK = 4096
ROUNDS = 12
#: Stop when a round changes less than this share of all list entries.
SETTLED = 0.002


@parallel_kernel
def _join_leaves(rows, members, borders, first, last, indices, distances, fresh, seed):
    """Compare all pairs of every leaf; a row is in one leaf of a tree, so leaves write to different lists."""
    for leaf in prange(first, last):
        for a in range(borders[leaf], borders[leaf + 1]):
            i = members[a]
            for b in range(a + 1, borders[leaf + 1]):
                j = members[b]
                bound = max(distances[i, -1], distances[j, -1])
                d = np.float32(dissimilarity(rows, i, j, np.float64(bound)))
                _insert_fresh(indices, distances, fresh, i, j, d, rows.keys, seed)
                _insert_fresh(indices, distances, fresh, j, i, d, rows.keys, seed)


@kernel
def _insert_fresh(indices, distances, fresh, i, j, d, keys, seed):
    """Insert j into the list of i and mark it as new; return 1 if it went in.

    What is only as near as the last entry stays out: trading ties would keep the search from settling.
    """
    if d >= distances[i, distances.shape[1] - 1]:
        return 0
    slot = insert(indices, distances, i, j, d, keys, seed)
    if slot < 0:
        return 0
    for s in range(indices.shape[1] - 1, slot, -1):
        fresh[i, s] = fresh[i, s - 1]
    fresh[i, slot] = 1
    return 1


@kernel
def _reverse(indices, offsets, sources):
    """Sources of the edges into every row, by counting sort; entries are row * k + slot."""
    n, k = indices.shape
    offsets[:] = 0
    for i in range(n):
        for s in range(k):
            if indices[i, s] >= 0:
                offsets[indices[i, s] + 1] += 1
    for i in range(n):
        offsets[i + 1] += offsets[i]
    at = offsets[:-1].copy()
    for i in range(n):
        for s in range(k):
            j = indices[i, s]
            if j >= 0:
                sources[at[j]] = i * k + s
                at[j] += 1


@parallel_kernel
def _draw(indices, fresh, offsets, sources, seed, new, old):
    """For every row up to `CANDIDATES` new and old neighbours in both directions, the first by a hash of the edge."""
    n, k = indices.shape
    for i in prange(n):
        rank_new = np.full(new.shape[1], ~np.uint64(0))
        rank_old = np.full(old.shape[1], ~np.uint64(0))
        new[i, :] = -1
        old[i, :] = -1
        for s in range(k):
            j = indices[i, s]
            if j >= 0:
                rank = mix(seed ^ (np.uint64(i) << np.uint64(32)) ^ np.uint64(j))
                if fresh[i, s]:
                    _keep(new[i], rank_new, j, rank)
                else:
                    _keep(old[i], rank_old, j, rank)
        for e in range(offsets[i], offsets[i + 1]):
            j = np.int32(sources[e] // k)
            rank = mix(seed ^ (np.uint64(j) << np.uint64(32)) ^ np.uint64(i))
            if fresh[j, sources[e] % k]:
                _keep(new[i], rank_new, j, rank)
            else:
                _keep(old[i], rank_old, j, rank)


@kernel
def _keep(chosen, ranks, j, rank):
    """Keep j among the smallest ranks, once."""
    last = chosen.shape[0] - 1
    if rank >= ranks[last]:
        return
    for s in range(last + 1):
        if chosen[s] == j:
            return
    slot = last
    while slot > 0 and ranks[slot - 1] > rank:
        ranks[slot] = ranks[slot - 1]
        chosen[slot] = chosen[slot - 1]
        slot -= 1
    ranks[slot] = rank
    chosen[slot] = j


@parallel_kernel
def _age(indices, fresh, new):
    """What was drawn as new in its own row is old from now on."""
    n, k = indices.shape
    for i in prange(n):
        for s in range(k):
            if fresh[i, s]:
                for c in range(new.shape[1]):
                    if new[i, c] == indices[i, s]:
                        fresh[i, s] = 0
                        break


@parallel_kernel
def _propose(rows, new, old, first, last, distances, left, right, gaps, counts):
    """Local joins of rows first..last: pairs that would improve either list."""
    k = distances.shape[1]
    for i in prange(first, last):
        block = i - first
        count = 0
        for a in range(new.shape[1]):
            p = new[i, a]
            if p < 0:
                break
            worst_p = distances[p, k - 1]
            for b in range(a + 1, new.shape[1] + old.shape[1]):
                q = new[i, b] if b < new.shape[1] else old[i, b - new.shape[1]]
                if q < 0:
                    if b >= new.shape[1]:
                        break
                    continue
                if q == p:
                    continue
                bound = max(worst_p, distances[q, k - 1])
                d = np.float32(dissimilarity(rows, p, q, np.float64(bound)))
                if d < bound:
                    left[block, count] = p
                    right[block, count] = q
                    gaps[block, count] = d
                    count += 1
        counts[block] = count


@parallel_kernel
def _commit(rows, size, left, right, gaps, counts, indices, distances, fresh, seed, owners, changed):
    """Each owner takes the proposals for its own rows, in the order in which they were made."""
    n = indices.shape[0]
    for owner in prange(owners):
        low = owner * n // owners
        high = (owner + 1) * n // owners
        total = 0
        for block in range(size):
            for c in range(counts[block]):
                p = left[block, c]
                q = right[block, c]
                if low <= p < high:
                    total += _insert_fresh(indices, distances, fresh, p, q, gaps[block, c], rows.keys, seed)
                if low <= q < high:
                    total += _insert_fresh(indices, distances, fresh, q, p, gaps[block, c], rows.keys, seed)
        changed[owner] = total


def _round(rows: Rows, found: KNN, fresh: np.ndarray, seed: int, progress: Progress, stage: str) -> int:
    """One round over all rows; returns the number of list entries that changed."""
    n, k = found.indices.shape
    offsets, sources = np.empty(n + 1, np.int64), np.empty(n * k, np.int64)
    locked(_reverse, found.indices, offsets, sources)
    new, old = (np.empty((n, CANDIDATES), np.int32) for _ in range(2))
    locked(_draw, found.indices, fresh, offsets, sources, np.uint64(seed), new, old)
    locked(_age, found.indices, fresh, new)
    most = CANDIDATES * (CANDIDATES - 1) // 2 + CANDIDATES * CANDIDATES
    left, right = (np.empty((BLOCK, most), np.int32) for _ in range(2))
    gaps, counts = np.empty((BLOCK, most), np.float32), np.zeros(BLOCK, np.int64)
    owners = get_num_threads()
    changed = np.zeros(owners, np.int64)
    total = 0
    for first in progress.steps(range(0, n, BLOCK), stage):
        last = min(n, first + BLOCK)
        locked(_propose, rows, new, old, first, last, found.distances, left, right, gaps, counts)
        locked(_commit, rows, last - first, left, right, gaps, counts, *found, fresh, np.uint64(seed), owners, changed)
        total += int(changed.sum())
    return total


def search_descent(rows: Rows, k: int, seed: int, progress: Progress, sketch: np.ndarray, start: KNN | None = None) -> KNN:
    """Approximately the `k` nearest other rows of every row under D.

    Parameters
    ----------
    sketch : float32 (n, d)
        See `sketch.sketch_rows`; the forest grows on it.
    start : KNN, optional
        Neighbours known from elsewhere (those of single groups, for a union), offered to the lists first.

    Returns
    -------
    KNN
        indices int32 (n, k) and distances float32 (n, k), without the row itself.
    """
    n = len(rows.cells)
    found = empty(n, min(n - 1, k + EXTRA))
    fresh = np.zeros(found.indices.shape, np.uint8)
    hashed = np.uint64(seed)
    leaf_size = max(32, 2 * k)
    for members, borders in progress.steps(grow_forest(sketch, TREES, leaf_size, seed), "neighbors: trees"):
        for first in range(0, len(borders) - 1, 512):
            last = min(len(borders) - 1, first + 512)
            locked(_join_leaves, rows, members, borders, first, last, *found, fresh, hashed)
    if start is not None:
        _offer(rows, start, found, fresh, hashed)
    for number in range(ROUNDS):
        changed = _round(rows, found, fresh, seed + 1 + number, progress, f"neighbors: round {number + 1}")
        if changed <= SETTLED * found.indices.size:
            break
    return KNN(np.ascontiguousarray(found.indices[:, :k]), np.ascontiguousarray(found.distances[:, :k]))


@parallel_kernel
def _offer_rows(rows, start, indices, distances, fresh, seed):
    for i in prange(start.shape[0]):
        for s in range(start.shape[1]):
            j = start[i, s]
            if j >= 0 and j != i:
                d = np.float32(dissimilarity(rows, i, j, np.inf))
                _insert_fresh(indices, distances, fresh, i, j, d, rows.keys, seed)


def _offer(rows: Rows, start: KNN, found: KNN, fresh: np.ndarray, seed: np.uint64) -> None:
    locked(_offer_rows, rows, start.indices, *found, fresh, seed)
