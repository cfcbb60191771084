"""Statistics of segments against the rest, chosen on one half of the rows, tested on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.special
import scipy.stats

from .views import View

#: Levels, words or members that are named together at most.
MOST_TOGETHER = 6
#: Rows outside that distances are compared with, and rows inside at most.
BALL_ROWS = 4000


@dataclass(frozen=True)
class Finding:
    """One statistic of one segment in one column, before it is put in words.

    Attributes
    ----------
    statistic : str
    effect : float in [-1, 1]
    p_value : float
        Of one test, not corrected.
    inside, outside : float
        Shares; for a shift, bins of the medians.
    chosen : Any
        Levels, items, (first, last) bin, or (centre row or point, radius).
    """

    statistic: str
    effect: float
    p_value: float
    inside: float
    outside: float
    chosen: Any = field(default=None)


@dataclass(frozen=True)
class Split:
    """Rows, their segments, and two halves by contents.

    Attributes
    ----------
    labels : int64 (n,)
        -1 for none.
    count : int
    first : bool (n,)
        Rows of the half that choices are made on.
    sizes : int64 (count,)
    """

    labels: np.ndarray
    count: int
    first: np.ndarray
    sizes: np.ndarray


def counts_of(
    view: View, split: Split, which: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Rows by segment and bin, level or entry, float64 (S, count), and of all rows, (count,); gaps
    left out."""
    kept = view.present if which is None else view.present & which
    codes, labels = view.codes[kept], split.labels[kept]
    total = np.bincount(codes, minlength=view.count).astype(np.float64)
    inside = labels >= 0
    flat = np.bincount(
        labels[inside] * view.count + codes[inside], minlength=split.count * view.count
    )
    return flat.reshape(split.count, view.count).astype(np.float64), total


def dominance(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    """P(in after out) - P(in before out) for counts over ordered bins, (S, B) each; 0 where one is
    empty."""
    n, m = inside.sum(axis=1), outside.sum(axis=1)
    below = np.cumsum(outside, axis=1) - outside
    wins = (inside * (below + 0.5 * outside)).sum(axis=1)
    return np.divide(2 * wins, n * m, out=np.ones(len(n)), where=(n > 0) & (m > 0)) - 1


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
    law = int(n + m), int(had + had_outside), int(n)
    above = float(scipy.stats.hypergeom.sf(had - 1, *law))
    if not two_sided:
        return above
    return min(1.0, 2 * min(above, float(scipy.stats.hypergeom.cdf(had, *law))))
