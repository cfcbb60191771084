"""`columns_of`: the columns of a fit as codes and levels, ready to be coloured, counted and
written into a page."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..engine.rows import COUNT, MASK, START
from ..errors import DataError
from ..neighbors.search import present_columns
from .column import Column, shown
from .read_column import content_of, distinct, read_column, through

#: Kinds that decode a column from its own words alone.
BY_LEVEL = frozenset([
    "clock", "cycle", "dates", "flags", "grades", "levels", "members", "numbers", "path",
    "strings",
])  # fmt: skip


def columns_of(
    model: Any, columns: Iterable[Hashable] | None = None, df: Any = None
) -> list[Column]:
    """Columns of a fitted model, as codes and levels.

    Parameters
    ----------
    model : FrameUMAP
    columns : iterable of names, optional
        Which columns, in which order; None for all.
    df : dataframe, optional
        The frame of the fit, of any library, with columns that took no part if there are any.
        Without it the columns come from the model, which has numbers to about six digits and text
        as it was prepared.

    Raises
    ------
    DataError
        If `df` has another number of rows than the fit, or a column is unknown.
    """
    inner = model._model
    df = None if df is None else read_frame(df).df
    kinds = {c: g for g in inner.groups[: inner.n_feature_groups] for c in g.columns}
    if df is not None and len(df) != len(model.embedding_):
        raise DataError(f"df has {len(df)} rows, but the fit had {len(model.embedding_)}")
    known = list(inner.families) if df is None else list(df.columns)
    wanted = known if columns is None else [_known(c, known) for c in _listed(columns)]
    names = _distinct_names(wanted)
    if df is not None:
        read = [read_column(df[c], c, n, kinds.get(c)) for c, n in zip(wanted, names, strict=True)]
        return [_in_order(inner, column) for column in read]
    made: dict[Hashable, Any] = {}
    for g in range(inner.n_feature_groups):
        made.update(_decoded(inner, g, set(wanted)))
    found = []
    for c, name in zip(wanted, names, strict=True):
        own = made[c]
        column = own if isinstance(own, Column) else read_column(own, c, name, kinds[c])
        found.append(_in_order(inner, replace(column, name=name)))
    return found


def _in_order(inner: Any, column: Column) -> Column:
    """Strings that stand for numbers, dates or times, in the order of what they stand for."""
    if column.form != "levels" or content_of(column.kind) not in ("numbers", "dates", "clock"):
        return column
    g = next(g for g, group in enumerate(inner.groups) if group.name == column.group)
    cells, _ = group_cells(inner, g)
    at = inner.groups[g].columns.index(column.key)
    has = column.codes >= 0
    row = np.zeros(len(column.levels), np.int64)
    row[column.codes[has]] = np.flatnonzero(has)
    order = np.argsort(cells[row, at], kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    levels = [column.levels[level] for level in order]
    return replace(column, form="grades", codes=through(column.codes, place), levels=levels)


def _listed(columns: Any) -> list[Any]:
    return [columns] if isinstance(columns, str) else list(columns)


def _known(column: Hashable, known: Sequence[Hashable]) -> Hashable:
    if column not in known:
        raise DataError(f"no column {column!r}; there are {', '.join(map(repr, known[:20]))}")
    return column


def _distinct_names(keys: Sequence[Hashable]) -> list[str]:
    """Names as text; where two look alike, with the position of the later one."""
    names: list[str] = []
    for key in keys:
        name = shown(key, 200)
        while name in names:
            name += f" ({len(names)})"
        names.append(name)
    return names


def _decoded(inner: Any, g: int, wanted: set[Hashable]) -> dict[Hashable, Any]:
    """Columns of group g from the packed rows: `Column` where each column is decoded by itself,
    else Series."""
    group, kind = inner.groups[g], inner.encoders[g]
    own = set(group.columns)
    if kind.is_part and own <= {c for k, o in enumerate(inner.groups) for c in o.columns if k != g}:
        return {}  # the date itself stands in another group
    if not own & wanted:
        return {}
    cells, present = group_cells(inner, g)
    prepare = group.prepare or inner.packed.metrics[g].prepare
    by_level = content_of(kind.name) in BY_LEVEL and not kind.joint and prepare != "whiten"
    if not by_level or cells.shape[1] not in (len(group.columns), 2 * len(group.columns)):
        return _decoded_rows(inner, g, cells, present)
    return {
        column: _by_levels(inner, g, c, cells, present)
        for c, column in enumerate(group.columns)
        if column in wanted
    }


def group_cells(inner: Any, g: int) -> tuple[np.ndarray, np.ndarray]:
    """Words of group g as float32 or int32 (n, words), and their presence; in the order of its
    columns."""
    rows, spec = inner.packed.rows, inner.packed.rows.groups[g]
    start, count = int(spec[START]), int(spec[COUNT])
    back = np.argsort(inner.packed.orders[g])
    cells = np.ascontiguousarray(rows.cells[:, start : start + count][:, back])
    present = present_columns(rows.cells, count, int(spec[MASK]))[:, back]
    vector = inner.packed.metrics[g].accepts == "vector"
    return (cells.view(np.float32) if vector else cells), present


def _by_levels(inner: Any, g: int, c: int, cells: np.ndarray, present: np.ndarray) -> Column:
    """Column c of group g: its distinct words are decoded, not its rows."""
    group, has = inner.groups[g], present[:, c]
    words, place = distinct(cells[has, c])
    some = np.zeros((max(1, len(words)), cells.shape[1]), cells.dtype)
    first = np.flatnonzero(has)[:1]
    some[:] = cells[first] if len(first) else 0
    some[: len(words), c] = words
    values = pd.Series(inner.encoders[g].decode(some, inner.packed.rows)[c][: len(words)])
    codes = np.full(len(cells), -1, np.int32)
    codes[has] = place
    column, dtype = group.columns[c], str(inner.dtypes[group.columns[c]]).lower()
    if dtype.startswith(("int", "uint")) and values.dtype.kind == "f":
        values = values.round()
    if (
        content_of(group.kind) == "grades" and values.dtype.kind not in "fiub"
    ):  # words ascend as grades do
        values = pd.Series(pd.Categorical(values, list(dict.fromkeys(values)), ordered=True))
    read = read_column(values, column, str(column), group)
    return Column(**{**vars(read), "codes": through(codes, read.codes)})


def _decoded_rows(
    inner: Any, g: int, cells: np.ndarray, present: np.ndarray
) -> dict[Hashable, pd.Series]:
    group = inner.groups[g]
    p = len(group.columns)
    has = present[:, :p] if present.shape[1] in (p, 2 * p) else np.repeat(present[:, :1], p, axis=1)
    if content_of(group.kind) == "path":  # one entry for all columns: decode each once
        words, place = np.unique(cells[:, 0], return_inverse=True)
        decoded = inner.encoders[g].decode(words[:, None], inner.packed.rows)
        decoded = [pd.Series(list(d), dtype=object).to_numpy()[place] for d in decoded]
    else:
        decoded = inner.encoders[g].decode(cells, inner.packed.rows)
    return {
        column: pd.Series(list(d) if content_of(group.kind) == "vector" else d).where(
            has[:, c], None
        )
        for c, (column, d) in enumerate(zip(group.columns, decoded, strict=True))
    }
