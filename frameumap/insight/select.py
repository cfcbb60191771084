"""Rows that a question is about: positions, index labels, or rows of another frame, as one `Rows`
to compare them in."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..columns.new_rows import pack_new, with_masks
from ..columns.restore import restore
from ..columns.values import frame_of, pick_columns
from ..engine.rows import COUNT, MASK, START, Rows, digest_rows, take_rows
from ..errors import DataError, ParameterError, check_one_of
from ..model.model import Model
from ..model.transform import encode_new
from ..neighbors.search import present_columns

BY = ("position", "label")


class Selection(NamedTuple):
    """Rows of the fit, then rows of another frame, in one store.

    Attributes
    ----------
    rows : Rows
        The groups that are not the target's.
    values : DataFrame
        What the rows hold, one line a row.
    """

    rows: Rows
    values: pd.DataFrame


def positions_of(index: pd.Index, wanted: Any, by: str) -> np.ndarray:
    """Positions of rows given by position or index label, int64.

    Raises
    ------
    DataError
        If there is no such row, or a label stands for several.
    """
    check_one_of(by, BY, "by")
    given = (
        list(wanted)
        if isinstance(wanted, (list, tuple, np.ndarray, pd.Index, pd.Series))
        else [wanted]
    )
    return np.array([_position(index, one, by) for one in given], np.int64)


def _position(index: pd.Index, one: Any, by: str) -> int:
    n = len(index)
    if by == "position" and isinstance(one, Integral) and not isinstance(one, bool):
        at = int(one)
        if not -n <= at < n:
            raise DataError(
                f"row {one!r} is outside the {n} rows of the fit; "
                f"by='label' takes integers as index labels"
            )
        return at % n
    try:
        found = index.get_loc(one)
    except (KeyError, TypeError):
        raise DataError(
            f"no row of the fit has the index label {one!r}; give a position from 0 to {n - 1}"
        ) from None
    if isinstance(found, (slice, np.ndarray)):
        raise DataError(f"several rows of the fit have the index label {one!r}; give a position")
    return int(found)


def as_frame(row: Any) -> pd.DataFrame | None:
    """Rows of another frame; None if `row` is no frame, Series or mapping."""
    if isinstance(row, pd.DataFrame):
        return row
    if isinstance(row, pd.Series):
        return row.to_frame().T.set_axis(row.index, axis=1).infer_objects()
    if isinstance(row, Mapping):
        return frame_of({name: [value] for name, value in row.items()})
    return None


def select_rows(
    model: Model, positions: np.ndarray, other: pd.DataFrame | None = None
) -> Selection:
    """The rows of the fit at `positions`, then those of `other`."""
    base = take_rows(model.feature_rows, np.asarray(positions, np.int64))
    if other is None:
        return Selection(base, row_values(model, base))
    blocks = encode_new(model, other)
    masked = with_masks(
        take_rows(model.feature_rows, np.zeros(1, np.int64)) if len(positions) == 0 else base
    )
    new = pack_new(masked, model.packed, blocks, model.entries)
    kept = masked.cells[: len(positions)]
    cells = np.ascontiguousarray(np.concatenate([kept, new.queries.cells]))
    together = new.rows._replace(cells=cells, keys=digest_rows(cells))
    values = pd.concat(
        [row_values(model, base), pick_columns(other, model.families)], ignore_index=True
    )
    return Selection(together, values)


def group_cells(model: Model, rows: Rows, g: int) -> tuple[np.ndarray, np.ndarray]:
    """Values of group g (float32 or int32) and their presence, (n, p), words in the order of the
    group's columns."""
    spec = rows.groups[g]
    start, count = int(spec[START]), int(spec[COUNT])
    back = np.argsort(model.packed.orders[g])
    cells = np.ascontiguousarray(rows.cells[:, start : start + count][:, back])
    present = present_columns(rows.cells, count, int(spec[MASK]))[:, back]
    return cells.view(np.float32) if model.packed.metrics[g].accepts == "vector" else cells, present


def row_values(model: Model, rows: Rows) -> pd.DataFrame:
    """What packed rows hold, in the columns and dtypes of the fit; of cleaned text the first
    spelling."""
    columns: dict[Any, Any] = {}
    for g, group in enumerate(model.groups[: model.n_feature_groups]):
        cells, present = group_cells(model, rows, g)
        kind = model.encoders[g]
        decoded = kind.decode(cells, rows)
        p = len(group.columns)
        has = (
            present[:, :p]
            if present.shape[1] in (p, 2 * p)
            else np.repeat(present[:, :1], p, axis=1)
        )
        for c, column in enumerate(group.columns):
            if column not in columns or not kind.is_part:
                columns[column] = restore(decoded[c], has[:, c], model.sources[column])
    return frame_of({column: columns[column] for column in model.families})


def check_k(k: Any) -> int:
    """k as a whole number >= 1."""
    if isinstance(k, bool) or not isinstance(k, Integral) or k < 1:
        raise ParameterError(f"k must be an integer >= 1, got {k!r}")
    return int(k)
