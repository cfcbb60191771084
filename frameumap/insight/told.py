"""What segments say of the columns: the mean over columns of the root of the adjusted mutual
information with each, weighed by how much the column has to do with any other.

The root makes a partition that says something of many columns worth more than one that repeats a
single one, and to repeat a column that has nothing to do with the others is worth nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..engine.rows import take_rows
from ..model.model import Model
from .information import adjusted_information
from .views import View, make_views

#: Rows that are asked, chosen by contents; bins of a number; levels of a column at most.
ASKED_ROWS, ASKED_BINS, ASKED_LEVELS = 2500, 8, 60
#: Columns at least, for one alone would be all that segments are judged by.
LEAST_COLUMNS = 3


def _labels_of(view: View) -> np.ndarray | None:
    """The column as labels, int64, -1 for gaps; None if it is neither numbers nor levels, or has
    one level or too many."""
    if view.form not in ("order", "levels") or not view.present.any():
        return None
    codes = view.codes
    if view.form == "order":
        counts = np.bincount(codes[view.present], minlength=view.count)
        middle = np.cumsum(counts) - counts / 2
        codes = np.minimum(middle * ASKED_BINS / counts.sum(), ASKED_BINS - 1).astype(int)[codes]
    kept = np.unique(codes[view.present])
    if not 2 <= len(kept) <= ASKED_LEVELS:
        return None
    return np.where(view.present, np.searchsorted(kept, codes), -1)


def _ties(columns: list[np.ndarray]) -> np.ndarray:
    """The largest adjusted mutual information of every column with another, float64; 1 for all if
    no column tells of another."""
    ties = np.zeros((len(columns), len(columns)))
    for i, one in enumerate(columns):
        for j, other in enumerate(columns[:i]):
            both = (one >= 0) & (other >= 0)
            if both.any():
                ties[i, j] = ties[j, i] = adjusted_information(one[both], other[both])
    largest = ties.max(axis=1)
    return largest if (largest > 0).any() else np.ones(len(columns))


def columns_told(model: Model) -> Callable[[np.ndarray], float] | None:
    """How much labels of the rows, int (n,), say of the columns, in [0, 1]; None where there are
    too few columns of numbers or levels."""
    keys = model.packed.rows.keys
    n = len(keys)
    order = np.argsort(keys, kind="stable")
    some = order if n <= ASKED_ROWS else order[np.arange(ASKED_ROWS) * n // ASKED_ROWS]
    views = make_views(model, take_rows(model.feature_rows, some))
    columns = [labels for view in views if (labels := _labels_of(view)) is not None]
    if len(columns) < LEAST_COLUMNS:
        return None

    weights = np.maximum(_ties(columns), 0.0)

    def told(labels: np.ndarray) -> float:
        own = np.unique(labels[some], return_inverse=True)[1]
        said = [adjusted_information(own[c >= 0], c[c >= 0]) for c in columns]
        return float(np.average(np.sqrt(np.maximum(said, 0.0)), weights=weights))

    return told
