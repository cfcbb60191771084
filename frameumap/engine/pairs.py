"""Distances of given pairs of packed rows; a metric's fault is raised, never returned."""

from __future__ import annotations

import numpy as np

from ..metrics import Metric
from .distance import pair_dissimilarities, pair_group_distances
from .faults import watch_faults
from .rows import Rows
from .threads import parallel_for


def dissimilarities(
    rows: Rows, metrics: tuple[Metric, ...], left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """D of every pair (left[e], right[e]), int64 (m,) each; float64 (m,).

    Raises
    ------
    MetricError
        If a metric raised or returned anything but a finite number >= 0.
    """
    out = np.empty(len(left))
    with watch_faults(rows, metrics):
        parallel_for(pair_dissimilarities, len(left), rows, left, right, out)
    return out


def group_distances(
    rows: Rows,
    metrics: tuple[Metric, ...],
    g: int,
    left: np.ndarray,
    right: np.ndarray,
    names: tuple[str, ...] | None = None,
) -> np.ndarray:
    """d_g / s_g of every pair, float64 (m,); else as `dissimilarities`."""
    out = np.empty(len(left))
    with watch_faults(rows, metrics, names):
        parallel_for(pair_group_distances, len(left), rows, g, left, right, out)
    return out
