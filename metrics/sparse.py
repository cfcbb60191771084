"""Distances between sparse rows: int32 numbers of columns, ascending, then the float32 bits of the
values there, none of which is 0.

They are the distances between the full rows: what is not stored is 0.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..engine.jit import helper, metric_kernel
from .registry import metric
from .sets import common


@helper
def _value(row, at):
    """Value of entry `at`."""
    return np.float64(np.int32(row[row.shape[0] // 2 + at]).view(np.float32))


@helper
def _dot(x, y, of_roots):
    """<x, y>, or <sqrt(x), sqrt(y)>."""
    m = x.shape[0] // 2
    n = y.shape[0] // 2
    dot = 0.0
    i = 0
    j = 0
    while i < m and j < n:
        if x[i] == y[j]:
            product = _value(x, i) * _value(y, j)
            dot += sqrt(product) if of_roots else product
            i += 1
            j += 1
        elif x[i] < y[j]:
            i += 1
        else:
            j += 1
    return dot


@helper
def _sums(x):
    """Sum of the values, and of their squares."""
    total = 0.0
    squares = 0.0
    for i in range(x.shape[0] // 2):
        v = _value(x, i)
        total += v
        squares += v * v
    return total, squares


@helper
def _differences(x, y):
    """Sum of |x - y|, of (x - y)^2, the largest |x - y|, and the sum of |x + y|."""
    m = x.shape[0] // 2
    n = y.shape[0] // 2
    total = 0.0
    squares = 0.0
    largest = 0.0
    sums = 0.0
    i = 0
    j = 0
    while i < m or j < n:
        a = 0.0
        b = 0.0
        if j >= n or (i < m and x[i] < y[j]):
            a = _value(x, i)
            i += 1
        elif i >= m or y[j] < x[i]:
            b = _value(y, j)
            j += 1
        else:
            a = _value(x, i)
            b = _value(y, j)
            i += 1
            j += 1
        gap = abs(a - b)
        total += gap
        squares += gap * gap
        largest = max(largest, gap)
        sums += abs(a + b)
    return total, squares, largest, sums


@helper
def _common(x, y):
    """Columns in which both have a value, those of x, those of y."""
    m = x.shape[0] // 2
    n = y.shape[0] // 2
    return common(x[:m], y[:n]), m, n


@metric(
    "sparse_cosine",
    limit=1.0,
    accepts="sparse",
    is_metric=False,
    description="1 - <x,y>/(|x||y|) of sparse rows",
)
@metric_kernel
def sparse_cosine(x, y):
    """1 - <x, y> / (|x| |y|); 0 between rows without a value, 1 between one and another row."""
    _, xx = _sums(x)
    _, yy = _sums(y)
    if xx == 0.0 and yy == 0.0:
        return 0.0
    if xx == 0.0 or yy == 0.0:
        return 1.0
    return max(0.0, 1.0 - _dot(x, y, False) / (sqrt(xx) * sqrt(yy)))


@metric("sparse_euclidean", accepts="sparse", description="sqrt(sum (x-y)^2) of sparse rows")
@metric_kernel
def sparse_euclidean(x, y):
    """sqrt(sum (x - y)^2)."""
    _, squares, _, _ = _differences(x, y)
    return sqrt(squares)


@metric("sparse_manhattan", accepts="sparse", description="sum |x-y| of sparse rows")
@metric_kernel
def sparse_manhattan(x, y):
    """sum |x - y|."""
    total, _, _, _ = _differences(x, y)
    return total


@metric("sparse_chebyshev", accepts="sparse", description="max |x-y| of sparse rows")
@metric_kernel
def sparse_chebyshev(x, y):
    """max |x - y|."""
    _, _, largest, _ = _differences(x, y)
    return largest


@metric(
    "sparse_braycurtis",
    limit=1.0,
    accepts="sparse",
    is_metric=False,
    description="sum |x-y| / sum |x+y| of sparse rows",
)
@metric_kernel
def sparse_braycurtis(x, y):
    """sum |x - y| / sum |x + y| of values >= 0 (Bray and Curtis 1957); 0 between rows without a
    value."""
    total, _, _, sums = _differences(x, y)
    return total / sums if sums > 0.0 else 0.0


@metric(
    "sparse_hellinger",
    limit=1.0,
    accepts="sparse",
    bounded=True,
    description="sqrt(1 - sum sqrt(xy)/sqrt(sum x sum y)) of sparse rows",
)
@metric_kernel
def sparse_hellinger(x, y):
    """sqrt(1 - sum sqrt(x y) / sqrt(sum x sum y)) of counts; 0 between rows without a value, 1
    between one and another row."""
    sum_x, _ = _sums(x)
    sum_y, _ = _sums(y)
    if sum_x == 0.0 or sum_y == 0.0:
        return 0.0 if sum_x == sum_y else 1.0
    return sqrt(max(0.0, 1.0 - _dot(x, y, True) / (sqrt(sum_x) * sqrt(sum_y))))


@metric(
    "sparse_jaccard",
    limit=1.0,
    accepts="sparse",
    is_metric=False,
    bounded=True,
    description="1 - |x&y|/|x|y| of the columns with a value",
)
@metric_kernel
def sparse_jaccard(x, y):
    """1 - |x & y| / |x | y| of the columns that have a value; 0 between rows without one."""
    both, m, n = _common(x, y)
    either = m + n - both
    return 1.0 - both / either if either > 0 else 0.0


@metric(
    "sparse_dice",
    limit=1.0,
    accepts="sparse",
    is_metric=False,
    bounded=True,
    description="1 - 2|x&y|/(|x|+|y|) of the columns with a value",
)
@metric_kernel
def sparse_dice(x, y):
    """1 - 2 |x & y| / (|x| + |y|) of the columns that have a value; 0 between rows without one."""
    both, m, n = _common(x, y)
    return 1.0 - 2.0 * both / (m + n) if m + n > 0 else 0.0
