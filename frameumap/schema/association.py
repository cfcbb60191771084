"""How much a column has to do with the others: what weighs columns within an inferred schema.

A column that nothing else confirms is mostly noise to a distance over all of them, and business
tables have many. So a column weighs by its mean association with the others, as measured by
Tschuprow's T (1925) on binned values, corrected for the bias of small samples (Bergsma 2013). No
label takes part: the weights follow from what is embedded.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from ..columns.prepare import mid_ranks
from ..columns.values import numbers
from ..engine.rows import digest_rows
from ..errors import DataError
from ..kinds import Kind

#: Numbers are cut at so many quantiles; of categories, the most frequent ones are told apart.
BINS = 8
LEVELS = 15
#: Rows that are looked at, and columns beyond which all weigh alike.
ROWS = 4000
MOST_COLUMNS = 300
#: Added to the mean association: what a column weighs that has nothing to do with any other.
_FLOOR = 0.04
_POWER = 0.75


def number_codes(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Bins of equal counts by mid-rank, int32 (n,), gaps apart; the same for any monotone change of
    unit."""
    codes = np.full(len(values), BINS, np.int32)
    if present.any():
        distinct, ranks = mid_ranks(values[present])
        bins = np.minimum(BINS - 1, (BINS * ranks).astype(np.int32))
        codes[present] = bins[np.searchsorted(distinct, values[present])]
    return codes


def level_codes(values: pd.Series) -> np.ndarray:
    """Codes of levels by frequency, int32 (n,): the most frequent first, the rare ones together,
    gaps apart."""
    codes, levels = pd.factorize(
        values.astype(object) if isinstance(values.dtype, pd.CategoricalDtype) else values
    )
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    order = sorted(range(len(levels)), key=lambda level: (-counts[level], str(levels[level])))
    ranks = np.full(len(levels) + 1, LEVELS, np.int32)
    ranks[order[:LEVELS]] = np.arange(min(LEVELS, len(levels)))
    ranks[-1] = LEVELS + 1  # where codes of gaps, -1, point
    return ranks[codes]


def associations(codes: Sequence[np.ndarray]) -> np.ndarray:
    """Tschuprow's T of all pairs of columns, float64 (p, p), 1 on the diagonal.

    T^2 = max(0, phi^2 - (r - 1)(c - 1)/(n - 1)) / sqrt((r - 1)(c - 1)) with phi^2 = sum_ij n_ij^2 /
    (n_i n_j) - 1 over the r x c cells of the contingency table.
    """
    table = np.stack(codes, axis=1)
    if len(table) > ROWS:  # by content, so that the order of the rows plays no part
        order = np.argsort(digest_rows(np.ascontiguousarray(table, np.int32)), kind="stable")
        table = table[order[:ROWS]]
    n, p = table.shape
    columns = [np.unique(table[:, c], return_inverse=True)[1] for c in range(p)]
    sizes = np.array([column.max() + 1 for column in columns])
    starts = np.cumsum(sizes) - sizes
    member = np.zeros((n, sizes.sum()), np.float32)
    for column, start in zip(columns, starts, strict=True):
        member[np.arange(n), start + column] = 1
    counts = (member.T @ member).astype(np.float64)  # whole numbers, exact in float32 in any order
    single = np.diag(counts)
    cells = counts**2 / np.outer(single, single)
    phi = np.add.reduceat(np.add.reduceat(cells, starts, axis=0), starts, axis=1) - 1
    freedom = np.outer(sizes - 1, sizes - 1)
    squared = np.maximum(0.0, phi - freedom / max(1, n - 1)) / np.sqrt(np.maximum(1, freedom))
    T = np.sqrt(np.minimum(1.0, squared))
    np.fill_diagonal(T, 1.0)
    return T


def column_weights(codes: Sequence[np.ndarray], base: Sequence[float]) -> list[float]:
    """Weights of columns, with mean 1 where columns count `base`; to three digits, so that no order
    of sums shows."""
    p = len(codes)
    if not 3 <= p <= MOST_COLUMNS:
        return [1.0] * p
    mean = (associations(codes).sum(axis=1) - 1) / (p - 1)
    weights = (mean + _FLOOR + 1 / np.sqrt(len(codes[0]))) ** _POWER
    weights /= np.average(weights, weights=base)
    return [float(f"{w:.3g}") for w in weights]


def inferred_weights(
    df: pd.DataFrame,
    shared: dict[tuple[str, str], list[Hashable]],
    kinds: Mapping[str, type[Kind]],
    formats: Mapping[Hashable, str] | None = None,
) -> dict[Hashable, float]:
    """What each column of the shared groups weighs, by its association with the others; cycles
    weigh 1. `formats` are those of strings."""
    weights = {c: 1.0 for columns in shared.values() for c in columns}
    codes, base, order = [], [], []
    for (name, _), columns in sorted(shared.items()):
        for column in sorted(columns, key=str):
            codes.append(_codes(df[column], kinds[name], (formats or {}).get(column, "")))
            base.append(kinds[name].weight / np.sqrt(len(columns)))
            order.append(column)
    return weights | dict(zip(order, column_weights(codes, base), strict=True))


def _codes(series: pd.Series, kind: type[Kind], fmt: str) -> np.ndarray:
    if kind.accepts == ("codes",):
        return level_codes(series)
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes = series.cat.codes.to_numpy()
        return number_codes(codes, codes >= 0)
    try:
        if fmt:
            return number_codes(*kind.read_format(series.name, series, fmt))
        return number_codes(*numbers(series.name, series))
    except (DataError, TypeError, ValueError):  # infinite, say: whoever encodes it tells
        return level_codes(series)
