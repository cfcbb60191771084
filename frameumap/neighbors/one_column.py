"""Exact search in one ordered column: sort once, then scan outwards from every query's position."""

from __future__ import annotations

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import COUNT, Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN
from .missing_group import with_absent
from .search import Column, Search, is_single, offer, whole_rows


@helper
def _scan_one(rows, queries, q, values, members, found, seed):
    """Scan until a value is farther than the list's last; distances increase with |x - value|."""
    rows, queries, values, members, found = borrow((rows, queries, values, members, found))
    n = values.shape[0]
    last = found.indices.shape[1] - 1
    x = queries.cells.view(np.float32)[q, 0]
    right = np.searchsorted(values, x)
    left = right - 1
    reach = np.inf
    while left >= 0 or right < n:
        before = np.float64(x) - values[left] if left >= 0 else np.inf
        after = np.float64(values[right]) - x if right < n else np.inf
        gap = min(before, after)
        if gap > reach * 1.00001:
            break
        if before <= after:
            slot = offer(rows, queries, q, members[left], found, seed)
            left -= 1
        else:
            slot = offer(rows, queries, q, members[right], found, seed)
            right += 1
        if slot >= 0 and found.indices[q, last] >= 0:
            reach = max(reach, gap) if reach < np.inf else gap


@kernel
def _scan_outwards(first, last, rows, queries, picked, values, members, found, seed):
    for p in range(first, last):
        _scan_one(rows, queries, picked[p], values, members, found, seed)


class OrderedSearch(Search):
    """Rows in the order of their one value."""

    name = "ordered"
    reason = "one ordered column: sorted once, neighbours stand side by side"

    def __init__(self, rows: Rows, column: Column) -> None:
        values = rows.cells[column.complete, 0].view(np.float32)
        order = np.argsort(values, kind="stable")
        self.column = column
        self.values = np.ascontiguousarray(values[order])
        self.members = column.complete[order].astype(np.int32)

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        """Distances that grow with |x - y|; a point of a sphere has three numbers."""
        return metric.increases_with.startswith("minkowski") and metric.prepare != "sphere"

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> OrderedSearch | str:
        """The index, or the reason why there is none."""
        if (
            not is_single(rows, metrics)
            or rows.groups[0, COUNT] != 1
            or not metrics[0].increases_with.startswith("minkowski")
        ):
            return "not one ordered column"
        column = whole_rows(rows)
        return cls(rows, column) if column is not None else "some rows lack a part of the group"

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""

        def complete(picked: np.ndarray, found: KNN) -> None:
            for first in progress.steps(range(0, len(picked), 100_000), "neighbors"):
                some = picked[first : first + 100_000]
                parallel_for(
                    _scan_outwards,
                    len(some),
                    rows,
                    queries,
                    some,
                    self.values,
                    self.members,
                    found,
                    np.uint64(seed),
                )

        return with_absent(rows, queries, self.column, k, seed, progress, complete)
