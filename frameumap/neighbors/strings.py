"""Exact search among distinct strings under an edit distance.

Two strings differ in at least max(letters of x missing in y, letters of y missing in x) edits;
letters are counted in 32 buckets. The bound is computed for all strings (a few nanoseconds each),
which are then compared in the order of their bounds, until the bound of the next exceeds the
distance of the k-th neighbour.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import COUNT, Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN
from .missing_group import with_absent
from .search import Column, Search, is_single, offer, whole_rows

BUCKETS = 32
#: About 40 s on two cores for names of 20 letters; it grows with the square.
MAX_STRINGS = 50_000
_LEVELS = 256


@helper
def _count_letters(rows, entry, counts):
    """Letters of an entry by bucket, at most 255 a bucket; returns its length."""
    for bucket in range(BUCKETS):
        counts[bucket] = 0
    for p in range(rows.offsets[entry], rows.offsets[entry + 1]):
        point = rows.payload[p]
        bucket = (point ^ (point >> 5) * 7) & (BUCKETS - 1)
        if counts[bucket] < 255:
            counts[bucket] += 1
    return rows.offsets[entry + 1] - rows.offsets[entry]


@kernel
def _sign(first, last, rows, members, letters, lengths):
    for m in range(first, last):
        lengths[m] = _count_letters(rows, rows.cells[members[m], 0], letters[m])


@helper
def _least_edits(x, y, length_x, length_y):
    """Lower bound of the edits: twice the larger surplus is |x - y|_1 + |len x - len y|."""
    total = np.int32(0)
    for b in range(BUCKETS):
        total += abs(np.int32(x[b]) - np.int32(y[b]))
    return max((total + abs(length_x - length_y)) // 2, abs(length_x - length_y))


@helper
def _distance(edits, length_x, length_y, share):
    """The metric at a number of edits: itself, or 2 L / (|x| + |y| + L)."""
    if not share:
        return np.float64(edits)
    total = length_x + length_y + edits
    return 2.0 * edits / total if total > 0 else 0.0


@helper
def _search_one(rows, queries, q, index, found, seed):
    rows, queries, found = borrow((rows, queries, found))
    members, letters, lengths = borrow((index.members, index.letters, index.lengths))
    share = index.share
    n = members.shape[0]
    last = found.indices.shape[1] - 1
    scale = rows.weights[0] * rows.inverse_scale[0]
    query_letters = np.empty(BUCKETS, np.uint8)
    length = _count_letters(rows, queries.cells[q, 0], query_letters)
    level = np.empty(n, np.uint8)
    starts = np.zeros(_LEVELS + 1, np.int64)
    for m in range(n):
        edits = _least_edits(query_letters, letters[m], length, lengths[m])
        bound = _distance(edits, length, lengths[m], share)
        level[m] = min(_LEVELS - 1, np.int64(bound * 255.0 if share else bound))
        starts[level[m] + 1] += 1
    for s in range(_LEVELS):
        starts[s + 1] += starts[s]
    order = np.empty(n, np.int32)
    at = starts[:-1].copy()
    for m in range(n):
        order[at[level[m]]] = m
        at[level[m]] += 1
    for s in range(_LEVELS):
        # Where the list is full, what is farther than its last entry is out; rounding is given a
        # margin.
        if scale * (s / 255.0 if share else s) > found.distances[q, last] * 1.00001:
            break
        for p in range(starts[s], starts[s + 1]):
            offer(rows, queries, q, members[order[p]], found, seed)


@kernel
def _search(first, last, rows, queries, picked, index, found, seed):
    for p in range(first, last):
        _search_one(rows, queries, picked[p], index, found, seed)


class LetterIndex(NamedTuple):
    """Strings with the counts of their letters.

    Attributes
    ----------
    members : int32 (m,)
        Rows.
    letters : uint8 (m, BUCKETS)
    lengths : int32 (m,)
    share : bool
        Whether the metric is the share of edits, else their number.
    """

    members: np.ndarray
    letters: np.ndarray
    lengths: np.ndarray
    share: bool


class StringSearch(Search):
    """Distinct strings of one column with the counts of their letters."""

    name = "text"
    reason = "distinct strings compared in the order of a bound from their letters"

    def __init__(self, rows: Rows, column: Column, share: bool) -> None:
        self.column = column
        members = column.complete.astype(np.int32)
        letters = np.empty((len(members), BUCKETS), np.uint8)
        lengths = np.empty(len(members), np.int32)
        parallel_for(_sign, len(members), rows, members, letters, lengths)
        self.index = LetterIndex(members, letters, lengths, share)

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        """Edit distances."""
        return metric.increases_with.startswith("edit")

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> StringSearch | str:
        """The index, or why the rows do not suit it."""
        if not is_single(rows, metrics) or rows.groups[0, COUNT] != 1 or not cls.suits(metrics[0]):
            return "not one column of strings under an edit distance"
        if len(rows.cells) > MAX_STRINGS:
            return f"more than {MAX_STRINGS} distinct strings"
        column = whole_rows(rows)
        if column is None:
            return "some rows lack a part of the group"
        return cls(rows, column, metrics[0].increases_with == "edit share")

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""

        def complete(picked: np.ndarray, found: KNN) -> None:
            block = max(2, 20_000_000 // max(1, len(self.index.members)))
            for first in progress.steps(range(0, len(picked), block), "neighbors"):
                some = picked[first : first + block]
                arguments = (some, self.index, found, np.uint64(seed))
                parallel_for(_search, len(some), rows, queries, *arguments)

        return with_absent(rows, queries, self.column, k, seed, progress, complete)
