"""Segments as columns of a picture or page: names, where they stand on the map, and colours that
differ between neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from .colors import PALETTE
from .column import Column, shown

#: Cells a side of the grid on which a segment's densest place is looked for.
GRID = 24


def segment_column(labels: np.ndarray, names: Any, name: str = "segment") -> Column:
    """Segment labels, -1 for none, as a column; `names` as many as there are segments, or None."""
    labels = np.asarray(labels)
    count = int(labels.max(initial=-1)) + 1
    texts = [f"segment {s}" for s in range(count)] if names is None else [shown(n) for n in names]
    return Column(name, name, "segment", "", "levels", labels.astype(np.int32), texts)


def anchors(points: np.ndarray, labels: np.ndarray, count: int) -> np.ndarray:
    """Densest place of every segment, float64 (count, 2)."""
    low = points.min(axis=0).astype(np.float64)
    size = np.maximum(points.max(axis=0) - low, 1e-12) / GRID
    found = np.zeros((count, 2))
    order = np.argsort(labels, kind="stable")
    borders = np.searchsorted(labels[order], np.arange(count + 1))
    for s in range(count):
        own = points[order[borders[s] : borders[s + 1]]].astype(np.float64)
        if not len(own):
            continue
        cells = np.minimum(((own - low) / size).astype(int), GRID - 1)
        number = cells[:, 0] * GRID + cells[:, 1]
        smooth = _smooth(np.bincount(number, minlength=GRID * GRID).reshape(GRID, GRID))
        peak = int(smooth.argmax())
        near = np.abs(cells - (peak // GRID, peak % GRID)).max(axis=1) <= 1
        found[s] = own[near].mean(axis=0) if near.any() else own.mean(axis=0)
    return found


def _smooth(counts: np.ndarray) -> np.ndarray:
    padded = np.pad(counts, 1).astype(float)
    n = len(counts)
    return sum(padded[a : a + n, b : b + n] for a in range(3) for b in range(3))  # type: ignore[return-value]


def segment_colors(places: np.ndarray) -> list[str]:
    """A colour for every segment, largest first: the one whose segments are farthest away."""
    used: list[list[np.ndarray]] = [[] for _ in PALETTE]
    chosen = []
    for s, place in enumerate(places):
        free = [np.inf if not u else min(float(np.hypot(*(place - o))) for o in u) for u in used]
        best = s if s < len(PALETTE) else int(np.argmax(free))
        used[best].append(place)
        chosen.append(PALETTE[best])
    return chosen
