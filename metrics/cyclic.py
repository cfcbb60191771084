"""Distances on circles: hours, weekdays, months, angles; float32 (p,), each value its share of a
period."""

from __future__ import annotations

from math import floor

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric("cyclic", gap_power=1.0, additive=True, prepare="cyclic", description="sum 2 min(t, 1-t)")
@metric_kernel
def cyclic(x, y):
    """sum_c 2 min(t, 1 - t), t = |x_c - y_c| mod 1: 0 for the same phase, 1 for opposite ones."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        t = abs(x[c] - y[c])
        t -= np.float32(floor(t))
        total += np.float32(2) * min(t, np.float32(1) - t)
    return total


@metric(
    "calendar",
    gap_power=1.0,
    prepare="calendar",
    params={"time": 1.0, "weekday": 1.0, "season": 1.0},
    description="weighted mean of cyclic over time, weekday, season",
)
@metric_kernel
def calendar(x, y, time, weekday, season):
    """Weighted mean of `cyclic` over the time of day, the weekday and the season of each date.

    A row holds three phases per date; the weights are parameters.
    """
    total = np.float64(0)
    for c in range(0, x.shape[0], 3):
        total += time * cyclic(x[c : c + 1], y[c : c + 1])
        total += weekday * cyclic(x[c + 1 : c + 2], y[c + 1 : c + 2])
        total += season * cyclic(x[c + 2 : c + 3], y[c + 2 : c + 3])
    return total / (time + weekday + season)
