"""A fitted model that goes on: with more rows, or with other weights, started from the present
layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Block
from ..columns.new_rows import append_rows, lacks_masks, pack_new, with_masks
from ..columns.values import check_families
from ..engine.distance import pair_dissimilarities
from ..engine.faults import raise_faults
from ..engine.rows import take_rows
from ..engine.threads import spread
from ..errors import ParameterError, choose
from ..graph.combine import calibrated
from ..graph.expression import parse
from ..graph.membership import edge_tails
from ..layout.optimize import default_epochs, optimize_layout
from ..neighbors.distinct import expand, identical_rows
from ..neighbors.grow import grow_neighbors
from ..neighbors.lists import KNN
from ..neighbors.plan import find_neighbors
from ..progress import Progress
from .model import Model, whole_term, with_program
from .transform import place_rows

#: Share of a fit's epochs and learning rate: the layout is settled but for what has changed.
EPOCHS, RATE = 1 / 4, 1 / 2


def add_rows(model: Model, df: pd.DataFrame, progress: Progress) -> Model:
    """The model with the rows of `df` after its own; scales, preparations and levels stay those of
    the fit.

    New rows find their neighbours, old rows take new ones among theirs, and all move on from where
    they are. A target is unknown for the new rows.
    """
    check_families(df, model.families)
    placed = place_rows(model, df, progress)
    blocks = [
        encoder.encode([df[c] for c in group.columns])
        for encoder, group in zip(model.encoders[: model.features], model.groups, strict=False)
    ]
    blocks += [
        _absent(len(df), int(spec[2])) for spec in model.packed.rows.groups[model.features :]
    ]
    masked = bool(lacks_masks(model.packed.rows, blocks).any())
    base = with_masks(model.packed.rows) if masked else model.packed.rows
    rows, spans = append_rows(
        base, model.packed.spans, pack_new(base, model.packed, blocks, model.entries)
    )
    packed = model.packed._replace(rows=rows, spans=spans)
    longer = model.changed(packed=packed, combined=None)
    options = model.graph_options
    whole = with_program(rows, longer.names, whole_term(longer))
    if model.combined is not None and model.combined.plan.search == "descent":
        classes = identical_rows(whole)
        distinct = take_rows(whole, classes.first)
        grown = grow_neighbors(
            model.combined, distinct, packed.metrics, options.n_neighbors, options.seed, progress
        )
        raise_faults(distinct, packed.metrics, which=classes.first)
        plan = grown.plan._replace(rows=len(rows.cells))
        knn = expand(classes, rows.keys, grown.knn, options.n_neighbors)
        neighbors = grown._replace(knn=knn, plan=plan, classes=classes)
    else:
        neighbors = find_neighbors(
            whole, packed.metrics, options.n_neighbors, options.seed, progress
        )
    graph = calibrated(neighbors.knn, options, copies_as_one=True).graph
    assert model.embedding is not None
    start = np.concatenate([model.embedding, placed])
    return _moved(longer.changed(combined=neighbors, graph=graph), start, progress)


def _absent(m: int, count: int) -> Block:
    return Block(
        np.zeros((m, count), np.int32),
        np.zeros((m, count), bool),
        np.ones(count, np.float32),
        np.ones(count),
    )


def reweigh(
    model: Model, weights: Mapping[str, float] | None, combine: str | None, progress: Progress
) -> Model:
    """The model under other weights of groups, or another combination of them, on the edges that it
    has.

    Every edge's distances are at hand, so nothing is searched: each row keeps the nearest of the
    rows it is joined to under the
    new dissimilarity, and the layout moves on from where it is.

    Raises
    ------
    ParameterError
        If a group is unknown, a weight is negative or not finite, or the combination cannot be
        read.
    """
    own = model.names[: model.features]
    groups = list(model.groups)
    values = model.packed.rows.weights.copy()
    for name, weight in (weights or {}).items():
        g = own.index(choose(name, own, "group in weights"))
        if not 0 <= float(weight) < np.inf:
            raise ParameterError(f"weight of {name!r} must be a number >= 0, got {weight!r}")
        values[g] = float(weight)
        if weight > 0:  # a schema has no group without weight; the rows have
            groups[g] = replace(groups[g], weight=float(weight))
    if not values[: model.features].any():
        raise ParameterError("all weights are 0: nothing is left to embed")
    term = model.term if combine is None else parse(combine, own)
    packed = model.packed._replace(rows=model.packed.rows._replace(weights=values))
    changed = model.changed(groups=tuple(groups), term=term, packed=packed, combined=None)
    graph = model.graph
    assert graph is not None
    assert model.embedding is not None
    tails, heads = edge_tails(graph), graph.indices.astype(np.int64)
    distances = np.empty(graph.nnz)
    whole = with_program(packed.rows, changed.names, whole_term(changed))
    spread(pair_dissimilarities, graph.nnz, whole, tails, heads, distances)
    raise_faults(whole, packed.metrics)
    knn = _nearest_edges(tails, heads, distances, graph.shape[0], model.graph_options.n_neighbors)
    return _moved(
        changed.changed(graph=calibrated(knn, model.graph_options, copies_as_one=True).graph), model.embedding, progress
    )


def _nearest_edges(
    tails: np.ndarray, heads: np.ndarray, distances: np.ndarray, n: int, k: int
) -> KNN:
    """Of every row's edges the k - 1 nearest, after the row itself."""
    order = np.lexsort((heads, distances, tails))
    tails, heads, distances = tails[order], heads[order], distances[order]
    starts = np.searchsorted(tails, np.arange(n))
    slot = np.arange(len(tails)) - starts[tails] + 1
    kept = (slot < k) & np.isfinite(distances)
    indices, gaps = np.full((n, k), -1, np.int32), np.full((n, k), np.inf, np.float32)
    indices[:, 0], gaps[:, 0] = np.arange(n), 0
    indices[tails[kept], slot[kept]], gaps[tails[kept], slot[kept]] = heads[kept], distances[kept]
    return KNN(indices, gaps)


def _moved(model: Model, start: np.ndarray, progress: Progress) -> Model:
    """The model with its layout moved on from `start`."""
    options: Any = model.layout_options
    epochs = default_epochs(len(start)) if options.n_epochs is None else options.n_epochs
    gentle = options._replace(
        n_epochs=max(1, round(EPOCHS * epochs)),
        learning_rate=RATE * options.learning_rate,
        density=0.0,
    )
    assert model.graph is not None
    return model.changed(embedding=optimize_layout(model.graph, start, gentle, progress))
