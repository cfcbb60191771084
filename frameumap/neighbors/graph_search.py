"""Neighbours of new rows in a finished graph: best-first search along its edges, from a leaf of a
tree.

The nearest candidate is expanded until all of the list are; the list is longer than k, so that the
search can leave a local minimum (Malkov and Yashunin 2018, algorithm 2). A query's path depends on
nothing but the query and the index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import borrow, helper, inlined, kernel, prefetch
from ..engine.rows import Queries, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .forest import ProjectionTree, find_leaf
from .lists import KNN, empty, insert
from .quantized import QuantizedRows, quantize_queries, quantize_rows, quantized_distance
from .search import Search, offer
from .sketch import sketch_rows

#: Candidates a query keeps beyond k; fewer among wide quantised rows, where the recall is 0.96 with
#: 4 and 0.97 with 8.
SPARE, QUANTIZED_SPARE = 8, 4
#: Expansions without a new one among the k nearest, after which a search ends.
PATIENCE = 12
_SEEN = 1 << 12


@helper
def _is_new(seen, j):
    """Enter j into the hash table; False if it was there, or if the table is full."""
    slot = (j * 0x9E3779B1) & (_SEEN - 1)
    for _ in range(64):
        if seen[slot] == j:
            return False
        if seen[slot] < 0:
            seen[slot] = j
            return True
        slot = (slot + 1) & (_SEEN - 1)
    return False


@kernel
def _find_leaves(first, last, sketch, tree, leaves):
    for q in range(first, last):
        leaves[q] = find_leaf(tree, sketch[q])


@helper
def _fetch(quantized, j):
    """Prefetch the bytes of a row."""
    width = quantized.codes.shape[1]
    address = quantized.codes.ctypes.data + j * width
    for line in range(0, width, 64):
        prefetch(address + line)


@inlined
def _compare(rows, queries, q, j, exact, quantized, query_codes, found, seed):
    """`offer`, or the same by the codes of quantised rows."""
    if exact:
        return offer(rows, queries, q, j, found, seed)
    d = quantized_distance(quantized, query_codes, q, j)
    if d > found.distances[q, found.distances.shape[1] - 1]:
        return -1
    return insert(
        found.indices, found.distances, q, np.int64(j), d, queries.keys[q], rows.keys, seed
    )


@helper
def _best_first(rows, queries, q, members, index, query_codes, wanted, found, seed):
    """Start with the `members` of a leaf; expand the nearest unexpanded candidate until there is
    none or none improves the list.

    Where rows are quantised, the final candidates are compared exactly.
    """
    rows, queries, members, found = borrow((rows, queries, members, found))
    edges, quantized, query_codes = borrow((index.edges, index.quantized, query_codes))
    k = found.indices.shape[1]
    seen = np.full(_SEEN, -1, np.int32)
    done = np.zeros(k, np.uint8)
    fresh = np.empty(max(k, edges.shape[1], members.shape[0]), np.int32)
    coarse = quantized.codes.shape[0] > 0
    exact = not coarse
    count = 0
    for j in members:
        _is_new(seen, j)
        fresh[count] = j
        count += 1
    idle = 0
    following = 0
    while True:  # one place of comparison, as D is compiled into it
        for f in range(count):
            slot = _compare(rows, queries, q, fresh[f], exact, quantized, query_codes, found, seed)
            if slot >= 0:
                for t in range(k - 1, slot, -1):
                    done[t] = done[t - 1]
                done[slot] = 0
                following = min(following, slot)  # back to what came in before
                if slot < wanted:
                    idle = 0
        if exact and coarse:
            return
        s = following
        while s < k and done[s]:
            s += 1
        count = 0
        if s < k and found.indices[q, s] >= 0 and idle < PATIENCE:
            done[s] = 1
            idle += 1
            following = s + 1
            for e in range(edges.shape[1]):
                j = edges[found.indices[q, s], e]
                if j >= 0 and _is_new(seen, j):
                    fresh[count] = j
                    count += 1
                    if coarse:
                        _fetch(quantized, j)
        elif coarse:
            exact = True
            for t in range(k):
                if found.indices[q, t] >= 0:
                    fresh[count] = found.indices[q, t]
                    count += 1
            found.indices[q, :] = -1
            found.distances[q, :] = np.inf
        else:
            return


@kernel
def _answer(first, last, rows, queries, index, batch, found, seed):
    """Search from the leaves that the queries fall into."""
    rows, queries, index, found = borrow((rows, queries, index, found))
    picked, leaves, codes = borrow((batch.picked, batch.leaves, batch.codes))
    tree = index.tree
    for p in range(first, last):
        q = picked[p]
        members = tree.members[tree.borders[leaves[q]] : tree.borders[leaves[q] + 1]]
        _best_first(rows, queries, q, members, index, codes, batch.k, found, seed)


@kernel
def _both_ways(indices, edges):
    """Neighbours of a row, then its reverse neighbours, nearest first, truncated to the width."""
    n, k = indices.shape
    used = np.zeros(n, np.int32)
    for i in range(n):
        for s in range(k):
            edges[i, s] = indices[i, s]
    for s in range(k):
        for i in range(n):
            j = indices[i, s]
            if j >= 0 and used[j] < edges.shape[1] - k:
                edges[j, k + used[j]] = i
                used[j] += 1


class GraphIndex(NamedTuple):
    """The index: a tree, whose leaves hold the first candidates, the edges, and the rows quantised
    where possible.

    Attributes
    ----------
    tree : ProjectionTree
    edges : int32 (n, any)
    quantized : QuantizedRows
    """

    tree: ProjectionTree
    edges: np.ndarray
    quantized: QuantizedRows


class Batch(NamedTuple):
    """The queries of one call.

    Attributes
    ----------
    picked : int64 (any,)
    leaves : int64 (m,)
        Leaf of every query, those not picked included.
    codes : QuantizedRows
        Of every query.
    k : int
        Neighbours wanted; lists are longer.
    """

    picked: np.ndarray
    leaves: np.ndarray
    codes: QuantizedRows
    k: int


class GraphSearch(Search):
    """The neighbour graph of the rows, and a tree that leads to its first candidates."""

    name = "descent"

    def __init__(
        self,
        rows: Rows,
        tree: ProjectionTree,
        edges: np.ndarray,
        metrics: tuple[Metric, ...],
        seed: int,
    ) -> None:
        self.metrics, self.seed = metrics, seed
        self.index = GraphIndex(tree, edges, quantize_rows(rows, metrics))

    @classmethod
    def of(
        cls, rows: Rows, tree: ProjectionTree, found: KNN, metrics: tuple[Metric, ...], seed: int
    ) -> GraphSearch:
        """The graph of the lists `found`, in both directions, reverse edges truncated to the
        width."""
        edges = np.full((len(found.indices), 2 * found.indices.shape[1]), -1, np.int32)
        _both_ways(found.indices, edges)
        return cls(rows, tree, edges, metrics, seed)

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""
        m, index = len(queries.cells), self.index
        found = empty(m, k + (QUANTIZED_SPARE if len(index.quantized.codes) else SPARE))
        sketch = sketch_rows(rows, self.metrics, self.seed, queries.cells)
        leaves = np.empty(m, np.int64)
        parallel_for(_find_leaves, m, sketch, index.tree, leaves)
        # Queries of one leaf look at the same rows, which then are in the cache.
        order = np.argsort(leaves, kind="stable")
        query_codes = quantize_queries(index.quantized, rows, queries.cells)
        for first in progress.steps(range(0, m, 4096), "neighbors"):
            batch = Batch(order[first : first + 4096], leaves, query_codes, k)
            arguments = (rows, queries, index, batch, found, np.uint64(seed))
            parallel_for(_answer, len(batch.picked), *arguments)
        return KNN(
            np.ascontiguousarray(found.indices[:, :k]), np.ascontiguousarray(found.distances[:, :k])
        )
