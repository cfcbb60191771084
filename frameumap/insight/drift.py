"""How far rows drift from their neighbourhoods in short layouts of other seeds.

The layouts start from the map, of the same graph, with other random numbers. Of each row, the rows
next to it on the map are looked up in the others: the distance between the row and the middle
(the median of each coordinate) of those, in units of its neighbourhood's radius on the map, is its
drift, the mean over layouts.
"""

from __future__ import annotations

import numpy as np

from ..layout.optimize import optimize_layout
from ..layout.sphere import to_vectors
from ..model.model import Model
from ..progress import Progress

#: Layouts; their epochs, in those of the map; and repelling samples. More layouts foretell better
#: which rows other seeds put elsewhere, and cost as much more.
LAYOUTS, EPOCHS, LEAST_EPOCHS, NEGATIVES = 3, 0.25, 50, 5
#: Their seeds come after that of the map.
NEXT_SEED = 7919
#: Rows that are compared at once.
BLOCK = 65_536


def short_layout(model: Model, seed: int) -> np.ndarray:
    """The map after a short layout with other random numbers, float64 (n, dims); on a sphere, unit
    vectors."""
    options = model.layout_options
    start = to_vectors(model.embedding) if options.on_sphere else model.embedding
    start = np.ascontiguousarray(start, np.float32)
    whole = options.resolved(len(start)).epochs
    epochs = min(whole, max(LEAST_EPOCHS, round(EPOCHS * whole)))
    options = options._replace(
        seed=seed, n_epochs=epochs, negative_sample_rate=NEGATIVES, density=0.0
    )
    placed = optimize_layout(
        model.graph, start, options, Progress(), None, None, model.multiplicity
    )
    return np.asarray(to_vectors(placed) if options.on_sphere else placed, np.float64)


def gaps_to_neighbourhood(points: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Distance of every point from the middle of the points `near` it, float64 (n,)."""
    gaps = np.empty(len(points))
    for first in range(0, len(points), BLOCK):
        span = slice(first, first + BLOCK)
        middle = np.median(points[near[span]], axis=1)
        gaps[span] = np.sqrt(((points[span] - middle) ** 2).sum(axis=1))
    return gaps


def drift(model: Model, on_map: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Of every row the mean drift, in units of `radius`, float64 (n,).

    Parameters
    ----------
    on_map : int64 (n, k)
        The nearest points of every point on the map.
    radius : float64 (n,)
    """
    seeds = [model.layout_options.seed + NEXT_SEED + t for t in range(LAYOUTS)]
    gaps = [gaps_to_neighbourhood(short_layout(model, seed), on_map) for seed in seeds]
    return np.mean(gaps, axis=0) / radius
