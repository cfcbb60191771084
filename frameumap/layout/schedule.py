"""Arguments of the descent's kernels: graph, forces, schedule, positions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Edges(NamedTuple):
    """The graph in compressed rows.

    Attributes
    ----------
    indptr : int64 (n + 1,)
    heads : int32 (nnz,)
    weights : float32 (nnz,)
        Share of the epochs in which the edge is sampled; 0 for never.
    """

    indptr: np.ndarray
    heads: np.ndarray
    weights: np.ndarray


class Forces(NamedTuple):
    """Coefficients by the bits of d^2, see `curve.force_tables`; float32."""

    attraction: np.ndarray
    repulsion: np.ndarray


class Schedule(NamedTuple):
    """How long and how strongly to move.

    Attributes
    ----------
    epochs : int
    rate : float
        Learning rate of the first epoch; it falls linearly to 0.
    negatives : int
        Repelling samples an edge.
    seed : uint64
    """

    epochs: int
    rate: float
    negatives: int
    seed: np.uint64


class Steps(NamedTuple):
    """Steps first..last of the schedule: step s is block s % blocks of epoch s // blocks.

    Attributes
    ----------
    borders : int64 (blocks + 1,)
    first, last : int
    tickets : int64 (last - first,)
        Chunks taken of every step, by all threads.
    """

    borders: np.ndarray
    first: int
    last: int
    tickets: np.ndarray


class Points(NamedTuple):
    """Committed positions, and the uncommitted ones of the block.

    Attributes
    ----------
    old : float32 (n, dims)
    new : float32 (block, dims)
    drawn : int32
        Vertices that repelling samples are drawn from, see `multiplicity.draw_table`; empty where
        all count the same.
    """

    old: np.ndarray
    new: np.ndarray
    drawn: np.ndarray


class Turn(NamedTuple):
    """One step, resolved: the block base..end, its epoch and the learning rate."""

    epoch: int
    base: int
    end: int
    rate: np.float32
