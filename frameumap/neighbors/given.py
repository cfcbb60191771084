"""Exact search under given distances: a full row is read through, of a list only the rows that it
names, or that name it."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import MASK, Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..metrics.precomputed import HEAD
from ..progress import Progress
from .lists import KNN, empty
from .search import Search, is_single, offer


class Named(NamedTuple):
    """Which rows are named by which.

    Attributes
    ----------
    numbers : int64 (n,)
        Numbers of the rows, ascending.
    row_of : int32 (n,)
        The row of each.
    offsets : int64 (n + 1,)
    members : int32
        Rows whose lists name row j: members[offsets[j]:offsets[j + 1]].
    """

    numbers: np.ndarray
    row_of: np.ndarray
    offsets: np.ndarray
    members: np.ndarray


@helper
def _row(named, number):
    """Row of a number, -1 if there is none."""
    at = np.searchsorted(named.numbers, np.int64(number))
    if number < 0 or at == named.numbers.shape[0] or named.numbers[at] != number:
        return np.int64(-1)
    return np.int64(named.row_of[at])


@kernel
def _search(first, last, rows, queries, named, found, seed):
    rows, queries, named, found = borrow((rows, queries, named, found))
    n = rows.cells.shape[0]
    for q in range(first, last):
        entry = rows.payload[rows.offsets[queries.cells[q, 0]] :]
        if entry[1] < 0:
            for j in range(n):
                offer(rows, queries, q, j, found, seed)
            continue
        own = _row(named, entry[0])
        listed = entry[HEAD : HEAD + entry[1]]
        for s in range(listed.shape[0]):
            j = _row(named, listed[s])
            if j >= 0:
                offer(rows, queries, q, j, found, seed)
        if own < 0:
            continue
        for s in range(named.offsets[own], named.offsets[own + 1]):
            offer(rows, queries, q, named.members[s], found, seed)


class GivenSearch(Search):
    """Reads the rows' own distances.

    Attributes
    ----------
    named : Named
    """

    name = "given"
    reason = "one group of given distances: they are read"

    def __init__(self, named: Named) -> None:
        self.named = named

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        return metric.accepts == "distances"

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> Self | str:
        if not is_single(rows, metrics) or not cls.suits(metrics[0]) or rows.groups[0, MASK] >= 0:
            return "not one group of given distances"
        heads = rows.offsets[rows.cells[:, 0]]
        sizes = np.diff(rows.offsets)[rows.cells[:, 0]]
        if (sizes < HEAD).any() or (sizes < HEAD + rows.payload[heads + 1]).any():
            return "entries are too short"
        numbers, counts = rows.payload[heads].astype(np.int64), rows.payload[heads + 1]
        n = len(numbers)
        order = np.argsort(numbers, kind="stable")
        counts = np.maximum(counts, 0).astype(np.int64)
        tails = np.repeat(np.arange(n), counts)
        starts = np.cumsum(counts) - counts
        at = np.arange(len(tails)) - starts[tails] + heads[tails] + HEAD
        listed = rows.payload[at].astype(np.int64)
        place = np.minimum(np.searchsorted(numbers[order], listed), n - 1)
        kept = numbers[order][place] == listed
        named, by = order[place[kept]], tails[kept]
        offsets = np.concatenate([[0], np.cumsum(np.bincount(named, minlength=n))])
        members = by[np.argsort(named, kind="stable")]
        return cls(
            Named(
                np.ascontiguousarray(numbers[order]),
                order.astype(np.int32),
                offsets.astype(np.int64),
                members.astype(np.int32),
            )
        )

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""
        found = empty(len(queries.cells), k)
        for first in progress.steps(range(0, len(queries.cells), 4096), "neighbors"):
            span = first, min(len(queries.cells), first + 4096)
            parallel_for(_search, span, rows, queries, self.named, found, np.uint64(seed))
        return found
