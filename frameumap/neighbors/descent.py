"""NN-descent (Dong, Moses and Li 2011) on the combined dissimilarity, the same on any number of threads.

A neighbour of a neighbour is likely a neighbour. Every round draws for each row a few new and a few old neighbours, in
both directions, and compares them with each other (the local join). Rounds run in blocks of rows: the joins of a block
read the lists as they were at its start and write proposals; then each thread takes the proposals for its own rows, in
order. So no lock is needed and no result depends on timing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import get_num_threads, prange

from .._jit import borrow, inner_kernel, kernel, locked, mix, parallel_kernel
from ..distance import dissimilarity
from ..progress import Progress
from ..rows import Rows
from .forest import Tree
from .heap import KNN, empty, insert

TREES = 8
CANDIDATES = 16
#: List slots beyond k.
EXTRA = 1
BLOCK = 4096
ROUNDS = 12
#: Stop when a round changes less than this share of all list entries.
SETTLED = 0.002


@kernel
def _join_leaf(rows, members, found, fresh, seed):
    rows, members, found, fresh = borrow((rows, members, found, fresh))
    for a in range(members.shape[0]):
        i = members[a]
        for b in range(a + 1, members.shape[0]):
            j = members[b]
            bound = max(found.distances[i, -1], found.distances[j, -1])
            d = np.float32(dissimilarity(rows, rows.cells, i, rows.cells, j, np.float64(bound)))
            _insert_fresh(found, fresh, i, j, d, rows.keys, seed)
            _insert_fresh(found, fresh, j, i, d, rows.keys, seed)


@parallel_kernel
def _join_leaves(rows, members, borders, first, last, found, fresh, seed):
    """Compare all pairs of every leaf; a row is in one leaf of a tree, so leaves write to different lists."""
    for leaf in prange(first, last):
        _join_leaf(rows, members[borders[leaf] : borders[leaf + 1]], found, fresh, seed)


@inner_kernel
def _insert_fresh(found, fresh, i, j, d, keys, seed):
    """Insert j into the list of i and mark it as new; return 1 if it went in.

    What is only as near as the last entry stays out: trading ties would keep the search from settling.
    """
    last = found.indices.shape[1] - 1
    if d >= found.distances[i, last]:
        return 0
    slot = insert(found.indices, found.distances, i, j, d, keys[i], keys, seed)
    if slot < 0:
        return 0
    for s in range(last, slot, -1):
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


class Proposals(NamedTuple):
    """Pairs that would improve a list, by the row of the block whose join made them.

    Attributes
    ----------
    left, right : int32 (BLOCK, most)
    gaps : float32 (BLOCK, most)
    counts : int64 (BLOCK,)
    """

    left: np.ndarray
    right: np.ndarray
    gaps: np.ndarray
    counts: np.ndarray


@kernel
def _join(rows, new, old, distances, made, block):
    """Local join of one row: its new neighbours with each other and with the old ones."""
    rows, new, old, distances, made = borrow((rows, new, old, distances, made))
    last = distances.shape[1] - 1
    count = 0
    for a in range(new.shape[0]):
        p = new[a]
        if p < 0:
            break
        worst_p = distances[p, last]
        for b in range(a + 1, new.shape[0] + old.shape[0]):
            q = new[b] if b < new.shape[0] else old[b - new.shape[0]]
            if q < 0:
                if b >= new.shape[0]:
                    break
                continue
            if q == p:
                continue
            bound = max(worst_p, distances[q, last])
            d = np.float32(dissimilarity(rows, rows.cells, p, rows.cells, q, np.float64(bound)))
            if d < bound:
                made.left[block, count] = p
                made.right[block, count] = q
                made.gaps[block, count] = d
                count += 1
    made.counts[block] = count


@parallel_kernel
def _propose(rows, new, old, first, last, distances, made):
    for i in prange(first, last):
        _join(rows, new[i], old[i], distances, made, i - first)


@kernel
def _take(keys, low, high, size, made, found, fresh, seed):
    """The owner of the rows low..high takes the proposals for them, in the order in which they were made."""
    keys, made, found, fresh = borrow((keys, made, found, fresh))
    total = 0
    for block in range(size):
        for c in range(made.counts[block]):
            p = made.left[block, c]
            q = made.right[block, c]
            if low <= p < high:
                total += _insert_fresh(found, fresh, p, q, made.gaps[block, c], keys, seed)
            if low <= q < high:
                total += _insert_fresh(found, fresh, q, p, made.gaps[block, c], keys, seed)
    return total


@parallel_kernel
def _commit(keys, size, made, found, fresh, seed, owners, changed):
    n = fresh.shape[0]
    for owner in prange(owners):
        low = owner * n // owners
        high = (owner + 1) * n // owners
        changed[owner] = _take(keys, low, high, size, made, found, fresh, seed)


def _round(rows: Rows, found: KNN, fresh: np.ndarray, seed: int, progress: Progress, stage: str) -> int:
    """One round over all rows; returns the number of list entries that changed."""
    n, k = found.indices.shape
    offsets, sources = np.empty(n + 1, np.int64), np.empty(n * k, np.int64)
    locked(_reverse, found.indices, offsets, sources)
    new, old = (np.empty((n, CANDIDATES), np.int32) for _ in range(2))
    locked(_draw, found.indices, fresh, offsets, sources, np.uint64(seed), new, old)
    locked(_age, found.indices, fresh, new)
    most = CANDIDATES * (CANDIDATES - 1) // 2 + CANDIDATES * CANDIDATES
    made = Proposals(
        *(np.empty((BLOCK, most), np.int32) for _ in range(2)), np.empty((BLOCK, most), np.float32), np.zeros(BLOCK, np.int64)
    )
    owners = get_num_threads()
    changed = np.zeros(owners, np.int64)
    total = 0
    for first in progress.steps(range(0, n, BLOCK), stage):
        last = min(n, first + BLOCK)
        locked(_propose, rows, new, old, first, last, found.distances, made)
        locked(_commit, rows.keys, last - first, made, found, fresh, np.uint64(seed), owners, changed)
        total += int(changed.sum())
    return total


def leaf_size(k: int) -> int:
    """Rows of a leaf at most, for lists of `k`."""
    return max(32, 2 * k)


def descend(rows: Rows, k: int, seed: int, progress: Progress, forest: list[Tree], start: KNN | None = None) -> KNN:
    """Approximately the `k` nearest other rows of every row under D.

    Parameters
    ----------
    forest : list of Tree
        Trees over the sketch of the rows: rows that share a leaf are compared first.
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
    for tree in progress.steps(forest, "neighbors: trees"):
        for first in range(0, len(tree.borders) - 1, 512):
            last = min(len(tree.borders) - 1, first + 512)
            locked(_join_leaves, rows, tree.members, tree.borders, first, last, found, fresh, hashed)
    if start is not None:
        _offer(rows, start, found, fresh, hashed)
    for number in range(ROUNDS):
        changed = _round(rows, found, fresh, seed + 1 + number, progress, f"neighbors: round {number + 1}")
        if changed <= SETTLED * found.indices.size:
            break
    return KNN(np.ascontiguousarray(found.indices[:, :k]), np.ascontiguousarray(found.distances[:, :k]))


@kernel
def _offer_row(rows, i, start, found, fresh, seed):
    rows, start, found, fresh = borrow((rows, start, found, fresh))
    for s in range(start.shape[0]):
        j = start[s]
        if j >= 0 and j != i:
            d = np.float32(dissimilarity(rows, rows.cells, i, rows.cells, j, np.inf))
            _insert_fresh(found, fresh, i, j, d, rows.keys, seed)


@parallel_kernel
def _offer_rows(rows, start, found, fresh, seed):
    for i in prange(start.shape[0]):
        _offer_row(rows, i, start[i], found, fresh, seed)


def _offer(rows: Rows, start: KNN, found: KNN, fresh: np.ndarray, seed: np.uint64) -> None:
    locked(_offer_rows, rows, start.indices, found, fresh, seed)
