"""Parts of D as the kernel of `ratios` reads them, each with the quickest way to its distances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import DIRECT, MASK, RAGGED, START, STORAGE, Rows
from ..engine.threads import parallel_for
from ..model.model import Model
from .parts import Unit, _pair_units, all_units

#: Of so many references one is compared with in a part that is a string; all, of few.
STRIDE, FEW = 4, 1000
#: Values of a part up to which it has a table of distances.
TABLED = 256
#: Metrics that are the difference of two numbers, times a constant.
_DIFFERENCES = ("manhattan", "euclidean", "chebyshev")
#: How the distances of a part are found.
ASKED, NUMBER, TABLE = 0, 1, 2


class Parts(NamedTuple):
    """Parts of D, as kernels read them.

    Attributes
    ----------
    groups : int64 (U,)
    starts : int64 (U + 1,)
        Part u has the words words[starts[u]:starts[u + 1]] of a row.
    words : int64
    forms : int64 (U,)
        `ASKED`, `NUMBER` or `TABLE`.
    numbers : float32 (U, n)
        Of a part that is a number, nan where a row lacks it; no columns where no part is.
    codes : int16 (U, n)
        Value of every row in a part with a table, -1 where it lacks one.
    tables : float64 (U, m, m)
        Distances between the values.
    strides : int64 (U,)
        One in how many references is compared with.
    """

    groups: np.ndarray
    starts: np.ndarray
    words: np.ndarray
    forms: np.ndarray
    numbers: np.ndarray
    codes: np.ndarray
    tables: np.ndarray
    strides: np.ndarray


def _values(rows: Rows, unit: Unit) -> tuple[np.ndarray, np.ndarray]:
    """The word of every row in a part of one word, int32 (n,), and whether the row has it, bool
    (n,)."""
    word, mask = int(unit.words[0]), int(rows.groups[unit.group, MASK])
    values = rows.cells[:, int(rows.groups[unit.group, START]) + word].copy()
    if mask < 0:
        return values, np.ones(len(values), bool)
    return values, (rows.cells[:, mask + (word >> 5)] >> (word & 31)) & 1 > 0


def _table(rows: Rows, unit: Unit, first: np.ndarray) -> np.ndarray:
    """Distances in a part between rows `first`, float64 (m, m)."""
    m = len(first)
    out = np.empty(m * m)
    left, right = np.repeat(first, m), np.tile(first, m)
    parallel_for(_pair_units, m * m, rows, unit.group, unit.words, left, right, out)
    return out.reshape(m, m)


def read_parts(model: Model, rows: Rows, references: int) -> Parts:
    """The parts of D with the quickest way to their distances."""
    units, n = all_units(model), len(rows.cells)
    forms = np.full(len(units), ASKED)
    numbers, codes, tables = [], [], []
    for u, unit in enumerate(units):
        number, code, table = np.empty(0, np.float32), np.empty(0, np.int16), np.empty((0, 0))
        if len(unit.words) == 1:
            values, held = _values(rows, unit)
            kept, first, of = np.unique(values[held], return_index=True, return_inverse=True)
            direct = rows.groups[unit.group, STORAGE] == DIRECT
            if 0 < len(kept) <= TABLED:
                forms[u] = TABLE
                code = np.full(n, -1, np.int16)
                code[held] = of
                table = _table(rows, unit, np.flatnonzero(held)[first])
            elif direct and model.packed.metrics[unit.group].name in _DIFFERENCES:
                forms[u] = NUMBER
                number = np.where(held, values.view(np.float32), np.float32(np.nan))
        numbers.append(number)
        codes.append(code)
        tables.append(table)
    ragged = np.array([rows.groups[unit.group, STORAGE] == RAGGED for unit in units])
    starts = np.concatenate([[0], np.cumsum([len(unit.words) for unit in units])]).astype(np.int64)
    return Parts(
        np.array([unit.group for unit in units], np.int64),
        starts,
        np.concatenate([unit.words for unit in units]).astype(np.int64),
        forms,
        _stacked(numbers, np.float32),
        _stacked(codes, np.int16),
        _stacked(tables, np.float64),
        np.where((forms == ASKED) & ragged & (references >= FEW), STRIDE, 1),
    )


def _stacked(arrays: list[np.ndarray], dtype: type) -> np.ndarray:
    """Arrays of several shapes as one, filled with zeros."""
    shape = np.max([array.shape for array in arrays], axis=0)
    made = np.zeros((len(arrays), *shape), dtype)
    for place, array in zip(made, arrays, strict=True):
        place[tuple(slice(size) for size in array.shape)] = array
    return made
