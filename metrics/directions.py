"""Distances between directions: float32 (p,); the length of a vector has no effect."""

from __future__ import annotations

from math import acos, pi, sin, sqrt

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric(
    "cosine",
    limit=1.0,
    is_metric=False,
    increases_with="direction",
    aliases=("dot", "direct_cosine"),
    description="1 - <x,y>/(|x||y|)",
)
@metric_kernel
def cosine(x, y):
    """1 - <x, y> / (|x| |y|); 0 between zero vectors, 1 between a zero vector and another."""
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


@metric("correlation", is_metric=False, increases_with="centered", description="1 - Pearson's r")
@metric_kernel
def correlation(x, y):
    """1 - Pearson's r over the columns; 0 between constant rows, 1 between a constant row and
    another."""
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
    # The sum of squares of a constant float32 row consists of rounding errors.
    flat_x = xx <= 1e-12 * n * mean_x * mean_x
    flat_y = yy <= 1e-12 * n * mean_y * mean_y
    if flat_x and flat_y:
        return 0.0
    if flat_x or flat_y:
        return 1.0
    return _one_minus(dot / (sqrt(xx) * sqrt(yy)))


@metric_kernel
def _one_minus(similarity):
    """1 - similarity, within [0, 2]; values below 1e-12 are rounding errors and become 0."""
    gap = 1.0 - similarity
    if gap < 1e-12:
        return 0.0
    return min(gap, 2.0)


@metric(
    "angular",
    limit=0.5,
    is_metric=False,
    increases_with="direction",
    bounded=True,
    aliases=("true_angular", "trueangular"),
    description="arccos(<x,y>/(|x||y|))/pi",
)
@metric_kernel
def angular(x, y):
    """arccos(<x, y> / (|x| |y|)) / pi: the true metric beside `cosine`."""
    return acos(1.0 - cosine(x, y)) / pi


@metric(
    "spearman",
    is_metric=False,
    unit_free=True,
    shift="rows",
    cost="p log p",
    aliases=("spearmanr",),
    description="1 - Spearman's rho",
)
@metric_kernel
def spearman(x, y):
    """1 - Spearman's rho: `correlation` of the mid-ranks of each row's values."""
    a = np.empty(x.shape[0], np.float32)
    b = np.empty(x.shape[0], np.float32)
    _ranks(x, a)
    _ranks(y, b)
    return correlation(a, b)


@metric_kernel
def _ranks(x, out):
    """Mid-ranks, counted from 1."""
    order = np.argsort(x)
    n = x.shape[0]
    first = 0
    while first < n:
        last = first
        while last + 1 < n and x[order[last + 1]] == x[order[first]]:
            last += 1
        for p in range(first, last + 1):
            out[order[p]] = 0.5 * (first + last) + 1.0
        first = last + 1


@metric(
    "ts_ss",
    is_metric=False,
    unit_free=True,
    aliases=("tsss",),
    description="triangle area x sector area",
)
@metric_kernel
def ts_ss(x, y):
    """Triangle times sector: |x||y| sin(t)/2 * (|x - y| + ||x| - |y||)^2 t/2, t the angle plus 10
    degrees.

    Heidarian and Dinneen (2016). 0 between equal rows, and between a row and zeros.
    """
    gap = np.float64(0)
    xx = np.float64(0)
    yy = np.float64(0)
    dot = np.float64(0)
    for c in range(x.shape[0]):
        gap += (np.float64(x[c]) - y[c]) ** 2
        xx += np.float64(x[c]) * x[c]
        yy += np.float64(y[c]) * y[c]
        dot += np.float64(x[c]) * y[c]
    if gap == 0.0 or xx == 0.0 or yy == 0.0:
        return 0.0
    lengths = sqrt(xx) * sqrt(yy)
    angle = acos(min(max(dot / lengths, -1.0), 1.0)) + pi / 18
    sector = (sqrt(gap) + abs(sqrt(xx) - sqrt(yy))) ** 2 * angle / 2
    return abs(lengths * sin(angle) / 2) * sector
