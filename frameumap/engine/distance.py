"""Distances between packed rows: of one group, and D of the combination, summed group by group with
early exit.

Kernels take two arrays of words, x and y, and a row number in each: rows of the frame among
themselves, or new ones against them. Nothing here depends on the schema at compile time.
"""

from __future__ import annotations

import numpy as np
from numba import carray

from .jit import (
    STACK_WORDS,
    borrow,
    call_distance,
    helper,
    inlined,
    kernel,
    stack_float64,
    stack_int32,
)
from .rows import (
    ADDRESS,
    COLUMN,
    COUNT,
    MASK,
    NOT,
    PARAMS,
    PREFIX,
    PUSH,
    RAGGED,
    SCALE,
    START,
    STORAGE,
)


@inlined
def group_distance(rows, g, x, i, y, j):
    """d_g / s_g of rows x[i] and y[j] (words as in `Rows.cells`); 1, the average, where either
    lacks the group."""
    count = rows.groups[g, COUNT]
    mask = rows.groups[g, MASK]
    if mask >= 0:
        complete = True
        absent = True
        left = count
        word = mask
        while left > 0:
            both = x[i, word] & y[j, word]
            absent &= both == 0
            complete &= both == (-1 if left >= 32 else (1 << left) - 1)
            left -= 32
            word += 1
        if absent:
            return 1.0
        if not complete:
            return _partial_distance(rows, g, x, i, y, j) * rows.inverse_scale[g]
    if rows.groups[g, STORAGE] == RAGGED:
        column = rows.groups[g, COLUMN]
        start = rows.groups[g, START]
        total = 0.0
        for c in range(count):
            total += _entry_distance(rows, g, column + c, x[i, start + c], y[j, start + c])
        return total * rows.inverse_scale[g]
    return _call(rows, g, x, i, y, j, count) * rows.inverse_scale[g]


@inlined
def _call(rows, g, x, i, y, j, count):
    """The metric of group g over its first `count` columns, in place."""
    offset = 4 * rows.groups[g, START]
    stride = 4 * x.shape[1]
    weights = rows.column_weights.ctypes.data + 4 * rows.groups[g, COLUMN]
    here = x.ctypes.data + offset + i * stride
    there = y.ctypes.data + offset + j * stride
    return call_distance(
        rows.groups[g, ADDRESS], here, count, there, count, weights, _params(rows, g)
    )


@inlined
def _params(rows, g):
    """Address of the parameters of group g."""
    return rows.params.ctypes.data + 8 * rows.groups[g, PARAMS]


@inlined
def _entry_distance(rows, g, column, a, b):
    """Distance between two entries of the ragged store."""
    if a == b:
        return 0.0
    table = rows.table_of[column, 0]
    if table >= 0:
        size = rows.table_of[column, 1]
        a_th = a - rows.table_of[column, 2]
        b_th = b - rows.table_of[column, 2]
        if 0 <= a_th < size and 0 <= b_th < size:  # entries of new rows are not in the table
            return np.float64(rows.tables[table + a_th * size + b_th])
    return _payload_distance(rows, g, column, a, b)


@inlined
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
        _params(rows, g),
    )


@helper
def _partial_distance(rows, g, x, i, y, j):
    """Distance over the columns present in both rows, rescaled to all: d (1 / share of those
    present)^gap_power."""
    rest = rows.groups[g, COUNT] - rows.groups[g, PREFIX]
    if rest <= STACK_WORDS:
        a = carray(stack_int32(), (STACK_WORDS,))
        b = carray(stack_int32(), (STACK_WORDS,))
        w = carray(stack_int32(), (STACK_WORDS,))
        return _gathered(rows, g, x, i, y, j, a, b, w)
    heap = np.empty((3, rest), np.int32)
    return _gathered(rows, g, x, i, y, j, heap[0], heap[1], heap[2])


@inlined
def _gathered(rows, g, x, i, y, j, a, b, w):
    """The leading columns without gaps are compared in place, the others gathered into a, b and
    w."""
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
        if (x[i, word] & y[j, word]) >> (c & 31) & 1:
            share += rows.shares[column + c]
            if ragged:
                total += _entry_distance(rows, g, column + c, x[i, start + c], y[j, start + c])
            else:
                a[kept] = x[i, start + c]
                b[kept] = y[j, start + c]
                w[kept] = rows.column_weights[column + c]
                kept += 1
    if prefix > 0:
        total += _call(rows, g, x, i, y, j, prefix)
    if kept > 0:
        params = _params(rows, g)
        total += call_distance(
            rows.groups[g, ADDRESS], a.ctypes.data, kept, b.ctypes.data, kept, w.ctypes.data, params
        )
    if rows.gap_power[g] == 1.0:
        return total / share
    return total * share ** -rows.gap_power[g]


@helper
def complement(v):
    """-log(1 - exp(-v)), the fuzzy complement in the log domain: 0 -> inf, inf -> 0."""
    return -np.log(-np.expm1(-v))


@inlined
def dissimilarity(rows, x, i, y, j, bound):
    """D = -log m of rows x[i] and y[j], words as in `Rows.cells`; may stop early, above `bound`,
    with a lower estimate."""
    return leading_dissimilarity(rows, x, i, y, j, bound, rows.groups.shape[0])


@inlined
def leading_dissimilarity(rows, x, i, y, j, bound, count):
    """D over the first `count` groups of `Rows.order`, for an intersection; of all, else.

    For the intersection D = sum_g w_g d_g / s_g: the groups are computed in `Rows.order`, so that
    most sums exceed the bound early, and all together are added in the order of their names. Else
    the postfix program runs over v = -log m: a sum intersects, the complement negates, a | b =
    ~(~a & ~b). The margin of 1e-6 keeps an estimate above `bound` when it is rounded to float32.
    """
    plain = rows.program.shape[0] == 0
    steps = count if plain else rows.program.shape[0]
    groups = rows.groups.shape[0]
    ordered = plain and groups == rows.order.shape[0] and groups <= STACK_WORDS
    stop = bound * 1.000001
    total = 0.0
    stack = carray(stack_float64(), (STACK_WORDS,))
    top = -1
    for step in range(steps):
        operation = PUSH if plain else rows.program[step, 0]
        argument = step if plain else rows.program[step, 1]
        if operation == PUSH:  # one place for both, as this is compiled into every search
            if ordered:
                argument = rows.order[step]
            v = group_distance(rows, argument, x, i, y, j)
            if plain:
                total += rows.weights[argument] * v
                if total > stop:
                    return total
            if ordered:
                stack[argument] = v
            elif not plain:
                top += 1
                stack[top] = v
        elif operation == SCALE:
            stack[top] *= rows.constants[step]
        elif operation == NOT:
            stack[top] = complement(stack[top])
        else:
            v = 0.0
            for k in range(argument):
                v += stack[top - argument + 1 + k]
            top -= argument - 1
            stack[top] = v
    if ordered and count == groups:
        total = 0.0
        for g in range(groups):
            total += rows.weights[g] * stack[g]
    return total if plain else stack[top]


@kernel
def pair_dissimilarities(first, last, rows, left, right, out):
    """D of every pair (left[e], right[e]) -> out, float64."""
    rows = borrow(rows)
    for e in range(first, last):
        out[e] = dissimilarity(rows, rows.cells, left[e], rows.cells, right[e], np.inf)


@kernel
def pair_group_distances(first, last, rows, g, left, right, out):
    """d_g / s_g of every pair (left[e], right[e]) -> out, float64."""
    rows = borrow(rows)
    for e in range(first, last):
        out[e] = group_distance(rows, g, rows.cells, left[e], rows.cells, right[e])


@kernel
def fill_table(first, last, rows, g, column, entry, table):
    """Distances between all distinct entries of one ragged column, the first of which is
    `entry`."""
    rows = borrow(rows)
    for a in range(first, last):
        for b in range(table.shape[1]):
            table[a, b] = (
                0.0 if a == b else _payload_distance(rows, g, column, entry + a, entry + b)
            )
