"""Distances between rows of categories: int32 codes (p,), equal codes for equal levels.

Metrics with side values get 2p words: the codes, then the float32 bits of one number per code.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import helper, metric_kernel
from .registry import metric


@helper
def as_float(word):
    """The bits of a 4-byte word as a float32."""
    return np.int32(word).view(np.float32)


@metric(
    "eskin",
    accepts="codes",
    gap_power=1.0,
    additive=True,
    weighting="eskin",
    description="sum w_c [x_c != y_c], w_c = 2 / (levels^2 + 2)",
)
@metric(
    "hamming_rate",
    accepts="codes",
    gap_power=1.0,
    additive=True,
    weighting="rate",
    description="sum w_c [x_c != y_c], w_c = 1/mismatch rate of c",
)
@metric(
    "hamming_balanced",
    accepts="codes",
    gap_power=1.0,
    additive=True,
    weighting="balanced",
    description="sum w_c [x_c != y_c], w_c = 1/root mean square of the mismatch in c",
)
@metric(
    "hamming",
    accepts="codes",
    gap_power=1.0,
    additive=True,
    aliases=("categorical",),
    description="sum w_c [x_c != y_c], w_c = 1",
)
@metric_kernel
def hamming(x, y, weights):
    """sum_c w_c [x_c != y_c].

    `hamming`: w_c = 1, the number of mismatches. `hamming_rate`: w_c = 1 / (share of row pairs that
    mismatch in c), so that every column adds 1 on average over the pairs. `hamming_balanced`: w_c =
    1 / sqrt(that share), so that the square of what a column adds averages 1. `eskin`:
    w_c = 2 / (m_c^2 + 2) with m_c levels in c, less weight for more levels (Eskin et al. 2002).
    """
    total = np.float32(0)
    for c in range(x.shape[0]):
        total += weights[c] if x[c] != y[c] else np.float32(0)
    return total


@metric(
    "goodall",
    accepts="codes",
    is_metric=False,
    gap_power=1.0,
    side_values="goodall",
    description="sum of 1 a mismatch, share^2 a match",
)
@metric_kernel
def goodall(x, y):
    """sum_c (1 if x_c != y_c else f(x_c)^2), f the share of the rows with that level; 0 for equal
    rows.

    Rows that share a rare level are closer than rows that share a frequent one. Goodall3 of Boriah,
    Chandola and Kumar (2008), after Goodall (1966).
    """
    p = x.shape[0] // 2
    total = np.float64(0)
    same = True
    for c in range(p):
        if x[c] != y[c]:
            total += 1.0
            same = False
        else:
            total += as_float(x[p + c])
    return 0.0 if same else total


@metric(
    "entropy",
    accepts="codes",
    is_metric=False,
    gap_power=1.0,
    side_values="entropy",
    description="sum of E(x_c) + E(y_c) over mismatches",
)
@metric_kernel
def entropy(x, y):
    """sum_c [x_c != y_c] (E(x_c) + E(y_c)), E = -f log f / log m over the shares f of the m levels.

    Zhang, Cheung and Tan, "A unified entropy-based distance metric for
    ordinal-and-nominal-attribute data clustering", IEEE TNNLS 31 (2020), for nominal columns;
    `ordinal_entropy` is the same for grades.
    """
    p = x.shape[0] // 2
    total = np.float64(0)
    for c in range(p):
        if x[c] != y[c]:
            total += np.float64(as_float(x[p + c])) + np.float64(as_float(y[p + c]))
    return total
