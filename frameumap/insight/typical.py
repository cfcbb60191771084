"""The most typical rows of segments: medoids under D."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.pairs import dissimilarities
from ..model.model import Model

#: Candidates for typical rows of a segment, rows that they are judged by, and rows that they come
#: from.
CANDIDATES, JUDGES, POOL = 24, 48, 200


def typical_rows(model: Model, codes: np.ndarray, count: int, wanted: int) -> list[np.ndarray]:
    """Of every segment the rows with the smallest mean D to others of it, int64; different ones
    where there are.

    Candidates are rows with much edge weight inside the segment and rows chosen by contents.
    """
    keys, graph = model.packed.rows.keys, model.graph
    order = np.argsort(keys, kind="stable")
    order = (
        order[np.concatenate([[True], keys[order][1:] != keys[order][:-1]])]
        if len(order)
        else order
    )  # one of every copy
    grouped = order[np.argsort(codes[order], kind="stable")]
    borders = np.searchsorted(codes[grouped], np.arange(count + 1))
    left, right, sets = [], [], []
    for s in range(count):
        own = grouped[borders[s] : borders[s + 1]]
        pool = own[:POOL]
        central = pool[
            np.argsort(-_inner_weight(graph, codes, pool), kind="stable")[: CANDIDATES // 2]
        ]
        candidates = np.unique(np.concatenate([central, own[: CANDIDATES // 2]]))
        judges = own[np.arange(min(JUDGES, len(own))) * len(own) // max(1, min(JUDGES, len(own)))]
        sets.append((candidates, len(judges)))
        left.append(np.repeat(candidates, len(judges)))
        right.append(np.tile(judges, len(candidates)))
    if not sets:
        return []
    pairs = np.concatenate(left), np.concatenate(right)
    distances = dissimilarities(model.feature_rows, model.feature_metrics, *pairs)
    chosen, at = [], 0
    for candidates, judges in sets:
        block = distances[at : at + len(candidates) * judges].reshape(len(candidates), judges)
        at += block.size
        mean = np.where(np.isfinite(block), block, 1e6).mean(axis=1) if judges else np.zeros(0)
        chosen.append(candidates[np.lexsort((keys[candidates], mean))[:wanted]].astype(np.int64))
    return chosen


def _inner_weight(graph: Any, codes: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Weight of the edges of some rows that stay in their segment."""
    counts = np.diff(graph.indptr)[rows]
    tails = np.repeat(np.arange(len(rows)), counts)
    at = np.arange(int(counts.sum())) + np.repeat(
        graph.indptr[rows] - np.cumsum(counts) + counts, counts
    )
    same = codes[graph.indices[at]] == codes[rows[tails]]
    return np.bincount(tails[same], graph.data[at][same], minlength=len(rows))
