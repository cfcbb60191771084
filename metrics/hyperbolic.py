"""Distances in hyperbolic space, for columns that hold a hyperbolic embedding."""

from __future__ import annotations

from math import acosh, asinh, sqrt

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric("poincare", description="arcosh(1 + 2|x-y|^2 / ((1-|x|^2)(1-|y|^2)))")
@metric_kernel
def poincare(x, y):
    """arcosh(1 + 2 |x-y|^2 / ((1-|x|^2)(1-|y|^2))) in the Poincare ball; rows must be inside the
    unit ball."""
    gap = np.float64(0)
    xx = np.float64(0)
    yy = np.float64(0)
    for c in range(x.shape[0]):
        gap += (np.float64(x[c]) - y[c]) ** 2
        xx += np.float64(x[c]) * x[c]
        yy += np.float64(y[c]) * y[c]
    if xx >= 1.0 or yy >= 1.0:
        return -1.0  # not a distance: reported as a fault
    return 2.0 * asinh(sqrt(gap / ((1.0 - xx) * (1.0 - yy))))


@metric("hyperboloid", description="arcosh(sqrt(1+|x|^2) sqrt(1+|y|^2) - <x,y>)")
@metric_kernel
def hyperboloid(x, y):
    """arcosh(sqrt(1+|x|^2) sqrt(1+|y|^2) - <x,y>), rows the space-like coordinates of points on the
    hyperboloid."""
    dot = np.float64(0)
    xx = np.float64(1)
    yy = np.float64(1)
    same = True
    for c in range(x.shape[0]):
        dot += np.float64(x[c]) * y[c]
        xx += np.float64(x[c]) * x[c]
        yy += np.float64(y[c]) * y[c]
        same &= x[c] == y[c]
    return 0.0 if same else acosh(max(1.0, sqrt(xx) * sqrt(yy) - dot))
