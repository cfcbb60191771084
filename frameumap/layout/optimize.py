"""The layout by stochastic gradient descent, in gather form: seeded and parallel at once.

A vertex walks its own row of the graph and moves only itself, reading the others where the last commit left them. An edge
is walked from both ends, and in umap-learn each visit moves both; here the other end does not move, so the attraction
counts twice, capped at half the gap so that two vertices never jump over each other. Positions are committed in blocks of
vertices whose borders depend on the number of vertices alone. Whether an edge is due in epoch t is stateless,
floor((t + 1) w + phi) - floor(t w + phi), phi and all random numbers being hashes of (seed, edge, epoch, draw): threads
share nothing and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import scipy.sparse
from numba import prange

from .._jit import kernel, locked, mix, parallel_kernel, unit
from ..errors import FrameUMAPError
from ..progress import Progress
from .curve import HIGH_EXPONENT, LOW_EXPONENT, MANTISSA_BITS, fit_ab, force_tables

_SHIFT = 23 - MANTISSA_BITS
_FIRST = (LOW_EXPONENT + 127) << MANTISSA_BITS
_LAST = ((HIGH_EXPONENT - LOW_EXPONENT + 1) << MANTISSA_BITS) - 1
_CLIP = np.float32(4)


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


@kernel
def _coefficient(table, square):
    """Table value for a squared distance, by its float32 bits."""
    bits = np.int64(np.float32(square).view(np.int32)) >> _SHIFT
    return table[min(max(bits - _FIRST, 0), _LAST)]


@kernel
def _clip(x):
    return min(max(x, -_CLIP), _CLIP)


@parallel_kernel
def _move_2d(indptr, heads, weights, first, last, epoch, rate, negatives, attraction, repulsion, seed, old, new):
    """One epoch for the vertices first..last in two dimensions."""
    n = np.uint64(old.shape[0])
    for i in prange(first, last):
        x = old[i, 0]
        y = old[i, 1]
        for e in range(indptr[i], indptr[i + 1]):
            w = np.float64(weights[e])
            state = mix(seed ^ np.uint64(e))
            phase = unit(state)
            due = np.int64(np.floor((epoch + 1) * w + phase)) - np.int64(np.floor(epoch * w + phase))
            if due == 0:
                continue
            j = heads[e]
            dx = x - old[j, 0]
            dy = y - old[j, 1]
            square = dx * dx + dy * dy
            if square > 0:
                pull = max(np.float32(2) * rate * _coefficient(attraction, square), np.float32(-0.5))
                x += max(min(pull * dx, np.float32(2) * rate * _CLIP), np.float32(-2) * rate * _CLIP)
                y += max(min(pull * dy, np.float32(2) * rate * _CLIP), np.float32(-2) * rate * _CLIP)
            state ^= np.uint64(epoch) << np.uint64(32)
            for _ in range(negatives):
                state = mix(state)
                j = np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))
                dx = x - old[j, 0]
                dy = y - old[j, 1]
                square = dx * dx + dy * dy
                if square > 0:
                    push = _coefficient(repulsion, square)
                    x += rate * _clip(push * dx)
                    y += rate * _clip(push * dy)
        new[i - first, 0] = x
        new[i - first, 1] = y


@parallel_kernel
def _move_any(indptr, heads, weights, first, last, epoch, rate, negatives, attraction, repulsion, seed, old, new):
    """One epoch for the vertices first..last in any number of dimensions."""
    n = np.uint64(old.shape[0])
    dims = old.shape[1]
    for i in prange(first, last):
        at = new[i - first]
        at[:] = old[i]
        for e in range(indptr[i], indptr[i + 1]):
            w = np.float64(weights[e])
            state = mix(seed ^ np.uint64(e))
            phase = unit(state)
            due = np.int64(np.floor((epoch + 1) * w + phase)) - np.int64(np.floor(epoch * w + phase))
            if due == 0:
                continue
            j = heads[e]
            square = np.float32(0)
            for c in range(dims):
                square += (at[c] - old[j, c]) ** 2
            if square > 0:
                pull = max(np.float32(2) * rate * _coefficient(attraction, square), np.float32(-0.5))
                for c in range(dims):
                    gap = pull * (at[c] - old[j, c])
                    at[c] += max(min(gap, np.float32(2) * rate * _CLIP), np.float32(-2) * rate * _CLIP)
            state ^= np.uint64(epoch) << np.uint64(32)
            for _ in range(negatives):
                state = mix(state)
                j = np.int64(((state >> np.uint64(32)) * n) >> np.uint64(32))
                square = np.float32(0)
                for c in range(dims):
                    square += (at[c] - old[j, c]) ** 2
                if square > 0:
                    push = _coefficient(repulsion, square)
                    for c in range(dims):
                        at[c] += rate * _clip(push * (at[c] - old[j, c]))


@parallel_kernel
def _commit(first, last, new, positions):
    for i in prange(first, last):
        positions[i] = new[i - first]


@kernel
def _run(
    move_flat, indptr, heads, weights, borders, first_step, last_step, negatives, attraction, repulsion, seed,
    rate, epochs, positions, new,
):  # fmt: skip
    """Steps first_step..last_step; step s is block s % blocks of epoch s // blocks."""
    blocks = borders.shape[0] - 1
    for step in range(first_step, last_step):
        epoch = step // blocks
        first = borders[step % blocks]
        last = borders[step % blocks + 1]
        alpha = np.float32(rate * (1.0 - epoch / epochs))
        if move_flat:
            _move_2d(
                indptr,
                heads,
                weights,
                first,
                last,
                epoch,
                alpha,
                negatives,
                attraction,
                repulsion,
                seed,
                positions,
                new,
            )
        else:
            _move_any(
                indptr,
                heads,
                weights,
                first,
                last,
                epoch,
                alpha,
                negatives,
                attraction,
                repulsion,
                seed,
                positions,
                new,
            )
        # In a call of its own: two adjacent parallel loops over one range may be fused into one.
        _commit(first, last, new, positions)


def default_epochs(n: int) -> int:
    """umap-learn's rule: 500 epochs up to 10,000 rows, 200 above."""
    return 500 if n <= 10_000 else 200


def default_negatives(n: int) -> int:
    """Repelling samples for each attracting one: umap-learn's 5 from 16,000 rows on, up to 20 for smaller frames.

    More samples keep strangers apart better, and where there are few rows they cost little.
    """
    return int(np.clip(80_000 // max(n, 1), 5, 20))


def block_borders(n: int) -> np.ndarray:
    """Borders of the blocks between commits: 16 blocks, up to 64 where they still hold 256 vertices; by n alone."""
    blocks = int(np.clip(n // 256, min(16, max(1, n // 2)), 64))
    return np.linspace(0, n, blocks + 1).astype(np.int64)


def optimize_layout(
    graph: scipy.sparse.csr_array,
    start: np.ndarray,
    options: LayoutOptions,
    progress: Progress,
    callback: Callable[[int, np.ndarray], None] | None = None,
) -> np.ndarray:
    """Lay out `graph` from `start`.

    Parameters
    ----------
    graph : csr_array
        Symmetric memberships in [0, 1], float32 (n, n).
    start : float32 (n, n_components)
    callback : callable, optional
        Called with the epoch and a copy of the positions about ten times a second.

    Returns
    -------
    float32 (n, n_components)

    Raises
    ------
    FrameUMAPError
        If a coordinate is not finite.
    """
    n = len(start)
    epochs = default_epochs(n) if options.n_epochs is None else options.n_epochs
    negatives = default_negatives(n) if options.negative_sample_rate is None else options.negative_sample_rate
    positions = np.ascontiguousarray(start, np.float32).copy()
    if graph.nnz and epochs:
        a, b = fit_ab(options.spread, options.min_dist)
        attraction, repulsion = force_tables(a, b, options.repulsion_strength)
        # Index types are fixed, so that kernels compile once.
        indptr, heads = graph.indptr.astype(np.int64), graph.indices.astype(np.int32)
        weights = graph.data / graph.data.max()
        # umap-learn drops edges that would never be sampled.
        weights[weights * epochs < 1] = 0
        borders = block_borders(n)
        blocks = len(borders) - 1
        new = np.empty((int(np.diff(borders).max()), positions.shape[1]), np.float32)
        # About 0.1 s a call at 20 ns an edge and sample.
        work = float(weights.sum(dtype=np.float64)) * (1 + negatives) + graph.nnz
        per_call = max(1, int(blocks * 1e7 / max(work, 1)))
        steps = epochs * blocks
        for first in progress.steps(range(0, steps, per_call), "layout"):
            locked(
                _run, positions.shape[1] == 2, indptr, heads, weights, borders, first,
                min(steps, first + per_call), negatives, attraction, repulsion,
                np.uint64(options.seed), options.learning_rate, epochs, positions, new,
            )  # fmt: skip
            if callback is not None:
                callback(first // blocks, positions.copy())
    if not np.isfinite(positions).all():
        row = int(np.flatnonzero(~np.isfinite(positions).all(axis=1))[0])
        raise FrameUMAPError(f"the layout diverged: row {row} has no finite position; lower learning_rate and try again")
    return positions
