"""Adjusted mutual information (Vinh, Epps and Bailey 2010): what one labelling says of another, 1
in full, 0 by chance."""

from __future__ import annotations

import numpy as np
import scipy.special

from ..engine.jit import kernel


@kernel
def _expected(a, b, n, log_factorial, out):
    """Expected mutual information of labellings with the sizes a and b, drawn at random ->
    out[0]."""
    total = 0.0
    for x in a:
        for y in b:
            low, high = max(1, x + y - n), min(x, y)
            fixed = (
                log_factorial[x] + log_factorial[y] + log_factorial[n - x] + log_factorial[n - y]
            )
            for both in range(low, high + 1):
                chance = fixed - (
                    log_factorial[n] + log_factorial[both] + log_factorial[x - both]
                    + log_factorial[y - both] + log_factorial[n - x - y + both]
                )  # fmt: skip
                total += both / n * np.log(n * both / (x * y)) * np.exp(chance)
    out[0] = total


def _entropy(sizes: np.ndarray) -> float:
    share = sizes[sizes > 0] / sizes.sum()
    return float(-(share * np.log(share)).sum())


def adjusted_information(one: np.ndarray, other: np.ndarray) -> float:
    """Adjusted mutual information of two labellings, int64 (n,) each from 0 on, by the mean of
    their entropies; 1 where both have a single label, 0 where one has."""
    n = len(one)
    k = int(other.max()) + 1 if n else 1
    cells = np.bincount(one * k + other)
    a, b = np.bincount(one), np.bincount(other)
    a, b, cells = a[a > 0], b[b > 0], cells[cells > 0]
    if len(a) <= 1 or len(b) <= 1:
        return float(len(a) == len(b))
    mutual = _entropy(a) + _entropy(b) - _entropy(cells)
    out = np.empty(1)
    _expected(a, b, n, scipy.special.gammaln(np.arange(n + 1) + 1.0), out)
    most = (_entropy(a) + _entropy(b)) / 2
    gap = most - out[0]
    return (mutual - out[0]) / gap if abs(gap) > 1e-12 else 0.0
