"""Duplicates: search among the distinct rows, then share the neighbours out fairly.

Business tables repeat rows. Duplicates are at distance 0 of each other and take at most half of a
list that other rows can fill, so that a class of duplicates stays connected to its surroundings. Of
every other class a list holds one row: the neighbours of a row differ from one another. Duplicates
take each other in steps that all of a class share, so that each is chosen equally often, and a
class sends at most k edges to each row of another, however many rows it has.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import helper, kernel, mix
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


@helper
def _turn(place, size, count, k, digest):
    """Which row of a class of `count` the row at `place` of a class of `size` takes, -1 if none.

    Turns are taken so that each of the `count` rows is taken by k at most.
    """
    turn = (place + np.int64(digest >> np.uint64(33))) % size
    return turn % count if turn < k * count else -1


@helper
def _class_turn(i, place, size, other, k, classes, keys):
    """The row of class `other` that row i takes, -1 if none."""
    first = classes.offsets[other]
    count = classes.offsets[other + 1] - first
    turn = _turn(place, size, count, k, mix(keys[i] ^ keys[classes.members[first]]))
    return classes.members[first + turn] if turn >= 0 else -1


@kernel
def _expand(first, last, classes, keys, lists, expanded, most):
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
        others = 0
        for s in range(found.shape[1]):
            if found[row, s] >= 0:
                others += _class_turn(i, place, size, found[row, s], k, classes, keys) >= 0
        slots = min(size - 1, max(most, k - 1 - others))
        # A step of more than half of the circle is the way back of a shorter one.
        reach = (size - 1) // 2 if slots <= (size - 1) // 2 else size - 1
        for t in range(slots):
            # Random steps of all lengths: next rows alone would be laid out as a long string, and
            # steps that share a divisor as that many clouds.
            shortest = 1 + t * reach // slots
            longest = (t + 1) * reach // slots
            draw = mix(keys[i] ^ np.uint64(t)) >> np.uint64(33)
            step = shortest + np.int64(draw) % (longest - shortest + 1)
            indices[i, 1 + t] = members[low + (place + step) % size]
            distances[i, 1 + t] = 0
        at = 1 + slots
        for s in range(found.shape[1]):
            if found[row, s] < 0 or at == k:
                break
            j = _class_turn(i, place, size, found[row, s], k, classes, keys)
            if j >= 0:
                indices[i, at] = j
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
