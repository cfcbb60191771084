"""The layout by stochastic gradient descent, in gather form: seeded and parallel at once.

A vertex walks its own row of the graph and moves only itself, reading the others where the last
commit left them. An edge is walked from both ends, and in umap-learn each visit moves both; here
the other end does not move, so the attraction counts twice, capped at half the gap so that two
vertices never jump over each other. The repelling samples of one visit are taken from one position:
as none waits for the move of another, they run side by side in the processor. Positions are
committed in blocks of vertices whose borders depend on the number of vertices alone. Whether an
edge of weight w is due in epoch t is stateless, floor((t + 1) w) > floor(t w); weak edges come
late, when steps are small, as in umap-learn. Random numbers are hashes of (seed, edge, epoch):
threads share nothing and change nothing. The kernels are in `moves`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numba
import numpy as np
import scipy.sparse

from ..engine.threads import run_team
from ..errors import FrameUMAPError
from ..progress import Progress
from .curve import fit_ab, force_tables
from .density import DensityTerm
from .sgd_kernels import run_plane, run_space, run_sphere

#: What the distance in the embedding is.
OUTPUT_METRICS = ("euclidean", "haversine")

#: Blocks of fewer vertices are moved by one thread: waiting for others would take longer.
SHARED_BLOCK = 128


class LayoutOptions(NamedTuple):
    """Parameters of the layout, with umap-learn's names and meanings."""

    n_components: int = 2
    min_dist: float = 0.1
    spread: float = 1.0
    n_epochs: int | None = None
    negative_sample_rate: int | None = None
    repulsion_strength: float = 1.0
    learning_rate: float = 1.0
    seed: int = 0
    output_metric: str = "euclidean"
    density: float = 0.0


def default_epochs(n: int) -> int:
    """umap-learn's rule: 500 epochs up to 10,000 rows, 200 above."""
    return 500 if n <= 10_000 else 200


def default_negatives(n: int) -> int:
    """Repelling samples for each attracting one: 14 from 5,800 rows on, up to 20 for smaller
    frames; umap-learn takes 5.

    More samples keep strangers apart better, and as those of one edge are taken together they cost
    little.
    """
    return int(np.clip(80_000 // max(n, 1), 14, 20))


def block_borders(n: int) -> np.ndarray:
    """Borders of the blocks between commits: 16 blocks, up to 64 where they still hold 256
    vertices; by n alone."""
    blocks = int(np.clip(n // 256, min(16, max(1, n // 2)), 64))
    return np.linspace(0, n, blocks + 1).astype(np.int64)


def optimize_layout(
    graph: scipy.sparse.csr_array,
    start: np.ndarray,
    options: LayoutOptions,
    progress: Progress,
    callback: Callable[[int, np.ndarray], None] | None = None,
    radii: np.ndarray | None = None,
) -> np.ndarray:
    """Lay out `graph` from `start`.

    Parameters
    ----------
    graph : csr_array
        Symmetric memberships in [0, 1], float32 (n, n).
    start : float32 (n, n_components)
    callback : callable, optional
        Called about ten times a second with the epoch reached and a copy of the positions.
    radii : float64 (n,), optional
        Local radii of the rows, see `density`; needed if `options.density` > 0.

    Returns
    -------
    float32 (n, n_components)
        With the output metric "haversine": latitude and longitude in degrees.

    Raises
    ------
    FrameUMAPError
        If a coordinate is not finite.
    """
    n = len(start)
    sphere = options.output_metric == "haversine"
    positions = to_sphere(start) if sphere else np.array(start, np.float32, order="C")
    epochs = default_epochs(n) if options.n_epochs is None else options.n_epochs
    if graph.nnz and epochs:
        _descend(graph, positions, options, epochs, progress, callback, radii)
    if not np.isfinite(positions).all():
        row = int(np.flatnonzero(~np.isfinite(positions).all(axis=1))[0])
        raise FrameUMAPError(
            f"the layout diverged: row {row} has no finite position; lower learning_rate and try again"
        )
    return from_sphere(positions) if sphere else positions


def _descend(
    graph: scipy.sparse.csr_array,
    positions: np.ndarray,
    options: LayoutOptions,
    epochs: int,
    progress: Progress,
    callback: Callable[[int, np.ndarray], None] | None,
    radii: np.ndarray | None,
) -> None:
    """Run the epochs in calls of about a tenth of a second; moves `positions`."""
    n, dims = positions.shape
    negatives = (
        default_negatives(n)
        if options.negative_sample_rate is None
        else options.negative_sample_rate
    )
    a, b = fit_ab(options.spread, options.min_dist)
    tables = force_tables(a, b, options.repulsion_strength)
    weights = graph.data / graph.data.max()
    weights[weights * epochs < 1] = 0  # never sampled, as in umap-learn
    # Index types are fixed, so that kernels compile once.
    edges = (graph.indptr.astype(np.int64), graph.indices.astype(np.int32), weights)
    borders = block_borders(n)
    blocks = len(borders) - 1
    new = np.empty((int(np.diff(borders).max()), dims), np.float32)
    run = (
        run_sphere
        if options.output_metric == "haversine"
        else run_plane
        if dims == 2
        else run_space
    )
    threads = numba.get_num_threads() if len(new) >= SHARED_BLOCK else 1
    term = None
    if options.density > 0 and radii is not None:
        term = DensityTerm.of(edges, radii, a, b, options.density, epochs)
    # At about 20 ns an edge and sample.
    work = float(weights.sum(dtype=np.float64)) * (1 + negatives) + graph.nnz
    stride = max(1, int(blocks * 1e7 / max(work, 1)))
    if term is not None:  # it acts between epochs
        stride = max(blocks, stride // blocks * blocks)
    for first in progress.steps(range(0, epochs * blocks, stride), "layout"):
        last = min(epochs * blocks, first + stride)
        calls = (
            [(first, last)]
            if term is None
            else [(s, s + blocks) for s in range(first, last, blocks)]
        )
        for call in calls:
            run_team(
                run,
                threads,
                np.zeros(call[1] - call[0], np.int64),
                edges,
                tables,
                borders,
                call,
                negatives,
                np.uint64(options.seed),
                options.learning_rate,
                epochs,
                positions,
                new,
            )
            if term is not None:
                term.step(positions, call[0] // blocks, options.learning_rate)
        if callback is not None:
            callback(last // blocks, positions.copy())


def to_sphere(start: np.ndarray) -> np.ndarray:
    """Points of the plane on the unit sphere, float32 (n, 3): the farthest from the middle lands a
    quarter turn away."""
    centered = start - start.mean(axis=0)
    radius = np.linalg.norm(centered, axis=1)
    angle = radius * (np.pi / 2 / max(radius.max(), 1e-12))
    towards = centered / np.maximum(radius, 1e-12)[:, None]
    return np.column_stack([towards * np.sin(angle)[:, None], np.cos(angle)]).astype(np.float32)


def to_vectors(degrees: np.ndarray) -> np.ndarray:
    """Unit vectors, float32 (n, 3), of latitude and longitude in degrees."""
    lat, lon = np.radians(degrees.astype(np.float64)).T
    return np.column_stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    ).astype(np.float32)


def from_sphere(positions: np.ndarray) -> np.ndarray:
    """Latitude and longitude in degrees, float32 (n, 2), of unit vectors."""
    x, y, z = (
        (positions / np.maximum(np.linalg.norm(positions, axis=1, keepdims=True), 1e-30))
        .astype(np.float64)
        .T
    )
    return np.degrees(np.column_stack([np.arcsin(np.clip(z, -1, 1)), np.arctan2(y, x)])).astype(
        np.float32
    )
