"""Rows leave a model, or others take their places; the rows that stay do not move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ..columns.drop_rows import keep_rows
from ..engine.rows import take_rows
from ..graph.apart import cut_apart
from ..graph.combine import calibrate_whole
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, find_neighbors
from ..progress import Progress
from .model import Combined, Model, Prepared, combine_groups
from .transform import place_rows
from .update import with_new_rows


def remove_rows(model: Model, removed: np.ndarray, progress: Progress) -> Model:
    """The model without the rows at the positions `removed`; the others stay where they are.

    Scales, levels and preparations stay those of the fit. Lists that lost a row are searched anew,
    the others are kept; memberships follow from the lists.
    """
    kept = np.delete(np.arange(len(model.embedding)), removed)
    prepared = _without(model, kept)
    combined = _combined(prepared, _lists_among(model.combined, kept), progress)
    return Model.of(prepared, combined, np.ascontiguousarray(model.embedding[kept]))


def replace_rows(model: Model, at: np.ndarray, df: pd.DataFrame, progress: Progress) -> Model:
    """The model with the rows of `df` at the positions `at`, placed as new rows are; the others
    stay where they are. A target of theirs is unknown."""
    n = len(model.embedding)
    kept = np.delete(np.arange(n), at)
    rest = remove_rows(model, at, progress)
    placed = place_rows(rest, df, progress)
    longer = with_new_rows(rest, df, None)
    order = np.argsort(np.concatenate([kept, at]), kind="stable")
    rows = take_rows(longer.packed.rows, order)
    prepared = replace(longer, packed=longer.packed._replace(rows=rows), weights=model.weights)
    lists = None if rest.combined is None else _lists_at(rest.combined.knn, kept, n)
    combined = _combined(prepared, lists, progress)
    embedding = np.concatenate([rest.embedding, placed])[order]
    return Model.of(prepared, combined, np.ascontiguousarray(embedding))


def _without(model: Model, kept: np.ndarray) -> Prepared:
    """The packed frame of some rows, in units of the whole."""
    packed = model.packed
    rows, spans = keep_rows(packed.rows, packed.spans, kept)
    weights = None if model.weights is None else model.weights[kept]
    return replace(model.prepared, packed=packed._replace(rows=rows, spans=spans), weights=weights)


def _lists_among(old: Neighbors | None, kept: np.ndarray) -> KNN | None:
    """The lists of the rows that stay, under their new numbers; -1 and inf for those that lost a
    row."""
    if old is None:
        return None
    indices, distances = (a[kept] for a in old.knn)
    number = np.full(len(old.knn.indices), -1, np.int32)
    number[kept] = np.arange(len(kept))
    held = indices >= 0
    whole = (held == (held & (number[indices] >= 0))).all(axis=1)[:, None]
    return KNN(
        np.where(whole & held, number[indices], -1).astype(np.int32),
        np.where(whole, distances, np.inf).astype(np.float32),
    )


def _lists_at(knn: KNN, kept: np.ndarray, n: int) -> KNN:
    """Lists of some of n rows under the numbers that these have among all; -1 and inf for the
    others."""
    width = knn.indices.shape[1]
    lists = KNN(np.full((n, width), -1, np.int32), np.full((n, width), np.inf, np.float32))
    lists.indices[kept] = np.where(knn.indices >= 0, kept[knn.indices], -1)
    lists.distances[kept] = knn.distances
    return lists


def _combined(prepared: Prepared, lists: KNN | None, progress: Progress) -> Combined:
    """The graph of changed rows; rows keep their lists from before unless a nearer row came."""
    if prepared.graph_options.calibration == "local":
        return combine_groups(prepared, progress)
    options, metrics, rows = prepared.graph_options, prepared.packed.metrics, prepared.whole_rows
    found = find_neighbors(rows, metrics, options.n_neighbors, options.seed, progress, lists)
    knn = cut_apart(rows, metrics, found.knn)
    if lists is not None:
        knn = _kept_lists(lists, knn)
    neighbors = found._replace(knn=knn)
    graph = calibrate_whole(rows, metrics, knn, options, prepared.weights).graph
    return Combined(graph, neighbors, {})


def _kept_lists(before: KNN, found: KNN) -> KNN:
    """Of two lists of every row the one from before, unless that has no row or is farther."""
    whole = before.indices[:, 0] >= 0
    sums = [
        np.where(np.isfinite(d), d, 0).sum(axis=1, dtype=np.float64) for _, d in (before, found)
    ]
    fuller = (found.indices >= 0).sum(axis=1) > (before.indices >= 0).sum(axis=1)
    kept = (whole & (sums[0] <= sums[1]) & ~fuller)[:, None]
    return KNN(*(np.where(kept, a, b) for a, b in zip(before, found, strict=True)))
