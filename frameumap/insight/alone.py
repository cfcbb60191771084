"""Every row of the fit placed as if it were new and its own point were not there: leave one out, in
one pass."""

from __future__ import annotations

import numpy as np

from ..engine.threads import parallel_for
from ..graph.membership import smooth_knn
from ..layout.schedule import Points
from ..layout.sphere import to_vectors
from ..model.model import Model
from ..model.transform import EPOCHS, RATE, QueryEdges, _move, _start
from ..progress import Progress


def own_strengths(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Nearest other rows of every row of the fit, int32 (n, k - 1), -1 where there are fewer, and
    strengths of the edges."""
    knn = model.index.knn
    options = model.graph_options
    bandwidths = smooth_knn(knn, options.local_connectivity, model.mean_distance)
    gaps = np.maximum(0, knn.distances[:, 1:] - bandwidths.rho[:, None])
    strengths = np.exp(-gaps / np.maximum(bandwidths.sigma, 1e-30)[:, None]).astype(np.float32)
    heads = np.ascontiguousarray(knn.indices[:, 1:], np.int32)
    return heads, np.where(heads >= 0, strengths, np.float32(0))


def without_own_point(model: Model) -> np.ndarray:
    """Where `transform` puts each row from the neighbours it has, float32 (n, dims); on a sphere,
    unit vectors."""
    heads, strengths = own_strengths(model)
    options = model.layout_options
    old = to_vectors(model.embedding) if options.on_sphere else model.embedding
    old = np.ascontiguousarray(old, np.float32)
    placed = old.copy()
    n = len(old)
    tied = np.flatnonzero((heads >= 0).any(axis=1))  # a row without neighbours has no other place
    if len(tied) == 0:
        return placed
    moving = np.empty((len(tied), old.shape[1]), np.float32)
    heads, strengths = np.ascontiguousarray(heads[tied]), np.ascontiguousarray(strengths[tied])
    parallel_for(_start, len(tied), heads, strengths, old, moving)
    schedule = options.resolved(n)
    schedule = schedule._replace(epochs=round(EPOCHS * schedule.epochs), rate=RATE * schedule.rate)
    keys = np.ascontiguousarray(model.packed.rows.keys[tied])
    edges, forces = QueryEdges(heads, strengths, keys), options.forces()
    points = Points(old, moving, model.drawn)
    for first in Progress().steps(range(0, len(tied), 4096), "layout"):
        span = first, min(len(tied), first + 4096)
        parallel_for(_move, span, edges, forces, schedule, points)
    placed[tied] = moving
    return placed
