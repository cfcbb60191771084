"""Distances between rows of categories: int32 codes (p,), equal codes for equal levels."""

from __future__ import annotations

import numpy as np

from .._jit import metric_kernel
from .metric import Metric, register


@metric_kernel
def hamming(x, y, weights):
    """sum_c w_c [x_c != y_c].

    With w_c = 1 the number of mismatches; a schema's categorical groups set w_c = 1 / (share of row pairs that
    mismatch in c), so that every column adds 1 for an average pair and agreeing on a rare thing counts.
    """
    total = np.float32(0)
    for c in range(x.shape[0]):
        total += weights[c] if x[c] != y[c] else np.float32(0)
    return total


register(Metric("hamming", hamming, "codes", gap_power=1.0, additive=True, description="sum w_c [x_c != y_c], w_c = 1"))
register(
    Metric(
        "hamming_rate",
        hamming,
        "codes",
        gap_power=1.0,
        additive=True,
        description="sum w_c [x_c != y_c], w_c = 1/mismatch rate of c",
    )
)
