"""Preparations of numbers: fitted on the values present, then applied unchanged to others.

Prepared values do not depend on the unit of a column: for "scores" and "ranks" to the bit, for
others up to rounding.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Preparation:
    """A monotone map of numbers.

    Attributes
    ----------
    knots, values : float64 (m,)
        The map is the broken line through these points, flat beyond them; m = 0 for the identity.
    center, scale : float
        Applied first, (x - center) / scale.
    signed_log : bool
        Whether sign(x) log(1 + |x|) is taken after that.
    """

    knots: Array
    values: Array
    center: float = 0.0
    scale: float = 1.0
    signed_log: bool = False

    @property
    def is_identity(self) -> bool:
        """Whether numbers are unchanged."""
        return not (len(self.knots) or self.center or self.scale != 1.0 or self.signed_log)

    def apply(self, x: Array) -> Array:
        """Prepared numbers, float64."""
        # Halves, so that no difference overflows; exact, except below the normal numbers.
        half = 0.5 if self.scale > 1.0 else 1.0
        with np.errstate(over="ignore"):  # a value too far off is told when it is packed
            x = (half * x - half * self.center) / (half * self.scale)
        if self.signed_log:
            x = np.sign(x) * np.log1p(np.abs(x))
        return np.interp(x, self.knots, self.values) if len(self.knots) else x

    def invert(self, y: Array) -> Array:
        """The inverse of `apply`, float64; where the map is flat, the nearest knot."""
        x = y
        if len(self.knots):
            # Values of the fit are returned exactly, without rounding to float32.
            at = np.clip(np.searchsorted(self.values, y), 1, max(1, len(self.values) - 1))
            near = np.where(
                y - self.values[at - 1] < self.values[at % len(self.values)] - y,
                at - 1,
                at % len(self.values),
            )
            x = np.where(
                np.abs(self.values[near] - y) < 1e-5,
                self.knots[near],
                np.interp(y, self.values, self.knots),
            )
        if self.signed_log:
            x = np.sign(x) * np.expm1(np.abs(x))
        return rescale(x, self.scale, self.center)


def rescale(x: Array, scale: Any, center: Any) -> Array:
    """x scale + center, at most the largest float64: a value between two at its ends may round past
    it."""
    with np.errstate(over="ignore"):
        half = x / 2 * scale + center / 2
    most = np.finfo(np.float64).max / 2
    return np.clip(half, -most, most) * 2


_NONE = np.empty(0)
#: Points that a map by rank keeps at most; between them it is interpolated.
KNOTS = 10_000


def mid_ranks(x: Array) -> tuple[Array, Array]:
    """Distinct values and their mid-ranks in (0, 1): the share below plus half of the share
    equal."""
    values, counts = np.unique(x, return_counts=True)
    return values, (np.cumsum(counts) - 0.5 * counts) / len(x)


def _thin(knots: Array, values: Array) -> tuple[Array, Array]:
    if len(knots) <= KNOTS:
        return knots, values
    kept = np.unique(np.linspace(0, len(knots) - 1, KNOTS).astype(int))
    return knots[kept], values[kept]


def _scores(x: Array) -> Preparation:
    """Normal scores, the Gaussian quantiles of the mid-ranks (van der Waerden 1952): robust to
    heavy tails."""
    from scipy.special import ndtri

    knots, ranks = mid_ranks(x)
    return Preparation(*_thin(knots, ndtri(ranks)))


def _ranks(x: Array) -> Preparation:
    """Mid-ranks: a grade is the share of rows below it plus half of those in it."""
    return Preparation(*_thin(*mid_ranks(x)))


def size(x: Array) -> float:
    """A power of two near the largest magnitude, to divide by: moments neither overflow nor
    vanish, and no digit changes. 1 where squares are safe as they are."""
    exponent = int(np.frexp(np.abs(x).max(initial=0.0))[1])
    return 1.0 if abs(exponent) < 400 else float(np.ldexp(1.0, min(exponent, 1023)))


def _standard(x: Array) -> Preparation:
    unit = size(x)
    y = x / unit
    return Preparation(_NONE, _NONE, float(y.mean()) * unit, float(y.std()) * unit or 1.0)


def _robust(x: Array) -> Preparation:
    """Median and interquartile range, or the standard deviation where the range is 0."""
    unit = size(x)
    y = x / unit
    low, middle, high = np.quantile(y, [0.25, 0.5, 0.75])
    spread = (float(high - low) or float(y.std())) * unit
    return Preparation(_NONE, _NONE, float(middle) * unit, spread or 1.0)


def _log(x: Array) -> Preparation:
    """sign(x) log(1 + |x| / median |x|)."""
    positive = np.abs(x[x != 0])
    unit = size(x)
    middle = float(np.median(positive / unit)) * unit if len(positive) else 1.0
    return Preparation(_NONE, _NONE, 0.0, middle, signed_log=True)


def _identity(x: Array) -> Preparation:
    return Preparation(_NONE, _NONE)


def center_of(x: Array) -> float:
    """The number to subtract before numbers become float32: the median, or 0 where float32 holds
    them all."""
    with np.errstate(over="ignore", under="ignore"):
        exact = len(x) == 0 or bool((x.astype(np.float32) == x).all())
    return 0.0 if exact else float(np.median(0.5 * x)) * 2


#: Powers of two between which float32 holds numbers and their squares.
_EXPONENTS = -60, 60


def unit_of(x: Array) -> float:
    """The power of two to divide by before numbers become float32; 1 where they fit as they are."""
    largest = np.abs(x).max(initial=0.0)
    exponent = int(np.frexp(largest)[1])
    fits = largest == 0 or _EXPONENTS[0] < exponent < _EXPONENTS[1]
    return 1.0 if fits else float(np.ldexp(1.0, min(exponent, 1023)))


#: By their name in a schema. "levels" numbers grades in order, see `kinds.ordinal`.
PREPARATIONS: dict[str, Callable[[Array], Preparation]] = {
    "scores": _scores,
    "standard": _standard,
    "robust": _robust,
    "ranks": _ranks,
    "log": _log,
    "none": _identity,
    "levels": _identity,
}


def mean_gap(x: Array) -> float:
    """Mean |x_i - x_j| over all pairs i != j (Gini's mean difference), exact in O(n log n)."""
    n = len(x)
    if n < 2:
        return 0.0
    unit = size(x)
    ordered = np.sort(x) / unit
    return float((2 * np.arange(n) - n + 1) @ ordered / (n * (n - 1) / 2)) * unit


def rms_gap(x: Array) -> float:
    """Root mean square of x_i - x_j over all pairs i != j: sqrt(2) times the standard deviation."""
    n = len(x)
    if not np.isfinite(x).all():  # told when the values are packed
        return 1.0
    unit = size(x)
    return float(np.sqrt(2 * (x / unit).var() * n / (n - 1))) * unit if n > 1 else 0.0


def mean_mismatch(codes: Array) -> float:
    """Share of the pairs i != j with different codes."""
    n = len(codes)
    if n < 2:
        return 0.0
    counts = np.unique(codes, return_counts=True)[1].astype(float)
    return float(1 - (counts * (counts - 1)).sum() / (n * (n - 1)))


def level_entropies(shares: Array) -> Array:
    """-f log f / log m of the shares f of m levels that occur; each is at most 1, and so is their
    sum."""
    present = shares > 0
    entropies = np.zeros(len(shares))
    entropies[present] = -shares[present] * np.log(shares[present])
    return entropies / np.log(max(2, present.sum()))


#: Side values of categories -> a number per level, from the levels' shares of the rows. See
#: `metrics.categorical`.
TERMS: dict[str, Callable[[Array], Array]] = {"entropy": level_entropies, "goodall": np.square}
