"""A pair's D as a sum over columns, exactly.

A group's distance v = d_g / s_g is split over its columns where its metric adds up: directly, or as
a root of a sum of powers (Euclidean: by squares). With q_c the metric on column c alone to that
power, sigma the share of the columns that both rows have and f_c the share of column c,

    part_c = v sigma q_c / sum q   where both rows have the column,
    part_c = v f_c                 where one lacks it,

which is the rule for gaps read backwards: distances over the columns present are rescaled to all,
so an absent column counts as the average of the others. Parts add up to v whatever the metric, and
to D after the combination, see `shapley`.
"""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np

from ..engine.distance import _entry_distance, _params
from ..engine.faults import watch_faults
from ..engine.jit import borrow, call_distance, inlined, kernel
from ..engine.pairs import dissimilarities, group_distances
from ..engine.rows import ADDRESS, COLUMN, COUNT, MASK, RAGGED, START, STORAGE, Rows
from ..engine.threads import parallel_for
from ..errors import DataError
from ..kinds import KINDS
from ..metrics import Metric
from ..model.model import Model
from ..schema.group import Column, Group
from .shapley import combined_parts

#: Metrics that add up over columns but for a common factor, beyond those that are declared
#: additive.
_PROPORTIONAL = ("goodall", "entropy", "ordinal_entropy", "gower", "calendar")


class Unit(NamedTuple):
    """What gets one part of D: a column, or the columns of a group that does not split.

    Attributes
    ----------
    group : int
    columns : tuple
    words : int64
        Where its values lie among the group's words.
    positions : tuple of int
        Places of the columns in the group.
    """

    group: int
    columns: tuple[Column, ...]
    words: np.ndarray
    positions: tuple[int, ...]


class PairParts(NamedTuple):
    """Parts of the dissimilarities of m pairs.

    Attributes
    ----------
    units : tuple of Unit
    distance : float64 (m, n_units)
        Distance of each unit, 1 as an average pair's; nan where a row lacks it.
    parts : float64 (m, n_units)
        Sum over units is `total`.
    total : float64 (m,)
        D as the search sees it.
    """

    units: tuple[Unit, ...]
    distance: np.ndarray
    parts: np.ndarray
    total: np.ndarray


def split_power(group: Group, metric: Metric) -> float:
    """The power in which the group's distance is a sum over its columns; 0 where it is none."""
    if (group.prepare or metric.prepare) == "whiten" or KINDS[group.kind].joint:
        return 0.0
    if metric.is_ragged or metric.additive or metric.name in _PROPORTIONAL:
        return 1.0
    if metric.name == "minkowski":
        return metric.values(dict(group.params))[0]
    return 2.0 if metric.increases_with == "minkowski2" and metric.gap_power == 0.5 else 0.0


def units_of(model: Model, g: int) -> tuple[Unit, ...]:
    """The parts that group `g` splits into."""
    group, metric = model.groups[g], model.packed.metrics[g]
    count = int(model.packed.rows.groups[g, COUNT])
    p = len(group.columns)
    place = np.argsort(model.packed.orders[g])  # word of the block -> word of the packed group
    sizes = getattr(model.encoders[g], "sizes", None)
    whole = (Unit(g, group.columns, np.arange(count), tuple(range(p))),)
    if p == 1 or split_power(group, metric) == 0.0:
        return whole
    if sizes:
        borders = np.cumsum([0, *sizes])
        words = [np.arange(a, b) for a, b in itertools.pairwise(borders)]
    elif count == 3 * p and metric.name == "calendar":
        words = [np.arange(3 * c, 3 * c + 3) for c in range(p)]
    elif count in (p, 2 * p):  # values, and what belongs to each in the second half
        words = [np.arange(c, count, p) for c in range(p)]
    else:  # one path over several columns
        return whole
    return tuple(
        Unit(g, (group.columns[c],), place[w].astype(np.int64), (c,)) for c, w in enumerate(words)
    )


@inlined
def unit_distance(rows, g, words, x, i, y, j, scratch):
    """The group's metric on some of its words alone; -1 where a row lacks one of them."""
    start = rows.groups[g, START]
    mask = rows.groups[g, MASK]
    column = rows.groups[g, COLUMN]
    if mask >= 0:
        for w in words:
            if not (x[i, mask + (w >> 5)] & y[j, mask + (w >> 5)]) >> (w & 31) & 1:
                return -1.0
    if rows.groups[g, STORAGE] == RAGGED:
        total = 0.0
        for w in words:
            total += _entry_distance(rows, g, column + w, x[i, start + w], y[j, start + w])
        return total
    kept = len(words)
    for at in range(kept):
        scratch[0, at] = x[i, start + words[at]]
        scratch[1, at] = y[j, start + words[at]]
        scratch[2, at] = rows.column_weights[column + words[at]]
    params = _params(rows, g)
    a, b, w = scratch[0].ctypes.data, scratch[1].ctypes.data, scratch[2].ctypes.data
    return call_distance(rows.groups[g, ADDRESS], a, kept, b, kept, w, params)


@kernel
def _pair_units(first, last, rows, g, words, left, right, out):
    """Distance of one unit of group g for every pair -> out; nan where a row lacks it."""
    rows = borrow(rows)
    scratch = np.empty((3, len(words)), np.int32)
    for e in range(first, last):
        d = unit_distance(rows, g, words, rows.cells, left[e], rows.cells, right[e], scratch)
        out[e] = d if d >= 0.0 else np.nan


def all_units(model: Model) -> tuple[Unit, ...]:
    """The parts of D, in the order of the groups."""
    return tuple(unit for g in range(model.n_feature_groups) for unit in units_of(model, g))


def pair_parts(model: Model, rows: Rows, left: np.ndarray, right: np.ndarray) -> PairParts:
    """Parts of D for the pairs (left[e], right[e]) of `rows`, which hold the groups that are not
    the target's.

    Raises
    ------
    MetricError
        If a metric gave no distance for one of the pairs.
    DataError
        If there is no such row, as for the -1 of a list with fewer neighbours than asked for.
    """
    left, right = np.asarray(left, np.int64), np.asarray(right, np.int64)
    _check_pairs(left, right, len(rows.cells))
    m = len(left)
    metrics = model.feature_metrics
    total = dissimilarities(rows, metrics, left, right)
    groups = np.empty((m, model.n_feature_groups))
    units: list[Unit] = []
    distances, within = [], []
    for g in range(model.n_feature_groups):
        v = group_distances(rows, metrics, g, left, right, tuple(model.names))
        groups[:, g] = v
        own = units_of(model, g)
        q = np.empty((len(own), m))
        with watch_faults(rows, metrics, tuple(model.names)):
            for unit, line in zip(own, q, strict=True):
                parallel_for(_pair_units, m, rows, g, unit.words, left, right, line)
        shares = unit_shares(model, rows, own)
        power = split_power(model.groups[g], model.packed.metrics[g]) or 1.0
        within.append(_group_shares(q.T, shares, power))
        units += own
        # A column's own distance in units of what it adds for an average pair.
        distances.append(_per_average(q.T, v, shares, power, len(own)))
    weighed = combined_parts(
        rows, model.names[: model.n_feature_groups], model.expression, groups, total
    )
    parts = np.concatenate(
        [_spread_over(weighed[:, g, None], share) for g, share in enumerate(within)], axis=1
    )
    return PairParts(tuple(units), np.concatenate(distances, axis=1), parts, total)


def _check_pairs(left: np.ndarray, right: np.ndarray, n: int) -> None:
    wrong = np.flatnonzero((np.minimum(left, right) < 0) | (np.maximum(left, right) >= n))
    if len(wrong):
        e = wrong[0]
        raise DataError(
            f"pair {e} is of rows {left[e]} and {right[e]}, but rows are numbered from 0 to {n - 1}"
            "; leave out pairs with -1, which stands for no row"
        )


def unit_shares(model: Model, rows: Rows, units: tuple[Unit, ...]) -> np.ndarray:
    """Share of every unit in its group's average distance, float64 (n_units,); they sum to 1."""
    first = int(rows.groups[units[0].group, COLUMN])
    shares = np.array([rows.shares[first + unit.words].sum() for unit in units])
    total = shares.sum()
    return shares / total if total > 0 else np.full(len(units), 1 / len(units))


def _group_shares(q: np.ndarray, shares: np.ndarray, power: float) -> np.ndarray:
    """What share of a group's distance falls to each unit, (m, n_units); rows sum to 1."""
    present = ~np.isnan(q)
    filled = np.where(present, q, 0.0) ** power
    total = filled.sum(axis=1, keepdims=True)
    even = np.where(present, shares, 0.0)
    sigma = even.sum(axis=1, keepdims=True)
    usual = np.divide(even, sigma, out=np.zeros_like(even), where=sigma > 0)
    inside = np.divide(filled, total, out=usual, where=total > 0)
    return np.where(present, sigma * inside, shares)


def _per_average(
    q: np.ndarray, v: np.ndarray, shares: np.ndarray, power: float, units: int
) -> np.ndarray:
    """Distance of every unit with 1 for an average pair: d_c / (s_g f_c), of the power that adds
    up."""
    if units == 1:
        return np.where(np.isnan(q), np.nan, v[:, None])
    own = _group_shares(q, shares, power) * v[:, None]
    return np.where(
        np.isnan(q), np.nan, np.divide(own, shares, out=np.zeros_like(own), where=shares > 0)
    )


def _spread_over(value: np.ndarray, share: np.ndarray) -> np.ndarray:
    """value * share, 0 where the share is, however far the pair."""
    return np.multiply(
        value, share, out=np.zeros(np.broadcast(value, share).shape), where=share != 0
    )
