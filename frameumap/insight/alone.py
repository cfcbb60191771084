"""Every row of the fit placed as if it were new and its own point were not there: leave one out, in one pass."""

from __future__ import annotations

import numpy as np

from ..engine.threads import spread
from ..graph.membership import smooth_knn
from ..layout.curve import fit_ab, force_tables
from ..layout.optimize import default_epochs, default_negatives, to_vectors
from ..model.model import Model
from ..model.transform import EPOCHS, RATE, _settle, _start
from ..progress import Progress


def own_strengths(model: Model) -> tuple[np.ndarray, np.ndarray]:
    """Nearest other rows of every row of the fit, int32 (n, k - 1), -1 where there are fewer, and strengths of the edges."""
    knn = model.index.knn
    options = model.graph_options
    bandwidths = smooth_knn(knn, options.local_connectivity, model.mean_distance)
    gaps = np.maximum(0, knn.distances[:, 1:] - bandwidths.rho[:, None])
    strengths = np.exp(-gaps / np.maximum(bandwidths.sigma, 1e-30)[:, None]).astype(np.float32)
    heads = np.ascontiguousarray(knn.indices[:, 1:], np.int32)
    return heads, np.where(heads >= 0, strengths, np.float32(0))


def without_own_point(model: Model) -> np.ndarray:
    """Where `transform` puts each row from the neighbours it has, float32 (n, dims); on a sphere, unit vectors."""
    assert model.embedding is not None
    heads, strengths = own_strengths(model)
    options = model.layout_options
    old = to_vectors(model.embedding) if options.output_metric == "haversine" else model.embedding
    old = np.ascontiguousarray(old, np.float32)
    placed = old.copy()
    n = len(old)
    tied = np.flatnonzero((heads >= 0).any(axis=1))  # a row without neighbours has no other place
    if len(tied) == 0:
        return placed
    moving = np.empty((len(tied), old.shape[1]), np.float32)
    heads, strengths = np.ascontiguousarray(heads[tied]), np.ascontiguousarray(strengths[tied])
    spread(_start, len(tied), heads, strengths, old, moving)
    epochs = round(EPOCHS * (default_epochs(n) if options.n_epochs is None else options.n_epochs))
    given = options.negative_sample_rate
    negatives = default_negatives(n) if given is None else given
    tables = force_tables(*fit_ab(options.spread, options.min_dist), options.repulsion_strength)
    rate, seed = RATE * options.learning_rate, np.uint64(options.seed)
    keys = np.ascontiguousarray(model.packed.rows.keys[tied])
    for first in Progress().steps(range(0, len(tied), 4096), "layout"):
        span = first, min(len(tied), first + 4096)
        spread(_settle, span, heads, strengths, keys, old, epochs, rate, negatives, *tables, seed, moving)
    placed[tied] = moving
    return placed
