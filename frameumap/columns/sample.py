"""Rows chosen by what they hold: the same ones for any order of the rows and columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: Rows that stand for a frame.
ROWS = 4000
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def content_rows(df: pd.DataFrame, most: int = ROWS) -> np.ndarray:
    """Positions of up to `most` rows, int64, in an order of their own.

    The rows with the smallest hashes of (content, which of the duplicates it is) are taken, so that
    a row with many duplicates is in the sample as often as it is in the frame. Columns are hashed
    only until all rows are told apart.
    """
    if len(df) <= most:
        return np.arange(len(df))
    keys = np.zeros(len(df), np.uint64)
    tied = np.arange(len(df))
    numeric = [c for c in df.columns if _is_plain(df[c])]
    others = sorted(set(df.columns) - set(numeric), key=str)
    numeric.sort(key=str)
    steps = [part[i : i + 4] for part in (numeric, others) for i in range(0, len(part), 4)]
    for columns in steps:
        for column in columns:
            series = df[column]
            keys[tied] = _mixed(
                keys[tied], _hashed(series if len(tied) == len(df) else series.iloc[tied])
            )
        tied = _tied(keys)
        if not len(tied):
            break
    if len(tied):
        number = pd.Series(keys[tied]).groupby(keys[tied]).cumcount().to_numpy(np.uint64)
        keys[tied] = _mixed(keys[tied], number + np.uint64(1))
    chosen = np.argpartition(keys, most)[:most]
    return chosen[np.argsort(keys[chosen], kind="stable")]


def _tied(keys: np.ndarray) -> np.ndarray:
    """Positions whose key another one has too, in ascending order."""
    order = np.argsort(keys)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return np.empty(0, np.int64)
    return np.sort(order[np.append(same, False) | np.insert(same, 0, False)])


def _mixed(keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Multiply and shift, modulo 2^64."""
    mixed = (keys ^ values) * _MIX
    mixed ^= mixed >> _SHIFT
    return mixed * _MIX


def _is_plain(series: pd.Series) -> bool:
    return isinstance(series.dtype, np.dtype) and series.dtype.kind in "biufmM"


def _hashed(series: pd.Series) -> np.ndarray:
    if _is_plain(series):
        values = series.to_numpy()
        if values.dtype.kind in "mM":
            return values.view(np.int64).view(np.uint64)
        return np.ascontiguousarray(values, np.float64).view(np.uint64)
    try:
        codes, levels = pd.factorize(series)
    except TypeError:  # lists and the like
        codes, levels = pd.factorize(series.map(repr))
    hashes = pd.util.hash_array(np.array([*map(repr, levels), ""], dtype=object), categorize=False)
    return hashes[codes]


def expected_distinct(counts: np.ndarray, rows: int) -> float:
    """Distinct values that `rows` rows hold on average, of a column whose values occur `counts`
    times.

    Rarefaction, sum_i 1 - C(n - c_i, m) / C(n, m) for m of n rows (Hurlbert 1971): an unbiased
    estimate, so that it does not depend on how many rows were seen.

    Examples
    --------
    >>> round(expected_distinct(np.array([5, 5]), 2), 3), expected_distinct(np.ones(7), 3)
    (1.556, 3.0)
    """
    from scipy.special import gammaln

    n = counts.sum()
    m = min(rows, n)
    absent = n - counts >= m
    left = n - counts[absent]
    log_share = gammaln(left + 1) - gammaln(left - m + 1) - gammaln(n + 1) + gammaln(n - m + 1)
    return round(float(len(counts) - np.exp(log_share).sum()), 9)
