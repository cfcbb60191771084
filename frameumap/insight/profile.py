"""From a labelling to a `Description`: views, findings, rules, typical rows, names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..engine.pairs import group_distances
from ..engine.rows import Rows, take_rows
from ..errors import DataError, ParameterError
from ..model.model import Model
from .cluster import Segments
from .describe import Card, Description, Rule
from .effects import ball_findings, gap_findings, item_findings, level_findings, ordered_findings
from .rules import Found, find_rules
from .select import row_values
from .statistics import Finding, Split
from .tell import distinct_names, tell
from .typical import typical_rows
from .views import View, make_views

#: Rows above which statistics are taken over so many of them, spread evenly over the segments.
ROWS = 50_000
#: p of a single test from which a statistic is preferred to a larger one that chance may have made.
SURE = 0.001
#: Rows of a segment, one of which is the middle of a ball.
JUDGES = 48


def read_labels(model: Model, index: pd.Index, labels: Any) -> tuple[np.ndarray, list[Any]]:
    """Codes int64 (n,), -1 for none, and what each code stands for.

    Raises
    ------
    DataError
        If the labels are not one a row, or name no column of the model.
    """
    n = len(index)
    if isinstance(labels, Segments):
        return labels.labels.astype(np.int64), list(range(labels.n_segments))
    if isinstance(labels, str) or (np.ndim(labels) == 0 and not isinstance(labels, (list, tuple))):
        if labels not in model.families:
            raise DataError(
                f"the model has no column {labels!r}; it has {', '.join(map(repr, model.families))}"
            )
        labels = row_values(model, model.feature_rows)[labels]
    if isinstance(labels, pd.Series) and len(labels) == n:
        labels = _in_order(labels, index)
    values = labels if isinstance(labels, (pd.Series, pd.Categorical)) else np.asarray(labels)
    if getattr(values, "ndim", 1) != 1:
        raise DataError(f"labels must be one-dimensional, got shape {np.shape(values)}")
    dtype = values.dtype
    if len(values) == n and pd.api.types.is_bool_dtype(dtype):
        return np.where(np.asarray(values), 0, -1).astype(np.int64), [True]
    if len(values) != n:
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "iu":
            raise DataError(
                f"labels must be one a row ({n}), a mask, positions of rows or a column; "
                f"got {len(values)}"
            )
        if len(values) == 0 or values.min() < 0 or values.max() >= n:
            raise DataError(f"positions of rows must lie in 0..{n - 1}")
        codes = np.full(n, -1, np.int64)
        codes[values] = 0
        return codes, [True]
    codes, levels = pd.factorize(values, sort=False)
    try:
        order = sorted(range(len(levels)), key=lambda i: levels[i])
    except TypeError:
        order = sorted(range(len(levels)), key=lambda i: str(levels[i]))
    names = [levels[i] for i in order]
    rank = np.empty(len(levels) + 1, np.int64)
    rank[order] = np.arange(len(levels))
    rank[-1] = -1
    codes = rank[codes]
    if (
        np.issubdtype(np.asarray(levels).dtype, np.integer) and len(names) and names[0] == -1
    ):  # noise, as everywhere
        codes, names = codes - 1, names[1:]
    return codes, [name.item() if isinstance(name, np.generic) else name for name in names]


def _in_order(labels: pd.Series, index: pd.Index) -> pd.Series:
    """The labels in the order of the fit, if they have its index in another order."""
    if labels.index.equals(index) or not labels.index.is_unique or set(labels.index) != set(index):
        return labels
    return labels.reindex(index)


def describe_labels(
    model: Model,
    index: pd.Index,
    codes: np.ndarray,
    names: list[Any],
    typical: int,
    effects: int,
    without: Any = None,
) -> Description:
    """See `FrameUMAP.describe`; the column `without` made the labels and has no say in them."""
    for name, value in (("rows", typical), ("effects", effects)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
            raise ParameterError(f"{name} must be an integer >= 0, got {value!r}")
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    picked = _picked(codes, len(names), model.packed.rows.keys)
    rows = model.feature_rows if picked is None else take_rows(model.feature_rows, picked)
    some = codes if picked is None else codes[picked]
    first = (rows.keys >> np.uint64(17)) & np.uint64(1) == 0
    split = Split(some, len(names), first, np.bincount(some[some >= 0], minlength=len(names)))
    views = [
        view
        for view in make_views(model, rows)
        if without is None or without not in view.unit.columns
    ]
    place = _place(model, rows)
    told = _effects(model, rows, views, split, place, effects)
    rules = find_rules(views, split, place)
    terms = [
        [*(rule.terms if rule is not None else ()), *(e.short for e in own if e.significant)]
        for rule, own in zip(rules, told, strict=True)
    ]
    titles = distinct_names(terms, names)
    positions = typical_rows(model, codes, len(names), typical)
    values = row_values(
        model, take_rows(model.feature_rows, np.concatenate([np.empty(0, np.int64), *positions]))
    )
    cards, at = [], 0
    for s, name in enumerate(names):
        lines = values.iloc[at : at + len(positions[s])].set_axis(index[positions[s]], axis=0)
        at += len(positions[s])
        share = float(sizes[s] / max(1, len(codes)))
        shown = tuple(told[s][:effects])
        cards.append(
            Card(
                name,
                titles[s],
                int(sizes[s]),
                share,
                tuple(positions[s].tolist()),
                lines,
                shown,
                _rule_of(rules[s]),
            )
        )
    return Description(tuple(cards), len(codes))


def _rule_of(found: Found | None) -> Rule | None:
    return None if found is None else found.rule


def _picked(codes: np.ndarray, count: int, keys: np.ndarray) -> np.ndarray | None:
    """Rows to look at; None for all."""
    if len(codes) <= ROWS:
        return None
    order = np.argsort(keys, kind="stable")
    return np.sort(order[np.arange(ROWS) * len(codes) // ROWS])


def _effects(
    model: Model, rows: Rows, views: list[View], split: Split, place: Any, most: int
) -> list[list[Any]]:
    """Of every segment its effects, one a column, strongest first."""
    found: list[list[tuple[View, Finding]]] = [[] for _ in range(split.count)]
    tests = 0
    for view in views:
        by_segment = _findings(model, rows, view, split)
        gaps = gap_findings(view, split)
        tests += max((len(f) for f in by_segment), default=0) + (gaps[0] is not None if gaps else 0)
        for s in range(split.count):
            gap = gaps[s]
            every = by_segment[s] if gap is None else [*by_segment[s], gap]
            own = [f for f in every if _may_be_told(f)]
            if own:
                found[s].append((view, max(own, key=lambda f: (f.p_value < SURE, abs(f.effect)))))
    corrected = max(1, tests * split.count)
    told = []
    for s, pairs in enumerate(found):
        pairs = sorted(
            pairs, key=lambda p: (p[1].p_value * corrected >= 0.05, -abs(p[1].effect), p[0].name)
        )
        told.append(
            [
                tell(view, _exact(view, finding, split, s), corrected, place)
                for view, finding in pairs[: max(most, 4)]
            ]
        )
    return told


def _may_be_told(finding: Finding) -> bool:
    """Whether a finding is worth a word: that values avoid the middle, only if it is sure."""
    avoids = finding.statistic == "concentration" and finding.effect < 0
    return not avoids or finding.p_value < SURE


def _exact(view: View, finding: Finding, split: Split, s: int) -> Finding:
    """A shift with the medians themselves in place of their bins."""
    if finding.statistic != "shift" or view.values is None or view.decode is None:
        return finding
    own = split.labels == s
    held = [np.sort(view.values[view.present & rows]) for rows in (own, ~own)]
    middles = np.array([v[(len(v) - 1) // 2] if len(v) else np.nan for v in held], np.float32)
    values = [
        None if np.isnan(m) else v
        for m, v in zip(middles, view.decode(np.nan_to_num(middles)), strict=True)
    ]
    return replace(finding, chosen=tuple(values))


def _findings(model: Model, rows: Rows, view: View, split: Split) -> list[list[Finding]]:
    if view.form == "nearness":
        return ball_findings(view, split, _distances(model, rows, view))
    return {"order": ordered_findings, "levels": level_findings, "members": item_findings}[
        view.form
    ](view, split)


def _distances(model: Model, rows: Rows, view: View) -> Any:
    """(members, others) -> the middle of the members, and the distance of the others from it."""
    if view.points is not None:
        points = view.points

        def euclidean(members: np.ndarray, others: np.ndarray) -> tuple[Any, np.ndarray]:
            centre = points[members].mean(axis=0)
            return centre, np.sqrt(((points[others] - centre) ** 2).sum(axis=1))

        return euclidean

    metrics, names = model.feature_metrics, tuple(model.names)

    def by_metric(members: np.ndarray, others: np.ndarray) -> tuple[Any, np.ndarray]:
        some = members[:: max(1, len(members) // JUDGES)][:JUDGES]
        left, right = np.repeat(some, len(some)), np.tile(some, len(some))
        between = group_distances(rows, metrics, view.unit.group, left, right, names)
        centre = int(some[between.reshape(len(some), -1).sum(axis=1).argmin()])
        same = np.full(len(others), centre)
        return centre, group_distances(rows, metrics, view.unit.group, same, others, names)

    return by_metric


def _place(model: Model, rows: Rows) -> Any:
    """(view, centre) -> the value in the middle: a point decoded where the kind can, else the
    row's."""

    def place(view: View, centre: Any) -> Any:
        unit = view.unit
        if isinstance(centre, (int, np.integer)):
            values = row_values(model, take_rows(rows, np.array([centre])))
            found = tuple(values[c].iloc[0] for c in unit.columns)
            return found[0] if len(found) == 1 else found
        return view.kind.value_at(np.asarray(centre, np.float64), rows)

    return place
