"""A graph whose edges are drawn anew, a bootstrap of its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
import scipy.special

from ..engine.jit import kernel, mix, unit
from .chance import poisson_quantile
from .partitions import canonical

#: Chance that an edge of weight 1 is drawn at most 0, 1, 2, ... times.
POISSON = scipy.special.pdtr(np.arange(18), 1.0)


@kernel
def _chances(tails, heads, names, draw, chances):
    """A number in [0, 1) of every edge, hashed from the draw and what its ends hold."""
    for e in range(len(tails)):
        ends = mix(names[tails[e]]) ^ mix(names[heads[e]])
        chances[e] = unit(mix(ends ^ mix(np.uint64(draw))))


def drawn_anew(graph: scipy.sparse.csr_array, names: np.ndarray, draw: int) -> Any:
    """The graph with every edge taken a Poisson number of times; an edge between vertices that
    stand for many rows, as many times as its weight.

    Counts are hashed from `names`, the contents of the vertices, so graphs that differ in few edges
    are drawn alike.
    """
    upper = scipy.sparse.coo_array(scipy.sparse.triu(graph, 0))
    row, col = upper.row, upper.col
    chances = np.empty(len(row))
    _chances(row.astype(np.int32), col.astype(np.int32), names, draw, chances)
    times = np.maximum(1.0, upper.data)
    count = np.searchsorted(POISSON, chances).astype(np.float64)
    many = times > 1
    count[many] = poisson_quantile(chances[many], times[many])
    weight = upper.data * count / times
    kept = weight > 0
    row, col, weight = row[kept], col[kept], weight[kept]
    apart = row != col
    row, col = np.concatenate([row, col[apart]]), np.concatenate([col, row[apart]])
    weight = np.concatenate([weight, weight[apart]])
    return canonical(scipy.sparse.coo_array((weight, (row, col)), shape=graph.shape))
