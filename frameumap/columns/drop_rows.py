"""Packed rows without some: what only these held leaves the ragged store."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import COLUMN, RAGGED, START, STORAGE, Rows, digest_rows, take_rows

#: By column of strings or sets: its first entry and the next column's.
Spans = dict[int, tuple[int, int]]


class _Kept(NamedTuple):
    """Entries that stay.

    Attributes
    ----------
    entries : int64
        Numbers in the old store, in the order of the new one.
    number : int32
        Old number -> new one.
    """

    entries: np.ndarray
    number: np.ndarray


def keep_rows(rows: Rows, spans: Spans, kept: np.ndarray) -> tuple[Rows, Spans]:
    """The rows at the positions `kept`, ascending, and the spans of their columns' entries."""
    rest = take_rows(rows, kept)
    if not spans:
        return rest._replace(tables=rest.tables.copy()), {}
    column_of = {
        int(spec[COLUMN]) + c: int(spec[START]) + c
        for spec in rows.groups
        if spec[STORAGE] == RAGGED
        for c in range(spec[2])
    }
    cells, number = rest.cells.copy(), np.full(len(rows.offsets) - 1, -1, np.int32)
    entries: list[np.ndarray] = []
    narrower: Spans = {}
    total = 0
    for column, (first, last) in sorted(spans.items(), key=lambda item: item[1]):
        # Absent values have the number of the column's first entry.
        used = np.union1d(cells[:, column_of[column]], [first])[: last - first]
        number[used] = total + np.arange(len(used))
        entries.append(used)
        narrower[column] = total, total + len(used)
        total += len(used)
    for word in column_of.values():
        cells[:, word] = number[cells[:, word]]
    held = _Kept(np.concatenate(entries), number)
    shorter = _store(rest, held)
    return shorter._replace(
        cells=cells, keys=digest_rows(cells), **_tables(rows, spans, narrower, held)
    ), {column: narrower[column] for column in spans}


def _store(rows: Rows, kept: _Kept) -> Rows:
    """The ragged store with the entries that stay."""
    sizes = np.diff(rows.offsets)[kept.entries]
    offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    source = np.repeat(rows.offsets[kept.entries] - offsets[:-1], sizes) + np.arange(offsets[-1])
    return rows._replace(offsets=offsets, payload=np.ascontiguousarray(rows.payload[source]))


def _tables(rows: Rows, spans: Spans, narrower: Spans, kept: _Kept) -> dict[str, np.ndarray]:
    """Tables of distances between the entries that stay; entries added after the fit have none."""
    table_of, tables, size = rows.table_of.copy(), [], 0
    for column in spans:
        start, count, first = rows.table_of[column].tolist()
        if start < 0:
            continue
        low, high = narrower[column]
        own = kept.entries[low:high] - first
        own = own[own < count]
        square = rows.tables[start : start + count * count].reshape(count, count)
        tables.append(square[np.ix_(own, own)].ravel())
        table_of[column] = size, len(own), low
        size += len(own) ** 2
    joined = np.concatenate(tables) if tables else np.empty(0, np.float32)
    return {"tables": joined.astype(np.float32), "table_of": table_of}
