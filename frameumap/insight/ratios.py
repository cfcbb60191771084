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
from ..engine.jit import borrow, helper, inlined, kernel, mix
from ..engine.threads import parallel_for
from ..model.model import Model
from .parts import unit_distance
from .quick_parts import NUMBER, TABLE, read_parts

#: Rows among which the nearest are sought: all of so many, else so many, chosen by contents.
ALL_ROWS, SOME_ROWS = 2500, 1000
#: What counts as near, in mean distances: of a rare level that are those that have it, not others.
NEAR = 0.5


class There(NamedTuple):
    """`numbers` and `codes` of the references, (U, R)."""

    numbers: np.ndarray
    codes: np.ndarray


@helper
def _take(values, which):
    """Columns `which` of `values`, none if it has none."""
    taken = np.empty((values.shape[0], len(which) if values.shape[1] else 0), values.dtype)
    for u in range(taken.shape[0]):
        for t in range(taken.shape[1]):
            taken[u, t] = values[u, which[t]]
    return taken


@inlined
def _distance(rows, i, j, parts, u, own, scratch):
    """Distance of rows i and j in part u, up to a factor; -1 where one lacks it or both are the
    same."""
    if i == j:
        return -1.0
    if parts.forms[u] == NUMBER:
        gap = abs(np.float64(parts.numbers[u, i]) - np.float64(parts.numbers[u, j]))
        return gap if gap >= 0.0 else -1.0
    if parts.forms[u] == TABLE:
        here, there = parts.codes[u, i], parts.codes[u, j]
        return parts.tables[u, here, there] if here >= 0 and there >= 0 else -1.0
    return unit_distance(rows, parts.groups[u], own, rows.cells, i, rows.cells, j, scratch)


@inlined
def _from_row(rows, i, references, parts, there, u, scratch, line):
    """Distances in part u between row i and the references -> line, nan where they are not asked
    for; returns their mean."""
    total, count = 0.0, 0
    if parts.forms[u] == NUMBER:
        here = parts.numbers[u, i]
        for t in range(len(references)):
            gap = abs(here - there.numbers[u, t])
            line[t] = gap if gap >= 0.0 else -1.0
    elif parts.forms[u] == TABLE and parts.codes[u, i] >= 0:
        own_line = parts.tables[u, parts.codes[u, i]]
        for t in range(len(references)):
            code = there.codes[u, t]
            line[t] = own_line[code] if code >= 0 else -1.0
    elif parts.forms[u] == TABLE:
        line[:] = -1.0
    else:
        own = parts.words[parts.starts[u] : parts.starts[u + 1]]
        line[:] = np.nan
        for t in range(0, len(references), parts.strides[u]):
            line[t] = _distance(rows, i, references[t], parts, u, own, scratch)
    for t in range(len(references)):
        if references[t] == i:
            line[t] = -1.0
        if line[t] >= 0.0:
            total += line[t]
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
    there = There(_take(parts.numbers, references), _take(parts.codes, references))
    units = len(parts.groups)
    v = np.empty((units, len(references)))
    reach, near = np.empty(units), np.empty(k, np.int64)
    far, tie = np.empty(k), np.empty(k, np.uint64)
    scratch = np.empty((3, len(parts.words)), np.int32)
    for i in range(first, last):
        for u in range(units):
            reach[u] = _from_row(rows, i, references, parts, there, u, scratch, v[u])
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
