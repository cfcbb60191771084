"""String distances with transpositions (optimal string alignment), by Jaro's matches, and by words;
int32 code points, any length."""

from __future__ import annotations

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric

_BLANK = 32


@metric(
    "osa",
    limit="edits",
    accepts="text",
    is_metric=False,
    aliases=("damerau",),
    description="least number of edits and transpositions",
)
@metric_kernel
def osa(x, y):
    """Optimal string alignment: least number of insertions, deletions, substitutions and
    transpositions of neighbouring letters, no substring edited twice (Damerau 1964, restricted).

    Not a true metric: CA, AC, ABC violate the triangle inequality.
    """
    m = x.shape[0]
    n = y.shape[0]
    before = np.empty(n + 1, np.int32)
    above = np.empty(n + 1, np.int32)
    row = np.empty(n + 1, np.int32)
    for j in range(n + 1):
        row[j] = j
    for i in range(1, m + 1):
        spare = before
        before = above
        above = row
        row = spare
        row[0] = i
        for j in range(1, n + 1):
            best = min(above[j] + 1, row[j - 1] + 1)
            best = min(best, above[j - 1] + (0 if x[i - 1] == y[j - 1] else 1))
            if i > 1 and j > 1 and x[i - 1] == y[j - 2] and x[i - 2] == y[j - 1]:
                best = min(best, before[j - 2] + 1)
            row[j] = best
    return float(row[n])


@metric(
    "osa_normalized",
    limit="edit share",
    accepts="text",
    is_metric=False,
    bounded=True,
    description="2 L / (|x| + |y| + L), L = osa",
)
@metric_kernel
def osa_normalized(x, y):
    """2 L / (|x| + |y| + L), L the optimal string alignment distance."""
    edits = osa(x, y)
    length = x.shape[0] + y.shape[0] + edits
    return 0.0 if length == 0 else 2.0 * edits / length


@metric_kernel
def _jaro_similarity(x, y):
    """(m/|x| + m/|y| + (m - t)/m) / 3, m the number of letters that match within half the longer
    length, t half the number of matches out of order."""
    m = x.shape[0]
    n = y.shape[0]
    if m == 0 or n == 0:
        return 1.0 if m == n else 0.0
    reach = max(0, max(m, n) // 2 - 1)
    taken_x = np.zeros(m, np.bool_)
    taken_y = np.zeros(n, np.bool_)
    matches = 0
    for i in range(m):
        for j in range(max(0, i - reach), min(n, i + reach + 1)):
            if not taken_y[j] and x[i] == y[j]:
                taken_x[i] = True
                taken_y[j] = True
                matches += 1
                break
    if matches == 0:
        return 0.0
    out_of_order = 0
    j = 0
    for i in range(m):
        if taken_x[i]:
            while not taken_y[j]:
                j += 1
            out_of_order += x[i] != y[j]
            j += 1
    return (matches / m + matches / n + (matches - out_of_order // 2) / matches) / 3.0


@metric_kernel
def _ordered(x, y):
    """Whether x precedes y. Jaro's greedy matching depends on the order of its arguments; sorting
    them makes the distance symmetric."""
    if x.shape[0] != y.shape[0]:
        return x.shape[0] < y.shape[0]
    for i in range(x.shape[0]):
        if x[i] != y[i]:
            return x[i] < y[i]
    return True


@metric_kernel
def _similarity(x, y):
    return _jaro_similarity(x, y) if _ordered(x, y) else _jaro_similarity(y, x)


@metric(
    "jaro",
    limit=1.0,
    accepts="text",
    is_metric=False,
    bounded=True,
    description="1 - Jaro's similarity",
)
@metric_kernel
def jaro(x, y):
    """1 - Jaro's similarity (Jaro 1989)."""
    return max(0.0, 1.0 - _similarity(x, y))


@metric(
    "jaro_winkler",
    limit=1.0,
    accepts="text",
    is_metric=False,
    bounded=True,
    params={"prefix": 0.1},
    description="jaro, less for a common prefix",
)
@metric_kernel
def jaro_winkler(x, y, prefix):
    """jaro (1 - l prefix) if the similarity is above 0.7, l <= 4 the length of the common prefix
    (Winkler 1990)."""
    similarity = _similarity(x, y)
    distance = max(0.0, 1.0 - similarity)
    if similarity > 0.7:
        shared = 0
        while shared < min(4, min(x.shape[0], y.shape[0])) and x[shared] == y[shared]:
            shared += 1
        distance *= 1.0 - min(prefix, 0.25) * shared
    return distance


@metric_kernel
def _word_end(x, first):
    last = first
    while last < x.shape[0] and x[last] != _BLANK:
        last += 1
    return last


@metric_kernel
def _compare(x, a, b, y, c, d):
    """-1, 0 or 1 if x[a:b] precedes, equals or follows y[c:d]."""
    for p in range(min(b - a, d - c)):
        if x[a + p] != y[c + p]:
            return -1 if x[a + p] < y[c + p] else 1
    return 0 if b - a == d - c else (-1 if b - a < d - c else 1)


@metric_kernel
def _append(out, length, x, a, b):
    """Append the word x[a:b] to `out`, after a blank unless it is the first; return the new
    length."""
    if length > 0:
        out[length] = _BLANK
        length += 1
    for p in range(a, b):
        out[length] = x[p]
        length += 1
    return length


@metric_kernel
def _common_letters(x, y):
    """Length of the longest common subsequence."""
    above = np.zeros(y.shape[0] + 1, np.int32)
    row = np.zeros(y.shape[0] + 1, np.int32)
    for i in range(x.shape[0]):
        spare = above
        above = row
        row = spare
        row[0] = 0
        for j in range(y.shape[0]):
            row[j + 1] = above[j] + 1 if x[i] == y[j] else max(above[j + 1], row[j])
    return row[y.shape[0]]


@metric(
    "token_set",
    accepts="text",
    is_metric=False,
    bounded=True,
    prepare="words",
    description="1 - token_set_ratio of the words",
)
@metric_kernel
def token_set(x, y):
    """1 - rapidfuzz's token_set_ratio / 100: 0 if the words of one string are a subset of the
    other's.

    Rows are distinct words in alphabetical order, separated by blanks. With s the common words, a
    and b the other words of x and of y: 1 - the largest of the ratios 2 lcs / (lengths) of "s a"
    and "s b", of "s" and "s a", of "s" and "s b".
    """
    if x.shape[0] == 0 or y.shape[0] == 0:
        return 0.0 if x.shape[0] == y.shape[0] else 1.0
    rest_x = np.empty(x.shape[0] + 1, np.int32)
    rest_y = np.empty(y.shape[0] + 1, np.int32)
    a = 0
    b = 0
    shared = 0
    i = 0
    j = 0
    while i < x.shape[0] or j < y.shape[0]:
        end_x = _word_end(x, i)
        end_y = _word_end(y, j)
        order = (
            1 if i >= x.shape[0] else -1 if j >= y.shape[0] else _compare(x, i, end_x, y, j, end_y)
        )
        if order == 0:
            shared += end_x - i + (1 if shared > 0 else 0)
        if order < 0:
            a = _append(rest_x, a, x, i, end_x)
        if order > 0:
            b = _append(rest_y, b, y, j, end_y)
        if order <= 0:
            i = end_x + 1
        if order >= 0:
            j = end_y + 1
    if shared > 0 and (a == 0 or b == 0):
        return 0.0
    blank = 1 if shared > 0 else 0
    with_x = shared + blank + a
    with_y = shared + blank + b
    # The common prefix aligns with itself; only the other words are edited.
    edits = a + b - 2 * _common_letters(rest_x[:a], rest_y[:b])
    best = 1.0 - edits / (with_x + with_y)
    if shared > 0:
        best = max(best, 1.0 - (blank + a) / (shared + with_x))
        best = max(best, 1.0 - (blank + b) / (shared + with_y))
    return 1.0 - best
