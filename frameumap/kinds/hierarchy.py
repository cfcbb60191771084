"""Paths in a tree: "Food/Fruit/Apple", or several columns from the widest to the narrowest."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..columns.block import Columns
from ..columns.facts import Facts
from ..columns.values import objects, plain_string, presence
from ..engine.rows import Rows
from ..errors import DataError
from ..metrics.text_steps import PATH_DELIMITER, path_prefixes
from .base import Rule, Verdict
from .entries import Entries, numbered
from .say import undo


def _strings(f: Facts) -> Verdict | None:
    """Strings that share their beginnings, whose ends belong to one beginning each."""
    found = f.paths
    if found is None or f.form is not None:
        return None
    reason = (
        f"paths in strings, levels separated by {found.delimiter!r}, {found.beginnings} at the top "
        f"level, e.g. {f.example!r}"
    )
    return Verdict("hierarchy", reason, (undo(f.name),), {"delimiter": found.delimiter})


class Hierarchy(Entries):
    """Paths; the members of an entry are the beginnings of its path."""

    name = "hierarchy"
    content = "path"
    accepts = ("path",)
    metric = "hierarchical"
    described_by = "members"
    rules = (Rule(78, _strings),)
    keeps_order = True

    @property
    def delimiter(self) -> str:
        """What a string is split at."""
        return self.group.delimiter or PATH_DELIMITER

    def width(self, columns: Columns | None = None) -> int:
        return 1

    def parts_of(self, columns: Columns) -> list[tuple[Any, Any]]:
        names = self.group.columns
        return [(names, columns)] if len(columns) > 1 else [(names[0], columns[0])]

    def read(self, name: Any, series: Any) -> tuple[np.ndarray, list[Any]]:
        """Beginnings of every row's path, up to the first gap."""
        if isinstance(series, list):
            levels = zip(*(objects(s) for s in series), strict=True)
            has = zip(*(presence(s) for s in series), strict=True)
            return numbered(_prefixes(row, own) for row, own in zip(levels, has, strict=True))
        rows = zip(objects(series), presence(series), strict=True)
        return numbered(
            self._path(name, series.index[i], value) if own else None
            for i, (value, own) in enumerate(rows)
        )

    def _path(self, name: Any, row: Any, value: Any) -> tuple[Any, ...]:
        if isinstance(value, (list, tuple, np.ndarray)):
            return tuple(path_prefixes(list(value)))
        text = plain_string(value)
        if text is None:
            raise DataError(
                f"column {name!r}, row {row!r}: expected a path, a string or list, got {value!r}"
            )
        parts = [part.strip() for part in text.split(self.delimiter)]
        return tuple(path_prefixes([part for part in parts if part]))

    def value_of(self, content: np.ndarray) -> Any:
        known = self.known_members(content)
        return known[-1] if known else ()

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Paths as strings, or a level for every column."""
        paths = super().decode(cells, rows)[0]
        count = len(self.group.columns)
        if count == 1:
            return [[self.delimiter.join(map(str, path)) for path in paths]]
        return [[path[c] if c < len(path) else None for path in paths] for c in range(count)]

    def members_of(self, value: Any) -> list[Any]:
        """The beginnings of the path."""
        levels = value if isinstance(value, tuple) else str(value).split(self.delimiter)
        levels = [str(level) for level in levels if level is not None and level == level]
        return [" / ".join(levels[: depth + 1]) for depth in range(len(levels))]

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        one, two = (tuple(v) if isinstance(v, tuple) else (v,) for v in (a, b))
        if len(one) == 1:
            one, two = (
                tuple(str(v).split(self.delimiter)) if isinstance(v, str) else (v,) for v in (a, b)
            )
        shared = next((i for i, (x, y) in enumerate(zip(one, two, strict=False)) if x != y), None)
        if shared is None:
            return super().say_difference(a, b, distance)
        where = f"both in {self.delimiter.join(map(str, one[:shared]))}; " if shared else ""
        return f"{where}{one[shared]} against {two[shared]}"


def _prefixes(row: tuple[Any, ...], present: tuple[bool, ...]) -> tuple[Any, ...] | None:
    depth = len(row) if all(present) else present.index(False)
    return tuple(path_prefixes(row[:depth])) if depth else None
