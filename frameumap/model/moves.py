"""Rows that two models share: their places, and how much of their neighbourhoods is the same."""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..graph.membership import edge_tails


def fill_places(graph: scipy.sparse.csr_array, places: np.ndarray) -> np.ndarray:
    """Places of all rows: those that are NaN become the mean of their neighbours in the graph,
    weighted by membership, in rounds from the known ones; float32 (n, d).

    Rows that no edge leads to from a known one get the mean of these.
    """
    filled = places.astype(np.float64)
    known = ~np.isnan(places).any(axis=1)
    while not known.all():
        weights = graph[~known][:, known]
        total = np.asarray(weights.sum(axis=1), np.float64).ravel()
        reached = total > 0
        rows = np.flatnonzero(~known)[reached]
        if not len(rows):
            filled[~known] = filled[known].mean(axis=0)
            break
        filled[rows] = (weights[reached] @ filled[known]) / total[reached, None]
        known[rows] = True
    return filled.astype(np.float32)


def shared_neighbors(
    before: scipy.sparse.csr_array, now: scipy.sparse.csr_array, old: np.ndarray
) -> np.ndarray:
    """Share of every row's neighbours that it had before and has now, among the rows of both
    graphs; float64 (n,), 0 for rows that are new or have no such neighbour.

    Parameters
    ----------
    before, now : csr_array
        Fuzzy sets.
    old : int64 (n,)
        Number before of every row, -1 for new ones.
    """
    n, width = now.shape[0], before.shape[0]
    number = np.full(width, -1, np.int64)
    number[old[old >= 0]] = np.flatnonzero(old >= 0)
    tails, heads = number[edge_tails(before)], number[before.indices]
    both = (tails >= 0) & (heads >= 0)
    first = tails[both] * n + heads[both]
    tails, heads = edge_tails(now), now.indices.astype(np.int64)
    both = (old[tails] >= 0) & (old[heads] >= 0)
    second = tails[both] * n + heads[both]
    same = np.bincount(np.intersect1d(first, second) // n, minlength=n)
    either = np.bincount(np.union1d(first, second) // n, minlength=n)
    return same / np.maximum(either, 1)
