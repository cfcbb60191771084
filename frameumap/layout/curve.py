"""The low-dimensional curve 1 / (1 + a d^(2b)) and its forces, as tables."""

from __future__ import annotations

import numpy as np

#: Forces are tabulated over the exponent and the top mantissa bits of the float32 d^2, from 2^-32
#: to 2^31.
MANTISSA_BITS = 6
LOW_EXPONENT, HIGH_EXPONENT = -32, 31


def fit_ab(spread: float, min_dist: float) -> tuple[float, float]:
    """a and b such that 1 / (1 + a d^(2b)) fits 1 for d < min_dist and exp(-(d - min_dist) /
    spread) beyond.

    Least squares over 300 points of [0, 3 spread], as in umap-learn's `find_ab_params`, by
    Levenberg and Marquardt's steps in
    two unknowns: written out here, since importing an optimiser would take longer than all the rest
    of a small frame's layout.

    Examples
    --------
    >>> a, b = fit_ab(1.0, 0.1)
    >>> round(a, 3), round(b, 3)
    (1.577, 0.895)
    """
    x = np.linspace(0, spread * 3, 300)[1:]  # at 0 curve and target are 1 for all a and b
    y = np.where(x < min_dist, 1.0, np.exp(-(x - min_dist) / spread))
    log_x = np.log(x)
    a, b, damping = 1.0, 1.0, 1e-3
    for _ in range(500):
        power = np.exp(2 * b * log_x)
        curve = 1 / (1 + a * power)
        residual = y - curve
        by_a, by_b = -power * curve**2, -2 * a * power * log_x * curve**2
        aa, ab, bb = (by_a * by_a).sum(), (by_a * by_b).sum(), (by_b * by_b).sum()
        ra, rb = (by_a * residual).sum(), (by_b * residual).sum()
        loss = (residual**2).sum()
        while damping < 1e12:
            pa, pb = aa * (1 + damping), bb * (1 + damping)
            det = pa * pb - ab * ab
            step_a, step_b = (pb * ra - ab * rb) / det, (pa * rb - ab * ra) / det
            new_a, new_b = a + step_a, b + step_b
            if (
                new_a > 0
                and new_b > 0
                and ((y - 1 / (1 + new_a * np.exp(2 * new_b * log_x))) ** 2).sum() <= loss
            ):
                break
            damping *= 10
        else:
            break
        a, b, damping = new_a, new_b, max(damping / 10, 1e-12)
        if abs(step_a) <= 1e-10 * a and abs(step_b) <= 1e-10 * b:
            break
    return float(a), float(b)


def force_tables(a: float, b: float, repulsion: float) -> tuple[np.ndarray, np.ndarray]:
    """Attraction and repulsion coefficients, float32, by the bits of d^2.

    A move along (y_i - y_j) has coefficient -2ab d^(2(b-1)) / (1 + a d^(2b)) for an edge and
    2 gamma b / ((0.001 + d^2)(1 + a d^(2b))) for a sampled vertex (McInnes et al. 2018, section
    3.3). A cell holds the value at its middle; 64 cells an octave keep the error below 1%.
    """
    cells = (HIGH_EXPONENT - LOW_EXPONENT + 1) << MANTISSA_BITS
    steps = np.arange(cells)
    mantissa = 1 + ((steps & ((1 << MANTISSA_BITS) - 1)) + 0.5) / (1 << MANTISSA_BITS)
    square = mantissa * 2.0 ** (LOW_EXPONENT + (steps >> MANTISSA_BITS))
    curve = 1 + a * square**b
    attraction = -2 * a * b * square ** (b - 1) / curve
    repulsive = 2 * repulsion * b / ((0.001 + square) * curve)
    return attraction.astype(np.float32), repulsive.astype(np.float32)
