"""How alike the levels of a category are: by the rows that have them, in the other columns.

A level's profile is the mean of its rows in every other column: of normal scores of numbers, of
shares of levels. Two levels differ by the mean over the other columns of |difference of means|, or
half the sum of |differences of shares| (total variation). Profiles of rare levels are drawn towards
that of all rows, n / (n + 1) with n rows. The levels are then put on a line on which their gaps
are nearest to these differences (the first principal coordinate: Torgerson 1952).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .dtypes import classify
from .prepare import mid_ranks
from .values import codes, numbers, origin_of, seconds

#: Levels of another column that are told apart, the most frequent ones.
_LEVELS = 30
#: Levels that are put on the line; rarer ones are put in its middle.
_PLACED = 300
_STEPS = 100


def level_positions(codes_of_rows: np.ndarray, levels: int, others: list[pd.Series]) -> np.ndarray:
    """Positions of the levels, float64 (levels,); differences of columns that say nothing are 0.

    Parameters
    ----------
    codes_of_rows : int32 (n,)
        Level of every row, negative where absent.
    others : list of Series
        The other columns.
    """
    counts = np.bincount(codes_of_rows[codes_of_rows >= 0], minlength=levels)
    placed = np.argsort(-counts, kind="stable")[:_PLACED]
    number = np.full(levels + 1, -1)  # the last for rows without a level
    number[placed] = np.arange(len(placed))
    rows = number[codes_of_rows]
    difference, used = np.zeros((len(placed), len(placed))), 0
    for series in others:
        features = _features(series)
        if features is None:
            continue
        used += 1
        values, present = features
        gaps = [_gaps(_profile(rows, len(placed), v, present)) for v in values]
        difference += gaps[0] if len(values) == 1 else 0.5 * np.sum(gaps, axis=0)
    line = _first_coordinate(difference / max(1, used))
    positions = np.full(levels, np.median(line) if len(line) else 0.0)
    positions[placed] = line
    return np.round(positions, 4)  # beyond that the order of the rows shows


def _features(series: pd.Series) -> tuple[list[np.ndarray], np.ndarray] | None:
    """Numbers of mean 0 that describe the rows of a column, and where it is present."""
    from scipy.special import ndtri

    content = classify(series)
    if content.problem:
        return None
    if content.family in ("number", "date", "duration") and not content.levels:
        read = (
            seconds(series.name, series)
            if content.family == "date"
            else numbers(series.name, series, "", origin_of(series))
        )
        values, present = read
        if not present.any():
            return None
        distinct, ranks = mid_ranks(values[present])
        scores = np.zeros(len(series))
        scores[present] = ndtri(ranks)[np.searchsorted(distinct, values[present])]
        scores[present] -= scores[present].mean()
        spread = scores[present].std()
        return ([scores / spread], present) if spread > 0 else None
    if content.family not in ("string", "boolean", "number"):
        return None
    own, levels = codes(series)
    present = own >= 0
    counts = np.bincount(own[present], minlength=len(levels))
    if len(levels) < 2 or len(levels) > present.sum() / 2:
        return None
    common = np.argsort(-counts, kind="stable")[:_LEVELS]
    shares = counts / present.sum()
    return [np.where(own == c, 1.0, 0.0) - present * shares[c] for c in common], present


def _profile(rows: np.ndarray, levels: int, values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Mean of `values` over the rows of each level, drawn towards 0."""
    use = present & (rows >= 0)
    total = np.bincount(rows[use], values[use], levels)
    return total / (np.bincount(rows[use], minlength=levels) + 1)


def _gaps(profile: np.ndarray) -> np.ndarray:
    return np.abs(np.subtract.outer(profile, profile))


def _first_coordinate(D: np.ndarray) -> np.ndarray:
    """The first principal coordinate of distances, float64 (m,), by power iteration."""
    m = len(D)
    if m < 2 or not D.any():
        return np.zeros(m)
    square = -0.5 * D**2
    B = square - square.mean(axis=0) - square.mean(axis=1)[:, None] + square.mean()
    x = B[:, int(np.argmax(np.diag(B)))].copy()
    value = 0.0
    for _ in range(_STEPS):
        x = np.einsum("ij,j->i", B, x / np.sqrt((x**2).sum()))  # no BLAS: the same on any machine
        value = float(np.sqrt((x**2).sum()))
    return x / np.sqrt(value) if value > 0 else np.zeros(m)
