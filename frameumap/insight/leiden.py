"""Leiden (Traag, Waltman and van Eck 2019): vertices move to the community where modularity gains
most; inside every community a finer, connected partition is grown from single vertices; the finer
parts become the vertices of the next level, which start in the community they came from.

Modularity at resolution r, up to a factor, is sum_c (w_cc - r k_c^2 / 2m), with w_cc the weight
inside community c, both directions and self-loops, k_c its degrees, and 2m the sum of all weights.
Vertices are visited in an order hashed from the seed, and of equal gains the first met is taken, so
the same graph and seed give the same communities.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.jit import helper, kernel, mix

#: Whole passes, each from the communities of the one before; more change little.
PASSES = 2
#: Levels at most: each halves the graph or so.
LEVELS = 50


@helper
def _order(n, seed):
    keys = np.empty(n, np.uint64)
    for i in range(n):
        keys[i] = mix(np.uint64(seed) ^ mix(np.uint64(i)))
    return np.argsort(keys)


@helper
def _degrees(indptr, weights):
    degree = np.zeros(len(indptr) - 1)
    for i in range(len(degree)):
        for e in range(indptr[i], indptr[i + 1]):
            degree[i] += weights[e]
    return degree


@helper
def _move_vertices(graph, degree, rate, order, labels):
    """Move vertices until no move gains; return how many there were. A queue holds those whose
    neighbours moved."""
    indptr, heads, weights = graph
    n = len(labels)
    total, size = np.zeros(n), np.zeros(n, np.int64)
    for i in range(n):
        total[labels[i]] += degree[i]
        size[labels[i]] += 1
    empty = np.empty(n, np.int64)
    spare = 0
    for c in range(n - 1, -1, -1):
        if size[c] == 0:
            empty[spare] = c
            spare += 1
    queue, waits = order.copy(), np.ones(n, np.bool_)
    to, met = np.zeros(n), np.empty(n, np.int64)
    at, held, moves = 0, n, 0
    while held > 0:
        i = queue[at]
        at = (at + 1) % n
        held -= 1
        waits[i] = False
        own = labels[i]
        count = 1
        met[0] = own
        for e in range(indptr[i], indptr[i + 1]):
            j = heads[e]
            if j != i and weights[e] > 0:
                c = labels[j]
                if to[c] == 0 and c != own:
                    met[count] = c
                    count += 1
                to[c] += weights[e]
        total[own] -= degree[i]
        size[own] -= 1
        pull = rate * degree[i]
        best, most = own, to[own] - pull * total[own]
        least = 1e-10 * degree[i]
        for t in range(1, count):
            gain = to[met[t]] - pull * total[met[t]]
            if gain > most + least:
                best, most = met[t], gain
        if most < -least and size[own] > 0 and spare > 0:
            best = empty[spare - 1]
        for t in range(count):
            to[met[t]] = 0.0
        if best != own:
            moves += 1
            if size[best] == 0:
                spare -= 1
            if size[own] == 0:
                empty[spare] = own
                spare += 1
            labels[i] = best
            for e in range(indptr[i], indptr[i + 1]):
                j = heads[e]
                if not waits[j] and labels[j] != best:
                    waits[j] = True
                    queue[(at + held) % n] = j
                    held += 1
        total[best] += degree[i]
        size[best] += 1
    return moves


@helper
def _refine(graph, degree, rate, order, labels, parts):
    """Grow a partition of every community from single vertices -> parts: a vertex that is still
    alone and well connected to its community joins the part of it that gains most."""
    indptr, heads, weights = graph
    n = len(labels)
    whole, total = np.zeros(n), degree.copy()
    inside, leaves = np.zeros(n), np.zeros(n)  # weight to the rest of the community
    alone = np.ones(n, np.bool_)
    for i in range(n):
        parts[i] = i
        whole[labels[i]] += degree[i]
        for e in range(indptr[i], indptr[i + 1]):
            if heads[e] != i and labels[heads[e]] == labels[i]:
                inside[i] += weights[e]
        leaves[i] = inside[i]
    to, met = np.zeros(n), np.empty(n, np.int64)
    for i in order:
        rest = whole[labels[i]] - degree[i]
        if not alone[i] or inside[i] < rate * degree[i] * rest:
            continue
        count = 0
        for e in range(indptr[i], indptr[i + 1]):
            j = heads[e]
            if j != i and labels[j] == labels[i] and weights[e] > 0:
                if to[parts[j]] == 0:
                    met[count] = parts[j]
                    count += 1
                to[parts[j]] += weights[e]
        best, most = -1, 0.0
        for t in range(count):
            c = met[t]
            gain = to[c] - rate * degree[i] * total[c]
            if gain > most and leaves[c] >= rate * total[c] * (whole[labels[i]] - total[c]):
                best, most = c, gain
        if best >= 0:
            # Edges between the two are no longer edges to the rest.
            leaves[best] += inside[i] - 2 * to[best]
            total[best] += degree[i]
            parts[i] = best
            alone[i], alone[best] = False, False
        for t in range(count):
            to[met[t]] = 0.0


@helper
def _number(labels, most):
    """Number labels, all below `most`, from 0 in the order of their first vertex; return how many
    there are."""
    new = np.full(most, -1, np.int64)
    count = 0
    for i in range(len(labels)):
        if new[labels[i]] < 0:
            new[labels[i]] = count
            count += 1
        labels[i] = new[labels[i]]
    return count


@helper
def _joined(graph, parts, k):
    """The graph between parts, weights inside a part as a self-loop."""
    indptr, heads, weights = graph
    n = len(parts)
    starts, members = np.zeros(k + 1, np.int64), np.empty(n, np.int64)
    for i in range(n):
        starts[parts[i] + 1] += 1
    starts = np.cumsum(starts)
    filled = starts[:-1].copy()
    for i in range(n):
        members[filled[parts[i]]] = i
        filled[parts[i]] += 1
    borders = np.zeros(k + 1, np.int64)
    tips, sums = np.empty(len(heads), np.int32), np.empty(len(heads))
    place = np.full(k, -1, np.int64)
    count = 0
    for c in range(k):
        for i in members[starts[c] : starts[c + 1]]:
            for e in range(indptr[i], indptr[i + 1]):
                head = parts[heads[e]]
                if place[head] < borders[c]:
                    place[head] = count
                    tips[count], sums[count] = head, 0.0
                    count += 1
                sums[place[head]] += weights[e]
        borders[c + 1] = count
    return borders, tips[:count].copy(), sums[:count].copy()


@kernel
def _join_vertices(indptr, heads, weights, parts, k):
    return _joined((indptr, heads, weights), parts, k)


@kernel
def _leiden(indptr, heads, weights, resolution, seed, passes, levels, labels):
    """Communities of the graph, from `labels` on -> labels; returns modularity times 2m."""
    base = (indptr, heads, weights)
    whole = _degrees(indptr, weights)
    rate = resolution / max(1e-300, whole.sum())
    for step in range(passes):
        graph, degree, own = base, whole, labels.copy()
        vertex = np.arange(len(labels))
        changed = False
        for level in range(levels):
            order = _order(len(own), mix(np.uint64(seed) ^ mix(np.uint64(64 * step + level))))
            changed |= _move_vertices(graph, degree, rate, order, own) > 0
            parts = np.empty(len(own), np.int64)
            _refine(graph, degree, rate, order, own, parts)
            k = _number(parts, len(parts))
            for i in range(len(labels)):
                labels[i] = own[vertex[i]]
            if k == len(own):
                break
            coarse = np.empty(k, np.int64)
            for i in range(len(own)):
                coarse[parts[i]] = own[i]
            for i in range(len(vertex)):
                vertex[i] = parts[vertex[i]]
            _number(coarse, len(own))
            graph = _joined(graph, parts, k)
            degree, own = _degrees(graph[0], graph[2]), coarse
        _number(labels, len(labels))
        if not changed:
            break
    quality = 0.0
    total = np.zeros(len(labels))
    for i in range(len(labels)):
        total[labels[i]] += whole[i]
        for e in range(indptr[i], indptr[i + 1]):
            if labels[heads[e]] == labels[i]:
                quality += weights[e]
    for c in range(len(labels)):
        quality -= rate * total[c] ** 2
    return quality


def leiden(
    graph: scipy.sparse.csr_array,
    resolution: float,
    seed: int,
    trials: int = 1,
    start: np.ndarray | None = None,
    passes: int = PASSES,
    levels: int = LEVELS,
) -> np.ndarray:
    """Communities, int64 (n,), numbered by their first vertices; the best of `trials`.

    Parameters
    ----------
    graph : csr_array float64 (n, n)
        Symmetric, each entry once; a self-loop holds the weight inside its vertex, both directions.
    start : int64 (n,), optional
        Communities to begin with, else every vertex is one.
    passes, levels : int
        Passes, and levels in each; with one level, vertices change community and communities stay.
    """
    n = graph.shape[0]
    arrays = graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data
    best, most = np.arange(n), -np.inf
    for trial in range(trials):
        labels = np.arange(n) if start is None else start.astype(np.int64)
        quality = _leiden(*arrays, float(resolution), seed + 7919 * trial, passes, levels, labels)
        if quality > most:
            best, most = labels, quality
    return best


def contract(graph: scipy.sparse.csr_array, labels: np.ndarray) -> scipy.sparse.csr_array:
    """The graph between communities; the weight inside one is its self-loop, so modularity is that
    of the vertices."""
    k = int(labels.max()) + 1 if len(labels) else 0
    arrays = graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data
    borders, heads, weights = _join_vertices(*arrays, labels.astype(np.int64), k)
    return scipy.sparse.csr_array((weights, heads, borders), shape=(k, k))
