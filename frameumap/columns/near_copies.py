"""Columns that say nearly the same: numbers that order the rows nearly alike, categories of which
one tells the other in nearly every row. They count as two, and are told.

Numbers: Spearman's rank correlation. Categories: Goodman and Kruskal's lambda (1954), the share of
the errors of guessing the commonest level that knowing the other column saves, both ways.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from .dtypes import classify
from .values import numbers, seconds

#: From these on two columns say nearly the same.
CORRELATION, LAMBDA = 0.99, 0.95
#: Pairs of columns that a quick look finds no nearer than this are not looked at again.
_LIKELY = 0.8
#: Rows, and pairs of rows, of the quick look.
_LOOK = 512
#: Rows that both columns must have.
_FEWEST = 20


class NearCopy(NamedTuple):
    """Two columns that say nearly the same: `near` is their rank correlation, or the smaller
    lambda."""

    one: Hashable
    other: Hashable
    near: float


def find_near_copies(df: pd.DataFrame, kinds: Mapping[Hashable, str]) -> list[NearCopy]:
    """Pairs of columns that say nearly the same, copies among them.

    Parameters
    ----------
    kinds : mapping of column to str
        "numbers", "levels" or "flags"; others are not compared.

    Examples
    --------
    >>> x = np.arange(100.0)
    >>> df = pd.DataFrame({"x": x, "y": np.where(x == 50, 53, x), "z": x % 7})
    >>> [(a, b) for a, b, _ in find_near_copies(df, dict.fromkeys(df, "numbers"))]
    [('x', 'y')]
    """
    ranked: dict[Hashable, np.ndarray] = {}
    coded: dict[Hashable, np.ndarray] = {}
    for column in sorted(kinds, key=str):
        try:
            if kinds[column] == "numbers":
                ranked[column] = _ranks(df[column])
            elif kinds[column] in ("levels", "flags"):
                coded[column] = pd.factorize(df[column])[0]
        except (TypeError, ValueError):  # strings that a format reads; values of no kind
            continue
    found = [
        NearCopy(one, other, near)
        for values, measure, least in (
            (ranked, _correlation, CORRELATION),
            (coded, _lambda, LAMBDA),
        )
        for one, other in _likely_pairs(values)
        if abs(near := measure(values[one], values[other])) >= least
    ]
    return sorted(found, key=lambda pair: (str(pair.one), str(pair.other)))


def _ranks(series: pd.Series) -> np.ndarray:
    """Mid-ranks, float64 (n,); NaN where a row has no number."""
    date = classify(series).family == "date"
    values, present = (seconds if date else numbers)(series.name, series)
    return pd.Series(np.where(present, values, np.nan)).rank().to_numpy()


def _likely_pairs(values: dict[Hashable, np.ndarray]) -> list[tuple[Hashable, Hashable]]:
    """Pairs of columns that a sample finds near: by ranks, or by which pairs of rows are equal."""
    if len(values) < 2:
        return []
    columns = list(values)
    n = len(values[columns[0]])
    rows = np.unique(np.linspace(0, n - 1, min(_LOOK, n)).astype(int))
    looks = []
    for own in values.values():
        look = own[rows].astype(np.float64)
        if own.dtype.kind == "i":  # all gaps are equal to each other
            look = (look == np.roll(look, 1)).astype(np.float64)
        look = np.nan_to_num(look - np.nanmean(look) if not np.isnan(look).all() else 0 * look)
        size = np.sqrt((look**2).sum())
        looks.append(look / size if size > 0 else look)
    near = np.abs(np.stack(looks) @ np.stack(looks).T)
    pairs = np.argwhere(np.triu(near >= _LIKELY, 1))
    return [(columns[a], columns[b]) for a, b in pairs]


def _correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's, over the rows that have both; 0 if those are few, or one is constant there."""
    both = ~(np.isnan(a) | np.isnan(b))
    if both.sum() < max(_FEWEST, len(a) / 2):
        return 0.0
    x, y = (pd.Series(v[both]).rank().to_numpy() for v in (a, b))
    x, y = x - x.mean(), y - y.mean()
    size = np.sqrt((x**2).sum() * (y**2).sum())
    return float((x * y).sum() / size) if size > 0 else 0.0


def _lambda(a: np.ndarray, b: np.ndarray) -> float:
    """The smaller lambda of both directions, over the rows that have both."""
    both = (a >= 0) & (b >= 0)
    n = int(both.sum())
    if n < max(_FEWEST, len(a) / 2):
        return 0.0
    a, b = a[both].astype(np.int64), b[both].astype(np.int64)
    cells, counts = np.unique(a * (b.max() + 1) + b, return_counts=True)
    smallest = 1.0
    for given, guessed in ((cells // (b.max() + 1), b), (cells % (b.max() + 1), a)):
        levels = np.bincount(guessed)
        # A level of one row tells the other column in any case.
        if (levels > 0).sum() > n / 2 or levels.max() == n:
            return 0.0
        best = np.zeros(int(given.max()) + 1, np.int64)
        np.maximum.at(best, given, counts)
        smallest = min(smallest, (best.sum() - levels.max()) / (n - levels.max()))
    return float(smallest)
