"""Distances between vectors of numbers: float32 (p,), all finite. Float32 sums are vectorised."""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric(
    "sqeuclidean",
    is_metric=False,
    gap_power=1.0,
    additive=True,
    prepare="standard",
    increases_with="minkowski2",
    description="sum (x-y)^2",
)
@metric_kernel
def sqeuclidean(x, y):
    """sum_c (x_c - y_c)^2; not a true metric. Memberships exp(-d) are then Gaussian."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        gap = x[c] - y[c]
        total += gap * gap
    return total


@metric(
    "mahalanobis",
    gap_power=0.5,
    prepare="whiten",
    increases_with="minkowski2",
    description="sqrt((x-y)' C^-1 (x-y)), C the covariance of the rows",
)
@metric(
    "euclidean",
    gap_power=0.5,
    prepare="standard",
    increases_with="minkowski2",
    aliases=("l2", "seuclidean", "standardised_euclidean"),
    description="sqrt(sum (x-y)^2)",
)
@metric_kernel
def euclidean(x, y):
    """sqrt(sum_c (x_c - y_c)^2)."""
    return sqrt(sqeuclidean(x, y))


@metric(
    "manhattan",
    gap_power=1.0,
    additive=True,
    prepare="scores",
    increases_with="minkowski1",
    aliases=("l1", "taxicab", "cityblock"),
    description="sum |x-y|",
)
@metric_kernel
def manhattan(x, y):
    """sum_c |x_c - y_c|."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        total += abs(x[c] - y[c])
    return total


@metric(
    "chebyshev",
    prepare="standard",
    increases_with="minkowskiinf",
    aliases=("linf", "linfty", "linfinity"),
    description="max |x-y|",
)
@metric_kernel
def chebyshev(x, y):
    """max_c |x_c - y_c|."""
    largest = np.float32(0)
    for c in range(x.shape[0]):
        largest = max(largest, abs(x[c] - y[c]))
    return largest


@metric(
    "minkowski",
    is_metric=False,
    unit_free=True,
    shift="columns",
    prepare="standard",
    params={"p": 2.0},
    aliases=("wminkowski", "weighted_minkowski"),
    description="(sum w |x-y|^p)^(1/p); a true metric for p >= 1",
)
@metric_kernel
def minkowski(x, y, weights, p):
    """(sum_c w_c |x_c - y_c|^p)^(1/p), w = 1 unless the group has column_weights; a true metric for
    p >= 1."""
    total = np.float64(0)
    for c in range(x.shape[0]):
        total += weights[c] * abs(np.float64(x[c]) - y[c]) ** p
    return total ** (1.0 / p)


@metric(
    "canberra",
    gap_power=1.0,
    additive=True,
    unit_free=True,
    description="sum |x-y| / (|x|+|y|)",
)
@metric_kernel
def canberra(x, y):
    """sum_c |x_c - y_c| / (|x_c| + |y_c|), 0 / 0 = 0 (Lance and Williams 1966)."""
    total = np.float64(0)
    for c in range(x.shape[0]):
        size = abs(np.float64(x[c])) + abs(np.float64(y[c]))
        if size > 0.0:
            total += abs(np.float64(x[c]) - y[c]) / size
    return total


@metric(
    "braycurtis", limit=1.0, is_metric=False, unit_free=True, description="sum |x-y| / sum |x+y|"
)
@metric_kernel
def braycurtis(x, y):
    """sum_c |x_c - y_c| / sum_c |x_c + y_c| (Bray and Curtis 1957); if the denominator is 0, 0 for
    equal rows and 1 for others."""
    gap = np.float64(0)
    size = np.float64(0)
    for c in range(x.shape[0]):
        gap += abs(np.float64(x[c]) - y[c])
        size += abs(np.float64(x[c]) + y[c])
    if size > 0.0:
        return gap / size
    return 0.0 if gap == 0.0 else 1.0
