"""From points of the embedding to plausible rows: the nearest points' rows, put together group by
group.

A row weighs 1 / (1 + a d^(2b)), the membership of its point's distance in the embedding. Numbers,
dates and grades get the weighted median, categories the weighted mode, phases and places the mean
on their circle or sphere, vectors the mean, and strings and sets the medoid: the one whose weighted
distances to the others are least. Where most of the weight lacks a value, so does the row.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..engine.pairs import group_distances
from ..engine.rows import COUNT, MASK, START
from ..errors import DataError
from ..kinds.encode import level_names
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
            f"expected finite points of shape (m, {model.embedding.shape[1]}), got shape {wanted.shape}"
        )
    nearest, weights = _nearest(model, wanted)
    columns: dict[Any, Any] = {}
    for g, group in enumerate(model.groups[: model.n_feature_groups]):
        values, present = _values(model, g, nearest)
        if model.packed.metrics[g].is_ragged:
            chosen, kept = _medoids(model, g, nearest, weights, present)
        else:
            chosen, kept = _AGGREGATES.get(group.kind, weighted_median)(values, weights, present)
        decoded = model.encoders[g].decode(chosen, model.packed.rows)
        p = len(group.columns)
        per_column = (
            kept[:, :p] if kept.shape[1] in (p, 2 * p) else np.repeat(kept[:, :1], p, axis=1)
        )
        for c, column in enumerate(group.columns):
            if column not in columns or group.part == "linear":
                levels = (
                    level_names(model.encoders[g], c)
                    if model.dtypes[column] == "category"
                    else None
                )
                values_c = (
                    decoded[c]
                    if levels is None
                    else pd.Categorical(decoded[c], levels, ordered=group.kind == "ordinal")
                )
                columns[column] = _finish(values_c, per_column[:, c], model.dtypes[column])
    return pd.DataFrame({column: columns[column] for column in model.families})


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


def _mostly(weights: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Whether rows of at least half the weight have the value, bool (m, p)."""
    return (weights[:, :, None] * present).sum(axis=1) >= 0.5


def weighted_median(
    values: np.ndarray, weights: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per column the smallest value that, with those below it, has half of the weight present; and
    whether there is one."""
    order = np.argsort(np.where(present, values, np.inf), axis=1, kind="stable")
    share = np.take_along_axis(weights[:, :, None] * present, order, axis=1)
    reached = np.cumsum(share, axis=1) >= 0.5 * share.sum(axis=1, keepdims=True) - 1e-12
    at = np.take_along_axis(order, reached.argmax(axis=1)[:, None, :], axis=1)
    return np.take_along_axis(values, at, axis=1)[:, 0], _mostly(weights, present)


def weighted_mode(
    values: np.ndarray, weights: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per column the code with the most weight, the lowest of several; and whether there is one."""
    same = values[:, :, None, :] == values[:, None, :, :]
    votes = (same * (weights[:, None, :, None] * present[:, None, :, :])).sum(axis=2)
    votes = np.where(present, votes, -1)
    best = votes.max(axis=1, keepdims=True)
    chosen = np.where(votes >= best - 1e-12, values, np.iinfo(np.int32).max).min(axis=1)
    return chosen, _mostly(weights, present)


def _mean(
    values: np.ndarray, weights: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    share = weights[:, :, None] * present
    return (values * share).sum(axis=1) / np.maximum(share.sum(axis=1), 1e-30), _mostly(
        weights, present
    )


def _circular_mean(
    values: np.ndarray, weights: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    turns = (weights[:, :, None] * present * np.exp(2j * np.pi * values.astype(np.float64))).sum(
        axis=1
    )
    return np.angle(turns) / (2 * np.pi) % 1.0, _mostly(weights, present)


_AGGREGATES = {
    "categorical": weighted_mode,
    "boolean": weighted_mode,
    "cyclic": _circular_mean,
    "geo": _mean,
    "vector": _mean,
}


def _medoids(
    model: Model, g: int, nearest: np.ndarray, weights: np.ndarray, present: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Entries of the row whose weighted distances to the other nearest ones are least."""
    m, k = nearest.shape
    left, right = np.repeat(nearest, k, axis=1).ravel(), np.tile(nearest, (1, k)).ravel()
    packed = model.packed
    left, right = left.astype(np.int64), right.astype(np.int64)
    distances = group_distances(packed.rows, packed.metrics, g, left, right)
    has = present.any(axis=2)
    cost = (distances.reshape(m, k, k) * (weights * has)[:, None, :]).sum(axis=2)
    at = np.where(has, cost, np.inf).argmin(axis=1)
    values, _ = _values(model, g, nearest)
    rows = np.arange(m)
    return values[rows, at], present[rows, at] & ((weights * has).sum(axis=1) >= 0.5)[:, None]


def _finish(values: Any, kept: np.ndarray, dtype: str) -> pd.Series:
    """A column with gaps, in the dtype it had where that can hold it."""
    series = pd.Series(values)
    if not kept.all():
        series = series.where(
            kept, None if series.dtype == object else pd.NA if series.dtype.kind in "Mm" else np.nan
        )
    whole = dtype.lower().startswith(("int", "uint"))
    if whole and pd.api.types.is_float_dtype(series.dtype):
        series = series.round()
    try:
        return series.astype(dtype)  # type: ignore[call-overload]
    except (TypeError, ValueError):  # gaps in a column that had none, say
        return series.astype("Int64") if whole else series
