"""A forest of random-projection trees over the sketch (Dasgupta and Freund 2008): rows that share a
leaf are candidates.

A node is cut by the hyperplane half-way between two of its rows; where that leaves less than a
tenth on one side, at the median of the projections instead, so depth stays logarithmic for any
data. Nodes are numbered as in a heap and the two rows are drawn by a hash of (seed, tree, node):
the forest does not depend on threads.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.jit import helper, kernel, mix
from ..engine.threads import parallel_for
from .quickselect import place_median


@helper
def _split(sketch, members, first, last, state, projection, plane):
    """Reorder members[first:last] around a hyperplane <normal, x> = offset, written to `plane`;
    return the border."""
    size = np.uint64(last - first)
    a = members[first + np.int64(mix(state) % size)]
    b = members[first + np.int64(mix(state + np.uint64(1)) % size)]
    dims = sketch.shape[1]
    offset = np.float32(0)
    for s in range(dims):
        plane[s] = sketch[a, s] - sketch[b, s]
        offset += (sketch[a, s] - sketch[b, s]) * (sketch[a, s] + sketch[b, s]) * np.float32(0.5)
    below = np.int64(0)
    for m in range(first, last):
        p = -offset
        i = members[m]
        for s in range(dims):
            p += plane[s] * sketch[i, s]
        projection[i] = p
        below += p < 0
    plane[dims] = offset
    if min(below, last - first - below) * 10 < last - first:
        middle = (first + last) // 2
        place_median(projection, members, first, last, middle)
        plane[dims] += projection[members[middle]]
        return middle
    # Stable partition, so that the order within a leaf is fixed too.
    kept = np.empty(last - first - below, members.dtype)
    left = first
    right = 0
    for m in range(first, last):
        i = members[m]
        if projection[i] < 0:
            members[left] = i
            left += 1
        else:
            kept[right] = i
            right += 1
    for m in range(right):
        members[left + m] = kept[m]
    return left


@helper
def _push(stack, top, first, last, node, parent, side):
    stack[top, 0] = first
    stack[top, 1] = last
    stack[top, 2] = node
    stack[top, 3] = parent
    stack[top, 4] = side


@helper
def _grow(sketch, leaf_size, seed, members, borders, planes, children):
    """Order `members` by leaf; write the leaves' borders and the nodes; return the numbers of
    both."""
    n = sketch.shape[0]
    projection = np.empty(n, np.float32)
    # A depth-first walk holds one branch a level: first, last, number in the heap, parent, side.
    stack = np.empty((128, 5), np.int64)
    _push(stack, 0, 0, n, 1, -1, 0)
    top = 0
    leaves = 0
    nodes = 0
    borders[0] = 0
    while top >= 0:
        first = stack[top, 0]
        last = stack[top, 1]
        node = stack[top, 2]
        parent = stack[top, 3]
        side = stack[top, 4]
        top -= 1
        leaf = last - first <= leaf_size or top >= 124 or nodes == planes.shape[0]
        if parent >= 0:
            children[parent, side] = ~leaves if leaf else nodes
        if leaf:
            leaves += 1
            borders[leaves] = last
            continue
        border = _split(
            sketch, members, first, last, mix(seed ^ np.uint64(node)), projection, planes[nodes]
        )
        _push(stack, top + 1, border, last, 2 * node + 1, nodes, 1)
        _push(stack, top + 2, first, border, 2 * node, nodes, 0)
        top += 2
        nodes += 1
    return leaves, nodes


@kernel
def _grow_trees(first, last, sketch, leaf_size, seed, trees, sizes):
    members, borders, planes, children = trees
    for t in range(first, last):
        for i in range(members.shape[1]):
            members[t, i] = i
        leaves, nodes = _grow(
            sketch,
            leaf_size,
            mix(seed + np.uint64(t)),
            members[t],
            borders[t],
            planes[t],
            children[t],
        )
        sizes[t, 0] = leaves
        sizes[t, 1] = nodes


class ProjectionTree(NamedTuple):
    """One tree.

    Attributes
    ----------
    members : int32 (n,)
    borders : int64 (leaves + 1,)
        Leaf l is members[borders[l]:borders[l + 1]].
    planes : float32 (nodes, d + 1)
        Normal and offset of every node: the first child has <normal, x> < offset.
    children : int32 (nodes, 2)
        Node, or ~leaf.
    """

    members: np.ndarray
    borders: np.ndarray
    planes: np.ndarray
    children: np.ndarray


class Stacked(NamedTuple):
    """The arrays of several trees, each with one more dimension in front and room to spare."""

    members: np.ndarray
    borders: np.ndarray
    planes: np.ndarray
    children: np.ndarray


def grow_forest(sketch: np.ndarray, trees: int, leaf_size: int, seed: int) -> list[ProjectionTree]:
    """`trees` trees over the rows of `sketch`, float32 (n, d)."""
    n, dims = sketch.shape
    # A split leaves a tenth at least on either side, so a leaf holds at least a tenth of what is
    # split.
    most = 1 + 10 * n // leaf_size
    members = np.empty((trees, n), np.int32)
    borders = np.empty((trees, most + 1), np.int64)
    planes = np.empty((trees, most, dims + 1), np.float32)
    children = np.empty((trees, most, 2), np.int32)
    sizes = np.empty((trees, 2), np.int64)
    stacked = Stacked(members, borders, planes, children)
    parallel_for(_grow_trees, trees, sketch, leaf_size, np.uint64(seed), stacked, sizes)
    return [
        ProjectionTree(
            members[t],
            borders[t, : leaves + 1].copy(),
            planes[t, :nodes].copy(),
            children[t, :nodes].copy(),
        )
        for t, (leaves, nodes) in enumerate(sizes.tolist())
    ]


class Forest(NamedTuple):
    """Trees one after the other, as `ProjectionTree`; numbers of leaves and nodes run through.

    Attributes
    ----------
    members : int32 (trees * n,)
    borders : int64 (leaves + 1,)
    planes : float32 (nodes, d + 1)
    children : int32 (nodes, 2)
    roots : int32 (trees,)
        The first node of every tree, or ~leaf.
    """

    members: np.ndarray
    borders: np.ndarray
    planes: np.ndarray
    children: np.ndarray
    roots: np.ndarray


def join_trees(trees: list[ProjectionTree]) -> Forest:
    """The trees as one forest."""
    nodes = np.cumsum([0] + [len(tree.planes) for tree in trees])
    leaves = np.cumsum([0] + [len(tree.borders) - 1 for tree in trees])
    rows = np.cumsum([0] + [len(tree.members) for tree in trees])
    children = [
        np.where(tree.children >= 0, tree.children + node, tree.children - leaf)
        for tree, node, leaf in zip(trees, nodes, leaves, strict=False)
    ]
    borders = [tree.borders[:-1] + row for tree, row in zip(trees, rows, strict=False)]
    roots = [
        node if len(tree.planes) else ~leaf
        for tree, node, leaf in zip(trees, nodes, leaves, strict=False)
    ]
    return Forest(
        np.concatenate([tree.members for tree in trees]),
        np.concatenate([*borders, rows[-1:]]),
        np.concatenate([tree.planes for tree in trees]),
        np.concatenate(children).astype(np.int32),
        np.array(roots, np.int32),
    )


@helper
def find_leaf(forest, tree, x):
    """Leaf of the point `x` of the sketch in the given tree."""
    node = np.int64(forest.roots[tree])
    dims = x.shape[0]
    while node >= 0:
        p = -forest.planes[node, dims]
        for s in range(dims):
            p += forest.planes[node, s] * x[s]
        node = np.int64(forest.children[node, 0 if p < 0 else 1])
    return ~node
