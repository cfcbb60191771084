"""Whether chance would do it: p-values of shifts, shares and two samples.

`scipy.stats` has the same; importing it takes a second, longer than all of these take in a page.
"""

from __future__ import annotations

import numpy as np
import scipy.special


def rank_test(effect: np.ndarray, inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """Two-sided p of Mann and Whitney's test with the correction for ties, from Cliff's delta and
    the counts."""
    n, m = inside.sum(axis=1), outside.sum(axis=1)
    N = n + m
    ties = ((inside + outside) ** 3 - (inside + outside)).sum(axis=1)
    variance = (
        n * m / 12 * (N + 1 - np.divide(ties, N * (N - 1), out=np.zeros(len(N)), where=N > 1))
    )
    gap = np.maximum(0.0, np.abs(effect) * n * m / 2 - 0.5)
    z = np.divide(gap, np.sqrt(np.maximum(variance, 0)), out=np.zeros(len(N)), where=variance > 0)
    return 2 * scipy.special.ndtr(-z)


def share_test(
    had: float, n: float, had_outside: float, m: float, two_sided: bool = False
) -> float:
    """p of Fisher's exact test that a share is larger inside (or other, if two-sided)."""
    if n == 0 or m == 0:
        return 1.0
    total, marked, drawn = int(n + m), int(had + had_outside), int(n)
    least, most = max(0, drawn - (total - marked)), min(marked, drawn)
    above = _hypergeometric(np.arange(int(had), most + 1), total, marked, drawn)
    if not two_sided:
        return above
    below = _hypergeometric(np.arange(least, int(had) + 1), total, marked, drawn)
    return min(1.0, 2 * min(above, below))


def _hypergeometric(x: np.ndarray, total: int, marked: int, drawn: int) -> float:
    """P(X is one of x), X the marked rows among `drawn` of `total` rows, `marked` of them marked.

    P(X = x) = C(marked, x) C(total - marked, drawn - x) / C(total, drawn)
    """
    log = (
        _log_binomial(marked, x)
        + _log_binomial(total - marked, drawn - x)
        - _log_binomial(total, np.asarray(drawn))
    )
    return min(1.0, float(np.exp(log).sum()))


def _log_binomial(n: int, k: np.ndarray) -> np.ndarray:
    """log C(n, k)."""
    gammaln = scipy.special.gammaln
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)


def two_samples(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """Mann and Whitney's U of `a`, and its two-sided p by the normal law with the correction for
    ties and continuity.

    Returns
    -------
    wins : float
        Pairs in which the value of `a` is the larger, a tie being half a pair.
    p : float
        1 if all values are the same.
    """
    n, m = len(a), len(b)
    _, place, counts = np.unique(np.concatenate([a, b]), return_inverse=True, return_counts=True)
    rank = np.cumsum(counts) - (counts - 1) / 2
    wins = float(rank[place[:n]].sum() - n * (n + 1) / 2)
    N = n + m
    ties = float((counts.astype(np.float64) ** 3 - counts).sum())
    variance = n * m / 12 * (N + 1 - ties / (N * (N - 1)))
    if variance <= 0:
        return wins, 1.0
    z = (max(wins, n * m - wins) - n * m / 2 - 0.5) / np.sqrt(variance)
    return wins, min(1.0, 2 * float(scipy.special.ndtr(-z)))
