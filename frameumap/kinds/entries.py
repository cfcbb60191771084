"""Encoder of strings, sets, q-grams, words and paths: numbers of distinct entries, whose contents
lie in a ragged store."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns
from ..columns.values import codes, objects, order_levels, presence
from ..engine.rows import Rows
from ..errors import DataError
from ..metrics import get as get_metric
from ..metrics.rows import code_points, join_side_values
from ..metrics.text_steps import PATH_DELIMITER, path_prefixes, prepare_text, qgrams, words
from ..schema.group import Group

#: Of text, if the schema names no preparation: one letter is one letter, however it was typed.
DEFAULT_STEPS = "nfc"


@dataclass
class EntryEncoder:
    """Strings, sets and paths.

    Attributes
    ----------
    members : dict of member to int
        Codes of members, grams, words or beginnings of paths.
    rarity : float64 (members,)
        log(1 + n / c), c of n rows having the member; for metrics with that term.
    spelled : dict of bytes to str
        Of a string that is held as words or grams: contents -> the first such string.
    """

    group: Group = field(init=False)
    members: dict[Any, int] = field(default_factory=dict)
    rarity: np.ndarray = field(default_factory=lambda: np.empty(0))
    spelled: dict[bytes, str] = field(default_factory=dict)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        if self._holds_letters:
            return
        read = [self._read(name, series) for name, series in self._parts(columns)]
        found = [m for _, values in read for value in values for m in value]
        _, levels = order_levels(*_factorized(found))
        self.members = {level: c for c, level in enumerate(levels)}
        if get_metric(group.metric).side_values == "rarity":
            counts, rows = np.zeros(len(self.members)), 0
            for number, values in read:
                rows += int((number >= 0).sum())
                for value, times in zip(
                    values, np.bincount(number[number >= 0], minlength=len(values)), strict=True
                ):
                    counts[[self.members[m] for m in set(value)]] += times
            self.rarity = np.log1p(rows / np.maximum(counts, 1))
        if group.kind == "text":
            self.spell(level for series in columns for level in codes(series)[1])

    def spell(self, strings: Iterable[str]) -> None:
        """Keep the strings, so that entries can be told by them."""
        for text in strings:
            self.spelled.setdefault(self._entry(self._of_string(text)).tobytes(), text)

    @property
    def _holds_letters(self) -> bool:
        return get_metric(self.group.metric).accepts == "text"

    def encode(self, columns: Columns) -> Block:
        parts = self._parts(columns)
        n, p = len(columns[0]), len(parts)
        cells, present = np.zeros((n, p), np.int32), np.zeros((n, p), bool)
        entries: list[list[np.ndarray]] = []
        first = 0
        for c, (name, series) in enumerate(parts):
            number, contents = self._numbered(name, series)
            present[:, c] = number >= 0
            cells[:, c] = np.where(number >= 0, number + first, first)
            entries.append(contents or [np.empty(0, np.int32)])
            first += len(entries[-1])
        return Block(cells, present, np.ones(p, np.float32), np.full(p, 1 / p), entries)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Strings, lists of members or levels of paths, by the numbers of their entries, (m, p)."""
        members = list(self.members)
        halves = 2 if get_metric(self.group.metric).side_values else 1

        def value(entry: int) -> Any:
            content = rows.payload[rows.offsets[entry] : rows.offsets[entry + 1]]
            if self._holds_letters:
                return content.tobytes().decode("utf-32-le", "surrogatepass")
            if self.group.kind == "text":
                return self.spelled.get(content.tobytes())
            # Members that came later than the fit have no name.
            known = [
                members[code]
                for code in content[: len(content) // halves].tolist()
                if code < len(members)
            ]
            return known if self.group.kind == "set" else known[-1] if known else ()

        decoded = [[value(entry) for entry in column] for column in cells.T.tolist()]
        if self.group.kind != "hierarchy":
            return decoded
        if len(self.group.columns) > 1:  # one path over several columns
            return [
                [path[c] if c < len(path) else None for path in decoded[0]]
                for c in range(len(self.group.columns))
            ]
        return [
            [(self.group.delimiter or PATH_DELIMITER).join(map(str, path)) for path in decoded[0]]
        ]

    def _parts(self, columns: Columns) -> list[tuple[Any, Any]]:
        """What the columns of the block are made of: (name, column) each, or all columns as one."""
        names = self.group.columns
        if self.group.kind == "hierarchy" and len(columns) > 1:
            return [(names, columns)]
        return list(zip(names, columns, strict=True))

    def _numbered(self, name: Any, series: Any) -> tuple[np.ndarray, list[np.ndarray]]:
        """Number of every row's entry, -1 where absent, and the entries in an order that does not
        depend on the rows'."""
        number, values = self._read(name, series)
        if self._holds_letters:
            if not values:
                return number, []
            points = code_points("".join(values))
            return number, list(np.split(points, np.cumsum([len(v) for v in values])[:-1]))
        contents: dict[tuple[int, ...], int] = {}
        merged = np.array(
            [contents.setdefault(tuple(self._codes(v)), len(contents)) for v in values] + [-1],
            np.int32,
        )
        number, keys = order_levels(merged[number], list(contents))
        return number, [self._with_terms(np.array(key, np.int32)) for key in keys]

    def _codes(self, value: Iterable[Any]) -> list[int]:
        """Codes of an entry's members; those that the fit has not seen are in none of its rows, so
        only their number counts."""
        fresh: dict[Any, int] = {}
        own = [
            self.members[m]
            if m in self.members
            else fresh.setdefault(m, len(self.members) + len(fresh))
            for m in value
        ]
        return own if self.group.kind == "hierarchy" else sorted(own)

    def _with_terms(self, row: np.ndarray) -> np.ndarray:
        if not len(self.rarity):
            return row
        # A member that no row of the fit has is as rare as one can be.
        known = np.append(self.rarity, self.rarity.max(initial=0.0))
        return join_side_values(row, known[np.minimum(row, len(self.rarity))])

    def _entry(self, value: Iterable[Any]) -> np.ndarray:
        return self._with_terms(np.array(self._codes(value), np.int32))

    def _read(self, name: Any, series: Any) -> tuple[np.ndarray, list[Any]]:
        """Number of every row's value, -1 where absent, and the distinct values: strings, or tuples
        of members."""
        if self.group.kind == "text":
            return self._strings(name, series)
        read = {"set": self._sets, "hierarchy": self._paths}[self.group.kind](name, series)
        distinct: dict[Any, int] = {}
        number = np.array(
            [-1 if v is None else distinct.setdefault(v, len(distinct)) for v in read], np.int32
        )
        return number, list(distinct)

    def _strings(self, name: Hashable, series: pd.Series) -> tuple[np.ndarray, list[Any]]:
        number, levels = codes(series)
        for level in levels:
            if not isinstance(level, str):
                at = int(np.flatnonzero(number == levels.index(level))[0])
                raise DataError(
                    f"column {name!r}, row {series.index[at]!r}: expected a string, got {level!r}"
                )
        made: dict[Any, int] = {}
        merged = np.array(
            [made.setdefault(self._of_string(v), len(made)) for v in levels] + [-1], np.int32
        )
        return order_levels(merged[number], list(made))

    def _of_string(self, text: str) -> Any:
        """The prepared string, its words, or its q-grams."""
        metric = get_metric(self.group.metric)
        # What a metric itself asks for is part of what it computes, and comes on top of what the
        # schema says.
        text = prepare_text(
            text,
            f"{DEFAULT_STEPS if self.group.prepare is None else self.group.prepare} {metric.prepare}",
        )
        if metric.accepts == "bag":
            return tuple(
                qgrams(text, int({**metric.params, **dict(self.group.params)}.get("q", 2)))
            )
        return tuple(words(text)) if metric.accepts == "set" else text

    def _sets(self, name: Hashable, series: pd.Series) -> list[tuple[Any, ...] | None]:
        found: list[tuple[Any, ...] | None] = []
        for i, (value, has) in enumerate(zip(objects(series), presence(series), strict=True)):
            if not has:
                found.append(None)
            elif isinstance(value, str) and self.group.delimiter:
                found.append(
                    tuple(
                        dict.fromkeys(
                            m.strip() for m in value.split(self.group.delimiter) if m.strip()
                        )
                    )
                )
            elif isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
                found.append(tuple(dict.fromkeys(m for m in value if m is not None)))
            else:
                raise DataError(
                    f"column {name!r}, row {series.index[i]!r}: expected a list or set, got {value!r}; for strings declare "
                    f"frameumap.sets(delimiter=...)"
                )
        return found

    def _paths(self, name: Any, series: Any) -> list[tuple[Any, ...] | None]:
        """Beginnings of every row's path, up to the first gap; None where there is no path."""
        if isinstance(series, list):
            levels = zip(*(objects(s) for s in series), strict=True)
            has = zip(*(presence(s) for s in series), strict=True)
            return [self._prefixes(row, present) for row, present in zip(levels, has, strict=True)]
        found: list[tuple[Any, ...] | None] = []
        delimiter = self.group.delimiter or PATH_DELIMITER
        for i, (value, has_value) in enumerate(zip(objects(series), presence(series), strict=True)):
            if not has_value:
                found.append(None)
            elif isinstance(value, str):
                found.append(
                    tuple(
                        path_prefixes(
                            [part.strip() for part in value.split(delimiter) if part.strip()]
                        )
                    )
                )
            elif isinstance(value, (list, tuple, np.ndarray)):
                found.append(tuple(path_prefixes(list(value))))
            else:
                raise DataError(
                    f"column {name!r}, row {series.index[i]!r}: expected a path, a string or list, got {value!r}"
                )
        return found

    @staticmethod
    def _prefixes(row: tuple[Any, ...], present: tuple[bool, ...]) -> tuple[Any, ...] | None:
        depth = len(row) if all(present) else present.index(False)
        return tuple(path_prefixes(row[:depth])) if depth else None


def _factorized(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    levels = list(dict.fromkeys(values))
    return np.arange(len(levels)), levels
