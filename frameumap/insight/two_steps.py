"""Edges of a graph together with walks of two steps along them.

A row has some twenty edges, so whether two rows of one segment share one hangs on little; how much
of their neighbourhoods they share does not. To every edge is added the weight

    sum_l w_il w_lj / k_l          k_l: sum of the edges of l

of the walks of two steps between its ends, and walks make edges of their own, the strongest
`KEPT` of a vertex.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.jit import kernel
from ..engine.threads import parallel_for
from .partitions import canonical

#: Walks of a vertex that are kept, the strongest.
KEPT = 60


@kernel
def _strongest_walks(first, last, indptr, indices, weights, degree, heads, sums):
    """The strongest walks of two steps from every vertex -> heads (n, k), -1 where there are fewer,
    and sums."""
    n, k = len(degree), heads.shape[1]
    total, met = np.zeros(n), np.empty(n, np.int64)
    for i in range(first, last):
        count = 0
        for e in range(indptr[i], indptr[i + 1]):
            through = indices[e]
            if degree[through] <= 0:
                continue
            share = weights[e] / degree[through]
            for f in range(indptr[through], indptr[through + 1]):
                j = indices[f]
                if total[j] == 0.0:
                    met[count] = j
                    count += 1
                total[j] += share * weights[f]
        order = np.sort(met[:count])  # of equal walks the first vertex, whatever way they came
        values = np.empty(count)
        for t in range(count):
            values[t] = -total[order[t]]
        ranks = np.argsort(values, kind="mergesort")
        for t in range(min(k, count)):
            heads[i, t] = order[ranks[t]]
            sums[i, t] = total[order[ranks[t]]]
        for t in range(count):
            total[met[t]] = 0.0


def with_two_steps(graph: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    """The graph with walks of two steps, symmetric, float64 (n, n).

    Parameters
    ----------
    graph : csr_array float64 (n, n)
        Symmetric, each entry once, columns ascending.
    """
    n = graph.shape[0]
    heads = np.full((n, min(KEPT, n)), -1, np.int32)
    sums = np.zeros(heads.shape)
    degree = np.asarray(graph.sum(axis=1)).ravel()
    arrays = graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data
    parallel_for(_strongest_walks, n, *arrays, degree, heads, sums)
    kept = heads >= 0
    tails = np.repeat(np.arange(n), kept.sum(axis=1))
    walks = scipy.sparse.csr_array(
        scipy.sparse.coo_array((sums[kept], (tails, heads[kept])), shape=graph.shape)
    )
    return canonical(graph + walks.maximum(walks.T))
