"""A forest of random-projection trees over the sketch (Dasgupta and Freund 2008): rows that share a leaf are candidates.

A node is cut by the hyperplane half-way between two of its rows; where that leaves less than a tenth on one side, at the
median of the projections instead, so depth stays logarithmic whatever the data. Nodes are numbered as in a heap and the
two rows are drawn by a hash of (seed, tree, node): the forest does not depend on threads.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from .._jit import kernel, locked, mix, parallel_kernel


@kernel
def _split(sketch, members, first, last, state, projection):
    """Reorder members[first:last] around a hyperplane; return the border."""
    size = np.uint64(last - first)
    a = members[first + np.int64(mix(state) % size)]
    b = members[first + np.int64(mix(state + np.uint64(1)) % size)]
    dims = sketch.shape[1]
    offset = np.float32(0)
    for s in range(dims):
        offset += (sketch[a, s] - sketch[b, s]) * (sketch[a, s] + sketch[b, s]) * np.float32(0.5)
    below = np.int64(0)
    for m in range(first, last):
        p = -offset
        i = members[m]
        for s in range(dims):
            p += (sketch[a, s] - sketch[b, s]) * sketch[i, s]
        projection[m] = p
        below += p < 0
    if min(below, last - first - below) * 10 < last - first:
        order = np.argsort(projection[first:last], kind="mergesort")
        members[first:last] = members[first:last].copy()[order]
        return (first + last) // 2
    # Stable partition, so that the order within a leaf is fixed too.
    kept = np.empty(last - first - below, members.dtype)
    left = first
    right = 0
    for m in range(first, last):
        if projection[m] < 0:
            members[left] = members[m]
            left += 1
        else:
            kept[right] = members[m]
            right += 1
    members[left:last] = kept
    return left


@kernel
def _grow(sketch, leaf_size, seed, members, borders):
    """Order `members` by leaf and write the leaves' borders; return the number of leaves."""
    n = sketch.shape[0]
    projection = np.empty(n, np.float32)
    stack = np.empty((128, 3), np.int64)  # first, last, node: a depth-first walk holds one branch a level
    stack[0, 0] = 0
    stack[0, 1] = n
    stack[0, 2] = 1
    top = 0
    leaves = 0
    borders[0] = 0
    while top >= 0:
        first = stack[top, 0]
        last = stack[top, 1]
        node = stack[top, 2]
        top -= 1
        if last - first <= leaf_size or top >= 124:
            leaves += 1
            borders[leaves] = last
            continue
        border = _split(sketch, members, first, last, mix(seed ^ np.uint64(node)), projection)
        top += 1
        stack[top, 0] = border
        stack[top, 1] = last
        stack[top, 2] = 2 * node + 1
        top += 1
        stack[top, 0] = first
        stack[top, 1] = border
        stack[top, 2] = 2 * node
    return leaves


@parallel_kernel
def _grow_trees(sketch, leaf_size, seed, members, borders, leaves):
    for t in prange(members.shape[0]):
        for i in range(members.shape[1]):
            members[t, i] = i
        leaves[t] = _grow(sketch, leaf_size, mix(seed + np.uint64(t)), members[t], borders[t])


def grow_forest(sketch: np.ndarray, trees: int, leaf_size: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Trees as (members int32 (n,), borders int64 (leaves + 1,)): leaf l is members[borders[l]:borders[l + 1]]."""
    n = len(sketch)
    members = np.empty((trees, n), np.int32)
    borders = np.empty((trees, n + 1), np.int64)
    leaves = np.empty(trees, np.int64)
    locked(_grow_trees, sketch, leaf_size, np.uint64(seed), members, borders, leaves)
    return [(members[t], borders[t, : leaves[t] + 1].copy()) for t in range(trees)]
