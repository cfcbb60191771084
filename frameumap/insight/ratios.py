"""Of every row and two parts of D, how far in one lie the rows that are nearest in the other; the
kernel of `disagreement`.

A part with few values has a table of the distances between them; one number is compared in place,
for a constant factor cancels in the ratio; anything else asks the metric. Strings cost ten times as
much as all else: rows near in a string are sought among some of the references, and distances to
the others are found when they are asked for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.faults import watch_faults
from ..engine.jit import borrow, inlined, kernel, mix
from ..engine.rows import DIRECT, MASK, RAGGED, START, STORAGE, Rows
from ..engine.threads import parallel_for
from ..model.model import Model
from .parts import Unit, _pair_units, all_units, unit_distance

#: Rows among which the nearest are sought: all of so many, else so many, chosen by contents.
ALL_ROWS, SOME_ROWS = 2500, 1000
#: Of so many references one is compared with in a part that is a string; all, of few.
STRIDE, FEW = 4, 1000
#: What counts as near, in mean distances: of a rare level that are those that have it, not others.
NEAR = 0.5
#: Values of a part up to which it has a table of distances.
TABLED = 256
#: Metrics that are the difference of two numbers, times a constant.
_DIFFERENCES = ("manhattan", "euclidean", "chebyshev")
#: How the distances of a part are found.
_ASKED, _NUMBER, _TABLE = 0, 1, 2


class Parts(NamedTuple):
    """Parts of D, as kernels read them.

    Attributes
    ----------
    groups : int64 (U,)
    starts : int64 (U + 1,)
        Part u has the words words[starts[u]:starts[u + 1]] of a row.
    words : int64
    forms : int64 (U,)
        `_ASKED`, `_NUMBER` or `_TABLE`.
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


@inlined
def _distance(rows, i, j, parts, u, own, scratch):
    """Distance of rows i and j in part u, up to a factor; -1 where one lacks it or both are the
    same."""
    if i == j:
        return -1.0
    if parts.forms[u] == _NUMBER:
        gap = abs(np.float64(parts.numbers[u, i]) - np.float64(parts.numbers[u, j]))
        return gap if gap >= 0.0 else -1.0
    if parts.forms[u] == _TABLE:
        here, there = parts.codes[u, i], parts.codes[u, j]
        return parts.tables[u, here, there] if here >= 0 and there >= 0 else -1.0
    return unit_distance(rows, parts.groups[u], own, rows.cells, i, rows.cells, j, scratch)


@inlined
def _from_row(rows, i, references, parts, u, scratch, line):
    """Distances in part u between row i and the references -> line, nan where they are not asked
    for; returns their mean."""
    total, count = 0.0, 0
    own = parts.words[parts.starts[u] : parts.starts[u + 1]]
    line[:] = np.nan
    for t in range(0, len(references), parts.strides[u]):
        d = _distance(rows, i, references[t], parts, u, own, scratch)
        line[t] = d
        if d >= 0.0:
            total += d
            count += 1
    return total / count if count > 0 else 0.0


@inlined
def _nearest(rows, i, references, line, most, near, far, tie):
    """Slots of the nearest references no farther than `most` -> near, ties by contents; returns
    how many."""
    k, held = len(near), 0
    for t in range(len(references)):
        d = line[t]
        if not 0 <= d <= most or (held == k and d > far[k - 1]):
            continue
        order = mix(rows.keys[references[t]] ^ mix(rows.keys[i]))
        if held == k and d == far[k - 1] and order >= tie[k - 1]:
            continue
        at = held if held < k else k - 1
        while at > 0 and (far[at - 1] > d or (far[at - 1] == d and tie[at - 1] > order)):
            far[at], tie[at], near[at] = far[at - 1], tie[at - 1], near[at - 1]
            at -= 1
        far[at], tie[at], near[at] = d, order, t
        held = min(k, held + 1)
    return held


@kernel
def _ratios(first, last, rows, references, parts, k, ratios):
    """r_uv of every row -> ratios (n, U, U), nan where one of the parts is absent."""
    rows, parts, references = borrow(rows), borrow(parts), borrow(references)
    units = len(parts.groups)
    v = np.empty((units, len(references)))
    reach, near = np.empty(units), np.empty(k, np.int64)
    far, tie = np.empty(k), np.empty(k, np.uint64)
    scratch = np.empty((3, len(parts.words)), np.int32)
    for i in range(first, last):
        for u in range(units):
            reach[u] = _from_row(rows, i, references, parts, u, scratch, v[u])
        for u in range(units):
            held = _nearest(rows, i, references, v[u], NEAR * reach[u], near, far, tie)
            for w in range(units):
                total, count = 0.0, 0
                own = parts.words[parts.starts[w] : parts.starts[w + 1]]
                for t in range(held):
                    d = v[w, near[t]]
                    if np.isnan(d):
                        d = _distance(rows, i, references[near[t]], parts, w, own, scratch)
                        v[w, near[t]] = d
                    if d >= 0:
                        total += d
                        count += 1
                known = count > 1 and reach[w] > 0 and w != u
                ratios[i, u, w] = total / count / reach[w] if known else np.nan


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
    forms = np.full(len(units), _ASKED)
    numbers, codes, tables = [], [], []
    for u, unit in enumerate(units):
        number, code, table = np.empty(0, np.float32), np.empty(0, np.int16), np.empty((0, 0))
        if len(unit.words) == 1:
            values, held = _values(rows, unit)
            kept, first, of = np.unique(values[held], return_index=True, return_inverse=True)
            direct = rows.groups[unit.group, STORAGE] == DIRECT
            if 0 < len(kept) <= TABLED:
                forms[u] = _TABLE
                code = np.full(n, -1, np.int16)
                code[held] = of
                table = _table(rows, unit, np.flatnonzero(held)[first])
            elif direct and model.packed.metrics[unit.group].name in _DIFFERENCES:
                forms[u] = _NUMBER
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
        np.where((forms == _ASKED) & ragged & (references >= FEW), STRIDE, 1),
    )


def _stacked(arrays: list[np.ndarray], dtype: type) -> np.ndarray:
    """Arrays of several shapes as one, filled with zeros."""
    shape = np.max([array.shape for array in arrays], axis=0)
    made = np.zeros((len(arrays), *shape), dtype)
    for place, array in zip(made, arrays, strict=True):
        place[tuple(slice(size) for size in array.shape)] = array
    return made


def pair_ratios(model: Model, k: int) -> np.ndarray:
    """r_uv of every row, float32 (n, U, U); nan where a row lacks one of the parts."""
    rows = model.feature_rows
    n = len(rows.cells)
    order = np.argsort(rows.keys, kind="stable")
    some = order if n <= ALL_ROWS else order[np.arange(SOME_ROWS) * n // SOME_ROWS]
    some = np.ascontiguousarray(some, np.int64)
    near = max(1, min(k, len(some) - 1))
    with watch_faults(rows, model.feature_metrics, tuple(model.names)):
        parts = read_parts(model, rows, len(some))
        ratios = np.empty((n, len(parts.groups), len(parts.groups)), np.float32)
        parallel_for(_ratios, n, rows, some, parts, near, ratios)
    return ratios
