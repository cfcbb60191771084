"""Distances between grades, float32 (p,); the preparation of the same name makes numbers of them.

`levels`: the position of a level among the levels, so that neighbouring levels are equidistant.
`ranks`: the mid-rank of a level, the share of rows below it plus half the share at it (Kaufman and
Rousseeuw 1990, ch. 1.2.5), so that the distance across a frequent level is larger.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import metric_kernel
from .numeric import manhattan
from .registry import metric

levels = metric(
    "levels",
    gap_power=1.0,
    additive=True,
    prepare="levels",
    increases_with="minkowski1",
    aliases=("ordinal",),
    description="sum |level(x)-level(y)|",
)(manhattan)
ranks = metric(
    "ranks",
    gap_power=1.0,
    additive=True,
    prepare="ranks",
    increases_with="minkowski1",
    description="sum |midrank(x)-midrank(y)|",
)(manhattan)


@metric(
    "ordinal_entropy",
    is_metric=False,
    gap_power=1.0,
    prepare="entropy",
    side_values="entropy",
    description="sum of the entropies of the levels from x to y",
)
@metric_kernel
def ordinal_entropy(x, y):
    """sum_c of the entropies -f log f / log m of all levels from x_c to y_c, both included; 0 for
    equal grades.

    Rows are positions, then the entropy of each grade; the positions of two grades differ by the
    entropies between them plus half of each one's entropy. Zhang, Cheung and Tan, IEEE TNNLS 31
    (2020).
    """
    p = x.shape[0] // 2
    total = np.float64(0)
    for c in range(p):
        if x[c] != y[c]:
            total += abs(np.float64(x[c]) - y[c]) + 0.5 * (np.float64(x[p + c]) + y[p + c])
    return total
