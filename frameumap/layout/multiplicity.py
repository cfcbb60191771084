"""The layout of rows that stand for several: how often their edges act, and how often they repel.

If vertex i stands for w_i equal vertices and j for w_j, the edges between the two act
min(w_i, k w_j) times from the side of i and min(w_j, k w_i) times from that of j: a crowd of equal
rows sends at most k edges to each row of another. Half of them are due at each of the w_i vertices,

    m_ij (min(1, k q) + min(q, k)) / 2,   q = w_j / w_i,

which is m_ij where all weights are the same. A strength above 1 is several edges of at most 1.
Duplicates lie on one point and do not attract each other, but every edge between them draws
repelling samples, as any edge does; samples are drawn in proportion to the weights.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse

from ..graph.membership import edge_tails

#: Whole weights are repeated as they are up to this sum, or up to so many times the rows.
MOST_REPEATS, REPEATS_PER_ROW = 200_000, 4


def repeats(weights: np.ndarray) -> np.ndarray:
    """How often every row is repeated to be counted in proportion to `weights`, int64 (n,), at
    least once.

    Whole weights are taken as they are if their sum is at most `MOST_REPEATS` or `REPEATS_PER_ROW`
    times the number of rows; others are scaled to that sum and rounded.
    """
    n, total = len(weights), float(weights.sum())
    limit = max(MOST_REPEATS, REPEATS_PER_ROW * n)
    if total <= limit and (weights == np.floor(weights)).all():
        return weights.astype(np.int64)
    if (weights == weights[0]).all():
        return np.ones(n, np.int64)
    return np.maximum(1, np.rint(weights * (limit / total))).astype(np.int64)


class Multiplicity(NamedTuple):
    """How many equal rows each vertex stands for.

    Attributes
    ----------
    weights : float64 (n,)
    k : int
        Length of the neighbour lists.
    """

    weights: np.ndarray
    k: int


def draw_table(multiplicity: Multiplicity | None) -> np.ndarray:
    """Rows that repelling samples are drawn from, int32, each as often as it counts; empty where
    all count the same."""
    if multiplicity is None:
        return np.empty(0, np.int32)
    often = repeats(multiplicity.weights)
    return np.repeat(np.arange(len(often), dtype=np.int32), often)


def weighted_graph(
    graph: scipy.sparse.csr_array, multiplicity: Multiplicity
) -> scipy.sparse.csr_array:
    """The edges as often as they act, float32: no longer symmetric, and with several entries at one
    place.

    Parameters
    ----------
    graph : csr_array
        Symmetric memberships, the largest of them 1.
    """
    n = graph.shape[0]
    weights, k = multiplicity
    tails, heads = edge_tails(graph), graph.indices.astype(np.int64)
    ratio = weights[heads] / weights[tails]
    strength = graph.data * (np.minimum(1.0, k * ratio) + np.minimum(ratio, k)) / 2
    copies = np.minimum(np.maximum(np.floor(weights) - 1, 0), 2 * (k // 2))
    loops = np.flatnonzero(copies > 0)
    tails, heads = np.concatenate([tails, loops]), np.concatenate([heads, loops])
    strength = np.concatenate([strength, copies[loops]])
    # A strength of 2.3 is two edges of 1 and one of 0.3.
    entries = np.maximum(1, np.ceil(strength)).astype(np.int64)
    order = np.argsort(tails, kind="stable")
    source = np.repeat(order, entries[order])
    starts = np.cumsum(entries[order]) - entries[order]
    place = np.arange(len(source)) - np.repeat(starts, entries[order])
    data = np.minimum(1.0, strength[source] - place).astype(np.float32)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tails[source], minlength=n))])
    return scipy.sparse.csr_array((data, heads[source].astype(np.int32), indptr), shape=(n, n))
