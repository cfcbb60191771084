"""`Rows`: the packed frame that kernels read, and the distance between two row numbers.

A row is one contiguous run of 4-byte words: for every group its values (float32 bits), codes (int32) or numbers of distinct
strings and sets, then, if the group has gaps, one presence bit a column. Two rows are identical when their words are.
Nothing here depends on the schema at compile time: a group is a line of integers with the address of its metric.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import carray, prange

from ._jit import STACK_WORDS, call_distance, kernel, locked, mix, parallel_kernel, stack_float64, stack_int32

# Columns of Rows.groups.
ADDRESS, START, COUNT, MASK, STORAGE, COLUMN, PREFIX = range(7)
# Values of the column STORAGE: cells are the row itself, or numbers of entries in the ragged store.
DIRECT, RAGGED = 0, 1
# Operations of Rows.program, over v = -log(membership): see graph/expression.py.
PUSH, SCALE, NOT, SUM = range(4)


class Rows(NamedTuple):
    """Packed rows of a frame.

    Attributes
    ----------
    cells : int32 (n, width)
        The words of every row.
    keys : uint64 (n,)
        Digest of every row's words; orders ties without favouring low row numbers.
    groups : int64 (n_groups, 7)
        ADDRESS of the metric, START of its words, COUNT of columns, MASK word or -1, STORAGE, first COLUMN, and the number of
        leading columns without gaps (PREFIX) if the metric is additive, else 0.
    gap_power, inverse_scale, weights : float64 (n_groups,)
        See `Metric.gap_power`; 1 / s_g, so that random pairs average 1; weight in the combination.
    column_weights : int32 (n_columns,)
        float32 bits of the weights that metrics receive.
    shares : float64 (n_columns,)
        Each column's share in its group's average distance; a group's shares sum to 1.
    offsets : int64 (n_entries + 1,)
    payload : int32
        Entry e of the ragged store is payload[offsets[e]:offsets[e + 1]].
    tables : float32
    table_of : int64 (n_columns, 3)
        Start in `tables`, number of distinct entries, first entry; start -1 where distances are computed.
    program : int64 (m, 2)
    constants : float64 (m,)
        Postfix program of the combination; empty for the intersection of all groups.
    """

    cells: np.ndarray
    keys: np.ndarray
    groups: np.ndarray
    gap_power: np.ndarray
    inverse_scale: np.ndarray
    weights: np.ndarray
    column_weights: np.ndarray
    shares: np.ndarray
    offsets: np.ndarray
    payload: np.ndarray
    tables: np.ndarray
    table_of: np.ndarray
    program: np.ndarray
    constants: np.ndarray


@kernel
def group_distance(rows, g, i, j):
    """d_g(i, j) / s_g; 1, the average, where the group is absent in either row."""
    count = rows.groups[g, COUNT]
    mask = rows.groups[g, MASK]
    if mask >= 0:
        complete = True
        absent = True
        left = count
        word = mask
        while left > 0:
            both = rows.cells[i, word] & rows.cells[j, word]
            absent &= both == 0
            complete &= both == (-1 if left >= 32 else (1 << left) - 1)
            left -= 32
            word += 1
        if absent:
            return 1.0
        if not complete:
            return _partial_distance(rows, g, i, j) * rows.inverse_scale[g]
    if rows.groups[g, STORAGE] == RAGGED:
        column = rows.groups[g, COLUMN]
        start = rows.groups[g, START]
        total = 0.0
        for c in range(count):
            total += _entry_distance(rows, g, column + c, rows.cells[i, start + c], rows.cells[j, start + c])
        return total * rows.inverse_scale[g]
    base = rows.cells.ctypes.data + 4 * rows.groups[g, START]
    stride = 4 * rows.cells.shape[1]
    weights = rows.column_weights.ctypes.data + 4 * rows.groups[g, COLUMN]
    distance = call_distance(rows.groups[g, ADDRESS], base + i * stride, count, base + j * stride, count, weights)
    return distance * rows.inverse_scale[g]


@kernel
def _entry_distance(rows, g, column, a, b):
    """Distance between two entries of the ragged store."""
    if a == b:
        return 0.0
    table = rows.table_of[column, 0]
    if table >= 0:
        first = rows.table_of[column, 2]
        return np.float64(rows.tables[table + (a - first) * rows.table_of[column, 1] + (b - first)])
    return _payload_distance(rows, g, column, a, b)


@kernel
def _payload_distance(rows, g, column, a, b):
    payload = rows.payload.ctypes.data
    x = rows.offsets[a]
    y = rows.offsets[b]
    return call_distance(
        rows.groups[g, ADDRESS],
        payload + 4 * x,
        rows.offsets[a + 1] - x,
        payload + 4 * y,
        rows.offsets[b + 1] - y,
        rows.column_weights.ctypes.data + 4 * column,
    )


@kernel
def _partial_distance(rows, g, i, j):
    """Distance over the columns present in both rows, rescaled to all: d (1 / share of those present)^gap_power."""
    rest = rows.groups[g, COUNT] - rows.groups[g, PREFIX]
    if rest <= STACK_WORDS:
        x = carray(stack_int32(), (STACK_WORDS,))
        y = carray(stack_int32(), (STACK_WORDS,))
        w = carray(stack_int32(), (STACK_WORDS,))
        return _gathered(rows, g, i, j, x, y, w)
    heap = np.empty((3, rest), np.int32)
    return _gathered(rows, g, i, j, heap[0], heap[1], heap[2])


@kernel
def _gathered(rows, g, i, j, x, y, w):
    """The leading columns without gaps are compared where they lie, the others gathered into x, y and w."""
    start = rows.groups[g, START]
    mask = rows.groups[g, MASK]
    column = rows.groups[g, COLUMN]
    prefix = rows.groups[g, PREFIX]
    ragged = rows.groups[g, STORAGE] == RAGGED
    kept = 0
    share = 0.0
    total = 0.0
    for c in range(prefix):
        share += rows.shares[column + c]
    for c in range(prefix, rows.groups[g, COUNT]):
        word = mask + (c >> 5)
        if (rows.cells[i, word] & rows.cells[j, word]) >> (c & 31) & 1:
            a = rows.cells[i, start + c]
            b = rows.cells[j, start + c]
            share += rows.shares[column + c]
            if ragged:
                total += _entry_distance(rows, g, column + c, a, b)
            else:
                x[kept] = a
                y[kept] = b
                w[kept] = rows.column_weights[column + c]
                kept += 1
    address = rows.groups[g, ADDRESS]
    if prefix > 0:
        base = rows.cells.ctypes.data + 4 * start
        stride = 4 * rows.cells.shape[1]
        weights = rows.column_weights.ctypes.data + 4 * column
        total += call_distance(address, base + i * stride, prefix, base + j * stride, prefix, weights)
    if kept > 0:
        total += call_distance(address, x.ctypes.data, kept, y.ctypes.data, kept, w.ctypes.data)
    if rows.gap_power[g] == 1.0:
        return total / share
    return total * share ** -rows.gap_power[g]


@kernel
def dissimilarity(rows, i, j, bound):
    """D(i, j) = -log m(i, j) of the combined membership; may stop early, above `bound`, with a lower estimate.

    The margin of 1e-6 keeps the estimate above `bound` when it is rounded to float32.
    For the intersection D = sum_g w_g d_g / s_g, summed in the order of the groups' names.
    """
    if rows.program.shape[0] > 0:
        return _evaluate(rows, i, j)
    total = 0.0
    stop = bound * 1.000001
    for g in range(rows.groups.shape[0]):
        total += rows.weights[g] * group_distance(rows, g, i, j)
        if total > stop:
            return total
    return total


@kernel
def complement(v):
    """-log(1 - exp(-v)), the fuzzy complement in the log domain: 0 -> inf, inf -> 0."""
    return -np.log(-np.expm1(-v))


@kernel
def _evaluate(rows, i, j):
    """Run the postfix program over v = -log m: a sum intersects, the complement negates, a | b = ~(~a & ~b)."""
    stack = carray(stack_float64(), (STACK_WORDS,))
    top = -1
    for step in range(rows.program.shape[0]):
        operation = rows.program[step, 0]
        argument = rows.program[step, 1]
        if operation == PUSH:
            top += 1
            stack[top] = group_distance(rows, argument, i, j)
        elif operation == SCALE:
            stack[top] *= rows.constants[step]
        elif operation == NOT:
            stack[top] = complement(stack[top])
        else:
            total = 0.0
            for k in range(argument):
                total += stack[top - argument + 1 + k]
            top -= argument - 1
            stack[top] = total
    return stack[top]


@parallel_kernel
def pair_dissimilarities(rows, left, right, out):
    """D of every pair (left[e], right[e]) -> out, float64."""
    for e in prange(left.shape[0]):
        out[e] = dissimilarity(rows, left[e], right[e], np.inf)


@parallel_kernel
def pair_group_distances(rows, g, left, right, out):
    """d_g / s_g of every pair (left[e], right[e]) -> out, float64."""
    for e in prange(left.shape[0]):
        out[e] = group_distance(rows, g, left[e], right[e])


@parallel_kernel
def _digest(cells, keys):
    for i in prange(cells.shape[0]):
        h = np.uint64(cells.shape[1])
        for c in range(cells.shape[1]):
            h = mix(h ^ np.uint64(np.uint32(cells[i, c])))
        keys[i] = h


@parallel_kernel
def fill_table(rows, g, column, first, size, table):
    """Distances between all distinct entries of one ragged column."""
    for a in prange(size):
        for b in range(size):
            table[a, b] = 0.0 if a == b else _payload_distance(rows, g, column, first + a, first + b)


def digest_rows(cells: np.ndarray) -> np.ndarray:
    """A 64-bit digest of every row's words, uint64 (n,)."""
    keys = np.empty(len(cells), np.uint64)
    locked(_digest, cells, keys)
    return keys


def single_group(rows: Rows, g: int) -> Rows:
    """The rows with group `g` alone, at weight 1: its words only, so that rows equal in the group are identical."""
    spec = rows.groups[g].copy()
    count, mask, column = int(spec[COUNT]), int(spec[MASK]), int(spec[COLUMN])
    words = [slice(spec[START], spec[START] + count)]
    if mask >= 0:
        words.append(slice(mask, mask + (count + 31) // 32))
        spec[MASK] = count
    spec[START], spec[COLUMN] = 0, 0
    columns = slice(column, column + count)
    if sum(w.stop - w.start for w in words) == rows.cells.shape[1]:
        cells, keys = rows.cells, rows.keys
    else:
        cells = np.ascontiguousarray(np.concatenate([rows.cells[:, w] for w in words], axis=1))
        keys = digest_rows(cells)
    return rows._replace(
        cells=cells,
        keys=keys,
        groups=spec[None, :],
        gap_power=rows.gap_power[g : g + 1].copy(),
        inverse_scale=rows.inverse_scale[g : g + 1].copy(),
        weights=np.ones(1),
        column_weights=rows.column_weights[columns].copy(),
        shares=rows.shares[columns].copy(),
        table_of=rows.table_of[columns].copy(),
        program=np.empty((0, 2), np.int64),
        constants=np.empty(0),
    )


def take_rows(rows: Rows, which: np.ndarray) -> Rows:
    """Some of the rows, in the given order; the rows themselves if those are all."""
    if len(which) == len(rows.cells) and (which == np.arange(len(which))).all():
        return rows
    return rows._replace(cells=np.ascontiguousarray(rows.cells[which]), keys=rows.keys[which])
