"""Distances between q-gram profiles of strings: int32 codes of all substrings of q letters,
ascending, with repeats.

`q` is a parameter of the schema; profiles are computed once, when the frame is packed. Definitions
as in stringdist (van der Loo 2014), except that a string shorter than q is its own only gram.
"""

from __future__ import annotations

from math import sqrt

import numpy as np

from ..engine.jit import helper, metric_kernel
from .registry import metric
from .sets import common


@metric(
    "qgram",
    accepts="bag",
    is_metric=False,
    params={"q": 2},
    description="sum |count(x) - count(y)| of q-grams",
)
@metric_kernel
def qgram(x, y):
    """sum over grams of |count in x - count in y| (Ukkonen 1992)."""
    return float(x.shape[0] + y.shape[0] - 2 * common(x, y))


@helper
def _run(x, i):
    """End of the run of equal codes that begins at i."""
    j = i + 1
    while j < x.shape[0] and x[j] == x[i]:
        j += 1
    return j


@metric(
    "qgram_cosine",
    limit=1.0,
    accepts="bag",
    is_metric=False,
    bounded=True,
    params={"q": 2},
    description="1 - cosine of the counts of q-grams",
)
@metric_kernel
def qgram_cosine(x, y):
    """1 - <u, v> / (|u| |v|), u and v the counts of the grams; 0 between empty strings, 1 between
    an empty string and another."""
    if x.shape[0] == 0 or y.shape[0] == 0:
        return 0.0 if x.shape[0] == y.shape[0] else 1.0
    dot = np.int64(0)
    xx = np.int64(0)
    yy = np.int64(0)
    i = 0
    j = 0
    while i < x.shape[0] or j < y.shape[0]:
        take_x = i < x.shape[0] and (j >= y.shape[0] or x[i] <= y[j])
        take_y = j < y.shape[0] and (i >= x.shape[0] or y[j] <= x[i])
        u = 0
        v = 0
        if take_x:
            end = _run(x, i)
            u = end - i
            i = end
        if take_y:
            end = _run(y, j)
            v = end - j
            j = end
        dot += u * v
        xx += u * u
        yy += v * v
    if dot * dot == xx * yy:
        return 0.0
    return max(0.0, 1.0 - dot / sqrt(float(xx) * float(yy)))


@metric(
    "qgram_jaccard",
    limit=1.0,
    accepts="bag",
    is_metric=False,
    bounded=True,
    params={"q": 2},
    description="jaccard of the sets of q-grams",
)
@metric_kernel
def qgram_jaccard(x, y):
    """1 - |X & Y| / |X | Y| over the sets of distinct grams; 0 between empty strings."""
    both = 0
    either = 0
    i = 0
    j = 0
    while i < x.shape[0] or j < y.shape[0]:
        take_x = i < x.shape[0] and (j >= y.shape[0] or x[i] <= y[j])
        take_y = j < y.shape[0] and (i >= x.shape[0] or y[j] <= x[i])
        if take_x:
            i = _run(x, i)
        if take_y:
            j = _run(y, j)
        either += 1
        both += take_x and take_y
    return 0.0 if either == 0 else 1.0 - both / either
