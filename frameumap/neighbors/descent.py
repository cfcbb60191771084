"""NN-descent (Dong, Moses and Li 2011) on the combined dissimilarity, the same on any number of
threads.

A neighbour of a neighbour is likely a neighbour. Every round draws for each row a few new and a few
old neighbours, in both directions, and compares them with each other (the local join). Rounds run
in blocks of rows: the joins of a block read the lists as they were at its start and write
proposals; then each thread takes the proposals for its own rows, in order. So no lock is needed and
no result depends on timing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import get_num_threads

from ..engine.distance import dissimilarity
from ..engine.jit import borrow, helper, inlined, kernel, mix
from ..engine.rows import Rows
from ..engine.threads import parallel_for
from ..progress import Progress
from .forest import ProjectionTree
from .lists import KNN, empty, insert

TREES = 8
CANDIDATES = 16
#: List slots beyond k.
EXTRA = 1
BLOCK = 4096
ROUNDS = 12
#: New rows that are offered to one old row at once.
_MOST_ENTERING = 64
#: Stop when a round changes less than this share of all list entries.
TOLERANCE = 0.002


@kernel
def _join_leaves(first, last, rows, members, borders, found, fresh, seed):
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

    What is only as near as the last entry stays out: trading ties would keep the search from
    settling.
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
def _draw(first, last, indices, fresh, offsets, sources, seed, new, old):
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
def _age(first, last, indices, fresh, new):
    """What was drawn as new in its own row is old from now on."""
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
def _join(first, last, start, rows, new, old, distances, made):
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
def _take(first, last, owners, keys, size, made, found, fresh, seed, changed):
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
def _offer_rows(first, last, rows, start, found, fresh, seed):
    rows, start, found, fresh = borrow((rows, start, found, fresh))
    for i in range(first, last):
        for s in range(start.shape[1]):
            j = np.int64(start[i, s])
            if j >= 0 and j != i:
                d = np.float32(dissimilarity(rows, rows.cells, i, rows.cells, j, np.inf))
                _insert_fresh(found, fresh, i, j, d, rows.keys, seed)


def leaf_size(k: int) -> int:
    """Rows of a leaf at most, for lists of `k`."""
    return max(32, 2 * k)


class Descent:
    """Lists of every row's nearest others that grow better.

    Parameters
    ----------
    k : int
        Length of the lists.
    """

    def __init__(self, rows: Rows, k: int, seed: int, progress: Progress) -> None:
        self.rows, self.k, self.seed, self.progress = rows, k, seed, progress
        n = len(rows.cells)
        self.found = empty(n, min(n - 1, k + EXTRA))
        self.fresh = np.zeros(self.found.indices.shape, np.uint8)
        self.rounds = 0

    def offer(self, start: KNN) -> None:
        """Take in neighbours known from elsewhere, int32 (n, any number)."""
        arguments = (self.rows, start.indices, self.found, self.fresh, np.uint64(self.seed))
        parallel_for(_offer_rows, len(start.indices), *arguments)

    def adopt(self, lists: KNN) -> None:
        """Take over the lists of the first rows, whose entries have been compared already; -1
        stands for none."""
        columns = self.found.indices.shape[1]
        order = np.argsort(
            np.where(lists.indices < 0, np.inf, lists.distances), axis=1, kind="stable"
        )[:, :columns]
        indices = np.take_along_axis(lists.indices, order, axis=1)
        gaps = np.where(indices < 0, np.inf, np.take_along_axis(lists.distances, order, axis=1))
        m, width = indices.shape
        self.found.indices[:m, :width], self.found.distances[:m, :width] = indices, gaps

    def enter(self, first: int, lists: KNN) -> None:
        """Rows from `first` on enter with the neighbours that they have been given, and those with
        them."""
        n = len(self.rows.cells)
        start = np.full((n, lists.indices.shape[1]), -1, np.int32)
        start[first:] = lists.indices
        self.offer(KNN(start, lists.distances))
        heads = lists.indices.ravel()
        tails = np.repeat(np.arange(first, n, dtype=np.int32), lists.indices.shape[1])[heads >= 0]
        heads = heads[heads >= 0]
        order = np.argsort(heads, kind="stable")
        heads, tails = heads[order], tails[order]
        slot = np.arange(len(heads)) - np.searchsorted(heads, heads)
        back = np.full((n, min(int(slot.max(initial=0)) + 1, _MOST_ENTERING)), -1, np.int32)
        kept = slot < back.shape[1]
        back[heads[kept], slot[kept]] = tails[kept]
        self.offer(KNN(back, lists.distances))

    def compare_leaves(self, forest: list[ProjectionTree]) -> None:
        """Compare the rows that share a leaf of a tree over the sketch."""
        for tree in self.progress.steps(forest, "neighbors: trees"):
            for first in range(0, len(tree.borders) - 1, 512):
                span = first, min(len(tree.borders) - 1, first + 512)
                arguments = (
                    self.rows,
                    tree.members,
                    tree.borders,
                    self.found,
                    self.fresh,
                    np.uint64(self.seed),
                )
                parallel_for(_join_leaves, span, *arguments)

    def converge(self) -> None:
        """Run rounds until hardly an entry changes."""
        for _ in range(ROUNDS):
            self.rounds += 1
            if self._round() <= TOLERANCE * self.found.indices.size:
                break

    def _round(self) -> int:
        """One round over all rows; returns the number of list entries that changed."""
        n, k = self.found.indices.shape
        seed = np.uint64(self.seed + self.rounds)
        offsets, sources = np.zeros(n + 1, np.int64), np.empty(n * k, np.int64)
        _reverse(self.found.indices, offsets, sources)
        new, old = (np.full((n, CANDIDATES), -1, np.int32) for _ in range(2))
        parallel_for(_draw, n, self.found.indices, self.fresh, offsets, sources, seed, new, old)
        parallel_for(_age, n, self.found.indices, self.fresh, new)
        most = proposals(CANDIDATES)
        left, right = (np.empty((BLOCK, most), np.int32) for _ in range(2))
        made = Proposals(
            left, right, np.empty((BLOCK, most), np.float32), np.zeros(BLOCK, np.int64)
        )
        owners = get_num_threads()
        changed = np.zeros(owners, np.int64)
        total = 0
        for first in self.progress.steps(range(0, n, BLOCK), f"neighbors: round {self.rounds}"):
            last = min(n, first + BLOCK)
            parallel_for(
                _join, (first, last), first, self.rows, new, old, self.found.distances, made
            )
            arguments = (
                owners,
                self.rows.keys,
                last - first,
                made,
                self.found,
                self.fresh,
                seed,
                changed,
            )
            parallel_for(_take, owners, *arguments)
            total += int(changed.sum())
        return total

    def lists(self) -> KNN:
        """indices int32 (n, k) and distances float32 (n, k), without the row itself."""
        return KNN(*(np.ascontiguousarray(field[:, : self.k]) for field in self.found))
