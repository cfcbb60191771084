"""Exact search in few dimensions: a k-d tree (Friedman, Bentley and Finkel 1977) with a bounding
box a node.

It applies to any metric that increases with a Minkowski distance of the group's columns; the
haversine distance increases with the Euclidean one between unit vectors. Boxes prune by the
Minkowski distance; the remaining points are compared by the metric itself, so the neighbours are
those of comparing all pairs, ties included.

In many dimensions nothing is pruned. So before the tree is chosen, the points visited by a sample
of queries are counted; counts, unlike times, are the same on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import borrow, helper, kernel
from ..engine.rows import COUNT, Queries, Rows, as_queries, take_queries
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN, empty
from .missing_group import with_absent
from .quickselect import place_median
from .search import Column, Search, is_single, offer, whole_rows

LEAF = 16
MAX_COLUMNS = 24
#: Queries of the probe, and the neighbours that each looks for.
PROBES, PROBE_NEIGHBORS = 256, 15
#: Points a query may visit on average; beyond it NN-descent is faster at a recall above 0.95.
MAX_VISITS = 6_000

#: Form of a metric -> order of the Minkowski distance; 0 for the largest difference.
ORDERS = {"minkowski1": 1, "minkowski2": 2, "minkowskiinf": 0}


@helper
def _box_gap(x, low, high, order):
    """Minkowski distance from a point to the nearest place of a box, its square for order 2; a
    point is a box too."""
    total = 0.0
    for c in range(x.shape[0]):
        step = max(
            np.float64(low[c]) - np.float64(x[c]), np.float64(x[c]) - np.float64(high[c]), 0.0
        )
        if order == 1:
            total += step
        elif order == 2:
            total += step * step
        else:
            total = max(total, step)
    return total


@kernel
def _build(points, members, low, high):
    """Boxes of all nodes, numbered as in a heap; a node's points are a run of `members`, halved by
    its children."""
    stack = np.empty((128, 3), np.int64)
    stack[0, 0] = 0
    stack[0, 1] = 0
    stack[0, 2] = members.shape[0]
    top = 0
    while top >= 0:
        node = stack[top, 0]
        first = stack[top, 1]
        last = stack[top, 2]
        top -= 1
        widest = 0
        width = np.float32(-1)
        for c in range(points.shape[0]):
            values = points[c]
            least = np.float32(np.inf)
            most = np.float32(-np.inf)
            for m in range(first, last):
                v = values[members[m]]
                least = min(least, v)
                most = max(most, v)
            low[node, c] = least
            high[node, c] = most
            if most - least > width:
                width = most - least
                widest = c
        if 2 * node + 2 < low.shape[0]:
            middle = (first + last) // 2
            place_median(points[widest], members, first, last, middle)
            for child in range(2):
                top += 1
                stack[top, 0] = 2 * node + 1 + child
                stack[top, 1] = first if child == 0 else middle
                stack[top, 2] = middle if child == 0 else last


@helper
def _visit(rows, queries, q, tree, found, seed):
    """Fill the list of query q, nearer nodes first; returns the number of points looked at."""
    rows, queries, tree, found = borrow((rows, queries, tree, found))
    order = tree.order
    last_slot = found.indices.shape[1] - 1
    x = borrow(queries.cells.view(np.float32)[q, : tree.points.shape[1]])
    nodes = tree.low.shape[0]
    stack = np.empty((128, 3), np.int64)
    gaps = np.empty(128)
    stack[0, 0] = 0
    stack[0, 1] = 0
    stack[0, 2] = tree.members.shape[0]
    gaps[0] = 0.0
    top = 0
    reach = np.inf  # of the last entry, once the list is full
    visited = 0
    while top >= 0:
        node = stack[top, 0]
        first = stack[top, 1]
        last = stack[top, 2]
        gap = gaps[top]
        top -= 1
        if gap > reach * 1.00001:
            continue
        if 2 * node + 2 < nodes:
            middle = (first + last) // 2
            left = 2 * node + 1
            before = _box_gap(x, tree.low[left], tree.high[left], order)
            after = _box_gap(x, tree.low[left + 1], tree.high[left + 1], order)
            for turn in range(2):  # the nearer child is pushed last, so it is visited first
                right = (turn == 0) == (before <= after)
                top += 1
                stack[top, 0] = left + 1 if right else left
                stack[top, 1] = middle if right else first
                stack[top, 2] = last if right else middle
                gaps[top] = after if right else before
            continue
        visited += last - first
        for m in range(first, last):
            if _box_gap(x, tree.points[m], tree.points[m], order) <= reach * 1.00001:
                slot = offer(rows, queries, q, tree.members[m], found, seed)
                if slot >= 0 and found.indices[q, last_slot] >= 0:
                    farthest = tree.points[tree.place[found.indices[q, last_slot]]]
                    reach = _box_gap(x, farthest, farthest, order)
    return visited


@kernel
def _search(first, last, rows, queries, picked, tree, found, seed, visits):
    for p in range(first, last):
        visits[p] = _visit(rows, queries, picked[p], tree, found, seed)


class BoxTree(NamedTuple):
    """Points in the order of the leaves.

    Attributes
    ----------
    points : float32 (m, p)
    members : int32 (m,)
        Row of every point.
    place : int32 (n,)
        Point of every row; 0 for rows that lack the group.
    low, high : float32 (nodes, p)
        Boxes.
    order : int
        Of the Minkowski distance, see `ORDERS`.
    """

    points: np.ndarray
    members: np.ndarray
    place: np.ndarray
    low: np.ndarray
    high: np.ndarray
    order: int


def plant(values: np.ndarray, which: np.ndarray, n: int, order: int) -> BoxTree:
    """The tree of the points `values`, float32 (m, p), which are the rows `which` of `n`."""
    m, p = values.shape
    leaves = 1
    while m > leaves * LEAF:
        leaves *= 2
    members = np.arange(m, dtype=np.int32)
    low, high = (np.empty((2 * leaves - 1, p), np.float32) for _ in range(2))
    _build(np.ascontiguousarray(values.T), members, low, high)
    rows = which[members].astype(np.int32)
    place = np.zeros(n, np.int32)
    place[rows] = np.arange(m)
    return BoxTree(np.ascontiguousarray(values[members]), rows, place, low, high, order)


class KDTreeSearch(Search):
    """A k-d tree over the columns of one group."""

    name = "kdtree"
    reason = "few columns under a distance that boxes bound: a k-d tree looks at few rows"

    def __init__(self, rows: Rows, column: Column, order: int) -> None:
        self.column = column
        values = rows.cells[column.complete, : rows.groups[0, COUNT]].view(np.float32)
        self.tree = plant(values, column.complete, len(rows.cells), order)

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        """Distances that grow with a Minkowski distance."""
        return metric.increases_with in ORDERS

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> KDTreeSearch | str:
        """The index, or the reason why there is none."""
        order = ORDERS.get(metrics[0].increases_with)
        if not is_single(rows, metrics) or order is None:
            return "not one group under a Minkowski or great-circle distance"
        if not 1 < rows.groups[0, COUNT] <= MAX_COLUMNS:
            return f"not 2 to {MAX_COLUMNS} columns"
        column = whole_rows(rows)
        if column is None:
            return "some rows lack a part of the group"
        index = cls(rows, column, order)
        sample = column.complete[np.argsort(rows.keys[column.complete], kind="stable")[:PROBES]]
        visits = index._fill(
            rows,
            take_queries(as_queries(rows), sample),
            np.arange(len(sample)),
            empty(len(sample), PROBE_NEIGHBORS),
            0,
        )
        if visits.mean() > MAX_VISITS:
            rows_seen = f"{visits.mean():.0f} of {len(column.complete)} rows"
            return f"a k-d tree would look at {rows_seen} a query"
        return index

    def _fill(
        self, rows: Rows, queries: Queries, picked: np.ndarray, found: KNN, seed: int
    ) -> np.ndarray:
        visits = np.empty(len(picked), np.int64)
        arguments = (rows, queries, picked, self.tree, found, np.uint64(seed), visits)
        parallel_for(_search, len(picked), *arguments)
        return visits

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""

        def complete(picked: np.ndarray, found: KNN) -> None:
            own = queries.query_row[picked]
            if (own >= 0).all():  # neighbours one after the other: they look at the same leaves
                picked = picked[np.argsort(self.tree.place[own], kind="stable")]
            for first in progress.steps(range(0, len(picked), 10_000), "neighbors"):
                self._fill(rows, queries, picked[first : first + 10_000], found, seed)

        return with_absent(rows, queries, self.column, k, seed, progress, complete)
