"""Sparse rows: what a matrix of scipy.sparse, or a frame of sparse dtypes, becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns
from ..columns.facts import Facts
from ..columns.sparse import FAMILY, SparseRow
from ..columns.values import objects, presence
from ..engine.rows import Rows
from ..errors import DataError
from .base import Kind, Rule, Verdict

if TYPE_CHECKING:
    from ..schema.group import Group

#: Metrics of full rows -> of sparse ones.
_METRICS = {
    name: f"sparse_{name}"
    for name in (
        "cosine", "euclidean", "manhattan", "chebyshev", "braycurtis", "hellinger", "jaccard",
        "dice",
    )
} | {"jaccard_binary": "sparse_jaccard", "dice_binary": "sparse_dice"}  # fmt: skip
#: Those of counts: no value is below 0.
_OF_COUNTS = ("sparse_hellinger", "sparse_braycurtis")


def _rows(f: Facts) -> Verdict | None:
    if f.values != FAMILY:
        return None
    size = f.whole.iloc[0].size
    mean = float(np.mean([len(row.columns) for row in f.present]))
    return Verdict("sparse", f"sparse rows of {size} columns, {mean:.0f} values on average")


class Sparse(Kind):
    """Rows of a sparse matrix, every different one held once.

    Attributes
    ----------
    size : int
        Number of columns of the matrix.
    """

    name = "sparse"
    accepts = ("sparse",)
    metric = "sparse_cosine"
    family = FAMILY
    counterparts = _METRICS
    rules = (Rule(49, _rows),)

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.size = 0

    def fit(self, columns: Columns) -> None:
        held = objects(columns[0])[presence(columns[0])]
        if not len(held) or not all(isinstance(row, SparseRow) for row in held):
            raise DataError(
                f"column {self.group.columns[0]!r}: {self.group.metric} compares the rows of a "
                "matrix of scipy.sparse, which is given to fit itself, with schema "
                "{...: 'cosine'} or another metric"
            )
        self.size = int(held[0].size)

    def encode(self, columns: Columns) -> Block:
        series = columns[0]
        present, rows = presence(series), objects(series)
        contents: dict[bytes, SparseRow] = {}
        keys = []
        for i in np.flatnonzero(present).tolist():
            row = rows[i]
            if not isinstance(row, SparseRow) or row.size != self.size:
                raise DataError(
                    f"row {series.index[i]!r}: expected a sparse row of {self.size} columns"
                )
            self._check_counts(row, series.index[i])
            key = row.key()
            contents.setdefault(key, row)
            keys.append(key)
        # Numbered by contents, so that the order of rows changes no bit.
        number = {key: at for at, key in enumerate(sorted(contents))}
        cells = np.zeros((len(series), 1), np.int32)
        cells[present, 0] = [number[key] for key in keys]
        entries = [contents[key].entry() for key in number] or [np.empty(0, np.int32)]
        return Block(cells, present[:, None], np.ones(1, np.float32), np.ones(1), [entries])

    def _check_counts(self, row: SparseRow, where: Any) -> None:
        if self.group.metric in _OF_COUNTS and (row.values < 0).any():
            at = int(np.flatnonzero(row.values < 0)[0])
            raise DataError(
                f"row {where!r}, column {row.columns[at]}: {row.values[at]:g} is negative, and "
                f"{self.group.metric} compares counts; choose another metric, e.g. 'cosine'"
            )

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        return [[self._row(rows, entry) for entry in cells[:, 0].tolist()]]

    def _row(self, rows: Rows, entry: int) -> SparseRow:
        content = rows.payload[rows.offsets[entry] : rows.offsets[entry + 1]]
        half = len(content) // 2
        return SparseRow(content[:half].copy(), content[half:].view(np.float32).copy(), self.size)
