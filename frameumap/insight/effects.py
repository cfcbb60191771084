"""What sets a segment apart in one column, in the statistic of its kind, and whether chance would
do it.

All effects are differences of two probabilities, so that they compare across kinds: how often a
random row inside comes before one outside, less the reverse (Cliff's delta 1993; 2 AUC - 1), along
the column (*shift*), by nearness to the segment's middle (*concentration*, *radius*), or of having
one of some levels, members or words (where it is the difference of shares).

Whatever is chosen by looking, a middle, a set of levels, a word, is chosen on one half of the rows
and judged on the other; so no test needs to know how many were looked at, and p-values need
correction for the number of columns and segments only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..kinds import KINDS
from .chance import rank_test, share_test, two_samples
from .statistics import Finding, Split, counts_of, dominance
from .views import View

#: Levels, words or members that are named together at most.
MOST_TOGETHER = 6
#: Rows outside that distances are compared with, and rows inside at most.
BALL_ROWS = 4000


def ordered_findings(view: View, split: Split) -> list[list[Finding]]:
    """Shift and concentration of every segment."""
    inside, total = counts_of(view, split)
    outside = total - inside
    shift = dominance(inside, outside)
    p_shift = rank_test(shift, inside, outside)
    chosen, whole = counts_of(view, split, split.first)
    ranks = (np.cumsum(total) - 0.5 * total) / max(1.0, total.sum())
    middle = _median_bins(chosen)
    fold = np.argsort(np.abs(ranks[None, :] - ranks[middle][:, None]), axis=1, kind="stable")
    judged, others = (
        np.take_along_axis(c, fold, axis=1) for c in (inside - chosen, outside - (whole - chosen))
    )
    close = -dominance(judged, others)
    p_close = rank_test(close, judged, others)
    medians, other_medians = _median_bins(inside), _median_bins(outside)
    found = []
    for s in range(split.count):
        moved = Finding(
            "shift", float(shift[s]), float(p_shift[s]), float(medians[s]), float(other_medians[s])
        )
        # The middle of the segment, or the middle of the rest, which the segment avoids.
        whose, tail = (inside[s], 0.1) if close[s] >= 0 else (outside[s], 0.25)
        low, high = _quantile_bins(whose, tail), _quantile_bins(whose, 1 - tail)
        shares = [
            float(c[s, low : high + 1].sum() / max(1.0, c[s].sum())) for c in (inside, outside)
        ]
        if close[s] < 0:
            shares = [1 - share for share in shares]
        found.append(
            [
                moved,
                Finding(
                    "concentration",
                    float(close[s]),
                    float(p_close[s]),
                    shares[0],
                    shares[1],
                    (low, high),
                ),
            ]
        )
    return found


def _median_bins(counts: np.ndarray) -> np.ndarray:
    reached = np.cumsum(counts, axis=1) >= 0.5 * counts.sum(axis=1, keepdims=True)
    return reached.argmax(axis=1)


def _quantile_bins(counts: np.ndarray, q: float) -> int:
    return int((np.cumsum(counts) >= q * counts.sum()).argmax())


def level_findings(view: View, split: Split) -> list[list[Finding]]:
    """Of every segment the levels that it has more often than the rest."""
    inside, total = counts_of(view, split)
    a, whole = counts_of(view, split, split.first)
    b = inside - a
    outside, out_a, out_b = total - inside, whole - a, (total - whole) - b
    found = []
    for s in range(split.count):
        sets = [_preferred(x[s], y[s]) for x, y in ((a, out_a), (b, out_b))]
        judged = [
            _shares(x[s], y[s], chosen)
            for (x, y), chosen in zip(((b, out_b), (a, out_a)), sets, strict=True)
        ]
        effect = float(np.mean([one - other for one, other in judged]))
        p = share_test(b[s, sets[0]].sum(), b[s].sum(), out_b[s, sets[0]].sum(), out_b[s].sum())
        chosen = _preferred(inside[s], outside[s])
        gain = inside[s] / max(1.0, inside[s].sum()) - outside[s] / max(1.0, outside[s].sum())
        chosen = chosen[np.argsort(-gain[chosen], kind="stable")]
        cumulated = np.cumsum(gain[chosen])
        if len(chosen):  # the few that make most of the difference
            chosen = chosen[: int((cumulated >= 0.8 * cumulated[-1]).argmax()) + 1]
        found.append([Finding("level", effect, p, *_shares(inside[s], outside[s], chosen), chosen)])
    return found


def _preferred(inside: np.ndarray, outside: np.ndarray) -> np.ndarray:
    n, m = max(1.0, inside.sum()), max(1.0, outside.sum())
    return np.flatnonzero(inside / n > outside / m)


def _shares(inside: np.ndarray, outside: np.ndarray, chosen: np.ndarray) -> tuple[float, float]:
    return float(inside[chosen].sum() / max(1.0, inside.sum())), float(
        outside[chosen].sum() / max(1.0, outside.sum())
    )


def item_findings(view: View, split: Split) -> list[list[Finding]]:
    """Of every segment the word or member, or the few of which one is had, that differs most from
    the rest."""
    if view.items.shape[1] == 0:
        return [[] for _ in range(split.count)]
    inside, total = counts_of(view, split)
    a, whole = counts_of(view, split, split.first)
    b = inside - a
    out_a, out_b = whole - a, (total - whole) - b
    statistic = "word" if KINDS[view.group.kind].content == "strings" else "tag"
    found = []
    for s in range(split.count):
        had = chosen_items(view.items, a[s], out_a[s])
        sign = 1 if had[1] else -1
        mask = _any(view.items, had[0])
        in_share, out_share = _masked(b[s], out_b[s], mask)
        n, m = b[s].sum(), out_b[s].sum()
        with_in, with_out = in_share * n, out_share * m
        p = (
            share_test(with_in, n, with_out, m)
            if sign > 0
            else share_test(n - with_in, n, m - with_out, m)
        )
        shares = _masked(inside[s], total - inside[s], mask)
        effect = in_share - out_share
        found.append([Finding(statistic, effect, p, *shares, had[0])])
    return found


def chosen_items(items: Any, inside: np.ndarray, outside: np.ndarray) -> tuple[np.ndarray, bool]:
    """Items whose union differs most, and whether the segment has rather than lacks it."""
    n, m = max(1.0, inside.sum()), max(1.0, outside.sum())
    gain = items.T @ (inside / n) - items.T @ (outside / m)
    best = int(np.abs(gain).argmax())
    if gain[best] <= 0:
        return np.array([best]), False
    candidates = np.argsort(-gain, kind="stable")[: 2 * MOST_TOGETHER]
    columns = np.ascontiguousarray((items[:, candidates].toarray() > 0).T, np.float64)
    left = inside / n - outside / m  # entries that have none of the chosen items
    chosen = [0]
    left = np.where(columns[0] > 0, 0.0, left)
    while len(chosen) < min(MOST_TOGETHER, len(candidates)):
        added = columns @ left
        added[chosen] = -np.inf
        at = int(added.argmax())
        if added[at] < 0.02:
            break
        chosen.append(at)
        left = np.where(columns[at] > 0, 0.0, left)
    return candidates[chosen], True


def _any(items: Any, chosen: np.ndarray) -> np.ndarray:
    return np.asarray(items[:, chosen].sum(axis=1)).ravel() > 0


def _masked(inside: np.ndarray, outside: np.ndarray, mask: np.ndarray) -> tuple[float, float]:
    return float(inside[mask].sum() / max(1.0, inside.sum())), float(
        outside[mask].sum() / max(1.0, outside.sum())
    )


def gap_findings(view: View, split: Split) -> list[Finding | None]:
    """Of every segment the share of rows without a value; None where none is absent."""
    absent = ~view.present
    if not absent.any():
        return [None] * split.count
    n = len(absent)
    labels = split.labels[absent]
    had = np.bincount(labels[labels >= 0], minlength=split.count).astype(float)
    found: list[Finding | None] = []
    for s in range(split.count):
        size, others = float(split.sizes[s]), float(n - split.sizes[s])
        out = absent.sum() - had[s]
        shares = had[s] / max(1.0, size), out / max(1.0, others)
        found.append(
            Finding(
                "gap",
                shares[0] - shares[1],
                share_test(had[s], size, out, others, two_sided=True),
                *shares,
            )
        )
    return found


def ball_findings(view: View, split: Split, distances: Any) -> list[list[Finding]]:
    """Nearness of every segment's rows to its middle.

    Parameters
    ----------
    distances : callable
        ``(members, others) -> (centre, distances)``: the middle of the rows `members` and the
        distance of the rows `others` from it.
    """
    found: list[list[Finding]] = []
    has = np.flatnonzero(view.present)
    labels, first = split.labels[has], split.first[has]
    step = max(1, len(has) // BALL_ROWS)
    sample = np.arange(0, len(has), step)
    for s in range(split.count):
        own = np.flatnonzero(labels == s)
        own = own[:: max(1, len(own) // BALL_ROWS)]
        outside = sample[labels[sample] != s]
        chosen = own[first[own]]
        if len(chosen) == 0 or len(outside) == 0:
            found.append([])
            continue
        centre, far = distances(has[chosen], has[np.concatenate([own, outside])])
        inside, out = far[: len(own)], far[len(own) :]
        judged, others = inside[~first[own]], out[~first[outside]]
        effect, p = _nearer(judged, others)
        radius = float(np.quantile(inside, 0.8))
        shares = float((inside <= radius).mean()), float((out <= radius).mean())
        found.append([Finding("radius", effect, p, *shares, (centre, radius))])
    return found


def _nearer(inside: np.ndarray, outside: np.ndarray) -> tuple[float, float]:
    """How often a row inside is nearer than one outside, less the reverse, and its p."""
    n, m = len(inside), len(outside)
    if n == 0 or m == 0:
        return 0.0, 1.0
    wins, p = two_samples(inside, outside)
    return 1 - 2 * wins / (n * m), p
