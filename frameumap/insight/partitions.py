"""Partitions of the vertices of a graph, which stand for several rows each: how alike two are, what
one tells, and small segments that join others."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np
import scipy.sparse

from .leiden import contract


def canonical(graph: Any) -> scipy.sparse.csr_array:
    """CSR with ascending columns and float64 weights."""
    made = scipy.sparse.csr_array(graph, dtype=np.float64)
    made.sum_duplicates()
    made.sort_indices()
    return made


def rand_index(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985) of two partitions of vertices that stand for
    `weights` rows each."""
    table = scipy.sparse.coo_array(
        (weights.astype(np.float64), (a, b)), shape=(a.max() + 1, b.max() + 1)
    )
    cells = scipy.sparse.csr_array(table)

    def pairs(x: np.ndarray) -> float:
        return float((x * (x - 1)).sum() / 2)

    both, one, other = (
        pairs(cells.data),
        pairs(np.bincount(a, weights)),
        pairs(np.bincount(b, weights)),
    )
    every = pairs(np.array([weights.sum()], float))
    chance = one * other / every if every else 0.0
    most = (one + other) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def entropy(labels: np.ndarray, weights: np.ndarray, min_size: int) -> float:
    """Of the sizes, in nats; segments of fewer than `min_size` rows count as one, for they will not
    stay."""
    size = np.bincount(labels, weights)
    small = size[size < min_size].sum()
    share = np.append(size[size >= min_size], small) / weights.sum()
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())


def numbered(labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Labels by size, 0 the largest; of equal ones, the one that the first vertex is in."""
    labels = np.unique(labels, return_inverse=True)[1]
    total = np.bincount(labels, sizes)
    first = np.full(len(total), len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    rank = np.empty(len(total), np.int64)
    rank[np.lexsort((first, -total))] = np.arange(len(total))
    return rank[labels]


def absorbed(
    graph: scipy.sparse.csr_array,
    sizes: np.ndarray,
    labels: np.ndarray,
    min_size: int,
    within: np.ndarray | None = None,
) -> np.ndarray:
    """Segments of fewer than `min_size` rows, the smallest first, join the one that most of their
    edges lead to; those that no edge leaves stay.

    `within` are labels of a coarser partition, whose borders no segment crosses.
    """
    labels = numbered(labels, sizes)
    k = int(labels.max()) + 1
    total = np.bincount(labels, sizes)
    parent = np.zeros(k, np.int64)
    parent[labels] = 0 if within is None else within
    between = contract(graph, labels)
    ties: list[dict[int, float]] = [
        {
            int(c): float(w)
            for c, w in zip(*_line(between, s), strict=True)
            if c != s and parent[c] == parent[s]
        }
        for s in range(k)
    ]
    into = np.arange(k)
    waiting = [(float(total[s]), -s) for s in range(k) if total[s] < min_size]
    heapq.heapify(waiting)
    while waiting:
        size, negative = heapq.heappop(waiting)
        small = -negative
        if into[small] != small or size != total[small] or not ties[small]:
            continue
        target = min(ties[small], key=lambda c: (-ties[small][c], c))
        into[small] = target
        total[target] += total[small]
        del ties[target][small]
        for other, weight in ties[small].items():
            if other != target:
                del ties[other][small]
                ties[other][target] = ties[target][other] = ties[target].get(other, 0.0) + weight
        if total[target] < min_size:
            heapq.heappush(waiting, (float(total[target]), -target))
    for s in range(k):
        while into[s] != into[into[s]]:
            into[s] = into[into[s]]
    return numbered(into[labels], sizes)


def _line(graph: scipy.sparse.csr_array, i: int) -> tuple[np.ndarray, np.ndarray]:
    span = slice(graph.indptr[i], graph.indptr[i + 1])
    return graph.indices[span], graph.data[span]


def inside(graph: scipy.sparse.csr_array, labels: np.ndarray) -> scipy.sparse.csr_array:
    """The graph without the edges between segments."""
    tails = np.repeat(np.arange(len(labels)), np.diff(graph.indptr))
    kept = labels[tails] == labels[graph.indices]
    starts = np.concatenate([[0], np.cumsum(kept)])[graph.indptr]
    return scipy.sparse.csr_array(
        (graph.data[kept], graph.indices[kept], starts), shape=graph.shape
    )
