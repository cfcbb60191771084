"""Statistics of segments against the rest, chosen on one half of the rows, tested on the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

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
