"""`Block`: one group's columns as 4-byte words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError
from ..metrics import Metric

Columns = list[pd.Series]

#: Rows that are checked at once.
_ROWS = 65_536


class Block(NamedTuple):
    """One group's columns, packed.

    Attributes
    ----------
    cells : int32 (n, p)
        float32 bits, codes, or numbers of distinct entries (numbered across all columns of the
        block).
    present : bool (n, p)
    weights : float32 (p,)
        What the metric receives.
    shares : float64 (p,)
        Share of each column in the group's average distance.
    entries : list of list of int32 arrays, or None
        Distinct strings (code points) or sets (codes) of every column.
    """

    cells: np.ndarray
    present: np.ndarray
    weights: np.ndarray
    shares: np.ndarray
    entries: list[list[np.ndarray]] | None = None


def float_block(values: np.ndarray, present: np.ndarray, names: Sequence[Any] = ()) -> Block:
    """A block of numbers; absent ones are 0, so that identical rows have identical words. Values
    that are float32 already are used in place.

    Raises
    ------
    DataError
        If a number is too large for float32; `names` are those of the columns.
    """
    with np.errstate(over="ignore"):
        cells = np.ascontiguousarray(values, np.float32)
    for first in range(0, len(cells), _ROWS):
        some = slice(first, first + _ROWS)
        infinite = present[some] & ~np.isfinite(cells[some])
        if not infinite.any():
            continue
        row, c = np.argwhere(infinite)[0].tolist()
        row += first
        column = f"column {names[c]!r}" if c < len(names) else "a column"
        raise DataError(
            f"{column}, row at position {row}: the number is too far from the others to be "
            "compared with them in float32; replace it by a gap, or use another preparation, e.g. "
            "prepare='scores'"
        )
    cells += np.float32(0)  # turns -0 into 0
    if not present.all():
        cells[~present] = 0
    p = values.shape[1]
    return Block(cells.view(np.int32), present, np.ones(p, np.float32), np.full(p, 1 / max(p, 1)))


def check_domain(
    values: np.ndarray, present: np.ndarray, metric: Metric, names: Sequence[Any], index: pd.Index
) -> None:
    """Raise DataError where a number (n, p) has no meaning to the metric, see `Metric.domain`."""
    if not metric.domain:
        return
    flags = metric.domain == "flags"
    bad = present & ((values != 0) & (values != 1) if flags else values < 0)
    if bad.any():
        row, c = np.argwhere(bad)[0].tolist()
        wanted = "0 and 1, or true and false" if flags else "counts or shares, not below 0"
        raise DataError(
            f"column {names[c]!r}, row {index[row]!r}: metric {metric.name!r} takes {wanted}; got "
            f"{values[row, c]:g}"
        )


def code_block(codes: np.ndarray, present: np.ndarray) -> Block:
    """A block of whole numbers, int32 (n, p), each column of the same weight; absent ones are 0."""
    cells = np.where(present, codes, 0).astype(np.int32)
    p = cells.shape[1]
    return Block(cells, present, np.ones(p, np.float32), np.full(p, 1 / max(p, 1)))


def stack_columns(pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    values, present = zip(*pairs, strict=True)
    return np.stack(values, axis=1), np.stack(present, axis=1)
