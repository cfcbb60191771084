"""Bounded neighbour lists: `k` slots a row, ascending by (distance, tie), empty slots at (-1,
inf)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import helper, mix


class KNN(NamedTuple):
    """k nearest rows of every row, itself first.

    Attributes
    ----------
    indices : int32 (n, k)
        Row numbers; -1 where a row has fewer neighbours at a finite distance.
    distances : float32 (n, k)
        Ascending; inf beside -1.
    """

    indices: np.ndarray
    distances: np.ndarray


@helper
def tie(keys, seed, key, j):
    """Rank of j among the rows equally far from the row with digest `key`.

    A hash of both rows' contents, so no row number is favoured.
    """
    return mix(keys[j] ^ mix(key ^ seed))


@helper
def insert(indices, distances, row, j, d, key, keys, seed):
    """Put j at distance d into list `row`, whose owner's digest is `key`.

    Returns its slot, or -1 if it is too far or already there.
    """
    if d > distances[row, indices.shape[1] - 1]:
        return -1
    for s in range(indices.shape[1]):
        if indices[row, s] == j:
            return -1
    return insert_new(indices, distances, row, j, d, key, keys, seed)


@helper
def insert_new(indices, distances, row, j, d, key, keys, seed):
    """As `insert`, for j that is not in the list."""
    k = indices.shape[1]
    worst = distances[row, k - 1]
    if d > worst or d == np.inf:
        return -1
    last = indices[row, k - 1]
    if d == worst and last >= 0 and tie(keys, seed, key, j) >= tie(keys, seed, key, last):
        return -1
    slot = k - 1
    while slot > 0 and _after(indices, distances, row, slot - 1, j, d, key, keys, seed):
        indices[row, slot] = indices[row, slot - 1]
        distances[row, slot] = distances[row, slot - 1]
        slot -= 1
    indices[row, slot] = j
    distances[row, slot] = d
    return slot


@helper
def _after(indices, distances, row, slot, j, d, key, keys, seed):
    """Whether the entry in `slot` comes after (d, j)."""
    present = distances[row, slot]
    if present != d:
        return present > d
    return tie(keys, seed, key, indices[row, slot]) > tie(keys, seed, key, j)


def empty(n: int, k: int) -> KNN:
    """Lists of `n` rows without neighbours."""
    return KNN(np.full((n, k), -1, np.int32), np.full((n, k), np.inf, np.float32))
