"""The layout by stochastic gradient descent, in gather form: seeded and parallel at once.

A vertex visits the edges of its own row and moves only itself, reading the positions of others as
of the last commit. An edge is visited from both ends, and in umap-learn each visit moves both; here
the other end does not move, so the attraction counts twice. Its step is implicit, see
`sgd_kernels.pull`: two vertices approach each other and never pass. The repelling samples of one
visit are taken from one position: as they are independent, the processor computes them in parallel.
Positions are committed in blocks of vertices whose borders depend on the number of vertices alone.
Whether an edge of weight w is due in epoch t is stateless, floor((t + 1) w) > floor(t w); weak
edges come late, when steps are small, as in umap-learn. Random numbers are hashes of (seed, edge,
epoch): the result does not depend on threads. The kernels are in `sgd_kernels`.
"""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np
import scipy.sparse

from ..engine.threads import run_team
from ..errors import FrameUMAPError
from ..progress import Progress
from .density import DensityTerm
from .multiplicity import Multiplicity, draw_table, weighted_graph
from .options import LayoutOptions
from .schedule import Edges, Points, Schedule, Steps
from .sgd_kernels import run_plane, run_space, run_sphere
from .sphere import to_degrees

#: Blocks of fewer vertices are moved by one thread: synchronisation would take longer.
SHARED_BLOCK = 128


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
    multiplicity: Multiplicity | None = None,
) -> np.ndarray:
    """Lay out `graph` from `start`.

    Parameters
    ----------
    graph : csr_array
        Symmetric memberships in [0, 1], float32 (n, n).
    start : float32 (n, n_components)
        With the output metric "haversine" unit vectors (n, 3), see `sphere`.
    callback : callable, optional
        Called about ten times a second with the epoch reached and a copy of the positions, in
        degrees on the sphere.
    radii : float64 (n,), optional
        Local radii of the rows, see `density`; needed if `options.density` > 0.
    multiplicity : Multiplicity, optional
        How many equal rows each one stands for; not with a density term.

    Returns
    -------
    float32 (n, n_components)
        With the output metric "haversine": latitude and longitude in degrees.

    Raises
    ------
    FrameUMAPError
        If a coordinate is not finite.
    """
    positions = np.array(start, np.float32, order="C")
    schedule = options.resolved(len(start))
    if graph.nnz and schedule.epochs:
        _descend(graph, positions, options, schedule, progress, callback, radii, multiplicity)
    if not np.isfinite(positions).all():
        row = int(np.flatnonzero(~np.isfinite(positions).all(axis=1))[0])
        raise FrameUMAPError(
            f"the layout diverged: row {row} has no finite position; "
            "lower learning_rate and try again"
        )
    return to_degrees(positions) if options.on_sphere else positions


def _descend(
    graph: scipy.sparse.csr_array,
    positions: np.ndarray,
    options: LayoutOptions,
    schedule: Schedule,
    progress: Progress,
    callback: Callable[[int, np.ndarray], None] | None,
    radii: np.ndarray | None,
    multiplicity: Multiplicity | None,
) -> None:
    """Run the epochs in calls of about a tenth of a second; moves `positions`."""
    edges = _sampled_edges(graph, schedule.epochs, multiplicity)
    forces = options.forces()
    borders = block_borders(len(positions))
    blocks = len(borders) - 1
    new = np.empty((int(np.diff(borders).max()), positions.shape[1]), np.float32)
    points = Points(positions, new, draw_table(multiplicity))
    run = run_sphere if options.on_sphere else run_plane if new.shape[1] == 2 else run_space
    threads = numba.get_num_threads() if len(new) >= SHARED_BLOCK else 1
    density = None
    if options.density > 0 and radii is not None:
        density = DensityTerm.of(edges, radii, options.curve(), options.density, schedule)
    stride = _stride(edges, schedule, blocks)
    if density is not None:  # it acts between epochs
        stride = max(blocks, stride // blocks * blocks)
    final = schedule.epochs * blocks
    for start in progress.steps(range(0, final, stride), "layout"):
        end = min(final, start + stride)
        length = blocks if density is not None else end - start
        for first in range(start, end, length):
            steps = Steps(borders, first, first + length, np.zeros(length, np.int64))
            run_team(run, threads, steps, edges, forces, schedule, points)
            if density is not None:
                density.step(positions, first // blocks)
        if callback is not None:
            shown = to_degrees(positions) if options.on_sphere else positions.copy()
            callback(end // blocks, shown)


def _stride(edges: Edges, schedule: Schedule, blocks: int) -> int:
    """Steps of one call, for about a tenth of a second at about 20 ns an edge and sample."""
    sampled = float(edges.weights.sum(dtype=np.float64))
    work = sampled * (1 + schedule.negatives) + len(edges.heads)
    return max(1, int(blocks * 1e7 / max(work, 1)))


def _sampled_edges(
    graph: scipy.sparse.csr_array, epochs: int, multiplicity: Multiplicity | None = None
) -> Edges:
    """The graph with its weights as shares of the epochs; index types are fixed, so that kernels
    compile once."""
    weights = graph.data / graph.data.max()
    if multiplicity is not None:
        shares = scipy.sparse.csr_array((weights, graph.indices, graph.indptr), graph.shape)
        graph = weighted_graph(shares, multiplicity)
        weights = graph.data
    weights[weights * epochs < 1] = 0  # never sampled, as in umap-learn
    return Edges(graph.indptr.astype(np.int64), graph.indices.astype(np.int32), weights)
