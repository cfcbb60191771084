"""Rules of at most three conditions that tell a segment, found on one half of the rows and judged
on the other.

A beam search: conditions are made from counts by bin, level and item among the rows that the rule
so far keeps, each the one with the largest F = 2 hits / (kept + members), which weighs coverage and
precision alike. Of a column in levels the best set is the first few in the order of their precision
(the F measure's optimum is a threshold; Ye et al. 2012), of an ordered one the best interval, of
points the best radius.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .best_conditions import WORTH, best_condition, reading_cost
from .conditions import Condition, say_condition, short_condition
from .describe import Rule
from .statistics import Split
from .views import View

CONDITIONS, BEAM = 3, 3
#: Rows that rules are sought on, and judged on, at most.
ROWS = 12_000


class Found(NamedTuple):
    """A rule, and a few words for each condition in the order in which they were found, the
    strongest first."""

    rule: Rule
    terms: tuple[str, ...]


def find_rules(
    views: list[View], split: Split, place: Callable[[View, Any], Any]
) -> list[Found | None]:
    """The best rule of every segment; None where there are too few rows to find or judge one."""
    n = len(split.labels)
    # Every so many rows: halves are made by contents, the order of rows within them plays a part
    # only above this size.
    learn, judge = (_some(np.flatnonzero(half)) for half in (split.first, ~split.first))
    if n < 40 or len(judge) == 0:
        return [None] * split.count
    tables = [_counts(view, split, learn) if view.form != "nearness" else None for view in views]
    rules: list[Found | None] = []
    for s in range(split.count):
        member = split.labels[learn] == s
        kept_aside = split.labels[judge] == s
        if member.sum() < 3 or not kept_aside.any() or member.all():
            rules.append(None)
            continue
        found = _search(
            views, learn, member, [None if t is None else (t[0][s], t[1] - t[0][s]) for t in tables]
        )
        if not found:
            rules.append(None)
            continue
        terms = tuple(short_condition(condition, place) for condition in found)
        found = sorted(found, key=lambda c: c.view.name)
        meets = np.logical_and.reduce([condition.holds(judge) for condition in found])
        hits = float((meets & kept_aside).sum())
        conditions = tuple(say_condition(condition, place) for condition in found)
        rule = Rule(
            conditions,
            float(hits / kept_aside.sum()),
            float(hits / max(1, meets.sum())),
            len(judge),
        )
        rules.append(Found(rule, terms))
    return rules


def _some(rows: np.ndarray) -> np.ndarray:
    return rows if len(rows) <= ROWS else rows[np.arange(ROWS) * len(rows) // ROWS]


def _counts(view: View, split: Split, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    kept = which[view.present[which]]
    codes, labels = view.codes[kept], split.labels[kept]
    inside = labels >= 0
    flat = np.bincount(
        labels[inside] * view.count + codes[inside], minlength=split.count * view.count
    )
    return flat.reshape(split.count, view.count).astype(float), np.bincount(
        codes, minlength=view.count
    ).astype(float)


def _search(
    views: list[View],
    learn: np.ndarray,
    member: np.ndarray,
    first: list[tuple[np.ndarray, np.ndarray] | None],
) -> list[Condition]:
    size = float(member.sum())
    beam: list[tuple[float, tuple[Condition, ...], np.ndarray]] = [
        (2 * size / (len(member) + size), (), np.arange(len(learn)))
    ]
    best = beam[0]
    for depth in range(CONDITIONS):
        grown = []
        for _, conditions, rows in beam:
            used = {id(c.view) for c in conditions}
            which, own = learn[rows], member[rows]
            for at, view in enumerate(views):
                if id(view) in used:
                    continue
                counts = first[at] if depth == 0 else None
                scored = best_condition(view, which, own, size, counts)
                if scored is not None:
                    own_cost = sum(map(reading_cost, (*conditions, scored[1])))
                    grown.append((scored[0] - own_cost, (*conditions, scored[1]), rows))
        grown.sort(key=lambda g: (-g[0], [c.view.name for c in g[1]]))
        beam = [
            (f, conditions, rows[conditions[-1].holds(learn[rows])])
            for f, conditions, rows in grown[:BEAM]
        ]
        if not beam or beam[0][0] < best[0] + WORTH:
            break
        best = beam[0]
    return list(best[1])
