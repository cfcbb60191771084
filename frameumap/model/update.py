"""Add rows to a fitted model, or change its weights, without a fit from scratch: the layout
continues from the current positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.block import Block
from ..columns.new_rows import append_rows, lacks_masks, pack_new, with_masks
from ..engine.faults import watch_faults
from ..engine.pairs import dissimilarities
from ..engine.rows import COUNT, take_rows
from ..errors import ParameterError, check_one_of
from ..graph.apart import cut_apart
from ..graph.combine import calibrate_whole
from ..graph.expression import parse
from ..graph.membership import edge_tails
from ..neighbors.distinct import expand, identical_rows
from ..neighbors.graph_search import GraphSearch
from ..neighbors.grow import grow_neighbors
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, find_neighbors
from ..progress import Progress
from .lay_out import lay_out
from .model import Combined, Model, Prepared, combine_groups
from .transform import encode_new, place_rows
from .weights import join_weights

#: Share of a fit's epochs and learning rate: the layout has converged except for the changes.
EPOCHS, RATE = 1 / 4, 1 / 2


def add_rows(
    model: Model, df: pd.DataFrame, progress: Progress, weights: np.ndarray | None = None
) -> Model:
    """The model with the rows of `df` after its own; scales, preparations and levels stay those of
    the fit.

    Neighbour lists are computed for new rows and updated for old ones, and the layout continues
    from the current positions. A target is unknown for the new rows.
    """
    placed = place_rows(model, df, progress)
    longer = with_new_rows(model, df, weights)
    combined = _combine_longer(longer, model.combined, progress)
    start = np.concatenate([model.embedding, placed])
    embedding = _continue_layout(longer, combined.graph, start, progress)
    return Model.of(longer, combined, embedding)


def with_new_rows(model: Model, df: pd.DataFrame, weights: np.ndarray | None) -> Prepared:
    """The packed frame with the rows of `df` after those of the model; their target is unknown."""
    blocks = encode_new(model, df)
    blocks += [
        _absent(len(df), int(spec[COUNT]))
        for spec in model.packed.rows.groups[model.n_feature_groups :]
    ]
    masked = bool(lacks_masks(model.packed.rows, blocks).any())
    base = with_masks(model.packed.rows) if masked else model.packed.rows
    new = pack_new(base, model.packed, blocks, model.entries)
    rows, spans = append_rows(base, model.packed.spans, new)
    return replace(
        model.prepared,
        packed=model.packed._replace(rows=rows, spans=spans),
        weights=join_weights(model.weights, weights, len(model.embedding), len(df)),
    )


def _combine_longer(longer: Prepared, old: Neighbors | None, progress: Progress) -> Combined:
    """The graph of all rows; under the local calibration from a search in every group."""
    if longer.graph_options.calibration == "local":
        return combine_groups(longer, progress)
    neighbors = _longer_lists(longer, old, progress)
    whole, metrics, options = longer.whole_rows, longer.packed.metrics, longer.graph_options
    knn = cut_apart(whole, metrics, neighbors.knn)
    graph = calibrate_whole(whole, metrics, knn, options, longer.weights).graph
    return Combined(graph, neighbors._replace(knn=knn), {})


def _longer_lists(longer: Prepared, old: Neighbors | None, progress: Progress) -> Neighbors:
    """Neighbours of all rows; where the fit used NN-descent, its lists are extended."""
    options, metrics = longer.graph_options, longer.packed.metrics
    whole, k, seed = longer.whole_rows, options.n_neighbors, options.seed
    if old is None or old.plan.search != GraphSearch.name:
        return find_neighbors(whole, metrics, k, seed, progress)
    classes = identical_rows(whole)
    distinct = take_rows(whole, classes.first)
    with watch_faults(distinct, metrics, which=classes.first):
        grown = grow_neighbors(old, distinct, metrics, k, seed, progress)
    plan = grown.plan._replace(rows=len(whole.cells))
    return grown._replace(knn=expand(classes, whole.keys, grown.knn, k), plan=plan, classes=classes)


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
    """The model under other weights of groups, or another combination of them, on the same edges.

    The distances of all edges are known, so there is no search: each row keeps its nearest graph
    neighbours under the new dissimilarity, and the layout continues from the current positions.

    Raises
    ------
    ParameterError
        If a group is unknown, a weight is negative or not finite, or the combination cannot be
        read.
    """
    own = model.names[: model.n_feature_groups]
    groups = list(model.groups)
    values = model.packed.rows.weights.copy()
    for name, weight in (weights or {}).items():
        g = own.index(check_one_of(name, own, "group in weights"))
        if not 0 <= float(weight) < np.inf:
            raise ParameterError(f"weight of {name!r} must be a number >= 0, got {weight!r}")
        values[g] = float(weight) * model.packed.units[g]
        if weight > 0:  # a schema requires weights > 0; rows do not
            groups[g] = replace(groups[g], weight=float(weight))
    if not values[: model.n_feature_groups].any():
        raise ParameterError("all weights are 0: nothing is left to embed")
    expression = model.expression if combine is None else parse(combine, own)
    packed = model.packed._replace(rows=model.packed.rows._replace(weights=values))
    changed = replace(model.prepared, groups=tuple(groups), expression=expression, packed=packed)
    graph = _weigh_edges(changed, model.graph, progress)
    embedding = _continue_layout(changed, graph, model.embedding, progress)
    return Model.of(changed, Combined(graph, None, {}), embedding)


def _weigh_edges(
    changed: Prepared, graph: scipy.sparse.csr_array, progress: Progress
) -> scipy.sparse.csr_array:
    """The edges of `graph` under the new dissimilarity; under the local calibration, where every
    group has edges of its own, the groups are searched again."""
    options, metrics = changed.graph_options, changed.packed.metrics
    if options.calibration == "local":
        return combine_groups(changed, progress).graph
    tails, heads = edge_tails(graph), graph.indices.astype(np.int64)
    distances = dissimilarities(changed.whole_rows, metrics, tails, heads)
    knn = _nearest_edges(tails, heads, distances, graph.shape[0], options.n_neighbors)
    return calibrate_whole(changed.whole_rows, metrics, knn, options, changed.weights).graph


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


def _continue_layout(
    model: Prepared, graph: scipy.sparse.csr_array, start: np.ndarray, progress: Progress
) -> np.ndarray:
    """The embedding of `graph`, from `start` by a few small steps."""
    options = model.layout_options
    schedule = options.resolved(len(start))
    gentle = options._replace(
        n_epochs=max(1, round(EPOCHS * schedule.epochs)),
        learning_rate=RATE * schedule.rate,
    )
    return lay_out(model, graph, start, gentle, progress)
