"""`Rows`: the packed frame that kernels read.

A row is one contiguous run of 4-byte words: for every group its values (float32 bits), codes
(int32) or numbers of distinct strings and sets, then, if the group has gaps, one presence bit a
column. Two rows are identical when their words are. Nothing here depends on the schema at compile
time: a group is a line of integers with the address of its metric.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .jit import kernel, mix
from .threads import parallel_for

# Columns of Rows.groups.
ADDRESS, START, COUNT, MASK, STORAGE, COLUMN, PREFIX, PARAMS = range(8)
GROUP_WORDS = 8
# Values of the column STORAGE: cells are the row itself, or numbers of entries in the ragged store.
DIRECT, RAGGED = 0, 1
# Work of a call of a metric, in columns.
_CALL = 8
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
    groups : int64 (n_groups, 8)
        ADDRESS of the metric, START of its words, COUNT of columns, MASK word or -1, STORAGE, first
        COLUMN, the number of leading columns without gaps (PREFIX) if the metric is additive, else
        0, and where its PARAMS begin.
    gap_power, inverse_scale, weights : float64 (n_groups,)
        See `Metric.gap_power`; 1 / s_g, so that random pairs average 1; weight in the combination.
    column_weights : int32 (n_columns,)
        float32 bits of the weights that metrics receive.
    shares : float64 (n_columns,)
        Each column's share in its group's average distance; a group's shares sum to 1.
    offsets : int64 (n_entries + 1,)
    payload : int32
        Entry e of the ragged store is payload[offsets[e]:offsets[e + 1]].
    params : float64
        Of every group a record of faults, see `metrics.compiled.FAULT_WORDS`, and the values of its
        metric's parameters.
    tables : float32
    table_of : int64 (n_columns, 3)
        Start in `tables`, number of distinct entries, first entry; start -1 where distances are
        computed.
    program : int64 (m, 2)
    constants : float64 (m,)
        Postfix program of the combination; empty for the intersection of all groups.
    order : int64 (n_groups,)
        Order in which the groups of an intersection are computed, see `order_groups`.
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
    params: np.ndarray
    tables: np.ndarray
    table_of: np.ndarray
    program: np.ndarray
    constants: np.ndarray
    order: np.ndarray


def order_groups(groups: np.ndarray, weights: np.ndarray, table_of: np.ndarray) -> np.ndarray:
    """Order in which the groups are computed: those of strings and sets without a table last; else
    by the average in D, which is the weight, for the work, largest first.

    The order changes no distance, only how soon a sum exceeds a bound.
    """
    slow = is_slow(groups, table_of)
    return np.lexsort((-weights / (_CALL + groups[:, COUNT]), slow)).astype(np.int64)


def is_slow(groups: np.ndarray, table_of: np.ndarray) -> np.ndarray:
    """Groups whose distance is computed from strings or sets of any length, bool (n_groups,)."""
    lacking = [(table_of[g[COLUMN] :][: g[COUNT], 0] < 0).any() for g in groups]
    return np.array(lacking) & (groups[:, STORAGE] == RAGGED)


@kernel
def _digest(first, last, cells, keys):
    for i in range(first, last):
        width = cells.shape[1]
        h = np.uint64(width)
        for c in range(0, width - 1, 2):  # two words at a time: each round waits for the one before
            h = mix(
                h
                ^ np.uint64(np.uint32(cells[i, c]))
                ^ (np.uint64(np.uint32(cells[i, c + 1])) << np.uint64(32))
            )
        if width % 2:
            h = mix(h ^ np.uint64(np.uint32(cells[i, width - 1])))
        keys[i] = h


class Queries(NamedTuple):
    """Rows that look for neighbours among those of a `Rows`.

    Attributes
    ----------
    cells : int32 (m, width)
        Words, laid out as `Rows.cells`.
    keys : uint64 (m,)
        Digests of the words.
    query_row : int32 (m,)
        Index of the query among the rows, excluded from its own neighbours; -1 for a new row.
    """

    cells: np.ndarray
    keys: np.ndarray
    query_row: np.ndarray


def as_queries(rows: Rows) -> Queries:
    """The rows of the frame as queries for their own neighbours."""
    return Queries(rows.cells, rows.keys, np.arange(len(rows.cells), dtype=np.int32))


def take_queries(queries: Queries, which: np.ndarray) -> Queries:
    """Some of the queries, in the given order."""
    return Queries(*(np.ascontiguousarray(field[which]) for field in queries))


def digest_rows(cells: np.ndarray) -> np.ndarray:
    """A 64-bit digest of every row's words, uint64 (n,)."""
    keys = np.empty(len(cells), np.uint64)
    parallel_for(_digest, len(cells), cells, keys)
    return keys


def single_group(rows: Rows, g: int) -> Rows:
    """The rows with group `g` alone, at weight 1: its words only, so that rows equal in the group
    are identical."""
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
        order=np.zeros(1, np.int64),
    )


def leading_groups(rows: Rows, count: int) -> Rows:
    """The rows with their first `count` groups alone."""
    if count == len(rows.groups):
        return rows
    width, column = int(rows.groups[count, START]), int(rows.groups[count, COLUMN])
    cells = np.ascontiguousarray(rows.cells[:, :width])
    return rows._replace(
        cells=cells,
        keys=digest_rows(cells),
        groups=rows.groups[:count].copy(),
        gap_power=rows.gap_power[:count].copy(),
        inverse_scale=rows.inverse_scale[:count].copy(),
        weights=rows.weights[:count].copy(),
        column_weights=rows.column_weights[:column].copy(),
        shares=rows.shares[:column].copy(),
        table_of=rows.table_of[:column].copy(),
        order=rows.order[rows.order < count],
    )


def take_rows(rows: Rows, which: np.ndarray) -> Rows:
    """Some of the rows, in the given order; the rows themselves if those are all."""
    if len(which) == len(rows.cells) and (which == np.arange(len(which))).all():
        return rows
    return rows._replace(cells=np.ascontiguousarray(rows.cells[which]), keys=rows.keys[which])
