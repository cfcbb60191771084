"""Exact search among distinct strings under an edit distance.

Two strings differ in at least max(letters of x missing in y, letters of y missing in x) edits;
letters are counted in 32 buckets. The bound is computed for all strings (a few nanoseconds each),
which are then compared in the order of their bounds, until the bound of the next exceeds the
distance of the k-th neighbour.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import COUNT, Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN
from .missing_group import with_absent
from .search import Column, is_single, offer, whole_rows

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
    """A lower bound of the edits between two strings: twice the larger surplus is |x - y|_1 + |len x - len y|."""
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
def _search_one(rows, queries, q, members, letters, lengths, share, found, seed):
    rows, queries, members, found = borrow((rows, queries, members, found))
    letters, lengths = borrow((letters, lengths))
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
    compared = 0
    for s in range(_LEVELS):
        # Where the list is full, what is farther than its last entry is out; rounding is given a
        # margin.
        if scale * (s / 255.0 if share else s) > found.distances[q, last] * 1.00001:
            break
        for p in range(starts[s], starts[s + 1]):
            offer(rows, queries, q, members[order[p]], found, seed)
            compared += 1
    return compared


@kernel
def _search(
    first, last, rows, queries, picked, members, letters, lengths, share, found, seed, compared
):
    for p in range(first, last):
        compared[p] = _search_one(
            rows, queries, picked[p], members, letters, lengths, share, found, seed
        )


class StringSearch:
    """Distinct strings of one column with the counts of their letters."""

    def __init__(self, rows: Rows, column: Column, share: bool) -> None:
        self.column, self.share = column, share
        self.members = column.complete.astype(np.int32)
        self.letters = np.empty((len(self.members), BUCKETS), np.uint8)
        self.lengths = np.empty(len(self.members), np.int32)
        parallel_for(_sign, len(self.members), rows, self.members, self.letters, self.lengths)

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> StringSearch | str:
        """The index, or why the rows do not suit it."""
        if (
            not is_single(rows, metrics)
            or rows.groups[0, COUNT] != 1
            or not metrics[0].form.startswith("edit")
        ):
            return "not one column of strings under an edit distance"
        if len(rows.cells) > MAX_STRINGS:
            return f"more than {MAX_STRINGS} distinct strings"
        column = whole_rows(rows)
        assert column is not None, "a single column is there or not"
        return cls(rows, column, metrics[0].form == "edit share")

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""
        self.compared = 0

        def complete(picked: np.ndarray, found: KNN) -> None:
            block = max(2, 20_000_000 // max(1, len(self.members)))
            for first in progress.steps(range(0, len(picked), block), "neighbors"):
                some = picked[first : first + block]
                compared = np.empty(len(some), np.int64)
                arguments = (
                    self.members,
                    self.letters,
                    self.lengths,
                    self.share,
                    found,
                    np.uint64(seed),
                    compared,
                )
                parallel_for(_search, len(some), rows, queries, some, *arguments)
                self.compared += compared.sum()

        return with_absent(rows, queries, self.column, k, seed, progress, complete)
