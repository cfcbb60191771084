"""Distances between sets: int32 codes, ascending, without repeats."""

from __future__ import annotations

from .._jit import metric_kernel
from .metric import Metric, register


@metric_kernel
def common(x, y):
    """Size of the intersection of two ascending arrays."""
    i = 0
    j = 0
    count = 0
    while i < x.shape[0] and j < y.shape[0]:
        if x[i] == y[j]:
            count += 1
            i += 1
            j += 1
        elif x[i] < y[j]:
            i += 1
        else:
            j += 1
    return count


@metric_kernel
def jaccard(x, y):
    """1 - |x & y| / |x | y| (Jaccard 1912); two empty sets are at 0."""
    both = common(x, y)
    either = x.shape[0] + y.shape[0] - both
    if either == 0:
        return 0.0
    return 1.0 - both / either


register(Metric("jaccard", jaccard, "set", bounded=True, description="1 - |x&y|/|x|y|"))
