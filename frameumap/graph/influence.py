"""How much each group shaped the graph."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.pairs import group_distances
from ..engine.rows import Rows
from ..metrics import Metric

#: Edges looked at; the mean over more changes in the third digit.
SAMPLE = 200_000


def influence(
    rows: Rows, metrics: tuple[Metric, ...], graph: scipy.sparse.csr_array, combined: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Share of every group in the edges, and its mean distance along them.

    log m_g(i, j) = -w_g d_g / s_g averages -w_g over random pairs, by the choice of s_g, and -w_g
    E[d_g / s_g] over edges (weighted by their membership). The gain w_g (1 - E[d_g / s_g]), where
    positive, is what the group pulled together;
    shares are gains over their sum. Groups that are not `combined`, bool (n_groups,), had no say.

    Returns
    -------
    share, edge_distance : float64 (n_groups,)
        `edge_distance` is 1 for a group that had no say, 0 for one on which every edge agrees.
    """
    left, right, weights = sample_edges(graph, SAMPLE)
    mean = np.ones(len(rows.groups))
    if weights.sum() > 0:
        for g in range(len(rows.groups)):
            distances = group_distances(rows, metrics, g, left, right)
            mean[g] = (distances * weights).sum() / weights.sum()
    gain = np.maximum(0.0, combined * rows.weights * (1 - mean))
    total = gain.sum()
    return (gain / total if total > 0 else np.zeros(len(gain))), mean


def sample_edges(
    graph: scipy.sparse.csr_array, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ends, int64, and memberships, float64, of about `size` evenly spaced edges."""
    picked = np.arange(0, graph.nnz, max(1, graph.nnz // size))
    left = np.searchsorted(graph.indptr, picked, side="right") - 1
    return left, graph.indices[picked].astype(np.int64), graph.data[picked].astype(np.float64)
