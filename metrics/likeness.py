"""Distance between rows of categories by how alike their levels are in the other columns."""

from __future__ import annotations

import numpy as np

from ..engine.jit import metric_kernel
from .categorical import as_float
from .registry import metric


@metric(
    "hamming_likeness",
    accepts="codes",
    gap_power=1.0,
    side_values="likeness",
    description="sum over mismatches of (1 + min(1, |f(x_c) - f(y_c)|)) / 2",
)
@metric_kernel
def hamming_likeness(x, y):
    """sum_c [x_c != y_c] (1 + min(1, |f(x_c) - f(y_c)|)) / 2, f a level's position.

    Half of a mismatch is the mismatch, half how differently the rows of the two levels look in the
    other columns; see `frameumap.columns.likeness` for f. A level that the fit has not seen is a
    full mismatch with every other. Distances of levels by their rows in other columns: Ahmad and
    Dey (2007), Ienco, Pensa and Meo (2012); as one framework van de Velden, Iodice D'Enza, Markos
    and Cavicchia (2024).
    """
    p = x.shape[0] // 2
    total = np.float64(0)
    for c in range(p):
        if x[c] != y[c]:
            gap = abs(np.float64(as_float(x[p + c])) - np.float64(as_float(y[p + c])))
            total += 0.5 + 0.5 * min(1.0, gap)
    return total
