"""Distances between histograms: float32 (p,) >= 0, a row's bins in order; rows are compared by
their shares.

A row without any count is at 0 of another such and at the largest distance, 1, of the rest where
distances are bounded.
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


@metric("hellinger", is_metric=False, bounded=True, description="sqrt(1 - sum sqrt(p q))")
@metric_kernel
def hellinger(x, y):
    """sqrt(1 - sum_c sqrt(p_c q_c)), p = x / sum x, q = y / sum y (Hellinger 1909)."""
    m = _total(x)
    n = _total(y)
    if m <= 0.0 or n <= 0.0:
        return 0.0 if m == n else 1.0
    gap = np.float64(0)  # 1 - sum sqrt(p q) = sum (sqrt p - sqrt q)^2 / 2, which does not cancel
    for c in range(x.shape[0]):
        root = sqrt(x[c] / m) - sqrt(y[c] / n)
        gap += root * root
    return min(1.0, sqrt(0.5 * gap))


@metric(
    "jensen_shannon",
    is_metric=False,
    bounded=True,
    aliases=("jensen-shannon", "jensenshannon"),
    description="sqrt of the Jensen-Shannon divergence in bits",
)
@metric_kernel
def jensen_shannon(x, y):
    """sqrt of the Jensen-Shannon divergence in bits: (KL(p|m) + KL(q|m)) / 2, m = (p + q) / 2 (Endres and Schindelin 2003)."""
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
    # Below 1e-15 is rounding.
    return min(1.0, sqrt(0.5 * total / log(2.0))) if total > 1e-15 else 0.0


@metric(
    "symmetric_kl",
    is_metric=False,
    params={"floor": 1e-11},
    aliases=("symmetric-kl", "symmetrickl", "symmetric_kullback_liebler"),
    description="(KL(p|q) + KL(q|p)) / 2",
)
@metric_kernel
def symmetric_kl(x, y, floor):
    """(KL(p|q) + KL(q|p)) / 2 in nats, `floor` being added to every bin before the shares are taken (Jeffreys 1946)."""
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
    is_metric=False,
    aliases=("wasserstein_1d", "wasserstein-1d", "kantorovich_1d", "kantorovich-1d", "kantorovich"),
    description="sum |F-G|, cumulated shares",
)
@metric_kernel
def wasserstein(x, y):
    """sum_c |F_c - G_c|, the cumulated shares: how far shares must be carried, in bins (Vallender 1974)."""
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
    is_metric=False,
    cost="p log p",
    aliases=("circular_wasserstein", "circular_kantorovich"),
    description="min over t of sum |F-G-t|",
)
@metric_kernel
def wasserstein_circular(x, y):
    """min_t sum_c |F_c - G_c - t|: as `wasserstein`, the last bin being beside the first (Rabin, Delon and Gousseau 2011)."""
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
    middle = gaps[p // 2]  # a median is a best t
    total = np.float64(0)
    for c in range(p):
        total += abs(gaps[c] - middle)
    return total if total > 1e-12 else 0.0


@metric_kernel
def _log_beta(a, b):
    return lgamma(a) + lgamma(b) - lgamma(a + b)


@metric(
    "dirichlet",
    is_metric=False,
    params={"prior": 1.0},
    aliases=("ll_dirichlet",),
    description="likelihood lost when one row's counts are foretold by the other's",
)
@metric_kernel
def dirichlet(x, y, prior):
    """sqrt of how much less likely the counts of one row are under the other's shares than under
    its own, per count.

    sqrt(L(x|y)/|x| + L(y|x)/|y|), L(x|y) = sum_c log B(y_c + a, x_c)-ratios of the Dirichlet-multinomial with y as what was
    seen before and a = `prior` for every bin: L(x|y) = log DM(x; x + a) - log DM(x; y + a), kept at 0 or more.
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
    """sum_c of the information -log P(k) at the Poisson `rate`, over the counts k from the smaller
    of x_c, y_c to the larger.

    A step between rare counts is longer than one between usual ones (umap-learn's `count`, with its
    sign made a distance).
    """
    log_rate = log(rate)
    total = np.float64(0)
    for c in range(x.shape[0]):
        low = np.int64(min(x[c], y[c]))
        high = np.int64(max(x[c], y[c]))
        for k in range(low, high):
            total += rate - k * log_rate + lgamma(k + 1.0)
    return total
