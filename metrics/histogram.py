"""Distances between histograms: float32 (p,) >= 0, bins in order; rows are divided by their sums.

The distance between two rows without any count is 0; between such a row and another it is the
largest value of a bounded distance.
"""

from __future__ import annotations

from math import lgamma, log, sqrt

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric_kernel
def _total(x):
    total = np.float64(0)
    for c in range(x.shape[0]):
        total += x[c]
    return total


@metric(
    "hellinger",
    domain="counts",
    limit=1.0,
    is_metric=False,
    bounded=True,
    unit_free=True,
    description="sqrt(1 - sum sqrt(p q))",
)
@metric_kernel
def hellinger(x, y):
    """sqrt(1 - sum_c sqrt(p_c q_c)), p = x / sum x, q = y / sum y (Hellinger 1909)."""
    m = _total(x)
    n = _total(y)
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else 1.0
    gap = np.float64(0)  # 1 - sum sqrt(p q) = sum (sqrt p - sqrt q)^2 / 2, without cancellation
    for c in range(x.shape[0]):
        root = sqrt(x[c] / m) - sqrt(y[c] / n)
        gap += root * root
    return min(1.0, sqrt(0.5 * gap))


@metric(
    "jensen_shannon",
    domain="counts",
    limit=1.0,
    is_metric=False,
    unit_free=True,
    bounded=True,
    aliases=("jensen-shannon", "jensenshannon"),
    description="sqrt of the Jensen-Shannon divergence in bits",
)
@metric_kernel
def jensen_shannon(x, y):
    """sqrt of the Jensen-Shannon divergence in bits: (KL(p|m) + KL(q|m)) / 2, m = (p + q) / 2
    (Endres and Schindelin 2003)."""
    m = _total(x)
    n = _total(y)
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else 1.0
    total = np.float64(0)
    for c in range(x.shape[0]):
        p = x[c] / m
        q = y[c] / n
        middle = 0.5 * (p + q)
        if p > 0.0:
            total += p * log(p / middle)
        if q > 0.0:
            total += q * log(q / middle)
    # Values below 1e-15 are rounding errors.
    return min(1.0, sqrt(0.5 * total / log(2.0))) if total > 1e-15 else 0.0


@metric(
    "symmetric_kl",
    domain="counts",
    is_metric=False,
    params={"floor": 1e-11},
    aliases=("symmetric-kl", "symmetrickl", "symmetric_kullback_liebler"),
    description="(KL(p|q) + KL(q|p)) / 2",
)
@metric_kernel
def symmetric_kl(x, y, floor):
    """(KL(p|q) + KL(q|p)) / 2 in nats (Jeffreys 1946); `floor` is added to every bin before rows
    are divided by their sums."""
    m = _total(x) + floor * x.shape[0]
    n = _total(y) + floor * y.shape[0]
    total = np.float64(0)
    for c in range(x.shape[0]):
        p = (x[c] + floor) / m
        q = (y[c] + floor) / n
        if p > 0.0 and q > 0.0:
            total += (p - q) * log(p / q)
    return max(0.0, 0.5 * total)


@metric(
    "wasserstein",
    domain="counts",
    is_metric=False,
    unit_free=True,
    aliases=("wasserstein_1d", "wasserstein-1d", "kantorovich_1d", "kantorovich-1d", "kantorovich"),
    description="sum |F-G|, cumulative shares",
)
@metric_kernel
def wasserstein(x, y):
    """sum_c |F_c - G_c|, F and G the cumulative shares: earth mover's distance in bins (Vallender
    1974)."""
    m = _total(x)
    n = _total(y)
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else float(x.shape[0] - 1)
    total = np.float64(0)
    ahead = np.float64(0)
    for c in range(x.shape[0]):
        ahead += x[c] / m - y[c] / n
        total += abs(ahead)
    return total if total > 1e-12 else 0.0


@metric(
    "wasserstein_circular",
    domain="counts",
    is_metric=False,
    unit_free=True,
    cost="p log p",
    aliases=("circular_wasserstein", "circular_kantorovich"),
    description="min over t of sum |F-G-t|",
)
@metric_kernel
def wasserstein_circular(x, y):
    """min_t sum_c |F_c - G_c - t|: `wasserstein` on a circle of bins (Rabin, Delon and Gousseau
    2011)."""
    m = _total(x)
    n = _total(y)
    p = x.shape[0]
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else 0.5 * p
    gaps = np.empty(p)
    ahead = np.float64(0)
    for c in range(p):
        ahead += x[c] / m - y[c] / n
        gaps[c] = ahead
    gaps.sort()
    middle = gaps[p // 2]  # a median minimises the sum over t
    total = np.float64(0)
    for c in range(p):
        total += abs(gaps[c] - middle)
    return total if total > 1e-12 else 0.0


@metric(
    "dirichlet",
    domain="counts",
    is_metric=False,
    params={"prior": 1.0},
    aliases=("ll_dirichlet",),
    description="loss of likelihood when one row's counts are predicted from the other's",
)
@metric_kernel
def dirichlet(x, y, prior):
    """sqrt(L(x|y) / |x| + L(y|x) / |y|): loss of likelihood per count when one row's counts are
    predicted from the other's.

    L(x|y) = max(0, log DM(x; x + a) - log DM(x; y + a)), DM the Dirichlet-multinomial distribution
    and a = `prior` for every bin.
    """
    m = _total(x)
    n = _total(y)
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else sqrt(log(2.0))
    return sqrt(
        max(0.0, _surprise(x, y, m, n, prior) / m) + max(0.0, _surprise(y, x, n, m, prior) / n)
    )


@metric_kernel
def _surprise(x, y, m, n, prior):
    """log DM(x; x + prior) - log DM(x; y + prior)."""
    mass = prior * x.shape[0]
    total = lgamma(m + mass) - lgamma(m + m + mass) - lgamma(n + mass) + lgamma(m + n + mass)
    for c in range(x.shape[0]):
        if x[c] > 0:
            a = np.float64(x[c])
            b = np.float64(y[c])
            total += (
                lgamma(a + a + prior)
                - lgamma(a + prior)
                - lgamma(a + b + prior)
                + lgamma(b + prior)
            )
    return total


@metric(
    "poisson",
    domain="counts",
    is_metric=False,
    gap_power=1.0,
    additive=True,
    params={"rate": 1.0},
    cost="sum |x-y|",
    aliases=("count",),
    description="information of the counts between x and y",
)
@metric_kernel
def poisson(x, y, rate):
    """sum_c sum_k -log P(k), k from min(x_c, y_c) to max(x_c, y_c) - 1, P the Poisson distribution
    with mean `rate`.

    A difference between rare counts weighs more than one between frequent counts (umap-learn's
    `count`, with the sign that makes it a distance).
    """
    log_rate = log(rate)
    total = np.float64(0)
    for c in range(x.shape[0]):
        low = np.int64(min(x[c], y[c]))
        high = np.int64(max(x[c], y[c]))
        for k in range(low, high):
            total += rate - k * log_rate + lgamma(k + 1.0)
    return total
