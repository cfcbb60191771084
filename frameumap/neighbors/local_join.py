"""The kernels of NN-descent: rows of a leaf compared with each other, candidates drawn, local
joins, and proposals taken into the lists; see `descent`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.distance import dissimilarity
from ..engine.jit import borrow, helper, inlined, kernel, mix
from .lists import insert


@kernel
def join_leaves(first, last, rows, members, borders, found, fresh, seed):
    """Compare all pairs of every leaf; a row is in one leaf of a tree, so leaves write to different
    lists."""
    rows, members, found, fresh = borrow((rows, members, found, fresh))
    for leaf in range(first, last):
        for a in range(borders[leaf], borders[leaf + 1]):
            i = np.int64(members[a])
            for b in range(a + 1, borders[leaf + 1]):
                j = np.int64(members[b])
                bound = max(found.distances[i, -1], found.distances[j, -1])
                d = np.float32(dissimilarity(rows, rows.cells, i, rows.cells, j, np.float64(bound)))
                _insert_fresh(found, fresh, i, j, d, rows.keys, seed)
                _insert_fresh(found, fresh, j, i, d, rows.keys, seed)


@inlined
def _insert_fresh(found, fresh, i, j, d, keys, seed):
    """Insert j into the list of i and mark it as new; return 1 if it went in.

    A row no nearer than the last entry is rejected: exchanging ties would prevent convergence.
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
def reverse_edges(indices, offsets, sources):
    """Sources of the edges into every row, by counting sort; entries are row * k + slot."""
    n, k = indices.shape
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


@kernel
def draw_candidates(first, last, indices, fresh, offsets, sources, seed, new, old):
    """For every row up to `CANDIDATES` new and old neighbours in both directions, the first by a
    hash of the edge."""
    k = indices.shape[1]
    for i in range(first, last):
        rank_new = np.full(new.shape[1], ~np.uint64(0))
        rank_old = np.full(old.shape[1], ~np.uint64(0))
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


@helper
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


@kernel
def age(first, last, indices, fresh, new):
    """Mark the drawn new entries of each row as old."""
    k = indices.shape[1]
    for i in range(first, last):
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
def join(first, last, start, rows, new, old, distances, made):
    """Local joins: every row's new neighbours with each other and with the old ones."""
    rows, new, old, distances, made = borrow((rows, new, old, distances, made))
    worst = distances.shape[1] - 1
    drawn = new.shape[1]
    for i in range(first, last):
        block = i - start
        count = 0
        for a in range(drawn):
            p = np.int64(new[i, a])
            if p < 0:
                break
            worst_p = distances[p, worst]
            for b in range(a + 1, drawn + old.shape[1]):
                q = np.int64(new[i, b] if b < drawn else old[i, b - drawn])
                if q < 0:
                    if b >= drawn:
                        break
                    continue
                if q == p:
                    continue
                bound = max(worst_p, distances[q, worst])
                d = np.float32(dissimilarity(rows, rows.cells, p, rows.cells, q, np.float64(bound)))
                if d < bound:
                    made.left[block, count] = p
                    made.right[block, count] = q
                    made.gaps[block, count] = d
                    count += 1
        made.counts[block] = count


@kernel
def take_proposals(first, last, owners, keys, size, made, found, fresh, seed, changed):
    """Each owner takes the proposals for its own rows, in the order in which they were made."""
    keys, made, found, fresh = borrow((keys, made, found, fresh))
    n = fresh.shape[0]
    for owner in range(first, last):
        low = owner * n // owners
        high = (owner + 1) * n // owners
        total = 0
        for block in range(size):
            for c in range(made.counts[block]):
                p = np.int64(made.left[block, c])
                q = np.int64(made.right[block, c])
                if low <= p < high:
                    total += _insert_fresh(found, fresh, p, q, made.gaps[block, c], keys, seed)
                if low <= q < high:
                    total += _insert_fresh(found, fresh, q, p, made.gaps[block, c], keys, seed)
        changed[owner] = total


def proposals(drawn: int) -> int:
    """Pairs of one local join: new neighbours with each other and with the old ones."""
    return drawn * (drawn - 1) // 2 + drawn * drawn


@kernel
def offer_rows(first, last, rows, start, found, fresh, seed):
    rows, start, found, fresh = borrow((rows, start, found, fresh))
    for i in range(first, last):
        for s in range(start.shape[1]):
            j = np.int64(start[i, s])
            if j >= 0 and j != i:
                d = np.float32(dissimilarity(rows, rows.cells, i, rows.cells, j, np.inf))
                _insert_fresh(found, fresh, i, j, d, rows.keys, seed)
