"""Distances that are given and not computed: a row says how far other rows are from it.

Row: its own number, -1 for a new one; then either -1 and the distances to rows 0, 1, 2, ..., or m,
the ascending numbers of m rows, and the distances to those. Distances are float32 bits, in units of
a distance at which rows have nothing in common.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import helper, metric_kernel
from .registry import metric

#: Words before the distances, or before the numbers of rows.
HEAD = 2


@helper
def _told(row, number):
    """Distance to the row of this number; -1 where `row` does not tell it."""
    if number < 0:
        return -1.0
    count = np.int64(row[1])
    if count < 0:
        if number + HEAD >= row.shape[0]:
            return -1.0
        return np.float64(np.int32(row[HEAD + number]).view(np.float32))
    count = min(count, (row.shape[0] - HEAD) // 2)
    low = np.int64(0)
    high = count
    while low < high:
        middle = (low + high) // 2
        if row[HEAD + middle] < number:
            low = middle + 1
        else:
            high = middle
    if low < count and row[HEAD + low] == number:
        return np.float64(np.int32(row[HEAD + count + low]).view(np.float32))
    return -1.0


@metric(
    "precomputed",
    limit=1.0,
    accepts="distances",
    is_metric=False,
    bounded=True,
    params={"far": 0.0},
    description="given by the caller",
)
@metric_kernel
def precomputed(x, y):
    """The distance that either row tells, the smaller one of two; 1, nothing in common, where
    neither does.

    `far` is the distance that is told as 1, 0 for the largest one given.
    """
    if x.shape[0] < HEAD or y.shape[0] < HEAD:
        return 1.0
    a = np.int64(x[0])
    b = np.int64(y[0])
    if a >= 0 and a == b:
        return 0.0
    one = _told(x, b)
    other = _told(y, a)
    if one < 0.0:
        one = other
    elif other >= 0.0:
        one = min(one, other)
    return one if one >= 0.0 else 1.0
