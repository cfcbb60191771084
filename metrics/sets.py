"""Distances between sets: int32 codes, ascending, without repeats.

Metrics whose name ends in `_rarity` get twice as many words: the codes, then the float32 bits of
each member's weight, its rarity log(1 + n / c) if c of n rows contain it.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import helper, metric_kernel
from .registry import metric


@metric_kernel
def common(x, y):
    """Size of the intersection of two ascending arrays; of multisets, the sum of the smaller
    counts."""
    i = 0
    j = 0
    count = 0
    while i < x.shape[0] and j < y.shape[0]:
        if x[i] == y[j]:
            count += 1
            i += 1
            j += 1
        elif x[i] < y[j]:
            i += 1
        else:
            j += 1
    return count


@metric("jaccard", limit=1.0, accepts="set", bounded=True, description="1 - |x&y|/|x|y|")
@metric_kernel
def jaccard(x, y):
    """1 - |x & y| / |x | y| (Jaccard 1912); 0 between empty sets."""
    both = common(x, y)
    either = x.shape[0] + y.shape[0] - both
    if either == 0:
        return 0.0
    return 1.0 - both / either


@metric(
    "dice",
    limit=1.0,
    accepts="set",
    is_metric=False,
    bounded=True,
    description="1 - 2|x&y|/(|x|+|y|)",
)
@metric_kernel
def dice(x, y):
    """1 - 2 |x & y| / (|x| + |y|) (Dice 1945); 0 between empty sets."""
    total = x.shape[0] + y.shape[0]
    return 0.0 if total == 0 else 1.0 - 2.0 * common(x, y) / total


@metric(
    "overlap",
    limit=1.0,
    accepts="set",
    is_metric=False,
    bounded=True,
    description="1 - |x&y|/min(|x|,|y|)",
)
@metric_kernel
def overlap(x, y):
    """1 - |x & y| / min(|x|, |y|) (Szymkiewicz 1934, Simpson 1943): 0 between a set and its subset,
    1 between the empty set and another."""
    least = min(x.shape[0], y.shape[0])
    if least == 0:
        return 0.0 if x.shape[0] == y.shape[0] else 1.0
    return 1.0 - common(x, y) / least


@helper
def _rarities(x, y):
    """Sums of the rarities of the common members, of those only in x, of those only in y."""
    m = x.shape[0] // 2
    n = y.shape[0] // 2
    both = 0.0
    only_x = 0.0
    only_y = 0.0
    i = 0
    j = 0
    while i < m or j < n:
        if i < m and j < n and x[i] == y[j]:
            both += np.float64(np.int32(x[m + i]).view(np.float32))
            i += 1
            j += 1
        elif j >= n or (i < m and x[i] < y[j]):
            only_x += np.float64(np.int32(x[m + i]).view(np.float32))
            i += 1
        else:
            only_y += np.float64(np.int32(y[n + j]).view(np.float32))
            j += 1
    return both, only_x, only_y


@metric(
    "jaccard_rarity",
    limit=1.0,
    accepts="set",
    bounded=True,
    side_values="rarity",
    description="jaccard, members by rarity",
)
@metric_kernel
def jaccard_rarity(x, y):
    """1 - r(x & y) / r(x | y), r the sum of the members' rarities."""
    both, only_x, only_y = _rarities(x, y)
    either = both + only_x + only_y
    return (only_x + only_y) / either if either > 0.0 else 0.0


@metric(
    "dice_rarity",
    limit=1.0,
    accepts="set",
    is_metric=False,
    bounded=True,
    side_values="rarity",
    description="dice, members by rarity",
)
@metric_kernel
def dice_rarity(x, y):
    """1 - 2 r(x & y) / (r(x) + r(y)), r the sum of the members' rarities."""
    both, only_x, only_y = _rarities(x, y)
    total = 2.0 * both + only_x + only_y
    return (only_x + only_y) / total if total > 0.0 else 0.0


@metric(
    "overlap_rarity",
    limit=1.0,
    accepts="set",
    is_metric=False,
    bounded=True,
    side_values="rarity",
    description="overlap, members by rarity",
)
@metric_kernel
def overlap_rarity(x, y):
    """1 - r(x & y) / min(r(x), r(y)), r the sum of the members' rarities."""
    both, only_x, only_y = _rarities(x, y)
    least = both + min(only_x, only_y)
    if least <= 0.0:
        return 0.0 if only_x == only_y else 1.0
    return min(only_x, only_y) / least
