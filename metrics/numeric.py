"""Distances between vectors of numbers: float32 (p,), all finite. Sums run in float32 and vectorise."""

from __future__ import annotations

from math import acos, pi, sqrt

import numpy as np

from .._jit import metric_kernel
from .metric import Metric, register


@metric_kernel
def euclidean(x, y):
    """sqrt(sum_c (x_c - y_c)^2)."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        gap = x[c] - y[c]
        total += gap * gap
    return sqrt(total)


@metric_kernel
def manhattan(x, y):
    """sum_c |x_c - y_c|."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        total += abs(x[c] - y[c])
    return total


@metric_kernel
def chebyshev(x, y):
    """max_c |x_c - y_c|."""
    largest = np.float32(0)
    for c in range(x.shape[0]):
        largest = max(largest, abs(x[c] - y[c]))
    return largest


@metric_kernel
def cosine(x, y):
    """1 - <x, y> / (|x| |y|); two zero vectors are at 0, a zero vector and another at 1."""
    dot = np.float64(0)
    xx = np.float64(0)
    yy = np.float64(0)
    for c in range(x.shape[0]):
        dot += np.float64(x[c]) * y[c]
        xx += np.float64(x[c]) * x[c]
        yy += np.float64(y[c]) * y[c]
    if xx == 0.0 and yy == 0.0:
        return 0.0
    if xx == 0.0 or yy == 0.0:
        return 1.0
    return _one_minus(dot / (sqrt(xx) * sqrt(yy)))


@metric_kernel
def correlation(x, y):
    """1 - Pearson's r over the columns; two constant rows are at 0, a constant row and another at 1."""
    n = x.shape[0]
    mean_x = np.float64(0)
    mean_y = np.float64(0)
    for c in range(n):
        mean_x += x[c]
        mean_y += y[c]
    mean_x /= max(n, 1)
    mean_y /= max(n, 1)
    dot = np.float64(0)
    xx = np.float64(0)
    yy = np.float64(0)
    for c in range(n):
        a = x[c] - mean_x
        b = y[c] - mean_y
        dot += a * b
        xx += a * a
        yy += b * b
    # A constant float32 row has a sum of squares of rounding errors only.
    flat_x = xx <= 1e-12 * n * mean_x * mean_x
    flat_y = yy <= 1e-12 * n * mean_y * mean_y
    if flat_x and flat_y:
        return 0.0
    if flat_x or flat_y:
        return 1.0
    return _one_minus(dot / (sqrt(xx) * sqrt(yy)))


@metric_kernel
def _one_minus(similarity):
    """1 - similarity, clean of rounding below 1e-12 and kept in [0, 2]."""
    gap = 1.0 - similarity
    if gap < 1e-12:
        return 0.0
    return min(gap, 2.0)


@metric_kernel
def angular(x, y):
    """arccos(<x, y> / (|x| |y|)) / pi: the true metric beside `cosine`."""
    return acos(1.0 - cosine(x, y)) / pi


register(
    Metric(
        "euclidean", euclidean, "vector", gap_power=0.5, prepare="standard", form="minkowski2", description="sqrt(sum (x-y)^2)"
    )
)
register(
    Metric(
        "manhattan",
        manhattan,
        "vector",
        gap_power=1.0,
        additive=True,
        prepare="scores",
        form="minkowski1",
        description="sum |x-y|",
    )
)
register(Metric("chebyshev", chebyshev, "vector", prepare="standard", form="minkowskiinf", description="max |x-y|"))
register(Metric("cosine", cosine, "vector", is_metric=False, form="direction", description="1 - <x,y>/(|x||y|)"))
register(Metric("correlation", correlation, "vector", is_metric=False, form="centered", description="1 - Pearson's r"))
register(
    Metric(
        "angular",
        angular,
        "vector",
        is_metric=False,
        form="direction",
        bounded=True,
        description="arccos(<x,y>/(|x||y|))/pi",
    )
)
