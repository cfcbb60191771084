"""The best condition on one column: of a column in levels the first few in the order of their
precision or how levels begin, of an ordered one an interval, of points a radius."""

from __future__ import annotations

from typing import Any

import numpy as np

from .conditions import MOST_LEVELS, Condition
from .prefixes import MOST_STARTS
from .tell import one_of
from .views import View

#: What another condition, or naming more levels, must add to F.
WORTH = 0.01
#: Rows of a segment below which a level that one of them has is taken for chance.
FEW = 40
#: What a condition costs for each level or item that it names beyond the first, and for being a
#: radius: a reader's time.
NAMING, RADIUS = 0.003, 0.015
#: Items that one condition names.
MOST_ITEMS = 5


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
    listed = condition.view.form == "levels" and not condition.words
    named = int(condition.codes.sum()) if listed else condition.named
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
    listed = float(F[few - 1]), Condition(view, codes)
    started = _best_starts(view, inside, kept, size)
    if started and started[0] - reading_cost(started[1]) > listed[0] - reading_cost(listed[1]):
        return started
    return listed


def _best_starts(
    view: View, inside: np.ndarray, kept: np.ndarray, size: float
) -> tuple[float, Condition] | None:
    """The condition on how levels begin, levels that no row of these has included."""
    best: tuple[float, Condition] | None = None
    for names, of in view.starts:
        hits = np.bincount(of, inside[: len(of)])
        having = np.bincount(of, kept[: len(of)])
        order = np.argsort(-_f(hits, having, size), kind="stable")[:MOST_STARTS]
        F = _f(np.cumsum(hits[order]), np.cumsum(having[order]), size)
        count = int((F.max() - WORTH <= F).argmax()) + 1
        if best is not None and F[count - 1] < best[0] + WORTH:
            continue  # a longer beginning must tell more
        codes = np.zeros(view.count, bool)
        codes[: len(of)] = np.isin(of, order[:count])
        said = [names[c] for c in np.sort(order[:count])]
        best = (
            float(F[count - 1]),
            Condition(
                view,
                codes,
                words=f"starts with {one_of(said, MOST_STARTS)}",
                short=f"{view.name} {'/'.join(f'{name}…' for name in said)}",
                named=count,
            ),
        )
    return best


def _best_items(
    view: View, inside: np.ndarray, outside: np.ndarray, size: float
) -> tuple[float, Condition] | None:
    if view.items.shape[1] == 0:
        return None
    kept = inside + outside
    hits, having = view.items.T @ inside, view.items.T @ kept
    order = np.argsort(-_f(hits, having, size), kind="stable")[: 2 * MOST_ITEMS]
    columns = np.ascontiguousarray((view.items[:, order].toarray() > 0).T)
    wide = columns.astype(np.float64)
    mask, chosen = columns[0].copy(), [0]
    both = np.array([hits[order[0]], having[order[0]]])
    while len(chosen) < min(MOST_ITEMS, len(order)):
        rest = ~mask
        new_hits, new_kept = wide @ (inside * rest), wide @ (kept * rest)
        F = _f(both[0] + new_hits, both[1] + new_kept, size)
        F[chosen] = -np.inf
        at = int(F.argmax())
        if F[at] < _f(both[0], both[1], size) + WORTH:
            break
        chosen.append(at)
        both += new_hits[at], new_kept[at]
        mask |= columns[at]
    score = float(_f(both[0], both[1], size))
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
