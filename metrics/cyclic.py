"""Distances on circles: hours, weekdays, months, angles; float32 (p,), each value its share of a period."""

from __future__ import annotations

from math import floor

import numpy as np

from .._jit import metric_kernel
from .metric import Metric, register


@metric_kernel
def cyclic(x, y):
    """sum_c 2 min(t, 1 - t), t = |x_c - y_c| mod 1: 0 for the same phase, 1 for opposite ones."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        t = abs(x[c] - y[c])
        t -= np.float32(floor(t))
        total += np.float32(2) * min(t, np.float32(1) - t)
    return total


register(Metric("cyclic", cyclic, "vector", gap_power=1.0, additive=True, prepare="cyclic", description="sum 2 min(t, 1-t)"))
