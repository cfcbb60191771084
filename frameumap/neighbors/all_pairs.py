"""Exact search: every query against every row, in blocks, on all cores. O(m n) distances, O(m k)
memory."""

from __future__ import annotations

import numpy as np

from ..engine.jit import borrow, kernel
from ..engine.rows import Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN, empty
from .search import Search, offer


@kernel
def _compare(first, last, rows, queries, found, seed):
    rows, queries, found = borrow((rows, queries, found))
    for q in range(first, last):
        for j in range(rows.cells.shape[0]):
            offer(rows, queries, q, j, found, seed)


class AllPairsSearch(Search):
    """Compares every pair."""

    name = "exact"

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> AllPairsSearch:
        """Any rows suit it."""
        return cls()

    def search(
        self,
        rows: Rows,
        queries: Queries,
        k: int,
        seed: int,
        progress: Progress,
        found: KNN | None = None,
    ) -> KNN:
        """See `Search`; lists that were `found` elsewhere may be given, to be completed."""
        m = len(queries.cells)
        found = empty(m, k) if found is None else found
        # About 0.1 s a call at 50 ns a pair on two cores, so that KeyboardInterrupt is raised soon.
        block = max(2, 4_000_000 // len(rows.cells))
        for first in progress.steps(range(0, m, block), "neighbors"):
            parallel_for(
                _compare, (first, min(m, first + block)), rows, queries, found, np.uint64(seed)
            )
        return found
