"""Gower's distance over columns of numbers, grades and categories in one group."""

from __future__ import annotations

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric("gower", prepare="gower", description="mean of |x-y|/range and [x != y]")
@metric_kernel
def gower(x, y, weights):
    """sum_c w_c s_c / sum_c w_c, s_c = |x_c - y_c| / range for numbers and grades, [x_c != y_c] for
    categories (Gower 1971).

    Numbers are already divided by their range. The weight of a categorical column is negative.
    """
    total = np.float64(0)
    size = np.float64(0)
    for c in range(x.shape[0]):
        weight = abs(np.float64(weights[c]))
        size += weight
        if weights[c] < 0:
            total += weight if x[c] != y[c] else 0.0
        else:
            total += weight * abs(np.float64(x[c]) - y[c])
    return total / size if size > 0.0 else 0.0
