"""Blocks of all groups -> `Rows`: one contiguous run of words a row, scales, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..engine.distance import fill_table
from ..engine.faults import watch_faults
from ..engine.pairs import group_distances
from ..engine.rows import COUNT, DIRECT, MASK, RAGGED, Rows, digest_rows, order_groups, single_group
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..metrics.compiled import FAULT_WORDS
from .block import Block

#: Pairs whose mean distance is a group's scale s_g; all pairs of smaller frames are taken.
SCALE_PAIRS = 200_000
#: Rows up to which every row takes part in the pairs, in turns.
CIRCLE_ROWS = 10_000
#: Distances between distinct entries are tabulated up to this many entries a column.
TABLE_ENTRIES = 1500


class Packed(NamedTuple):
    """Packed rows of a frame, their metrics and scales.

    Attributes
    ----------
    rows : Rows
    metrics : tuple of Metric
        One a group.
    scales : float64 (n_groups,)
        s_g: mean distance of a random pair that has the group on both sides.
    units : float64 (n_groups,)
        What a group of weight 1 weighs in D: `Rows.weights` are weights times units, see `unit`.
    orders : tuple of int (p,)
        Order in which each group's columns were packed.
    spans : dict of int to (int, int)
        Column of strings or sets -> number of its first entry in the ragged store, and of the next
        column's.
    """

    rows: Rows
    metrics: tuple[Metric, ...]
    scales: np.ndarray
    units: np.ndarray
    orders: tuple[np.ndarray, ...]
    spans: dict[int, tuple[int, int]]


def mask_words(present: np.ndarray) -> np.ndarray:
    """Presence as bits: int32 (n, ceil(p / 32)), bit c & 31 of word c >> 5."""
    n, p = present.shape
    words = (p + 31) // 32
    bits = np.zeros((n, words * 32), np.uint8)
    bits[:, :p] = present
    return np.packbits(bits, axis=1, bitorder="little").view(np.int32).reshape(n, words)


def _complete_first(block: Block, metric: Metric) -> tuple[np.ndarray, int]:
    """An order of the columns with those without gaps first, and their number; unchanged unless the
    metric is additive."""
    complete = np.asarray(block.present.all(axis=0))
    if not metric.additive or block.entries or complete.all():
        return np.arange(len(complete)), 0
    return np.argsort(~complete, kind="stable"), int(complete.sum())


def _ordered(block: Block, order: np.ndarray) -> Block:
    if (order == np.arange(len(order))).all():
        return block
    return Block(
        block.cells[:, order], block.present[:, order], block.weights[order], block.shares[order]
    )


def _ragged(blocks: Sequence[Block]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """All entries of all blocks in one store; the number of each block's first entry."""
    entries: list[np.ndarray] = []
    firsts = []
    for block in blocks:
        firsts.append(len(entries))
        entries += [e for column in block.entries or [] for e in column]
    offsets = np.concatenate([[0], np.cumsum([len(e) for e in entries], dtype=np.int64)]).astype(
        np.int64
    )
    payload = np.concatenate(entries) if entries else np.empty(0, np.int32)
    return offsets, np.ascontiguousarray(payload, np.int32), firsts


def pack(
    blocks: Sequence[Block],
    metrics: Sequence[Metric],
    weights: Sequence[float],
    names: Sequence[str],
    params: Sequence[Sequence[float]],
    columns: Sequence[float | None],
) -> Packed:
    """Lay the groups' blocks side by side and find their scales.

    Parameters
    ----------
    weights : sequence of float
        How many times as much as it does by itself each group counts.
    columns : sequence of float or None
        For how many columns each group counts; None where its distance is a sum of columns that
        each have a root mean square of 1, or of their weights.

    Raises
    ------
    MetricError
        If a metric gives a distance that is not a finite number >= 0.
    """
    records = [np.concatenate([np.zeros(FAULT_WORDS), values]) for values in params]
    starts = np.cumsum([0, *map(len, records)])
    offsets, payload, firsts = _ragged(blocks)
    orders, prefixes = zip(
        *(_complete_first(block, metric) for block, metric in zip(blocks, metrics, strict=True)),
        strict=True,
    )
    blocks = [_ordered(block, order) for block, order in zip(blocks, orders, strict=True)]
    cells, specs = _lay_out(blocks, metrics, firsts, prefixes, starts)
    rows = Rows(
        cells=cells,
        keys=digest_rows(cells),
        groups=specs,
        gap_power=np.array([m.gap_power for m in metrics], np.float64),
        inverse_scale=np.ones(len(blocks)),
        weights=np.ones(len(blocks)),
        column_weights=np.concatenate([b.weights for b in blocks])
        .astype(np.float32)
        .view(np.int32),
        shares=np.concatenate([b.shares for b in blocks]),
        offsets=offsets,
        payload=payload,
        params=np.concatenate(records),
        tables=np.empty(0, np.float32),
        table_of=np.full((specs[:, COUNT].sum(), 3), -1, np.int64),
        program=np.empty((0, 2), np.int64),
        constants=np.empty(0),
        order=np.arange(len(blocks)),
    )
    with watch_faults(rows, tuple(metrics), tuple(names)):
        rows = _with_tables(rows, blocks, firsts)
    scales, units = np.ones(len(blocks)), np.ones(len(blocks))
    for g, count in enumerate(columns):
        scales[g], rms = _scale(single_group(rows, g), names[g], metrics[g])
        units[g] = unit(scales[g], rms, count)
    shares = np.array(weights) * units
    order = order_groups(rows.groups, shares, rows.table_of)
    return Packed(
        rows._replace(inverse_scale=1 / scales, weights=shares, order=order),
        tuple(metrics),
        scales,
        units,
        orders,
        _spans(blocks, firsts),
    )


def _lay_out(
    blocks: Sequence[Block],
    metrics: Sequence[Metric],
    firsts: Sequence[int],
    prefixes: Sequence[int],
    params: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """`Rows.cells` and `Rows.groups`: each group's words, then its presence bits if it has gaps."""
    words: list[np.ndarray] = []
    specs, column, width = [], 0, 0
    for g, (block, metric) in enumerate(zip(blocks, metrics, strict=True)):
        count, storage, mask = block.cells.shape[1], DIRECT, -1
        start, width = width, width + count
        words.append(block.cells)
        if block.entries:
            storage = RAGGED
            words[-1] = block.cells + np.int32(firsts[g])
        if not block.present.all():
            mask = width
            words.append(mask_words(block.present))
            width += words[-1].shape[1]
        address = metric.address
        specs.append([address, start, count, mask, storage, column, prefixes[g], params[g]])
        column += count
    cells = words[0] if len(words) == 1 else np.concatenate(words, axis=1)
    return np.ascontiguousarray(cells, np.int32), np.array(specs, np.int64)


def _spans(blocks: Sequence[Block], firsts: Sequence[int]) -> dict[int, tuple[int, int]]:
    spans, column = {}, 0
    for block, first in zip(blocks, firsts, strict=True):
        for entries in block.entries or []:
            spans[column] = first, first + len(entries)
            first += len(entries)
            column += 1
        column += 0 if block.entries else block.cells.shape[1]
    return spans


def _with_tables(rows: Rows, blocks: Sequence[Block], firsts: Sequence[int]) -> Rows:
    """Tabulate distances between distinct strings or sets where there are few."""
    tables, table_of, size = [], rows.table_of.copy(), 0
    column = 0
    for g, (block, first) in enumerate(zip(blocks, firsts, strict=True)):
        for c in range(block.cells.shape[1]):
            if block.entries:
                count = len(block.entries[c])
                if count <= min(TABLE_ENTRIES, 2 * len(rows.cells)):
                    table = np.empty((count, count), np.float32)
                    parallel_for(fill_table, count, rows, g, column, first, table)
                    tables.append(table.ravel())
                    table_of[column] = size, count, first
                    size += table.size
                first += count
            column += 1
    return rows._replace(
        tables=np.concatenate(tables) if tables else rows.tables, table_of=table_of
    )


def unit(scale: float, rms: float, columns: float | None) -> float:
    """Weight of d_g / s_g in D under which a group counts as its columns.

    A column counts d_c / r_c, its distance over the root mean square of its distance between random
    pairs, r_c = sqrt(E d_c^2): whatever its kind, the square of what it adds to a random pair
    averages 1. A mean instead lets a flag of 1% of the rows add 50 where it differs; a standard
    deviation lets distances that are all nearly the same, of near-unique strings, drown the rest.
    A group whose distance is no such sum counts as that many columns by its own root mean square.
    The balance by column follows van de Velden, Iodice D'Enza, Markos and Cavicchia, "Unbiased
    mixed variables distance" (2024), who divide by the mean.
    """
    return scale if columns is None else columns * scale / rms


def _scale(rows: Rows, name: str, metric: Metric) -> tuple[float, float]:
    """s_g, the mean distance of random pairs, and its root mean square; 1, 1 if all are equal."""
    left, right = random_pairs(rows.keys, has_group(rows))
    if not len(left):
        return 1.0, 1.0
    distances = group_distances(rows, (metric,), 0, left, right, (name,))
    mean = float(distances.mean())
    return (mean, float(np.sqrt((distances**2).mean()))) if mean > 0 else (1.0, 1.0)


def random_pairs(keys: np.ndarray, present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of the rows that are `present`, int64 (m,) each: all, or those that rows in order of
    their contents form, so that the order of the frame's rows has no effect."""
    order = np.flatnonzero(present)[np.argsort(keys[present], kind="stable")]
    n = len(order)
    if n * (n - 1) // 2 <= SCALE_PAIRS:
        left, right = np.triu_indices(n, 1)
    elif n <= CIRCLE_ROWS:
        # Every row is paired with those 1, 1 + s, 1 + 2s, ... places after it on the circle.
        turns = SCALE_PAIRS // n
        left = np.tile(np.arange(n), turns)
        right = (left + np.repeat(1 + np.arange(turns) * max(1, (n - 1) // turns), n)) % n
    else:
        # A turn by one place pairs equal values with each other. Among few turns that counts, so
        # both rows are drawn.
        draw = np.random.default_rng(0)
        left = draw.integers(0, n, SCALE_PAIRS)
        right = (left + draw.integers(1, n, SCALE_PAIRS)) % n
    return order[left], order[right]


def has_group(rows: Rows) -> np.ndarray:
    """Rows that have a value in any column of the one group."""
    mask = int(rows.groups[0, MASK])
    return np.ones(len(rows.cells), bool) if mask < 0 else (rows.cells[:, mask:] != 0).any(axis=1)
