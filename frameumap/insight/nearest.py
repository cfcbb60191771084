"""`neighbors`: the nearest rows of the fit under D, for rows of the fit and new ones; copies of a
row count each by itself."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..columns.border import Frame
from ..engine.jit import kernel
from ..engine.rows import Queries, Rows, as_queries, take_queries
from ..engine.threads import parallel_for
from ..model.model import Model
from ..model.transform import encode_new, new_parts
from ..neighbors.distinct import Classes
from ..neighbors.lists import KNN
from ..neighbors.plan import query_neighbors
from ..progress import Progress


class Neighbors(NamedTuple):
    """The nearest rows of m rows.

    Attributes
    ----------
    indices : int32 (m, k)
        Positions in the frame of the fit, nearest first; -1 where there are fewer.
    distances : float32 (m, k)
        D, ascending; inf beside -1.
    """

    indices: np.ndarray
    distances: np.ndarray


@kernel
def _expand_classes(first, last, found, gaps, own, skip, offsets, members, indices, distances):
    """Classes of identical rows -> their rows, in order of position; the row itself left out."""
    k = indices.shape[1]
    for q in range(first, last):
        at = 0
        for s in range(-1, found.shape[1]):
            c = own[q] if s < 0 else found[q, s]
            if c < 0 or at == k:
                continue
            for t in range(offsets[c], offsets[c + 1]):
                if at == k:
                    break
                if members[t] == skip[q]:
                    continue
                indices[q, at] = members[t]
                distances[q, at] = np.float32(0) if s < 0 else gaps[q, s]
                at += 1


def fitted_neighbors(
    model: Model, positions: np.ndarray | None, k: int, progress: Progress
) -> Neighbors:
    """The k nearest other rows of rows of the fit; of all if `positions` is None."""
    index, n = model.index, len(model.packed.rows.cells)
    which = np.arange(n) if positions is None else positions
    stored = index.knn
    if index.plan.distinct == n and k < stored.indices.shape[1]:
        return Neighbors(*(np.ascontiguousarray(field[which, 1 : k + 1]) for field in stored))
    classes = index.classes
    wanted, back = np.unique(classes.of[which], return_inverse=True)
    queries = take_queries(as_queries(index.distinct), wanted.astype(np.int64))
    found = _search(model, index.distinct, queries, min(k, index.plan.distinct - 1), progress)
    return _expanded(
        classes, KNN(found.indices[back], found.distances[back]), classes.of[which], which, k
    )


def new_neighbors(model: Model, df: pd.DataFrame, k: int, progress: Progress) -> Neighbors:
    """The k nearest rows of the fit for each row of another frame."""
    index = model.index
    found = KNN(np.full((len(df), k), -1, np.int32), np.full((len(df), k), np.inf, np.float32))
    for new, picked in new_parts(model, encode_new(model, df), len(df)):
        some = _search(model, new.rows, new.queries, min(k, index.plan.distinct), progress)
        found.indices[picked, : some.indices.shape[1]] = some.indices
        found.distances[picked, : some.indices.shape[1]] = some.distances
    none = np.full(len(df), -1, np.int32)
    return _expanded(index.classes, found, none, none, k)


def _search(model: Model, rows: Rows, queries: Queries, k: int, progress: Progress) -> KNN:
    if k == 0:
        return KNN(
            np.empty((len(queries.cells), 0), np.int32),
            np.empty((len(queries.cells), 0), np.float32),
        )
    seed = model.graph_options.seed
    return query_neighbors(model.index, rows, model.feature_metrics, queries, k, seed, progress)


def _expanded(classes: Classes, found: KNN, own: np.ndarray, skip: np.ndarray, k: int) -> Neighbors:
    m = len(found.indices)
    made = Neighbors(np.full((m, k), -1, np.int32), np.full((m, k), np.inf, np.float32))
    own, skip = np.ascontiguousarray(own, np.int32), np.ascontiguousarray(skip, np.int64)
    arguments = (*found, own, skip, classes.offsets, classes.members, *made)
    parallel_for(_expand_classes, m, *arguments)
    return made


def neighbors_of(
    model: Model, frame: Frame | None, positions: np.ndarray | None, k: int, progress: Any
) -> Neighbors:
    """See `FrameUMAP.neighbors`."""
    if frame is not None:
        return new_neighbors(model, frame.df, k, progress)
    return fitted_neighbors(model, positions, k, progress)
