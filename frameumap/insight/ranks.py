"""Trustworthiness and continuity (Venna and Kaski 2001) of rows, under the mixed D.

Of many rows the ranks are taken among some that are chosen by their contents.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ..engine.distance import dissimilarity
from ..engine.faults import watch_faults
from ..engine.jit import borrow, kernel
from ..engine.threads import parallel_for
from ..model.model import Model
from ..neighbors.sketch import sketch_rows

#: Rows among which ranks are taken: all of so many, else so many.
ALL_ROWS, SOME_ROWS = 600, 160


@kernel
def _rank_among(first, last, rows, which, references, near, ranks):
    """Share of the references that are nearer to each row under D than each of its `near`."""
    rows = borrow(rows)
    k = near.shape[1]
    own = np.empty(k)
    for q in range(first, last):
        i = np.int64(which[q])
        farthest = 0.0
        for t in range(k):
            own[t] = dissimilarity(rows, rows.cells, i, rows.cells, np.int64(near[q, t]), np.inf)
            farthest = max(farthest, own[t])
        for r in references:
            if r == i:
                continue
            d = dissimilarity(rows, rows.cells, i, rows.cells, np.int64(r), farthest)
            for t in range(k):
                if d < own[t]:
                    ranks[q, t] += 1


@kernel
def _rank_on_map(first, last, points, which, references, near, ranks):
    """Share of the references that are nearer to each point than each of its `near`; those may be
    -1."""
    k = near.shape[1]
    own = np.empty(k)
    for q in range(first, last):
        i = np.int64(which[q])
        for t in range(k):
            own[t] = 0.0
            if near[q, t] >= 0:
                for c in range(points.shape[1]):
                    own[t] += (points[i, c] - points[near[q, t], c]) ** 2
        for r in references:
            if r == i:
                continue
            d = 0.0
            for c in range(points.shape[1]):
                d += (points[i, c] - points[r, c]) ** 2
            for t in range(k):
                if d < own[t]:
                    ranks[q, t] += 1


def reference_rows(keys: np.ndarray) -> np.ndarray:
    n = len(keys)
    if n <= ALL_ROWS:
        return np.arange(n)
    order = np.argsort(keys, kind="stable")
    return np.ascontiguousarray(order[np.arange(SOME_ROWS) * n // SOME_ROWS])


def _penalty(ranks: np.ndarray, held: np.ndarray, references: int, n: int, k: int) -> np.ndarray:
    """1 - the sum of ranks beyond k over the most that it could be, of every row."""
    scale = (n - 1) / max(1, references - 1)
    beyond = np.where(held, np.maximum(0.0, ranks * scale + 1 - k), 0.0).sum(axis=1)
    worst = k * (n - 1 - k) - k * (k - 1) / 2 if 2 * k <= n - 1 else (n - 1 - k) * (n - k) / 2
    return 1 - beyond / max(worst, 1e-12) if worst > 0 else np.ones(len(ranks))


def trustworthiness(
    model: Model, on_map: np.ndarray, references: np.ndarray, which: np.ndarray
) -> np.ndarray:
    """Of the rows `which`: 1 unless their nearest points, `on_map`, are rows far from them."""
    ranks = np.zeros(on_map.shape)
    with watch_faults(model.feature_rows, model.feature_metrics, tuple(model.names)):
        arguments = (which, references, on_map, ranks)
        parallel_for(_rank_among, len(which), model.feature_rows, *arguments)
    everyone = np.ones(ranks.shape, bool)
    n = len(model.feature_rows.cells)
    return _penalty(ranks, everyone, len(references), n, on_map.shape[1])


def continuity(
    points: np.ndarray, near: np.ndarray, references: np.ndarray, which: np.ndarray
) -> np.ndarray:
    """Of the rows `which`: 1 unless rows that are `near` to them under D are far from them on the
    map."""
    ranks = np.zeros(near.shape)
    arguments = (which, references, near.astype(np.int64), ranks)
    parallel_for(_rank_on_map, len(which), points, *arguments)
    return _penalty(ranks, near >= 0, len(references), len(points), near.shape[1])


def nearest_points(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest other points of every point, int64 (n, k), and how far they are."""
    far, nearest = cKDTree(points).query(points, k + 1)
    distances, found = np.asarray(far), np.asarray(nearest)
    others = found != np.arange(len(points))[:, None]
    # More copies than k: the point itself was not among them.
    others[others.all(axis=1), -1] = False
    shape = (len(points), k)
    return found[others].reshape(shape), distances[others].reshape(shape)


def baselines(model: Model, dims: int) -> dict[str, np.ndarray]:
    """Positions on principal axes of the rows' sketch, and at random."""
    sketch = sketch_rows(
        model.feature_rows, model.feature_metrics, model.graph_options.seed
    ).astype(np.float64)
    centred = sketch - sketch.mean(axis=0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    rng = np.random.default_rng(model.graph_options.seed)
    return {
        "pca": np.ascontiguousarray(centred @ vectors[:, ::-1][:, :dims]),
        "random": rng.random((len(sketch), dims)),
    }
