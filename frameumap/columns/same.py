"""Columns that say the same: copies under other names, and flags that are one category.

A copy says nothing new, so copies share what one column counts. Numbers are copies if they order
the rows alike, up or down; categories if the same rows have equal levels; strings if they are
equal. Flags of which a row has one at most are one category in another form, and count as one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .dtypes import classify
from .values import numbers, seconds

#: Rows by which candidates are found before all rows are compared.
_SAMPLE = 512
#: Exclusive flags are one category from this many on, where at least half of the rows have one.
_FEWEST_FLAGS, _COVERED = 3, 0.5


class Same(NamedTuple):
    """Columns that say the same.

    Attributes
    ----------
    copies : list of tuple of column
    categories : list of tuple of column
        Flags, each tuple one category.
    shares : dict of column to float
        What each of these columns counts, of what it would alone.
    """

    copies: list[tuple[Hashable, ...]]
    categories: list[tuple[Hashable, ...]]
    shares: dict[Hashable, float]


def find_same(df: pd.DataFrame, kinds: Mapping[Hashable, str]) -> Same:
    """Copies among the columns, and sets of exclusive flags.

    Parameters
    ----------
    kinds : mapping of column to str
        "numbers", "levels", "flags" or "strings": what the values of a column are compared as.
    """
    columns = sorted(kinds, key=str)
    spaced = np.unique(np.linspace(0, len(df) - 1, min(_SAMPLE, len(df))).astype(int))
    sample = df.iloc[spaced]
    copies = [
        found
        for near in _alike(sample, columns, kinds)
        for found in (_alike(df, near, kinds) if len(df) > len(sample) else [near])
    ]
    shares = {column: 1 / len(found) for found in copies for column in found}
    flags = [c for c in columns if kinds[c] == "flags" and c not in shares]
    categories = _exclusive(df, flags)
    for found in categories:
        shares |= found
    return Same([tuple(c) for c in copies], [tuple(c) for c in categories], shares)


def _alike(
    df: pd.DataFrame, columns: Sequence[Hashable], kinds: Mapping[Hashable, str]
) -> list[list[Hashable]]:
    """Columns with equal digests, in sets of two and more."""
    found: dict[tuple[str, bytes], list[Hashable]] = {}
    for column in columns:
        compared = "levels" if kinds[column] == "flags" else kinds[column]
        try:
            digest = _digest(df[column], compared)
        except (TypeError, ValueError):  # values of no kind: whoever packs them says so
            digest = None
        if digest is not None:
            found.setdefault((compared, digest), []).append(column)
    return [alike for alike in found.values() if len(alike) > 1]


def _digest(series: pd.Series, compared: str) -> bytes | None:
    """Equal for columns that say the same; None where nothing can be told."""
    if compared == "strings":
        return pd.util.hash_array(series.astype(object).to_numpy().astype(str)).tobytes()
    if compared == "levels":
        codes, levels = pd.factorize(series)
        # A partition into single rows says nothing of its values.
        return codes.tobytes() if 1 < len(levels) <= len(series) / 2 else None
    date = classify(series).family == "date"
    values, present = (seconds if date else numbers)(series.name, series)
    order = np.unique(values[present], return_inverse=True)[1].astype(np.int64)
    if not len(order) or order.max() == 0:
        return None
    return present.tobytes() + min(order.tobytes(), (order.max() - order).tobytes())


def _exclusive(df: pd.DataFrame, flags: list[Hashable]) -> list[dict[Hashable, float]]:
    """Sets of flags of which each row has one at most, with what each counts."""
    if len(flags) < _FEWEST_FLAGS:
        return []
    try:
        raised = np.stack([_raised(df[c]) for c in flags], axis=1)
    except TypeError:  # as above
        return []
    counts = raised.sum(axis=0)
    together = raised.astype(np.float32).T @ raised.astype(np.float32)  # whole numbers: exact
    sets: list[list[int]] = []
    for f in range(len(flags)):
        own = next((s for s in sets if not together[f, s].any()), None)
        if own is None:
            sets.append([f])
        else:
            own.append(f)
    found = []
    for members in sets:
        covered = counts[members].sum() / len(df)
        if len(members) >= _FEWEST_FLAGS and covered >= _COVERED:
            shares = np.append(counts[members] / len(df), 1 - covered)
            found.append(_flag_shares([flags[f] for f in members], shares))
    return found


def _raised(series: pd.Series) -> np.ndarray:
    """Rows with the rarer of the two values, bool (n,)."""
    codes, levels = pd.factorize(series)
    rare = int(np.argmin(np.bincount(codes[codes >= 0], minlength=len(levels))))
    return codes == rare


def _flag_shares(flags: list[Hashable], shares: np.ndarray) -> dict[Hashable, float]:
    """What each flag counts, so that all of them count as one column together.

    Two rows of different levels differ in two flags, in one where either has none: with the shares
    q of the levels and q_0 of none E d^2 = 4 (1 - sum q^2) - 6 q_0 (1 - q_0), as the pairs with a
    row of none, 2 q_0 (1 - q_0) of all, have d = 1.
    """
    none = shares[-1]
    square = 4 * (1 - (shares**2).sum()) - 6 * none * (1 - none)
    rates = 2 * shares[:-1] * (1 - shares[:-1])  # of pairs that differ in a flag
    return {f: float(np.sqrt(rate / square)) for f, rate in zip(flags, rates, strict=True)}
