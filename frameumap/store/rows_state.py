"""Packed rows as named arrays, and back, checked: an offset out of bounds would read foreign
memory."""

from __future__ import annotations

import numpy as np

from ..engine.rows import (
    ADDRESS,
    COLUMN,
    COUNT,
    DIRECT,
    GROUP_WORDS,
    MASK,
    PARAMS,
    PREFIX,
    RAGGED,
    START,
    STORAGE,
    Rows,
    digest_rows,
    order_groups,
)
from ..kinds.state import Arrays, expect, take_array
from ..metrics import Metric
from ..metrics.compiled import FAULT_WORDS

_ROWS = {
    "cells": np.int32,
    "groups": np.int64,
    "gap_power": np.float64,
    "inverse_scale": np.float64,
    "weights": np.float64,
    "column_weights": np.int32,
    "shares": np.float64,
    "offsets": np.int64,
    "payload": np.int32,
    "params": np.float64,
    "tables": np.float32,
    "table_of": np.int64,
}


def dismantle_rows(rows: Rows) -> Arrays:
    """The arrays, without addresses, which belong to one process."""
    arrays: Arrays = {f"rows.{name}": getattr(rows, name) for name in _ROWS}
    arrays["rows.groups"] = rows.groups.copy()
    arrays["rows.groups"][:, ADDRESS] = 0
    return arrays


def assemble_rows(arrays: Arrays, metrics: tuple[Metric, ...]) -> Rows:
    """Packed rows; ValueError or KeyError if arrays are missing or do not fit."""
    cells = take_array(arrays, "rows.cells", np.int32, (None, None))
    groups = _groups(arrays, metrics, cells)
    g, columns = len(metrics), int(groups[:, COUNT].sum())
    offsets = take_array(arrays, "rows.offsets", np.int64, (None,))
    payload = take_array(arrays, "rows.payload", np.int32, (None,))
    expect(len(offsets) > 0 and offsets[0] == 0 and offsets[-1] == len(payload), "offsets")
    expect((np.diff(offsets) >= 0).all(), "offsets")
    tables, table_of = _tables(arrays, columns, len(offsets))
    weights = _finite(arrays, "weights", g)
    return Rows(
        cells=cells,
        keys=digest_rows(cells),
        groups=groups,
        gap_power=_finite(arrays, "gap_power", g),
        inverse_scale=_finite(arrays, "inverse_scale", g),
        weights=weights,
        column_weights=_finite(arrays, "column_weights", columns),
        shares=_finite(arrays, "shares", columns),
        offsets=offsets,
        payload=payload,
        params=_params(arrays, metrics, groups[:, PARAMS].tolist()),
        tables=tables,
        table_of=table_of,
        program=np.empty((0, 2), np.int64),
        constants=np.empty(0),
        order=order_groups(groups, weights, table_of),
    )


def _groups(arrays: Arrays, metrics: tuple[Metric, ...], cells: np.ndarray) -> np.ndarray:
    """`Rows.groups` with the addresses of this process."""
    n, width = cells.shape
    groups = take_array(arrays, "rows.groups", np.int64, (len(metrics), GROUP_WORDS)).copy()
    start, count, mask, column, prefix = (
        groups[:, f] for f in (START, COUNT, MASK, COLUMN, PREFIX)
    )
    words = (count + 31) // 32
    expect(n > 0 and (count > 0).all() and (count <= width).all(), "cells")
    expect((start >= 0).all() and (start + count <= width).all(), "cells")
    expect(((mask == -1) | ((mask >= 0) & (mask + words <= width))).all(), "masks")
    expect((column == np.cumsum(count) - count).all(), "columns")
    expect((prefix >= 0).all() and (prefix <= count).all(), "columns")
    ragged = np.array([metric.is_ragged for metric in metrics])
    expect((groups[:, STORAGE] == np.where(ragged, RAGGED, DIRECT)).all(), "storage")
    groups[:, ADDRESS] = [metric.address for metric in metrics]
    return groups


def _params(arrays: Arrays, metrics: tuple[Metric, ...], firsts: list[int]) -> np.ndarray:
    """Parameters of every metric, after an empty record of faults."""
    params = take_array(arrays, "rows.params", np.float64, (None,)).copy()
    for metric, first in zip(metrics, firsts, strict=True):
        last = first + FAULT_WORDS + len(metric.values({}))
        expect(0 <= first <= last <= len(params), "parameters")
        expect(np.isfinite(params[first:last]).all(), "parameters")
        params[first : first + FAULT_WORDS] = 0
    return params


def _finite(arrays: Arrays, name: str, size: int) -> np.ndarray:
    array = take_array(arrays, f"rows.{name}", _ROWS[name], (size,))
    numbers = array.view(np.float32) if array.dtype == np.int32 else array
    expect(np.isfinite(numbers).all(), "weights")
    return array


def _tables(arrays: Arrays, columns: int, n_offsets: int) -> tuple[np.ndarray, np.ndarray]:
    tables = take_array(arrays, "rows.tables", np.float32, (None,))
    table_of = take_array(arrays, "rows.table_of", np.int64, (columns, 3))
    for first, size, entry in table_of.tolist():
        if first != -1:
            expect(first >= 0 and 0 <= size < 2**31, "tables")
            expect(first + size * size <= len(tables), "tables")
            expect(0 <= entry <= entry + size < n_offsets, "tables")
    return tables, table_of


def check_entries(rows: Rows, spans: dict[int, tuple[int, int]]) -> None:
    """Every cell of strings or sets is the number of an entry of its column."""
    for spec in rows.groups:
        if spec[STORAGE] == RAGGED:
            for c in range(spec[COUNT]):
                first, last = spans[int(spec[COLUMN]) + c]
                cells = rows.cells[:, spec[START] + c]
                expect(0 <= first <= last < len(rows.offsets), "entries")
                expect(cells.min() >= first and cells.max() < last, "entries")
