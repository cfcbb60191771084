"""`balance="auto"`: weights of groups by what they tell of each other, without labels.

On a sample of rows, a_g is the *agreement* of group g with the rest: 1 - (mean d_g to the nearest
rows under D without g) / (mean d_g of random rows), 0 for noise and 1 where the others foretell g.
*Drop-one* is the mean loss of the others' agreements when g is left out: what g tells of them,
negative where it misleads. A group that agrees at least half as much as groups do on average keeps
its weight; below that it is multiplied by

    ((a_g + c) / (mean a / 2 + c))^(1/2),  c = FLOOR,

and by 1/2 more where it misleads and nothing foretells it. No group gains: to agree is not to be of
interest, and weights that followed agreement all the way lost what only one group knows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..engine.pairs import group_distances
from ..model.model import Prepared

#: Rows of the sample, by contents; nearest rows that are asked; groups up to which drop-one is
#: taken.
SAMPLE, NEAREST, MOST_GROUPS = 800, 15, 20
#: Added to agreements: what a group weighs that nothing foretells.
FLOOR = 0.01
#: Agreement below which nothing is said to foretell a group, and drop-one below which it misleads.
NOTHING, MISLEADS = 0.03, -0.005


def balance_groups(prepared: Prepared) -> tuple[Prepared, pd.DataFrame]:
    """The frame under balanced weights, and a table by group: `before`, `weight`, `agreement`,
    `drop_one`, `reason`."""
    rows = prepared.packed.rows
    features = prepared.n_feature_groups
    names = prepared.names[:features]
    units = prepared.packed.units
    before = rows.weights[:features] / units[:features]
    distances = _sampled(prepared)
    agreement, drop_one = agreements(distances, rows.weights[:features].copy())
    factor = np.minimum(1.0, np.sqrt((agreement + FLOOR) / (agreement.mean() / 2 + FLOOR)))
    misleads = (drop_one < MISLEADS) & (agreement < NOTHING)
    weight = before * np.where(misleads, factor / 2, factor)
    weight = (
        np.where(factor < 1, [float(f"{w:.3g}") for w in weight], before)
        if features > 2
        else before
    )
    reasons = [
        _reason(a, d, w / b) for a, d, w, b in zip(agreement, drop_one, weight, before, strict=True)
    ]
    table = pd.DataFrame(
        {
            "before": before,
            "weight": weight,
            "agreement": agreement,
            "drop_one": drop_one,
            "reason": reasons,
        },
        index=pd.Index(names, name="group"),
    )
    weights = rows.weights.copy()
    weights[:features] = weight * units[:features]
    # A target keeps its share of the whole.
    weights[features:] *= weights[:features].sum() / rows.weights[:features].sum()
    groups = tuple(
        replace(group, weight=float(w))
        for group, w in zip(prepared.groups, weights / units, strict=True)
    )
    packed = prepared.packed._replace(rows=rows._replace(weights=weights))
    return replace(prepared, groups=groups, packed=packed), table


def _sampled(prepared: Prepared) -> np.ndarray:
    """Distances d_g / s_g between rows of a sample, float64 (G, m, m)."""
    rows, n = prepared.packed.rows, len(prepared.packed.rows.cells)
    order = np.argsort(rows.keys, kind="stable")
    some = order if n <= SAMPLE else order[np.arange(SAMPLE) * n // SAMPLE]
    m = len(some)
    left, right = np.repeat(some, m), np.tile(some, m)
    names = tuple(prepared.names)
    return np.stack(
        [
            group_distances(rows, prepared.packed.metrics, g, left, right, names).reshape(m, m)
            for g in range(prepared.n_feature_groups)
        ]
    )


def agreements(distances: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a_g and drop-one of every group, float64 (G,) each."""
    count, m, _ = distances.shape
    if count < 2 or m < 3:
        return np.zeros(count), np.zeros(count)
    reach = distances.sum(axis=(1, 2)) / (m * (m - 1))
    weighed = weights[:, None, None] * distances
    whole = weighed.sum(axis=0)
    np.fill_diagonal(whole, np.inf)
    k = min(NEAREST, m - 1)

    def agreement(g: int, D: np.ndarray) -> float:
        nearest = np.argpartition(D, k - 1, axis=1)[:, :k]
        near = np.take_along_axis(distances[g], nearest, axis=1).mean()
        return max(0.0, 1 - near / reach[g]) if reach[g] > 0 else 0.0

    found = np.array([agreement(g, whole - weighed[g]) for g in range(count)])
    drop = np.zeros(count)
    if 2 < count <= MOST_GROUPS:
        for g in range(count):
            without = [
                found[h] - agreement(h, whole - weighed[g] - weighed[h])
                for h in range(count)
                if h != g
            ]
            drop[g] = float(np.mean(without))
    return found, drop


def _reason(agreement: float, drop_one: float, factor: float) -> str:
    told = (
        "nothing foretells it"
        if agreement < NOTHING
        else f"the others foretell {agreement:.0%} of it"
    )
    if drop_one < MISLEADS:
        lost = "the others agree better without it"
    elif drop_one > -MISLEADS:
        lost = "the others agree less without it"
    else:
        lost = "the others hardly change without it"
    change = f"weight times {factor:.2f}" if factor < 1 else "it keeps its weight"
    return f"{told}, {lost}: {change}"
