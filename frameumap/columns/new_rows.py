"""New rows in the layout of packed ones.

Strings and sets that the frame has keep their numbers, others are appended to the ragged store.
Digests hash the contents of entries, not their numbers, so a row is treated the same alone and in
any batch.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import numpy as np

from ..engine.rows import (
    COLUMN,
    COUNT,
    MASK,
    PREFIX,
    RAGGED,
    START,
    STORAGE,
    Queries,
    Rows,
    digest_rows,
)
from .block import Block
from .pack import Packed, mask_words

#: By column of a ragged group: contents -> number of the entry.
Lookup = dict[int, dict[bytes, int]]


class NewRows(NamedTuple):
    """New rows in the layout of the packed ones.

    Attributes
    ----------
    rows : Rows
        The packed rows, with the new rows' strings.
    queries : Queries
    known : bool (m,)
        Whether all of a row's strings and sets are known, so that it may be one of the packed rows.
    added : list of int
        Column of every entry that was appended to the store.
    """

    rows: Rows
    queries: Queries
    known: np.ndarray
    added: list[int]


def entry_numbers(rows: Rows, spans: dict[int, tuple[int, int]]) -> Lookup:
    """Numbers of the entries by contents, for every column of strings or sets."""
    payload = rows.payload.tobytes()
    borders = (4 * rows.offsets).tolist()
    return {
        column: {payload[borders[e] : borders[e + 1]]: e for e in range(first, last)}
        for column, (first, last) in spans.items()
    }


def pack_new(rows: Rows, packed: Packed, blocks: list[Block], column_entries: Lookup) -> NewRows:
    """Pack the blocks of new rows in the layout of `rows`: those of `packed`, or `with_masks` of
    them."""
    m = len(blocks[0].cells)
    known, none = np.ones(m, bool), np.full(m, -1, np.int32)
    if _is_laid_out(rows, blocks):
        plain = blocks[0].cells
        return NewRows(rows, Queries(plain, digest_rows(plain), none), known, [])
    cells = np.zeros((m, rows.cells.shape[1]), np.int32)
    contents = cells.copy() if rows.groups[:, STORAGE].any() else cells
    added: list[np.ndarray] = []
    added_to: list[int] = []
    base = len(rows.offsets) - 1
    for g, (block, order) in enumerate(zip(blocks, packed.orders, strict=False)):
        spec = rows.groups[g]
        start, count, mask = int(spec[START]), int(spec[COUNT]), int(spec[MASK])
        present = block.present[:, order]
        own = block.cells[:, order]
        marks = own
        if block.entries:
            own, marks, fresh = _number_entries(
                block, rows, int(spec[COLUMN]), column_entries, base + len(added)
            )
            known &= ((own < base) | ~present).all(axis=1)
            added += fresh[0]
            added_to += fresh[1]
            absent = np.array(
                [packed.spans[int(spec[COLUMN]) + c][0] for c in range(count)], np.int32
            )
            own, marks = np.where(present, own, absent), np.where(present, marks, 0)
        cells[:, start : start + count], contents[:, start : start + count] = own, marks
        if mask >= 0:
            words = mask_words(present)
            cells[:, mask : mask + words.shape[1]] = contents[:, mask : mask + words.shape[1]] = (
                words
            )
    rows = _append_entries(rows, added)
    return NewRows(rows, Queries(cells, digest_rows(contents), none), known, added_to)


def _is_laid_out(rows: Rows, blocks: list[Block]) -> bool:
    """Whether the cells of the blocks are packed rows already."""
    plain = len(blocks) == 1 and rows.groups[0, MASK] < 0 and not blocks[0].entries
    return plain and blocks[0].cells.flags.c_contiguous


def _append_entries(rows: Rows, added: list[np.ndarray]) -> Rows:
    """The rows with further entries in the ragged store."""
    if not added:
        return rows
    ends = rows.offsets[-1] + np.cumsum([len(entry) for entry in added])
    return rows._replace(
        offsets=np.concatenate([rows.offsets, ends]),
        payload=np.concatenate([rows.payload, *added]),
    )


def _number_entries(
    block: Block, rows: Rows, column: int, column_entries: Lookup, following: int
) -> tuple[np.ndarray, np.ndarray, tuple[list[np.ndarray], list[int]]]:
    """Numbers of a ragged block's entries in the store, marks of their contents, and the new
    entries with their columns."""
    assert block.entries is not None
    numbers: list[int] = []
    marks: list[int] = []
    fresh: list[np.ndarray] = []
    columns: list[int] = []
    for c, entries in enumerate(block.entries):
        table = column_entries[column + c]
        for entry in entries:
            key = np.ascontiguousarray(entry, np.int32).tobytes()
            number = table.get(key)
            if number is None:
                number = following + len(fresh)
                fresh.append(np.ascontiguousarray(entry, np.int32))
                columns.append(column + c)
            numbers.append(number)
            marks.append(zlib.crc32(key))
    # A block numbers its entries through all of its columns.
    return (
        np.array(numbers, np.int32)[block.cells],
        np.array(marks, np.uint32).view(np.int32)[block.cells],
        (fresh, columns),
    )


def lacks_masks(rows: Rows, blocks: list[Block]) -> np.ndarray:
    """New rows with a gap in a group that had none, bool (m,)."""
    lacking = np.zeros(len(blocks[0].cells), bool)
    for block, spec in zip(blocks, rows.groups, strict=True):
        if spec[MASK] < 0:
            lacking |= ~block.present.all(axis=1)
    return lacking


def with_masks(rows: Rows) -> Rows:
    """The same rows with presence bits for every group, after its words; distances are
    unchanged."""
    groups = rows.groups.copy()
    words: list[np.ndarray] = []
    width = 0
    for spec in groups:
        start, count, mask = int(spec[START]), int(spec[COUNT]), int(spec[MASK])
        size = (count + 31) // 32
        words.append(rows.cells[:, start : start + count])
        if mask < 0:
            spec[PREFIX] = 0
            full = mask_words(np.ones((1, count), bool))
            words.append(np.repeat(full, len(rows.cells), axis=0))
        else:
            words.append(rows.cells[:, mask : mask + size])
        spec[START], spec[MASK] = width, width + count
        width += count + size
    return rows._replace(cells=np.ascontiguousarray(np.concatenate(words, axis=1)), groups=groups)


def take_block(block: Block, which: np.ndarray) -> Block:
    """Some rows of a block."""
    return block._replace(cells=block.cells[which], present=block.present[which])


def append_rows(
    rows: Rows, spans: dict[int, tuple[int, int]], new: NewRows
) -> tuple[Rows, dict[int, tuple[int, int]]]:
    """The rows with the new ones after them, and the spans of their columns' entries, which are
    numbered anew by column."""
    base, total = len(rows.offsets) - 1, len(new.rows.offsets) - 1
    column_of = np.empty(total, np.int64)
    for column, (first, last) in spans.items():
        column_of[first:last] = column
    column_of[base:] = new.added
    order = np.argsort(
        column_of, kind="stable"
    )  # a column's old entries first, in the order of its table
    number = np.empty(total, np.int32)
    number[order] = np.arange(total)
    sizes = np.diff(new.rows.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    source = np.repeat(new.rows.offsets[:-1][order] - offsets[:-1], sizes) + np.arange(offsets[-1])
    cells = np.concatenate([rows.cells, new.queries.cells])
    table_of = rows.table_of.copy()
    grown = {}
    for spec in rows.groups:
        if spec[STORAGE] == RAGGED:
            for c in range(spec[COUNT]):
                column = int(spec[COLUMN]) + c
                cells[:, spec[START] + c] = number[cells[:, spec[START] + c]]
                low, high = np.searchsorted(column_of[order], [column, column + 1])
                grown[column] = int(low), int(high)
                table_of[column, 2] = low if table_of[column, 0] >= 0 else table_of[column, 2]
    longer = rows._replace(
        cells=cells,
        keys=digest_rows(cells),
        offsets=offsets,
        payload=np.ascontiguousarray(new.rows.payload[source]),
        table_of=table_of,
    )
    return longer, grown
