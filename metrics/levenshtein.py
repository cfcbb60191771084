"""Edit distances between strings: int32 Unicode code points, any length.

Myers' bit-parallel algorithm (J. ACM 46, 1999) in Hyyro's form (2003): a column of the
dynamic-programming matrix is stored as two bit vectors, its vertical +1 and -1 steps, 64 rows per
word. Longer patterns are divided into blocks of 64; the horizontal steps in the last row of a block
are the input of the next block.
"""

from __future__ import annotations

import numpy as np
from numba import carray

from ..engine.jit import STACK_WORDS, metric_kernel, stack_int32, stack_uint64
from .registry import metric

_ONE = np.uint64(1)
_TOP = np.uint64(63)


@metric(
    "levenshtein",
    limit="edits",
    accepts="text",
    increases_with="edits",
    cost="m n / 64",
    aliases=("string", "myers"),
    description="least number of edits",
)
@metric_kernel
def levenshtein(x, y):
    """Least number of insertions, deletions and substitutions between x and y (Levenshtein
    1966)."""
    start = 0
    end_x = x.shape[0]
    end_y = y.shape[0]
    while start < end_x and start < end_y and x[start] == y[start]:
        start += 1
    while end_x > start and end_y > start and x[end_x - 1] == y[end_y - 1]:
        end_x -= 1
        end_y -= 1
    m = end_x - start
    n = end_y - start
    if m > n:
        return _levenshtein(y, x, start, n, m)
    return _levenshtein(x, y, start, m, n)


@metric_kernel
def _levenshtein(pattern, text, start, m, n):
    """Distance of pattern[start:start+m] and text[start:start+n], m <= n."""
    if m == 0:
        return n
    if m <= 64:
        return _block(pattern, text, start, start, m, n, np.empty(0, np.int8))
    steps = np.ones(n, np.int8)  # row 0 of the matrix grows by 1 a column
    for first in range(0, m, 64):
        _block(pattern, text, start + first, start, min(64, m - first), n, steps)
    total = m
    for j in range(n):
        total += steps[j]
    return total


@metric_kernel
def _block(pattern, text, first, start, m, n, steps):
    """One block of m <= 64 pattern rows over the whole text.

    `steps`, the horizontal steps (-1, 0, 1) of the row above at every text position, is overwritten
    with those of the block's last row; if it is empty, the row above is row 0 of the matrix.
    Returns m + the sum of the last row's steps: the distance if the pattern is a single block.
    """
    # Hash table, code point -> bits, by open addressing; at most 64 entries.
    keys = carray(stack_int32(), (STACK_WORDS,))
    bits = carray(stack_uint64(), (STACK_WORDS,))
    for s in range(STACK_WORDS):
        keys[s] = -1
    for i in range(m):
        slot = _slot(keys, pattern[first + i])
        if keys[slot] < 0:
            keys[slot] = pattern[first + i]
            bits[slot] = np.uint64(0)
        bits[slot] |= _ONE << np.uint64(i)
    plus = ~np.uint64(0)
    minus = np.uint64(0)
    last = np.uint64(m - 1)
    carried = steps.shape[0] > 0
    score = m
    for j in range(n):
        slot = _slot(keys, text[start + j])
        equal = bits[slot] if keys[slot] >= 0 else np.uint64(0)
        step = steps[j] if carried else np.int8(1)
        step_minus = _ONE if step < 0 else np.uint64(0)
        step_plus = _ONE if step > 0 else np.uint64(0)
        vertical = equal | minus
        equal |= step_minus
        diagonal = (((equal & plus) + plus) ^ plus) | equal
        up = minus | ~(diagonal | plus)
        down = plus & diagonal
        out = np.int8((up >> last) & _ONE) - np.int8((down >> last) & _ONE)
        up = (up << _ONE) | step_plus
        down = (down << _ONE) | step_minus
        plus = down | ~(vertical | up)
        minus = up & vertical
        score += out
        if carried:
            steps[j] = out
    return score


@metric_kernel
def _slot(keys, point):
    """Slot of `point` in the table, or the free slot for it: open addressing, linear probing."""
    slot = (point ^ (point >> 7) * 31) & (STACK_WORDS - 1)
    while keys[slot] >= 0 and keys[slot] != point:
        slot = (slot + 1) & (STACK_WORDS - 1)
    return slot


@metric(
    "levenshtein_normalized",
    limit="edit share",
    accepts="text",
    bounded=True,
    increases_with="edit share",
    cost="m n / 64",
    description="2 L / (|x| + |y| + L)",
)
@metric_kernel
def levenshtein_normalized(x, y):
    """2 L / (|x| + |y| + L), L the Levenshtein distance: a true metric in [0, 1] (Yujian and Bo
    2007)."""
    edits = levenshtein(x, y)
    length = x.shape[0] + y.shape[0] + edits
    if length == 0:
        return 0.0
    return 2.0 * edits / length
