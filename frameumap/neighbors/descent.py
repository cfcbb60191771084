"""NN-descent (Dong, Moses and Li 2011) on the combined dissimilarity, the same on any number of
threads.

A neighbour of a neighbour is likely a neighbour. Every round draws for each row a few new and a few
old neighbours, in both directions, and compares them with each other (the local join). Rounds run
in blocks of rows: the joins of a block read the lists as they were at its start and write
proposals; then each thread takes the proposals for its own rows, in order. So no lock is needed and
no result depends on timing.
"""

from __future__ import annotations

import numpy as np
from numba import get_num_threads

from ..engine.rows import Rows
from ..engine.threads import parallel_for
from ..progress import Progress
from .forest import ProjectionTree
from .lists import KNN, empty
from .local_join import (
    Proposals,
    age,
    draw_candidates,
    join,
    join_leaves,
    offer_rows,
    proposals,
    reverse_edges,
    take_proposals,
)

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


def leaf_size(k: int) -> int:
    """Rows of a leaf at most, for lists of `k`."""
    return max(32, 2 * k)


class Descent:
    """Neighbour lists of all rows, improved in rounds.

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
        """Insert known neighbours, int32 (n, any number)."""
        arguments = (self.rows, start.indices, self.found, self.fresh, np.uint64(self.seed))
        parallel_for(offer_rows, len(start.indices), *arguments)

    def adopt(self, lists: KNN) -> None:
        """Use finished lists of the first rows, whose entries have been compared already; -1 for
        none."""
        columns = self.found.indices.shape[1]
        order = np.argsort(
            np.where(lists.indices < 0, np.inf, lists.distances), axis=1, kind="stable"
        )[:, :columns]
        indices = np.take_along_axis(lists.indices, order, axis=1)
        gaps = np.where(indices < 0, np.inf, np.take_along_axis(lists.distances, order, axis=1))
        m, width = indices.shape
        self.found.indices[:m, :width], self.found.distances[:m, :width] = indices, gaps

    def enter(self, which: np.ndarray, lists: KNN) -> None:
        """Insert the given neighbours of the rows `which`, int64 (any,), in both directions."""
        n = len(self.rows.cells)
        start = np.full((n, lists.indices.shape[1]), -1, np.int32)
        start[which] = lists.indices
        self.offer(KNN(start, lists.distances))
        heads = lists.indices.ravel()
        tails = np.repeat(which.astype(np.int32), lists.indices.shape[1])[heads >= 0]
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
                parallel_for(join_leaves, span, *arguments)

    def converge(self) -> None:
        """Run rounds until convergence."""
        for _ in range(ROUNDS):
            self.rounds += 1
            if self._round() <= TOLERANCE * self.found.indices.size:
                break

    def _round(self) -> int:
        """One round over all rows; returns the number of list entries that changed."""
        n, k = self.found.indices.shape
        seed = np.uint64(self.seed + self.rounds)
        offsets, sources = np.zeros(n + 1, np.int64), np.empty(n * k, np.int64)
        reverse_edges(self.found.indices, offsets, sources)
        new, old = (np.full((n, CANDIDATES), -1, np.int32) for _ in range(2))
        parallel_for(
            draw_candidates, n, self.found.indices, self.fresh, offsets, sources, seed, new, old
        )
        parallel_for(age, n, self.found.indices, self.fresh, new)
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
                join, (first, last), first, self.rows, new, old, self.found.distances, made
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
            parallel_for(take_proposals, owners, *arguments)
            total += int(changed.sum())
        return total

    def lists(self) -> KNN:
        """indices int32 (n, k) and distances float32 (n, k), without the row itself."""
        return KNN(*(np.ascontiguousarray(field[:, : self.k]) for field in self.found))
