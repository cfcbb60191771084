"""Pairs of rows that have nothing in common, which are no neighbours.

Two sets without a common member are as far apart as sets can be. Such rows are "nearest" only in
that nothing is nearer: which of them are listed is arbitrary, and smooth kNN would give the first
the membership 1. Where every group of a pair is at the limit of its metric (`Metric.limit`), the
pair gets no edge. umap-learn calls it the disconnection distance.
"""

from __future__ import annotations

import math

import numpy as np

from ..engine.rows import COUNT, NOT, PUSH, RAGGED, SCALE, START, STORAGE, Rows
from ..metrics import Metric
from ..neighbors.lists import KNN

#: Distances within this share of the limit are at it: they are rounded to float32.
_TOLERANCE = 1e-6


def cut_apart(
    rows: Rows, metrics: tuple[Metric, ...], knn: KNN, queries: np.ndarray | None = None
) -> KNN:
    """The lists without rows at the limit: -1 and inf in their place.

    Parameters
    ----------
    rows : Rows
    queries : int32 (m, words), optional
        Words of the rows that the lists belong to; those of `rows` by default.
    """
    least = furthest(rows, metrics)
    far = knn.distances >= least * (1 - _TOLERANCE)
    if not math.isfinite(least) or not (far & (knn.indices >= 0)).any():
        return knn
    own, slot = np.nonzero(far & (knn.indices >= 0))
    if any(isinstance(metric.limit, str) for metric in _used(rows, metrics)):
        words = rows.cells if queries is None else queries
        there = knn.indices[own, slot]
        exact = furthest(rows, metrics, (words[own], rows.cells[there]))
        kept = knn.distances[own, slot] >= exact * (1 - _TOLERANCE)
        own, slot = own[kept], slot[kept]
    indices, distances = knn.indices.copy(), knn.distances.copy()
    indices[own, slot], distances[own, slot] = -1, np.inf
    order = np.argsort(distances, axis=1, kind="stable")  # empty slots are last
    return KNN(*(np.take_along_axis(a, order, axis=1) for a in (indices, distances)))


def furthest(
    rows: Rows, metrics: tuple[Metric, ...], pairs: tuple[np.ndarray, np.ndarray] | None = None
) -> float | np.ndarray:
    """D between rows that have nothing in common; inf where rows may always be further apart.

    With `pairs`, words (e, words) of two rows each, that of every pair; without, the least of all.
    """
    limits = [
        limit_of(rows, g, metric, pairs) * rows.inverse_scale[g]
        for g, metric in enumerate(_used(rows, metrics))
    ]
    if not len(rows.program):
        return sum(w * v for w, v in zip(rows.weights, limits, strict=True) if w > 0)
    if _falls(rows, limits):
        return math.inf
    return _run(rows, limits)


def _used(rows: Rows, metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    return metrics[: len(rows.groups)]


def limit_of(
    rows: Rows, g: int, metric: Metric, pairs: tuple[np.ndarray, np.ndarray] | None
) -> float | np.ndarray:
    """d_g between rows that have nothing in common, inf where there is no limit."""
    spec = rows.groups[g]
    start, count = int(spec[START]), int(spec[COUNT])
    if not isinstance(metric.limit, str):
        ragged = bool(spec[STORAGE] == RAGGED)
        if metric.accepts in ("vector", "sparse") and math.isfinite(metric.limit):
            # Numbers of columns, which sparse entries begin with, are never below 0.
            words = rows.payload if ragged else rows.cells[:, start : start + count]
            if (words.view(np.float32) < 0).any():
                return math.inf
        return metric.limit * (count if ragged else 1)
    if pairs is None:  # 2/3 of strings of one length, or one letter
        return count * (2 / 3 if metric.limit == "edit share" else 1.0)
    sizes = np.diff(rows.offsets)
    total: float | np.ndarray = 0.0
    for c in range(start, start + count):
        m, n = (sizes[words[:, c]] for words in pairs)
        longer = np.maximum(m, n)
        share = metric.limit == "edit share"
        total = total + (2 * longer / np.maximum(1, m + n + longer) if share else longer)
    return total


def _falls(rows: Rows, limits: list) -> bool:
    """Whether D falls where a group's distance grows, as it does under a contrast."""
    plain = [float(np.min(v)) if np.ndim(v) else float(v) for v in limits]
    if not all(math.isfinite(plain[g]) for g in _pushed(rows)):
        return True
    at = _run(rows, plain)
    return any(
        _run(rows, [v * 1.01 if h == g else v for h, v in enumerate(plain)]) < at - 1e-12
        for g in _pushed(rows)
    )


def _pushed(rows: Rows) -> set[int]:
    return {int(argument) for operation, argument in rows.program if operation == PUSH}


def _run(rows: Rows, values: list) -> float | np.ndarray:
    """The program of an expression over v = -log m, see `engine.distance.dissimilarity`."""
    stack: list = []
    with np.errstate(divide="ignore"):
        for (operation, argument), constant in zip(rows.program, rows.constants, strict=True):
            if operation == PUSH:
                stack.append(values[int(argument)])
            elif operation == SCALE:
                stack.append(stack.pop() * constant)
            elif operation == NOT:
                stack.append(-np.log(-np.expm1(-stack.pop())))
            else:
                count = int(argument)
                stack[-count:] = [sum(stack[-count:])]
    return stack[0]
