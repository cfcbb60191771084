"""Edges between the connected components of a fuzzy set.

No community crosses from one component to another, however near they lie, and a table of a million
rows has thousands of components of a few rows. So typical rows of every component are joined to the
nearest typical rows of others under D, by UMAP's membership between them. All of a component's
bridges together weigh `WEIGHT` of its edges: too little to move a border inside a component, enough
to say which components are near.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.distance import dissimilarity
from ..engine.faults import watch_faults
from ..engine.jit import borrow, kernel
from ..engine.threads import parallel_for
from ..layout.initialize import connected_components
from ..model.model import Model

#: Weight of a component's bridges in that of its edges.
WEIGHT = 0.02
#: Typical rows of all components together, at least one of each, and to how many others each leads.
TYPICAL, NEAREST = 1000, 10


@kernel
def _nearest_elsewhere(first, last, rows, queries, references, piece, near, far):
    """The nearest references in other components, ascending -> near (q, k), -1 where there are
    fewer, and far."""
    rows = borrow(rows)
    k = near.shape[1]
    for q in range(first, last):
        i = np.int64(queries[q])
        for t in range(k):
            near[q, t], far[q, t] = -1, np.inf
        for r in range(len(references)):
            j = np.int64(references[r])
            if piece[j] == piece[i]:
                continue
            d = dissimilarity(rows, rows.cells, i, rows.cells, j, far[q, k - 1])
            if d >= far[q, k - 1]:
                continue
            at = k - 1
            while at > 0 and far[q, at - 1] > d:
                near[q, at], far[q, at] = near[q, at - 1], far[q, at - 1]
                at -= 1
            near[q, at], far[q, at] = j, d


def typical_rows(piece: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that stand for the components, chosen by contents: a share of each by its size, at least
    one; and those of the largest components, `TYPICAL` at most, which all others are compared
    with."""
    n = len(piece)
    size = np.bincount(piece)
    # The largest first; of equal ones, the one with the smallest digest.
    digest = np.full(len(size), np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(digest, piece, keys)
    rank = np.empty(len(size), np.int64)
    rank[np.lexsort((digest, -size))] = np.arange(len(size))
    order = np.lexsort((keys, rank[piece]))
    starts = np.concatenate([[0], np.cumsum(np.sort(size)[::-1])])
    chosen = np.maximum(1, np.diff(starts) * TYPICAL // n)
    place = np.repeat(np.arange(len(size)), chosen)
    step = np.arange(len(place)) - np.repeat(np.cumsum(chosen) - chosen, chosen)
    rows = order[starts[place] + step * np.diff(starts)[place] // chosen[place]]
    return rows, rows[:TYPICAL]


def bridges(model: Model) -> scipy.sparse.csr_array | None:
    """Symmetric edges between rows of different components, float64 (n, n); None where all rows are
    connected."""
    graph, keys = model.graph, model.packed.rows.keys
    count, piece = connected_components(graph)
    if count == 1:
        return None
    queries, references = typical_rows(piece, keys)
    near = np.empty((len(queries), min(NEAREST, len(references))), np.int64)
    far = np.empty(near.shape)
    with watch_faults(model.feature_rows, model.feature_metrics, tuple(model.names)):
        arguments = (queries, references, piece, near, far)
        parallel_for(_nearest_elsewhere, len(queries), model.feature_rows, *arguments)
    gaps = np.where(near >= 0, far - far[:, :1], 0.0)
    usual = gaps.sum(axis=1, keepdims=True) / np.maximum(1, (near >= 0).sum(axis=1, keepdims=True))
    strength = np.where(near >= 0, np.exp(-gaps / np.maximum(usual, 1e-30)), 0.0)
    strength /= np.maximum(strength.sum(axis=1, keepdims=True), 1e-30)
    # An isolated row has no edges to take a share of: it counts as having one.
    degree = np.maximum(np.bincount(piece, np.asarray(graph.sum(axis=1)).ravel()), 1.0)
    asked = np.bincount(piece[queries], minlength=count)
    own = WEIGHT * degree[piece[queries]] / asked[piece[queries]]
    # What a large component sends to a small one counts by the small one's edges.
    ratio = np.minimum(1.0, degree[piece[near]] / degree[piece[queries]][:, None])
    weight = own[:, None] * ratio * strength
    held = weight > 0
    tails = np.broadcast_to(queries[:, None], near.shape)[held]
    half = scipy.sparse.coo_array((weight[held], (tails, near[held])), shape=graph.shape)
    return scipy.sparse.csr_array(half + half.T)
