"""`distance_rules`: finds the rules by which a page computes D.

Each rule is tried against the engine on random pairs before it is used, so a metric that no rule
fits is left out and named instead of being shown wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.pairs import group_distances as engine_distances
from ..engine.rows import COLUMN, COUNT, MASK, PREFIX, START, Rows
from ..kinds import KINDS
from ..metrics import Metric
from .column import Column
from .columns import group_cells
from .rules import GroupRules, Rule, angles, group_distances

#: Pairs on which a rule is tried, and how far it may be off, against the mean distance.
PAIRS = 2000
TOLERANCE = 5e-3
#: Levels up to which all distances between them are written down.
TABLE = 400


def distance_rules(model: Any, columns: list[Column]) -> list[GroupRules] | None:
    """Rules of all groups; None if D is no sum over groups (`combine` with | or -)."""
    inner = model._model
    if len(inner.feature_rows.program) or inner.n_feature_groups == 0:
        return None
    places = {c.key: i for i, c in enumerate(columns)}
    return [_group_rules(inner, g, columns, places) for g in range(inner.n_feature_groups)]


def _group_rules(inner: Any, g: int, columns: list[Column], places: dict) -> GroupRules:
    group, rows = inner.groups[g], inner.packed.rows
    metric = inner.packed.metrics[g]
    power = 2.0 if metric.increases_with == "minkowski2" and metric.gap_power == 0.5 else 1.0
    made = GroupRules(
        group.name, tuple(map(str, group.columns)), float(rows.weights[g]), power,
        float(rows.gap_power[g]), float(inner.packed.scales[g]), (),
    )  # fmt: skip
    if not all(c in places for c in group.columns):
        return made
    found = _rules(inner, g, columns, [places[c] for c in group.columns])
    if found is None:
        return made
    made = made._replace(rules=tuple(found))
    return made if _is_right(inner, g, made, columns) else made._replace(rules=())


def _rules(inner: Any, g: int, columns: list[Column], at: list[int]) -> list[Rule] | None:
    group, rows = inner.groups[g], inner.packed.rows
    cells, present = group_cells(inner, g)
    first, p = int(rows.groups[g, COLUMN]), len(group.columns)
    place = np.argsort(inner.packed.orders[g])  # word in the group's order -> packed word
    if KINDS[group.kind].content == "places":
        return _sphere(inner, g, columns, at)
    if cells.shape[1] not in (p, 2 * p):
        return None
    shares = rows.shares[first + place]
    found = []
    for c in range(p):
        words = np.arange(c, cells.shape[1], p)
        share = float(shares[words].sum())
        rule = _one_rule(inner, g, place[words], cells[:, c], present[:, c], columns[at[c]], at[c])
        if rule is None:
            return None
        found.append(rule._replace(share=share))
    return found


def _one_rule(
    inner: Any, g: int, words: np.ndarray, cells: np.ndarray, has: np.ndarray,
    column: Column, at: int,
) -> Rule | None:  # fmt: skip
    """The rule of one column: tried one after the other."""
    gap_is_level = bool(has.all()) and column.gaps > 0 and cells.dtype != np.float32
    if not gap_is_level and not ((column.codes >= 0) == has).all():
        return None
    unit = unit_rows(inner.packed.rows, g, words)
    known = np.flatnonzero(has)
    if not len(known):
        return Rule("differ", (at,), 0.0, 0.0)
    left, right = _random_pairs(known)
    metrics = (inner.packed.metrics[g],)
    q = _distances(unit, metrics, left, right)
    size = float(q.mean()) or 1.0
    if cells.dtype == np.float32:
        values = _per_level(column, cells.astype(np.float64))
        for form in ("line", "circle"):
            d = np.abs(values[column.codes[left]] - values[column.codes[right]])
            d = np.minimum(d % 1, 1 - d % 1) if form == "circle" else d
            factor = _factor(q, d)
            if _is_near(q, factor * d, size):
                return Rule(form, (at,), factor, 0.0, values.astype(np.float32))
        return None
    if len(column.levels) <= TABLE:
        table = _table(unit, metrics, column, known)
        return Rule("table", (at,), 1.0, 0.0, None, table, gap_is_level)
    if inner.packed.metrics[g].accepts == "codes":
        d = (column.codes[left] != column.codes[right]).astype(float)
        factor = _factor(q, d)
        if not np.allclose(q, factor * d):
            return None
        return Rule("differ", (at,), factor, 0.0, gap_is_level=gap_is_level)
    known_form = {"levenshtein_normalized": "letters", "jaccard": "members"}
    name = inner.packed.metrics[g].name
    return Rule(known_form[name], (at,), 1.0, 0.0) if name in known_form else None


def _per_level(column: Column, cells: np.ndarray) -> np.ndarray:
    """Mean prepared number of the rows of every level."""
    has = column.codes >= 0
    total = np.bincount(column.codes[has], cells[has], len(column.levels))
    return total / np.maximum(1, column.counts)


def _table(
    unit: Rows, metrics: tuple[Metric, ...], column: Column, known: np.ndarray
) -> np.ndarray:
    """Distances between all levels and the gap, each by one of its rows."""
    count = len(column.levels) + 1
    row = np.full(count, known[0], np.int64)
    row[column.codes[known][::-1] + 1] = known[::-1]
    left, right = np.repeat(row, count), np.tile(row, count)
    return _distances(unit, metrics, left, right).reshape(count, count).astype(np.float32)


def _sphere(inner: Any, g: int, columns: list[Column], at: list[int]) -> list[Rule] | None:
    """Great-circle distances, or their roots, from latitude and longitude."""
    if len(at) != 2:
        return None
    rows = inner.packed.rows
    known = np.flatnonzero((columns[at[0]].codes >= 0) & (columns[at[1]].codes >= 0))
    if len(known) < 2:
        return None
    left, right = _random_pairs(known)
    q = _distances(rows, inner.packed.metrics, left, right, g) * inner.packed.scales[g]
    angle = angles(columns, at, left, right)
    for form, d in (("sphere", angle), ("sphere_root", np.sqrt(angle))):
        factor = _factor(q, d)
        if _is_near(q, factor * d, float(q.mean()) or 1.0):
            return [Rule(form, tuple(at), factor, 1.0)]
    return None


def _is_near(q: np.ndarray, found: np.ndarray, size: float) -> bool:
    """Whether distances agree but for rounded numbers: nearly all closely, all roughly."""
    off = np.abs(q - found)
    return bool(np.quantile(off, 0.99) <= TOLERANCE * size and off.max() <= 50 * TOLERANCE * size)


def _factor(q: np.ndarray, d: np.ndarray) -> float:
    """The factor of q = factor * d by least squares."""
    total = float((d * d).sum())
    return float((q * d).sum()) / total if total > 0 else 0.0


def _random_pairs(known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return known[rng.integers(0, len(known), PAIRS)], known[rng.integers(0, len(known), PAIRS)]


def _distances(
    rows: Rows, metrics: tuple[Metric, ...], left: np.ndarray, right: np.ndarray, g: int = 0
) -> np.ndarray:
    return engine_distances(rows, metrics, g, left.astype(np.int64), right.astype(np.int64))


def unit_rows(rows: Rows, g: int, words: np.ndarray) -> Rows:
    """The rows with some words of group g alone, as one group without gaps, scale and weight: its
    distance is the metric on those words."""
    spec = rows.groups[g].copy()
    start, column = int(spec[START]), int(spec[COLUMN])
    spec[START], spec[COUNT], spec[MASK], spec[COLUMN] = 0, len(words), -1, 0
    spec[PREFIX] = 0
    cells = np.ascontiguousarray(rows.cells[:, start + words])
    return rows._replace(
        cells=cells, groups=spec[None, :], gap_power=np.zeros(1),
        inverse_scale=np.ones(1), weights=np.ones(1),
        column_weights=rows.column_weights[column + words].copy(),
        shares=np.full(len(words), 1 / len(words)),
        table_of=rows.table_of[column + words].copy(),
        program=np.empty((0, 2), np.int64), constants=np.empty(0), order=np.zeros(1, np.int64),
    )  # fmt: skip


def _is_right(inner: Any, g: int, made: GroupRules, columns: list[Column]) -> bool:
    """Whether the rules give the engine's v_g on random pairs of rows."""
    n = len(inner.packed.rows.cells)
    left, right = _random_pairs(np.arange(n))
    left, right = left[:400], right[:400]
    expected = _distances(inner.packed.rows, inner.packed.metrics, left, right, g)
    got = group_distances(made, columns, left, right)
    return _is_near(expected, got, 1.0)
