"""Nested layers of segments: the partition that tells most and holds, and coarser and finer ones
that hold better than those of resolutions beside them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .communities import (
    RESOLUTIONS,
    TRIALS,
    Base,
    Told,
    drawn_graphs,
    persistence,
    scan_resolutions,
)
from .leiden import contract, leiden
from .partitions import absorbed, inside, numbered

#: Layers at most, and by what factor their numbers of segments differ at least.
MOST_LAYERS, APART = 4, 1.6
#: Of what the main layer tells and holds, the least for another: less is a column of its own.
LEAST_WORTH = 0.4


class Layer(NamedTuple):
    """One partition of the rows.

    Attributes
    ----------
    resolution : float
    n_segments : int
    persistence : float
        Mean adjusted Rand index with partitions of graphs whose edges were drawn anew: 1 holds, 0
        is chance.
    labels : int32 (n,)
        By size, 0 the largest.
    """

    resolution: float
    n_segments: int
    persistence: float
    labels: np.ndarray


def _refined(base: Base, labels: np.ndarray, resolution: float, seed: int) -> np.ndarray:
    """A partition of the groups, improved between the vertices, one by one."""
    if base.coarse is base.graph:
        return labels
    return leiden(base.graph, resolution, seed, start=labels[base.group], levels=1)


def layers_of(
    base: Base, seed: int, min_size: int, finest: int | None = None, told: Told | None = None
) -> tuple[list[Layer], int]:
    """Nested layers from coarse to fine, labels by row, and which of them tells most and holds.

    `finest` is the size of the smallest segment in layers finer than that, else `min_size`; `told`,
    how much labels of the rows say of the columns.
    """
    partitions, held, worth = scan_resolutions(base, seed, min_size, told)
    best = int(np.argmax(worth))
    counts = np.array([labels.max() + 1 for labels in partitions])
    known = np.ones(len(held), bool) if told is None else worth >= LEAST_WORTH * worth[best]
    main = absorbed(
        base.graph, base.sizes, _refined(base, partitions[best], RESOLUTIONS[best], seed), min_size
    )
    # What was too small for the main one may stand in a finer one of the same resolution.
    again = [best + 0.5] if counts[best] >= APART * (main.max() + 1) else []
    peaks = _peaks(np.where(known, held, 0.0), counts, best, MOST_LAYERS - len(again))
    found: dict[float, np.ndarray] = {best: main}
    # Each coarser one joins communities of the one before.
    for at in sorted((p for p in peaks if p < best), reverse=True):
        finer = found[min(found)]
        joined = leiden(contract(base.graph, finer), RESOLUTIONS[at], seed, TRIALS)
        found[at] = numbered(joined[finer], base.sizes)
    for place in again + sorted(p for p in peaks if p > best):
        at = int(place)
        found[place] = _split(base, found[max(found)], partitions[at], at, seed, finest or min_size)
    return _as_layers(base, found, held, best)


def _as_layers(
    base: Base, found: dict[float, np.ndarray], held: np.ndarray, best: int
) -> tuple[list[Layer], int]:
    """Layers with different numbers of segments, labels by row, and which is the main one."""
    main = int(found[best].max()) + 1
    layers: list[Layer] = []
    main_at = 0
    for at in sorted(found):
        labels = numbered(found[at], base.sizes)
        k = int(labels.max()) + 1
        if at != best and (k in (1, main) or any(k == layer.n_segments for layer in layers)):
            continue
        if at == best:
            main_at = len(layers)
        of = int(at)
        layers.append(Layer(RESOLUTIONS[of], k, float(held[of]), labels[base.of].astype(np.int32)))
    return layers[:MOST_LAYERS], main_at


def _split(
    base: Base, coarser: np.ndarray, partition: np.ndarray, at: int, seed: int, min_size: int
) -> np.ndarray:
    """Every segment of `coarser` split at resolution number `at`."""
    start = coarser * (partition.max() + 1) + partition[base.group]
    start = np.unique(start, return_inverse=True)[1]
    labels = leiden(inside(base.graph, coarser), RESOLUTIONS[at], seed, start=start)
    return absorbed(base.graph, base.sizes, labels, min_size, coarser)


def one_layer(base: Base, resolution: float, seed: int, min_size: int) -> Layer:
    """The partition at one resolution, and whether it holds."""
    labels = leiden(base.walked, resolution, seed, TRIALS)
    held = persistence(labels, base.coarse_sizes, drawn_graphs(base, seed), resolution, seed)
    labels = absorbed(base.graph, base.sizes, _refined(base, labels, resolution, seed), min_size)
    return Layer(float(resolution), int(labels.max()) + 1, held, labels[base.of].astype(np.int32))


def _peaks(held: np.ndarray, counts: np.ndarray, best: int, most: int) -> list[int]:
    """Further resolutions whose partitions hold better than their neighbours', with other numbers
    of segments; with `best` at most `most`."""
    padded = np.concatenate([[-1.0], held, [-1.0]])
    is_peak = (held >= padded[:-2]) & (held >= padded[2:]) & (counts >= 2)
    chosen = [best]
    for at in sorted(np.flatnonzero(is_peak).tolist(), key=lambda at: (-held[at], at)):
        ratio = [max(counts[at], counts[c]) / min(counts[at], counts[c]) for c in chosen]
        if held[at] >= 0.5 and min(ratio) >= APART and len(chosen) < most:
            chosen.append(at)
    return chosen[1:]
