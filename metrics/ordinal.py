"""Distances between grades: the columns arrive as numbers, and what the numbers are is the preparation's.

`levels`: level r of m is r, so neighbouring levels are equally far apart.
`ranks`: a level is the share of rows below it plus half of those in it (Kaufman and Rousseeuw 1990, ch. 1.2.5, with
mid-ranks), so that passing a crowded level costs more than passing an empty one.
"""

from __future__ import annotations

import numpy as np

from .._jit import metric_kernel
from .metric import Metric, register


@metric_kernel
def ordinal(x, y):
    """sum_c |x_c - y_c| over level numbers or mid-ranks."""
    total = np.float32(0)
    for c in range(x.shape[0]):
        total += abs(x[c] - y[c])
    return total


register(
    Metric(
        "levels",
        ordinal,
        "vector",
        gap_power=1.0,
        additive=True,
        prepare="levels",
        form="minkowski1",
        description="sum |level(x)-level(y)|",
    )
)
register(
    Metric(
        "ranks",
        ordinal,
        "vector",
        gap_power=1.0,
        additive=True,
        prepare="ranks",
        form="minkowski1",
        description="sum |midrank(x)-midrank(y)|",
    )
)
