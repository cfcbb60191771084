"""Duplicates: search among the distinct rows, then share the neighbours out fairly.

Business tables repeat rows. Duplicates are at distance 0 of each other. Where there are more of
them than list slots, they take each other in rotation, so that all are chosen equally often, and at
most half of a list, so that a class of duplicates stays connected to its surroundings.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import kernel, mix
from ..engine.rows import Rows
from ..engine.threads import parallel_for
from .lists import KNN


class Classes(NamedTuple):
    """Classes of identical rows.

    Attributes
    ----------
    first : int64 (m,)
        A row of every class, by first appearance.
    of : int32 (n,)
        Class of every row.
    offsets : int64 (m + 1,)
    members : int32 (n,)
        Rows of class c: members[offsets[c]:offsets[c + 1]], ascending.
    """

    first: np.ndarray
    of: np.ndarray
    offsets: np.ndarray
    members: np.ndarray


def identical_rows(rows: Rows) -> Classes:
    """Group identical rows by digest, then check their words."""
    _, first, of = np.unique(rows.keys, return_index=True, return_inverse=True)
    if len(first) < len(of) and not np.array_equal(
        rows.cells[first[of]], rows.cells
    ):  # two different rows share a digest
        _, first, of = np.unique(rows.cells, axis=0, return_index=True, return_inverse=True)
        of = of.reshape(-1)
    order = np.argsort(first, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    of = rank[of].astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(first)))])
    return Classes(first[order], of, offsets, np.argsort(of, kind="stable").astype(np.int32))


@kernel
def _expand(first, last, classes, keys, lists, expanded, copies):
    of, offsets, members = classes.of, classes.offsets, classes.members
    found, gaps = lists
    indices, distances = expanded
    k = indices.shape[1]
    for i in range(first, last):
        row = of[i]  # among the distinct ones
        low = offsets[row]
        size = offsets[row + 1] - low
        place = np.searchsorted(members[low : low + size], i)
        indices[i, 0] = i
        distances[i, 0] = 0
        at = 1
        others = 0
        for s in range(found.shape[1]):
            if found[row, s] >= 0:
                others += offsets[found[row, s] + 1] - offsets[found[row, s]]
        own_slots = min(size - 1, max(copies, k - 1 - others))
        for t in range(own_slots):
            if at < k:
                indices[i, at] = members[low + (place + 1 + t) % size]
                distances[i, at] = 0
                at += 1
        for s in range(found.shape[1]):
            if found[row, s] < 0:
                break
            base = offsets[found[row, s]]
            count = offsets[found[row, s] + 1] - base
            turn = np.int64(mix(keys[i] ^ np.uint64(place) ^ mix(np.uint64(s))) % np.uint64(count))
            for t in range(count):
                if at == k:
                    break
                indices[i, at] = members[base + (turn + t) % count]
                distances[i, at] = gaps[row, s]
                at += 1


def expand(classes: Classes, keys: np.ndarray, found: KNN, n_neighbors: int) -> KNN:
    """Neighbours of all rows, themselves first, from those of the distinct rows.

    Parameters
    ----------
    keys : uint64 (n,)
        Digests of all rows.
    found : KNN
        Neighbours of the distinct rows among each other, without the row itself.
    n_neighbors : int
        k, the row itself included.
    """
    n = len(classes.of)
    indices = np.full((n, n_neighbors), -1, np.int32)
    distances = np.full((n, n_neighbors), np.inf, np.float32)
    expanded = KNN(indices, distances)
    parallel_for(_expand, n, classes, keys, found, expanded, max(1, n_neighbors // 2))
    return expanded
