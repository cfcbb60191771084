"""Encoders of categories, strings and sets: int32 codes, and entries of a ragged store."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError
from ..rows import Rows
from ..schema.group import Group
from .block import Block, Columns
from .columns import codes, objects, order_levels, presence
from .prepare import mean_mismatch

UNKNOWN = -2  # the code of a level that the fit has not seen: it matches nothing


@dataclass
class CodeEncoder:
    """Categories: a code a level; with `hamming_rate` each column weighs 1 / its mismatch rate."""

    group: Group = field(init=False)
    levels: list[dict[Any, int]] = field(default_factory=list)
    rates: np.ndarray = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        rates = []
        for series in columns:
            values, levels = codes(series)
            self.levels.append({level: c for c, level in enumerate(levels)})
            known = values if group.missing == "level" else values[values >= 0]
            rates.append(mean_mismatch(known))
        self.rates = np.array(rates)

    def encode(self, columns: Columns) -> Block:
        cells = np.empty((len(columns[0]), len(columns)), np.int32)
        for c, (series, table) in enumerate(zip(columns, self.levels, strict=True)):
            own, levels = codes(series)
            known = np.array([table.get(level, UNKNOWN) for level in levels] + [-1], np.int32)
            cells[:, c] = known[own]
        absent = cells == -1
        if self.group.missing == "level":
            present = np.ones_like(absent)
        else:
            cells[absent] = 0
            present = ~absent
        rates = np.where(self.rates > 0, self.rates, 1.0)
        weights = 1 / rates if self.group.metric == "hamming_rate" else np.ones(len(rates))
        average = weights * self.rates
        total = average.sum()
        shares = average / total if total > 0 else np.full(len(rates), 1 / len(rates))
        return Block(cells, present, weights.astype(np.float32), shares)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Levels of codes, (m, p); None for an unknown code and for absence as a level."""
        tables = [np.array([*table, None], dtype=object) for table in self.levels]
        return [
            table[np.where((code >= 0) & (code < len(table)), code, -1)] for table, code in zip(tables, cells.T, strict=True)
        ]


@dataclass
class EntryEncoder:
    """Strings and sets: numbers of distinct entries, whose contents lie in a ragged store."""

    group: Group = field(init=False)
    members: dict[Any, int] = field(default_factory=dict)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        if group.kind == "set":
            values = [v for s, name in zip(columns, group.columns, strict=True) for m in self._sets(name, s) if m for v in m]
            _, levels = order_levels(*_factorized(values))
            self.members = {level: c for c, level in enumerate(levels)}

    def encode(self, columns: Columns) -> Block:
        p = len(columns)
        cells, present = np.zeros((len(columns[0]), p), np.int32), np.zeros((len(columns[0]), p), bool)
        entries: list[list[np.ndarray]] = []
        first = 0
        for c, (name, series) in enumerate(zip(self.group.columns, columns, strict=True)):
            number, contents = self._sets_of(name, series) if self.group.kind == "set" else self._strings_of(name, series)
            present[:, c] = number >= 0
            cells[:, c] = np.where(number >= 0, number + first, first)
            entries.append(contents or [np.empty(0, np.int32)])
            first += len(entries[-1])
        return Block(cells, present, np.ones(p, np.float32), np.full(p, 1 / p), entries)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Strings, or lists of members, by the numbers of their entries, (m, p)."""
        members = list(self.members)

        def value(entry: int) -> Any:
            content = rows.payload[rows.offsets[entry] : rows.offsets[entry + 1]]
            if self.group.kind != "set":
                return content.tobytes().decode("utf-32-le", "surrogatepass")
            # Members that came later than the fit have no name.
            return [members[code] for code in content.tolist() if code < len(members)]

        return [[value(entry) for entry in column] for column in cells.T.tolist()]

    def _strings_of(self, name: Hashable, series: pd.Series) -> tuple[np.ndarray, list[np.ndarray]]:
        number, levels = codes(series)
        for level in levels:
            if not isinstance(level, str):
                at = int(np.flatnonzero(number == levels.index(level))[0])
                raise DataError(f"column {name!r}, row {series.index[at]!r}: expected a string, got {level!r}")
        points = np.frombuffer("".join(levels).encode("utf-32-le", "surrogatepass"), np.int32)
        borders = np.cumsum([len(level) for level in levels])
        return number, list(np.split(points, borders[:-1])) if levels else []

    def _sets(self, name: Hashable, series: pd.Series) -> list[list[Any] | None]:
        found: list[list[Any] | None] = []
        for i, (value, has) in enumerate(zip(objects(series), presence(series), strict=True)):
            if not has:
                found.append(None)
            elif isinstance(value, str) and self.group.delimiter:
                found.append([m.strip() for m in value.split(self.group.delimiter) if m.strip()])
            elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
                found.append([m for m in value if m is not None])
            else:
                raise DataError(
                    f"column {name!r}, row {series.index[i]!r}: expected a list or set, got {value!r}; for strings declare "
                    f"frameumap.sets(delimiter=...)"
                )
        return found

    def _sets_of(self, name: Hashable, series: pd.Series) -> tuple[np.ndarray, list[np.ndarray]]:
        number = np.full(len(series), -1, np.int32)
        contents: dict[tuple[int, ...], int] = {}
        for i, members in enumerate(self._sets(name, series)):
            if members is not None:
                own = {self.members[m] for m in members if m in self.members}
                # Members that the fit has not seen are in no other row: only their number counts.
                unseen = len({m for m in members if m not in self.members})
                own |= set(range(len(self.members), len(self.members) + unseen))
                number[i] = contents.setdefault(tuple(sorted(own)), len(contents))
        number, keys = order_levels(number, list(contents))
        return number, [np.array(key, np.int32) for key in keys]


def _factorized(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    levels = list(dict.fromkeys(values))
    return np.arange(len(levels)), levels
