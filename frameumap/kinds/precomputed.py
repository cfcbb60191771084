"""Distances that the caller gives: rows whose values say how far they are from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns
from ..columns.distances import FAMILY, DistanceRow
from ..columns.values import objects
from ..engine.rows import Rows
from ..errors import DataError, SchemaError, warn
from ..metrics.precomputed import HEAD
from .base import Kind
from .state import Arrays, expect

if TYPE_CHECKING:
    from ..schema.group import Group

#: A distance as large as `far` stays below 1, which says that rows have nothing in common.
_BELOW = 1 + 2.0**-16


class Precomputed(Kind):
    """Given distances; every row is an entry of its own.

    Attributes
    ----------
    unit : float
        The distance that is 1 in the packed rows, at which rows have nothing in common: above the
        largest one given, as `far` says where pairs are not known.
    """

    name = "precomputed"
    accepts = ("distances",)
    metric = "precomputed"
    family = FAMILY
    given_apart = True

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.unit = 1.0

    def fit(self, columns: Columns) -> None:
        rows = self._rows(columns)
        finite = [row.values[np.isfinite(row.values)] for row in rows]
        largest = max((float(values.max()) for values in finite if len(values)), default=0.0)
        whole = all(
            row.rows is None and len(f) == len(row.values)
            for row, f in zip(rows, finite, strict=True)
        )
        far = dict(self.group.params).get("far", 0.0)
        if far < 0 or 0 < far < largest:
            raise SchemaError(
                f"group {self.group.name!r}: far is the distance of rows that have nothing in "
                f"common, at least {largest:g}, the largest one given; got {far:g}"
            )
        self._tell_alone(rows)
        if whole and not far:  # a power of two changes no digit
            self.unit = float(np.ldexp(1.0, int(np.frexp(largest)[1])))
        else:
            self.unit = (far or largest or 1.0) * _BELOW

    def _rows(self, columns: Columns) -> list[DistanceRow]:
        series = columns[0]
        rows = objects(series)
        for i, row in enumerate(rows):
            if not isinstance(row, DistanceRow):
                raise DataError(
                    f"column {self.group.columns[0]!r}, row {series.index[i]!r}: expected given "
                    f"distances, got {row!r}; use schema[...] = frameumap.precomputed(matrix)"
                )
        return list(rows)

    def _tell_alone(self, rows: list[DistanceRow]) -> None:
        """Warn of rows that have no distance to any other."""
        named: set[int] = set()
        for row in rows:
            if row.rows is not None:
                named.update(row.rows.tolist())
        alone = [row.number for row in rows if row.number not in named and not _tells(row)]
        if alone and len(rows) > 1:
            warn(
                f"precomputed group {self.group.name!r}: {len(alone)} of {len(rows)} rows have no "
                f"distance to another row, the first at position {alone[0]}; in this group they "
                "have nothing in common with any row"
            )

    def encode(self, columns: Columns) -> Block:
        number: dict[Any, int] = {}
        entries: list[np.ndarray] = []
        cells = np.empty((len(columns[0]), 1), np.int32)
        for i, row in enumerate(self._rows(columns)):
            entry = None if row.number in number else self._entry(row)
            key = row.number if entry is None or row.number >= 0 else entry.tobytes()
            if key not in number:
                number[key] = len(entries)
                entries.append(self._entry(row) if entry is None else entry)
            cells[i, 0] = number[key]
        present = np.ones(cells.shape, bool)
        return Block(cells, present, np.ones(1, np.float32), np.ones(1), [entries])

    def _entry(self, row: DistanceRow) -> np.ndarray:
        values = np.asarray(row.values, np.float64) / self.unit
        told = np.minimum(values, 1.0).astype(np.float32)
        rows = np.empty(0, np.int32) if row.rows is None else row.rows
        count = -1 if row.rows is None else len(rows)
        return np.concatenate([np.array([row.number, count], np.int32), rows, told.view(np.int32)])

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        return [[self._row(rows, entry) for entry in cells[:, 0].tolist()]]

    def _row(self, rows: Rows, entry: int) -> DistanceRow:
        content = rows.payload[rows.offsets[entry] : rows.offsets[entry + 1]]
        number, count = content[:HEAD].tolist()
        words = content[HEAD + max(0, count) :]
        told = content[HEAD : HEAD + count].copy() if count >= 0 else None
        return DistanceRow(number, told, words.view(np.float32), self.unit)

    def numbers_of(self, rows: Rows, cells: np.ndarray) -> np.ndarray:
        """Numbers of packed rows, int64, from their words."""
        return rows.payload[rows.offsets[cells]].astype(np.int64)

    def next_number(self, rows: Rows, cells: np.ndarray) -> int:
        """A number above those of all rows that are told of."""
        entries = np.unique(cells)
        heads = rows.offsets[entries]
        counts, sizes = rows.payload[heads + 1], np.diff(rows.offsets)[entries]
        lasts = np.where(counts > 0, rows.payload[heads + HEAD + np.maximum(counts, 1) - 1], -1)
        known = np.where(counts < 0, sizes - HEAD - 1, lasts)
        return int(max(known.max(), rows.payload[heads].max())) + 1

    def recognize(self, new: np.ndarray, rows: Rows, cells: np.ndarray) -> None:
        """Give new rows that are at distance 0 of a row of the fit, and as far as it is from all
        others, its number."""
        entry_of = dict(zip(self.numbers_of(rows, cells).tolist(), cells.tolist(), strict=True))
        for i, row in enumerate(new):
            near = np.flatnonzero(row.values == 0)
            for number in (near if row.rows is None else row.rows[near]).tolist():
                entry = entry_of.get(number)
                if entry is None:
                    continue
                own = row.as_number(number)
                told = rows.payload[rows.offsets[entry] : rows.offsets[entry + 1]]
                if np.array_equal(self._entry(own), told):
                    new[i] = own
                    break

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        super().from_arrays(data, arrays)
        expect(isinstance(self.unit, float) and 0 < self.unit < np.inf, "unit")

    def say_value(self, value: Any) -> str:
        return f"row {value.number}" if value.number >= 0 else "a new row"

    def say_typical(self, values: Any) -> str:
        return "given distances"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        return f"{distance:.3g} times the distance of a random pair"


def _tells(row: DistanceRow) -> bool:
    """Whether the row has a distance to another one."""
    finite = np.isfinite(row.values)
    if row.rows is None and 0 <= row.number < len(finite):
        finite[row.number] = False
    return bool(finite.any())
