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

from .conditions import MOST_LEVELS, Condition, say_condition, short_condition
from .describe import Rule
from .statistics import Split
from .tell import one_of
from .views import View

CONDITIONS, BEAM = 3, 3
#: What another condition, or naming more levels, must add to F.
WORTH = 0.01
#: Rows of a segment below which a level that one of them has is taken for chance.
FEW = 40
#: What a condition costs for each level or item that it names beyond the first, and for being a
#: radius: a reader's time.
NAMING, RADIUS = 0.003, 0.015
#: Items that one condition names.
MOST_ITEMS = 5
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


def best_condition(
    view: View,
    which: np.ndarray,
    member: np.ndarray,
    size: float,
    counts: tuple[np.ndarray, np.ndarray] | None,
) -> tuple[float, Condition] | None:
    """The condition on a column with the largest F among the rows `which`, of which `member` are
    the segment's."""
    if view.form == "nearness":
        return _best_radius(view, which, member, size) if view.points is not None else None
    if counts is None:
        kept = view.present[which]
        codes = view.codes[which[kept]]
        inside = np.bincount(codes[member[kept]], minlength=view.count).astype(float)
        outside = np.bincount(codes, minlength=view.count) - inside
    else:
        inside, outside = counts
    if inside.sum() == 0:
        return None
    maker = {"order": _best_interval, "levels": _best_levels, "members": _best_items}[view.form]
    return maker(view, inside, outside, size)


def reading_cost(condition: Condition) -> float:
    """What a condition must make up for in F."""
    if condition.codes is None:
        return RADIUS
    named = int(condition.codes.sum()) if condition.view.form == "levels" else condition.named
    return NAMING * max(0, named - 1)


def _f(hits: Any, kept: Any, size: float) -> Any:
    return 2 * hits / (kept + size)


def _best_interval(
    view: View, inside: np.ndarray, outside: np.ndarray, size: float
) -> tuple[float, Condition]:
    hits = np.concatenate([[0], np.cumsum(inside)])
    kept = np.concatenate([[0], np.cumsum(inside + outside)])
    F = _f(hits[None, :] - hits[:, None], np.maximum(kept[None, :] - kept[:, None], 0), size)
    F = np.where(np.arange(len(hits))[None, :] > np.arange(len(hits))[:, None], F, -1.0)
    ends = int(F[0, :].argmax()), int(F[:, -1].argmax())  # at most so much, at least so much
    one_sided = max((F[0, ends[0]], 0, int(ends[0])), (F[ends[1], -1], int(ends[1]), len(hits) - 1))
    low, high = np.unravel_index(F.argmax(), F.shape)
    score, first, last = (
        (F[low, high], int(low), int(high)) if F.max() > one_sided[0] + WORTH else one_sided
    )
    codes = np.zeros(view.count, bool)
    codes[first:last] = True
    return float(score), Condition(view, codes)


def _best_levels(
    view: View, inside: np.ndarray, outside: np.ndarray, size: float
) -> tuple[float, Condition]:
    kept = inside + outside
    # Fewer rows are there by chance.
    least = max(2.0 if size < FEW else 1.0, 0.005 * size)
    some = np.flatnonzero(inside >= min(inside.max(), least))
    order = some[np.lexsort((-inside[some], -inside[some] / kept[some]))]
    # Rare levels are precise by chance: taken in the order of what they add.
    F = _f(np.cumsum(inside[order]), np.cumsum(kept[order]), size)
    count = int(F.argmax()) + 1
    if count > MOST_LEVELS:
        order = some[np.argsort(-_f(inside[some], kept[some], size), kind="stable")]
        F = _f(np.cumsum(inside[order]), np.cumsum(kept[order]), size)[:MOST_LEVELS]
        count = int(F.argmax()) + 1
    few = int((F[:count] >= F[count - 1] - WORTH).argmax()) + 1
    codes = np.zeros(view.count, bool)
    codes[order[:few]] = True
    return float(F[few - 1]), Condition(view, codes)


def _best_items(
    view: View, inside: np.ndarray, outside: np.ndarray, size: float
) -> tuple[float, Condition] | None:
    if view.items.shape[1] == 0:
        return None
    kept = inside + outside
    hits, having = view.items.T @ inside, view.items.T @ kept
    order = np.argsort(-_f(hits, having, size), kind="stable")[: 2 * MOST_ITEMS]
    columns = view.items[:, order].toarray() > 0
    mask, chosen = columns[:, 0], [0]
    score = float(_f(inside[mask].sum(), kept[mask].sum(), size))
    while len(chosen) < MOST_ITEMS:
        tries = [
            (float(_f(inside[m].sum(), kept[m].sum(), size)), -c)
            for c in range(len(order))
            if c not in chosen and (m := mask | columns[:, c]) is not None
        ]  # fmt: skip
        if not tries or max(tries)[0] < score + WORTH:
            break
        score, at = max(tries)
        chosen.append(-at)
        mask = mask | columns[:, -at]
    words = one_of([str(view.labels[order[c]]) for c in chosen], MOST_ITEMS)
    short = "/".join(str(view.labels[order[c]]) for c in chosen[:2]) + (
        "/…" if len(chosen) > 2 else ""
    )
    return score, Condition(view, mask, words=words, short=short, named=len(chosen))


def _best_radius(
    view: View, which: np.ndarray, member: np.ndarray, size: float
) -> tuple[float, Condition] | None:
    points = view.points
    assert points is not None
    kept = view.present[which]
    rows, own = which[kept], member[kept]
    if not own.any():
        return None
    best: tuple[float, Condition] | None = None
    inside = points[rows[own]]
    for centre in (inside.mean(axis=0), np.median(inside, axis=0)):
        far = np.sqrt(((points[rows] - centre) ** 2).sum(axis=1))
        order = np.argsort(far, kind="stable")
        F = _f(np.cumsum(own[order]), np.arange(1, len(order) + 1), size)
        at = int(np.flatnonzero(F.max() - WORTH <= F)[-1])  # the widest of the good ones
        following = far[order[min(at + 1, len(order) - 1)]]
        radius = float((far[order[at]] + following) / 2)
        if best is None or F[at] > best[0]:
            best = float(F[at]), Condition(view, None, centre, radius)
    return best
