"""Positions of new rows: neighbours under the same D, memberships by the same rule, a few epochs
against frozen points.

Each row is placed by itself. Its random numbers are hashed from its contents, so its position is
the same alone, in any batch, in any order and on any number of threads; the model is not changed. A
row that the model was fitted on is not moved.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.block import Block
from ..columns.new_rows import NewRows, lacks_masks, pack_new, take_block
from ..columns.restore import check_clock
from ..columns.values import check_families
from ..engine.jit import borrow, helper, kernel, mix
from ..engine.rows import STORAGE, digest_rows
from ..engine.threads import parallel_for
from ..errors import warn
from ..graph.apart import cut_apart
from ..graph.membership import smooth_knn
from ..kinds.categorical import UNKNOWN
from ..layout.apart import around, place_apart, without_edges
from ..layout.schedule import Points
from ..layout.sgd_kernels import CLIP, clip, coefficient, draw, due, next_random, pull
from ..layout.sphere import to_degrees, to_vectors
from ..neighbors.lists import KNN
from ..neighbors.plan import query_neighbors
from ..progress import Progress
from .model import Model

#: Share of the fit's epochs and of its learning rate: the start is close already.
EPOCHS, RATE = 1 / 16, 1 / 4


@helper
def _closeness(positions, i, j):
    """1 / (1 + d^2) of two points of the fit: the membership of their distance, nearly."""
    square = np.float32(0)
    for c in range(positions.shape[1]):
        square += (positions[i, c] - positions[j, c]) ** 2
    return np.float32(1) / (np.float32(1) + square)


@kernel
def _start(first, last, heads, strengths, positions, placed):
    """Start rows at the densest of their neighbours, weighted by strength: a mode, not the mean.

    After a supervised fit neighbours may lie in several clusters; their mean is between them, where
    no data is. The mode is the neighbour i with the largest sum_j w_j / (1 + d_ij^2), moved to the
    mean of all with these weights (Cheng 1995).
    """
    heads, strengths, positions, placed = borrow((heads, strengths, positions, placed))
    k = heads.shape[1]
    for q in range(first, last):
        best = -1
        most = np.float32(-1)
        for s in range(k):
            if heads[q, s] < 0:
                continue
            total = np.float32(0)
            for t in range(k):
                if heads[q, t] >= 0:
                    total += strengths[q, t] * _closeness(
                        positions, np.int64(heads[q, s]), np.int64(heads[q, t])
                    )
            if total > most:
                most = total
                best = heads[q, s]
        total = np.float32(0)
        placed[q] = 0
        for t in range(k):
            if heads[q, t] >= 0:
                j = np.int64(heads[q, t])
                weight = strengths[q, t] * _closeness(positions, np.int64(best), j)
                total += weight
                for c in range(positions.shape[1]):
                    placed[q, c] += weight * positions[j, c]
        for c in range(positions.shape[1]):
            placed[q, c] = placed[q, c] / total if total > 0 else positions[best, c]


class QueryEdges(NamedTuple):
    """Edges of new rows.

    Attributes
    ----------
    heads : int32 (m, k)
        Rows of the fit; -1 where there are fewer.
    strengths : float32 (m, k)
    keys : uint64 (m,)
        Digests of the new rows' contents.
    """

    heads: np.ndarray
    strengths: np.ndarray
    keys: np.ndarray


@kernel
def _move(first, last, edges, forces, schedule, points):
    """The moves of `layout.sgd_kernels`, for new rows among fixed positions of the fit."""
    heads, strengths, keys = borrow((edges.heads, edges.strengths, edges.keys))
    attraction, repulsion = borrow((forces.attraction, forces.repulsion))
    positions, placed, drawn = borrow((points.old, points.new, points.drawn))
    epochs, rate, negatives, seed = schedule
    weighted = drawn.shape[0] > 0
    n = np.uint64(drawn.shape[0] if weighted else positions.shape[0])
    dims = positions.shape[1]
    push = np.empty(dims, np.float32)
    for q in range(first, last):
        for epoch in range(epochs):
            alpha = np.float32(rate * (1.0 - epoch / epochs))
            limit = np.float32(2) * alpha * CLIP
            for s in range(heads.shape[1]):
                if heads[q, s] < 0 or not due(strengths[q, s], epoch):
                    continue
                j = np.int64(heads[q, s])
                square = np.float32(0)
                for c in range(dims):
                    square += (placed[q, c] - positions[j, c]) ** 2
                if square > 0:
                    force = pull(attraction, alpha, square)
                    for c in range(dims):
                        placed[q, c] += clip(force * (placed[q, c] - positions[j, c]), limit)
                state = mix(
                    seed ^ keys[q] ^ mix(np.uint64(s) ^ (np.uint64(epoch) << np.uint64(40)))
                )
                for c in range(dims):
                    push[c] = 0
                for _ in range(negatives):
                    state = next_random(state)
                    j = draw(state, n)
                    if weighted:
                        j = np.int64(drawn[j])
                    square = np.float32(0)
                    for c in range(dims):
                        square += (placed[q, c] - positions[j, c]) ** 2
                    force = coefficient(repulsion, square)
                    for c in range(dims):
                        push[c] += clip(force * (placed[q, c] - positions[j, c]), CLIP)
                for c in range(dims):
                    placed[q, c] += alpha * push[c]


def encode_new(model: Model, df: pd.DataFrame) -> list[Block]:
    """Blocks of new rows, one for each group that is not the target's.

    Raises
    ------
    DataError
        If a column is missing, or its values are of another type than those of the fit.
    """
    check_families(df, model.families)
    dates = [column for column, own in model.families.items() if own == "date"]
    for column in dates:
        by_clock = any(
            encoder.is_part and column in group.columns
            for encoder, group in zip(model.encoders, model.groups, strict=True)
        )
        if df[column].notna().any():
            check_clock(column, df[column], model.sources[column], by_clock)
    return [
        encoder.encode([df[c] for c in group.columns])
        for encoder, group in zip(
            model.encoders[: model.n_feature_groups], model.groups, strict=False
        )
    ]


def place_rows(model: Model, df: pd.DataFrame, progress: Progress) -> np.ndarray:
    """Positions of the rows of `df`, float32 (m, n_components).

    Raises
    ------
    DataError
        If a column is missing, or its values are of another type than those of the fit.
    """
    blocks = encode_new(model, df)
    warn_unknown(count_unknown(model, blocks))
    placed = np.empty((len(df), model.layout_options.n_components), np.float32)
    for new, picked in new_parts(model, blocks, len(df)):
        placed[picked] = settle_rows(model, new, *new_memberships(model, new, progress), progress)
    return placed


def new_parts(model: Model, blocks: list[Block], m: int) -> list[tuple[NewRows, np.ndarray]]:
    """`m` new rows in the layout of the index, and which of them they are; those with a gap where
    the fit had none apart."""
    gapped = lacks_masks(model.index.distinct, blocks)
    parts = []
    for masked in (False, True):
        picked = np.flatnonzero(gapped == masked)
        if len(picked):
            some = blocks if len(picked) == m else [take_block(block, picked) for block in blocks]
            rows = model.masked_rows if masked else model.index.distinct
            parts.append((pack_new(rows, model.packed, some, model.entries), picked))
    return parts


def settle_rows(
    model: Model, new: NewRows, heads: np.ndarray, strengths: np.ndarray, progress: Progress
) -> np.ndarray:
    """Positions of new rows from their edges, float32 (m, n_components); see `new_memberships`."""
    options = model.layout_options
    old = to_vectors(model.embedding) if options.on_sphere else model.embedding
    placed = np.empty((len(heads), old.shape[1]), np.float32)
    parallel_for(_start, len(placed), heads, strengths, old, placed)
    schedule = options.resolved(len(old))
    schedule = schedule._replace(epochs=round(EPOCHS * schedule.epochs), rate=RATE * schedule.rate)
    edges, forces = QueryEdges(heads, strengths, new.queries.keys), options.forces()
    points = Points(old, placed, model.drawn)
    for first in progress.steps(range(0, len(placed), 4096), "layout"):
        span = first, min(len(placed), first + 4096)
        parallel_for(_move, span, edges, forces, schedule, points)
    result = to_degrees(placed) if options.on_sphere else placed
    alone = strengths.max(axis=1, initial=0.0) == 0
    if alone.any():
        told = alone.copy()
        told[_fitted_rows(model, new)[0]] = False
        _warn_apart(int(told.sum()), len(told), "with the rows of the fit")
        turn = new.queries.keys[alone].astype(np.float64) / 2.0**64
        depth = (new.queries.keys[alone] & np.uint64(0xFFFF)).astype(np.float64) / 2.0**16
        linked = ~without_edges(model.graph)
        rest = model.embedding[linked] if linked.any() else model.embedding
        result[alone] = around(rest, turn, depth, options.on_sphere)
    here, row = _fitted_rows(model, new)
    result[here] = model.embedding[row]
    return result


def new_memberships(
    model: Model, new: NewRows, progress: Progress
) -> tuple[np.ndarray, np.ndarray]:
    """Nearest rows of the fit, int32 (m, k), -1 where there are fewer; and strengths of the edges
    to them, float32."""
    index, options = model.index, model.graph_options
    metrics, k = model.packed.metrics, options.n_neighbors
    found = query_neighbors(index, new.rows, metrics, new.queries, k, options.seed, progress)
    found = cut_apart(new.rows, metrics, found, new.queries.cells)
    # `smooth_knn` takes lists that begin with the row itself.
    padded = KNN(
        np.pad(found.indices, ((0, 0), (1, 0)), constant_values=-1),
        np.pad(found.distances, ((0, 0), (1, 0))),
    )
    bandwidths = smooth_knn(padded, options.local_connectivity, model.mean_distance)
    gaps = np.maximum(0, found.distances - bandwidths.rho[:, None])
    strengths = np.exp(-gaps / np.maximum(bandwidths.sigma, 1e-30)[:, None]).astype(np.float32)
    heads = np.where(
        found.indices >= 0, index.classes.first[np.maximum(found.indices, 0)], -1
    ).astype(np.int32)
    strengths[heads < 0] = 0
    # Rows that have nothing in common with any row: an edge without strength.
    alone = (heads < 0).all(axis=1)
    heads[alone, 0] = index.classes.first[0]
    return heads, strengths


def keep_apart(
    graph: scipy.sparse.csr_array, embedding: np.ndarray, keys: np.ndarray, on_sphere: bool
) -> np.ndarray:
    """The embedding with rows that have nothing in common with any other around it, with a
    warning."""
    alone = without_edges(graph)
    if len(alone) > 1:
        _warn_apart(int(alone.sum()), len(alone), "with any other row")
    return place_apart(embedding, alone, keys, on_sphere)


def _warn_apart(count: int, of: int, which: str) -> None:
    if count:
        warn(
            f"nothing in common {which} in any column: {count} of {of} rows; they have no edges, "
            "and are placed around the others"
        )


def _fitted_rows(model: Model, new: NewRows) -> tuple[np.ndarray, np.ndarray]:
    """New rows that the model was fitted on, and the rows of the fit that they are."""
    index = model.index
    if new.queries.cells.shape[1] != index.distinct.cells.shape[1]:  # a gap where the fit had none
        return np.empty(0, np.int64), np.empty(0, np.int64)
    # Keys are digests of contents; where no strings or sets are numbered, those are the words
    # themselves.
    ragged = new.rows.groups[:, STORAGE].any()
    digests = digest_rows(new.queries.cells) if ragged else new.queries.keys
    keys, order = model.row_digests
    at = np.minimum(np.searchsorted(keys, digests), len(keys) - 1)
    here = np.flatnonzero(new.known & (keys[at] == digests))
    which = order[at[here]]
    same = (index.distinct.cells[which] == new.queries.cells[here]).all(axis=1)
    return here[same], index.classes.first[which[same]]


def count_unknown(model: Model, blocks: list[Block]) -> dict[Hashable, int]:
    """Column -> rows whose category the fit has not seen, where there are any."""
    return {
        column: int(count)
        for group, metric, block in zip(model.groups, model.packed.metrics, blocks, strict=False)
        if metric.accepts == "codes"
        for column, count in zip(
            group.columns,
            (block.cells[:, : len(group.columns)] == UNKNOWN).sum(axis=0),
            strict=True,
        )
        if count
    }


def warn_unknown(counts: Mapping[Hashable, int]) -> None:
    """One warning for all categories that the fit has not seen."""
    if counts:
        told = ", ".join(f"{column!r} ({count} rows)" for column, count in counts.items())
        warn(f"categories that the fit has not seen, which differ from all others: {told}")
