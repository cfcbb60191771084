"""Best-first search along the edges of a finished neighbour graph, from the leaves of some trees.

The nearest candidate is expanded until all of the list are; the list is longer than k, so that the
search can leave a local minimum (Malkov and Yashunin 2018, algorithm 2). A query's path depends on
nothing but the query and the index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.distance import leading_dissimilarity
from ..engine.jit import borrow, helper, inlined, kernel, prefetch
from .forest import Forest, find_leaf
from .lists import insert_new
from .quantized import QuantizedRows, quantized_distance

_SEEN = 1 << 12
#: Rows of which the words are fetched before they are compared.
_AHEAD = 8


class Effort(NamedTuple):
    """How far a query is searched.

    Attributes
    ----------
    trees : int
        Trees whose leaves hold the first candidates.
    spare : int
        Candidates kept beyond k.
    """

    trees: int
    spare: int

    @property
    def patience(self) -> int:
        """Expansions without a new one among the k nearest, after which a search ends."""
        return 20 + self.spare // 2


#: The effort of a search that compares every row.
EVERY_ROW = Effort(0, 0)


class GraphIndex(NamedTuple):
    """The index.

    Attributes
    ----------
    forest : Forest
    edges : int32 (n, any)
    quantized : QuantizedRows
        The rows quantised where possible.
    leading : int
        Groups of `Rows.order` by which candidates are ranked: all, or those that are not slow.
    """

    forest: Forest
    edges: np.ndarray
    quantized: QuantizedRows
    leading: int


class Batch(NamedTuple):
    """The queries of one call.

    Attributes
    ----------
    picked : int64 (any,)
    leaves : int32 (m, trees)
        Leaves of every query, those not picked included.
    codes : QuantizedRows
        Of every query.
    k : int
        Neighbours wanted; lists are longer.
    patience : int
    compared : int32 (m,)
        Rows that each query was compared with, a result.
    """

    picked: np.ndarray
    leaves: np.ndarray
    codes: QuantizedRows
    k: int
    patience: int
    compared: np.ndarray


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
def find_leaves(first, last, sketch, forest, leaves):
    """Leaves of points of the sketch in the first trees, as many as `leaves` has columns."""
    for q in range(first, last):
        for t in range(leaves.shape[1]):
            leaves[q, t] = find_leaf(forest, t, sketch[q])


@inlined
def _fetch(rows, quantized, coded, j):
    """Prefetch the words of row j, or its codes."""
    width = quantized.codes.shape[1] if coded else 4 * rows.cells.shape[1]
    base = quantized.codes.ctypes.data if coded else rows.cells.ctypes.data
    for line in range(0, width, 64):
        prefetch(base + np.int64(j) * width + line)


@inlined
def _compare(rows, queries, q, j, groups, last, index, query_codes, found, seed):
    """Compare query q with row j, which is not in the list, by D over the first `groups`, or by the
    codes of quantised rows if those are 0; returns its slot or -1.

    D may be a lower estimate where it exceeds that of the slot `last`.
    """
    j = np.int64(j)
    if j == queries.query_row[q]:
        return -1
    if groups > 0:
        bound = np.float64(found.distances[q, last])
        d = np.float32(leading_dissimilarity(rows, queries.cells, q, rows.cells, j, bound, groups))
    else:
        d = quantized_distance(index.quantized, query_codes, q, j)
    return insert_new(found.indices, found.distances, q, j, d, queries.keys[q], rows.keys, seed)


@inlined
def _gather(index, leaves, q, seen, fresh):
    """Write the rows of the leaves of query q to `fresh`, each once; returns their number."""
    members, borders = index.forest.members, index.forest.borders
    count = 0
    for t in range(leaves.shape[1]):
        leaf = leaves[q, t]
        for m in range(borders[leaf], borders[leaf + 1]):
            if _is_new(seen, members[m]):
                fresh[count] = members[m]
                count += 1
    return count


@helper
def _best_first(rows, queries, q, index, batch, found, seed):
    """Start with the rows of the leaves; expand the nearest unexpanded candidate until there is
    none or none improves the list. Returns the number of rows compared.

    Where rows are quantised or groups left out, the final candidates are compared exactly, nearest
    first, as far as the k-th distance demands.
    """
    rows, queries, index, found = borrow((rows, queries, index, found))
    edges, quantized = borrow((index.edges, index.quantized))
    leaves, query_codes = borrow((batch.leaves, batch.codes))
    k = found.indices.shape[1]
    most = max(k, edges.shape[1])
    room = 0
    for t in range(leaves.shape[1]):
        room += index.forest.borders[leaves[q, t] + 1] - index.forest.borders[leaves[q, t]]
    seen = np.full(_SEEN, -1, np.int32)
    done = np.zeros(k, np.uint8)
    fresh = np.empty(max(most, room), np.int32)
    coded = quantized.codes.shape[0] > 0
    groups = 0 if coded else index.leading
    coarse = groups < rows.groups.shape[0]
    last = k - 1
    count = _gather(index, leaves, q, seen, fresh)
    compared = 0
    idle = 0
    following = 0
    while True:  # one place of comparison, as D is compiled into it
        compared += count
        for f in range(min(count, _AHEAD)):
            _fetch(rows, quantized, coded, fresh[f])
        for f in range(count):
            if f + _AHEAD < count:
                _fetch(rows, quantized, coded, fresh[f + _AHEAD])
            slot = _compare(
                rows, queries, q, fresh[f], groups, last, index, query_codes, found, seed
            )
            if slot >= 0:
                for t in range(k - 1, slot, -1):
                    done[t] = done[t - 1]
                done[slot] = 0
                following = min(following, slot)  # back to what came in before
                if slot < batch.k:
                    idle = 0
        if coarse and groups == rows.groups.shape[0]:
            return compared
        s = following
        while s < k and done[s]:
            s += 1
        count = 0
        if s < k and found.indices[q, s] >= 0 and idle < batch.patience:
            done[s] = 1
            idle += 1
            following = s + 1
            for e in range(edges.shape[1]):
                j = edges[found.indices[q, s], e]
                if j >= 0 and _is_new(seen, j):
                    fresh[count] = j
                    count += 1
        elif coarse:
            groups = rows.groups.shape[0]
            last = batch.k - 1
            for t in range(k):
                if found.indices[q, t] >= 0:
                    fresh[count] = found.indices[q, t]
                    count += 1
            found.indices[q, :] = -1
            found.distances[q, :] = np.inf
        else:
            return compared


@kernel
def answer(first, last, rows, queries, index, batch, found, seed):
    """Search from the leaves that the queries fall into."""
    rows, queries, index, found = borrow((rows, queries, index, found))
    picked, compared = borrow((batch.picked, batch.compared))
    for p in range(first, last):
        q = picked[p]
        compared[q] = _best_first(rows, queries, q, index, batch, found, seed)


@helper
def _lists(indices, i, j):
    """Whether j is in the list of i."""
    found = False
    for s in range(indices.shape[1]):
        found |= indices[i, s] == j
    return found


@kernel
def both_ways(indices, edges):
    """Neighbours of a row, then the rows that it is a neighbour of, nearest first, each once,
    truncated to the width."""
    n, k = indices.shape
    used = np.full(n, k, np.int32)
    for i in range(n):
        for s in range(k):
            edges[i, s] = indices[i, s]
    for s in range(k):
        for i in range(n):
            j = indices[i, s]
            if j >= 0 and used[j] < edges.shape[1] and not _lists(indices, j, i):
                edges[j, used[j]] = i
                used[j] += 1
