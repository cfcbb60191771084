"""Equal rows as one vertex: the graph of the classes, and how many rows each stands for."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..graph.membership import edge_tails


def class_graph(graph: scipy.sparse.csr_array, of: np.ndarray) -> scipy.sparse.csr_array:
    """The graph of the classes of rows: an edge has the largest membership of the edges between two
    classes, float32 (m, m); edges within a class are left out.

    Parameters
    ----------
    graph : csr_array
        Symmetric memberships of all rows, (n, n).
    of : int (n,)
        Class of every row; all of 0 to m - 1 occur.
    """
    m = int(of.max()) + 1
    tails = of[edge_tails(graph)].astype(np.int64)
    heads = of[graph.indices].astype(np.int64)
    apart = tails != heads
    codes = tails[apart] * m + heads[apart]
    order = np.argsort(codes, kind="stable")
    codes, data = codes[order], graph.data[apart][order]
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    largest = np.maximum.reduceat(data, first) if len(first) else data
    ends = codes[first] // m, codes[first] % m
    return scipy.sparse.csr_array((largest, ends), shape=(m, m), dtype=np.float32)
