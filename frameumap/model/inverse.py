"""Plausible rows at points of the embedding: aggregates of the nearest points' rows, by group.

A row weighs 1 / (1 + a d^(2b)), the membership of its point's distance in the embedding.
`Kind.aggregate` combines the values: numbers, dates and grades by the weighted median, categories
by the mode, phases, coordinates and vectors by the mean, others by the medoid.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from ..columns.restore import restore
from ..columns.values import frame_of
from ..engine.pairs import group_distances
from ..engine.rows import COUNT, MASK, START
from ..errors import DataError
from ..kinds.aggregate import Nearest
from ..layout.sphere import to_vectors
from ..neighbors.search import present_columns
from .model import Model

NEIGHBORS = 15


def plausible_rows(model: Model, points: Any) -> pd.DataFrame:
    """A frame with the columns that were embedded, one row a point.

    Raises
    ------
    DataError
        If the points have another number of coordinates than the embedding, or are not finite.
    """
    wanted = np.asarray(points, np.float64)
    if (
        wanted.ndim != 2
        or wanted.shape[1] != model.embedding.shape[1]
        or not np.isfinite(wanted).all()
    ):
        raise DataError(
            f"expected finite points of shape (m, {model.embedding.shape[1]}), got shape "
            f"{wanted.shape}"
        )
    nearest, weights = _nearest(model, wanted)
    columns: dict[Any, Any] = {}
    for g, group in enumerate(model.groups[: model.n_feature_groups]):
        kind = model.encoders[g]
        if kind.given_apart:
            continue
        values, present = _values(model, g, nearest)
        chosen, kept = kind.aggregate(
            Nearest(values, weights, present, partial(_measure, model, g, nearest))
        )
        decoded = kind.decode(chosen, model.packed.rows)
        p = len(group.columns)
        per_column = (
            kept[:, :p] if kept.shape[1] in (p, 2 * p) else np.repeat(kept[:, :1], p, axis=1)
        )
        for c, column in enumerate(group.columns):
            if column not in columns or not kind.is_part:
                columns[column] = restore(decoded[c], per_column[:, c], model.sources[column])
    if not columns:
        raise DataError(
            "the model was fitted on given distances alone: a point has no columns to give back; "
            "model.neighbors and the positions of nearby points name rows that are like it"
        )
    return frame_of({column: columns[column] for column in model.families if column in columns})


def _nearest(model: Model, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows of the nearest points, (m, k), and their weights, which sum to 1."""
    from scipy.spatial import cKDTree

    old, options = model.embedding, model.layout_options
    if options.on_sphere:
        old, points = to_vectors(old), to_vectors(points)
    k = min(NEIGHBORS, len(old))
    distances, nearest = cKDTree(old).query(points, k)
    a, b = options.curve()
    # Only ratios count: far from every point the nearest still weigh most.
    weights = 1 / (1e-12 + a * np.asarray(distances).reshape(-1, k) ** (2 * b))
    return np.asarray(nearest).reshape(-1, k), weights / weights.sum(axis=1, keepdims=True)


def _values(model: Model, g: int, nearest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Packed values of the nearest rows and their presence, (m, k, p), columns in the order of the
    group."""
    rows, order = model.packed.rows, model.packed.orders[g]
    spec = rows.groups[g]
    cells = rows.cells[nearest, spec[START] : spec[START] + spec[COUNT]]
    present = present_columns(
        rows.cells[nearest.ravel()], int(spec[COUNT]), int(spec[MASK])
    ).reshape(cells.shape)
    back = np.argsort(order)
    cells = np.ascontiguousarray(cells[:, :, back])
    return cells.view(np.float32) if model.packed.metrics[
        g
    ].accepts == "vector" else cells, present[:, :, back]


def _measure(model: Model, g: int, nearest: np.ndarray) -> np.ndarray:
    """Distances of group g between the rows of each point, float64 (m, k, k)."""
    m, k = nearest.shape
    left, right = np.repeat(nearest, k, axis=1).ravel(), np.tile(nearest, (1, k)).ravel()
    packed = model.packed
    left, right = left.astype(np.int64), right.astype(np.int64)
    return group_distances(packed.rows, packed.metrics, g, left, right).reshape(m, k, k)
