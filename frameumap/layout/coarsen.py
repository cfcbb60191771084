"""Coarsening of a weighted graph by heavy-edge matching (Karypis and Kumar 1998), with leftovers
joining a neighbour."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.jit import kernel
from ..graph.membership import edge_tails


@kernel
def _aggregate(indptr, heads, weights, order, parent):
    """Pair each vertex with its heaviest free neighbour; return the number of aggregates."""
    count = 0
    for i in order:
        if parent[i] >= 0:
            continue
        best = -1
        heaviest = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            j = heads[e]
            if j != i and parent[j] < 0 and weights[e] > heaviest:
                best = j
                heaviest = weights[e]
        if best >= 0:
            parent[i] = count
            parent[best] = count
            count += 1
    for i in order:  # no free neighbour left: join the heaviest one
        if parent[i] >= 0:
            continue
        best = -1
        heaviest = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            if heads[e] != i and weights[e] > heaviest:
                best = heads[e]
                heaviest = weights[e]
        if best >= 0:
            parent[i] = parent[best]
        else:
            parent[i] = count
            count += 1
    return count


def coarsen(
    graph: scipy.sparse.csr_array, smallest: int
) -> list[tuple[scipy.sparse.csr_array, np.ndarray]]:
    """Levels (graph, parent) from fine to coarse: vertex i of a level belongs to vertex parent[i]
    of the next.

    Stops at `smallest` vertices, or when a level shrinks by less than a tenth. The last level has
    an empty parent.
    """
    levels = []
    while graph.shape[0] > smallest:
        n = graph.shape[0]
        parent = np.full(n, -1)
        # Light vertices first: they have the fewest partners.
        order = np.argsort(np.diff(graph.indptr), kind="stable")
        count = _aggregate(
            graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, order, parent
        )
        if count > 0.9 * n:
            break
        levels.append((graph, parent))
        merge = scipy.sparse.csr_array(
            (np.ones(n, np.float32), (parent, np.arange(n))), shape=(count, n)
        )
        graph = (merge @ graph @ merge.T).tocsr()
        # Without the weight inside aggregates: heavy self-loops slow convergence.
        graph.data[graph.indices == edge_tails(graph)] = 0
        graph.eliminate_zeros()
        graph.sort_indices()
    levels.append((graph, np.empty(0, np.int64)))
    return levels
