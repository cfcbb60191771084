"""Rows without any value of a group are at its average distance from all others: they are compared
separately."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine.jit import borrow, kernel
from ..engine.rows import COUNT, MASK, Queries, Rows, take_queries
from ..engine.threads import parallel_for
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .lists import KNN, empty
from .search import Column, offer, present_columns


@kernel
def _offer_all(first, last, rows, queries, picked, members, found, seed):
    rows, queries, found = borrow((rows, queries, found))
    for p in range(first, last):
        for m in range(members.shape[0]):
            offer(rows, queries, picked[p], members[m], found, seed)


def with_absent(
    rows: Rows,
    queries: Queries,
    column: Column,
    k: int,
    seed: int,
    progress: Progress,
    search_complete: Callable[[np.ndarray, KNN], None],
) -> KNN:
    """Neighbours of all queries.

    `search_complete(picked, found)` fills the lists of the queries that have the group from the
    rows that have it; the remaining pairs, with a row that lacks it or a part of it, are compared
    here.
    """
    found = empty(len(queries.cells), k)
    present = np.asarray(
        present_columns(queries.cells, int(rows.groups[0, COUNT]), int(rows.groups[0, MASK])).all(
            axis=1
        )
    )
    picked = np.flatnonzero(present)
    search_complete(picked, found)
    if len(column.absent):
        parallel_for(
            _offer_all, len(picked), rows, queries, picked, column.absent, found, np.uint64(seed)
        )
    if len(picked) < len(present):
        rest = np.flatnonzero(~present)
        others = AllPairsSearch().search(rows, take_queries(queries, rest), k, seed, progress)
        found.indices[rest], found.distances[rest] = others
    return found
