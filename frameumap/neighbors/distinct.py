"""Identical rows: search among the distinct ones, then share the neighbours out fairly.

Business tables repeat rows. Copies of a row are at distance 0 of each other and fill at most half of a list where other
rows could fill it, so that a crowd of copies stays tied to what surrounds it. Of every other distinct row a list holds one
copy: k neighbours are k different rows. Copies are drawn by steps that all members of a class share, so that each is
chosen equally often, and a crowd that outnumbers a neighbour sends it at most k edges a copy, however large it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import helper, kernel, mix
from ..engine.rows import Rows
from ..engine.threads import spread
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


@helper
def _takes_part(place, size, count, k, turn):
    """Whether the copy at `place` of a class of `size` lists a class of `count`: k copies for each of those do."""
    return (place + turn) % size < k * count


@kernel
def _expand(first, last, of, offsets, members, keys, found, gaps, indices, distances, copies):
    n, k = indices.shape
    for i in range(first, last):
        own = of[i]
        low = offsets[own]
        size = offsets[own + 1] - low
        place = np.searchsorted(members[low : low + size], i)
        indices[i, 0] = i
        distances[i, 0] = 0
        others = 0
        for s in range(found.shape[1]):
            other = found[own, s]
            if other < 0:
                break
            count = offsets[other + 1] - offsets[other]
            turn = np.int64(mix(keys[i] ^ keys[members[offsets[other]]]) >> np.uint64(33))
            if _takes_part(place, size, count, k, turn):
                others += 1
        own_slots = min(size - 1, max(copies, k - 1 - others))
        for t in range(own_slots):
            # Steps of all lengths: a ring of nearest numbers would be laid out as a long string.
            step = 1 + t * (size - 1) // own_slots
            indices[i, 1 + t] = members[low + (place + step) % size]
            distances[i, 1 + t] = 0
        at = 1 + own_slots
        for s in range(found.shape[1]):
            other = found[own, s]
            if other < 0 or at == k:
                break
            count = offsets[other + 1] - offsets[other]
            turn = np.int64(mix(keys[i] ^ keys[members[offsets[other]]]) >> np.uint64(33))
            if _takes_part(place, size, count, k, turn):
                indices[i, at] = members[offsets[other] + (place + turn) % count]
                distances[i, at] = gaps[own, s]
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
    copies = max(1, n_neighbors // 2)
    spread(
        _expand,
        n,
        classes.of,
        classes.offsets,
        classes.members,
        keys,
        *found,
        indices,
        distances,
        copies,
    )
    return KNN(indices, distances)
