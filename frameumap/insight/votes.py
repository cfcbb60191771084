"""How rows vote: those of the fit by their edges, new ones by those that `transform` gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.new_rows import NewRows
from ..engine.jit import kernel
from ..engine.threads import parallel_for
from ..model.model import Model
from ..model.transform import _fitted_rows, encode_new, new_memberships, new_parts
from ..progress import Progress


@kernel
def _count(first, last, heads, strengths, labels, noise, votes):
    for q in range(first, last):
        total = np.float32(0)
        for s in range(heads.shape[1]):
            if heads[q, s] >= 0:
                label = labels[heads[q, s]]
                votes[q, label if label >= 0 else noise] += strengths[q, s]
                total += strengths[q, s]
        if total > 0:
            for s in range(votes.shape[1]):
                votes[q, s] /= total


def new_votes(model: Model, df: pd.DataFrame, labels: np.ndarray, n_segments: int) -> np.ndarray:
    """Share of every new row's edges that lead to each segment, the last column to noise; float32
    (m, n_segments + 1).

    A row that the model was fitted on is wholly in the segment it has.
    """
    votes = np.zeros((len(df), n_segments + 1), np.float32)
    for new, picked in new_parts(model, encode_new(model, df), len(df)):
        heads, strengths = new_memberships(model, new, Progress())
        votes[picked] = count_votes(model, new, heads, strengths, labels, n_segments)
    return votes


def count_votes(
    model: Model,
    new: NewRows,
    heads: np.ndarray,
    strengths: np.ndarray,
    labels: np.ndarray,
    n_segments: int,
) -> np.ndarray:
    """Votes of new rows by their edges, see `new_votes`."""
    votes = np.zeros((len(heads), n_segments + 1), np.float32)
    parallel_for(_count, len(heads), heads, strengths, labels, n_segments, votes)
    here, row = _fitted_rows(model, new)
    votes[here] = 0
    votes[here, labels[row]] = 1  # noise, -1, is the last column
    return votes


def memberships_of(model: Model, labels: np.ndarray) -> tuple[np.ndarray, scipy.sparse.csr_array]:
    """Share of every row's edges in its own segment, float32 (n,), and in each, csr (n,
    n_segments)."""
    n, k = len(labels), int(labels.max()) + 1 if len(labels) else 0
    inside = np.flatnonzero(labels >= 0)
    member = scipy.sparse.csr_array((np.ones(len(inside)), (inside, labels[inside])), shape=(n, k))
    graph = model.graph.astype(np.float64)
    votes = scipy.sparse.csr_array(graph @ member)
    weight = np.asarray(graph.sum(axis=1)).ravel()
    lonely = np.flatnonzero((weight == 0) & (labels >= 0))
    votes.data /= np.repeat(np.maximum(weight, 1e-300), np.diff(votes.indptr))
    if len(lonely):  # rows without an edge are in their own segment and no other
        alone = scipy.sparse.csr_array(
            (np.ones(len(lonely)), (lonely, labels[lonely])), shape=(n, k)
        )
        votes = scipy.sparse.csr_array(votes + alone)
    shares = votes.astype(np.float32)
    shares.sort_indices()
    own = np.zeros(n, np.float32)
    rows = np.repeat(np.arange(n), np.diff(shares.indptr))
    hit = shares.indices == labels[rows]
    own[rows[hit]] = shares.data[hit]
    return own, shares
