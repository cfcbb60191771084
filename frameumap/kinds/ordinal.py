"""Grades: levels in an order, numbered from the lowest."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block
from ..columns.dtypes import classify
from ..columns.facts import Facts
from ..columns.names import ends_in, says, says_code
from ..columns.prepare import level_entropies
from ..engine.rows import Rows
from ..errors import DataError, SchemaError
from .base import Kind, Rule, Verdict
from .numeric import Numeric, preparation
from .numeric_rules import of_strings
from .say import span
from .state import Arrays, expect, prefixed, take_array, under

if TYPE_CHECKING:
    from ..schema.group import Group


#: Whole numbers of so few different values are grades; of more under a name that says so.
FEW_GRADES = 6
MOST_GRADES = 31
#: Columns that share a scale, and the most values that it has.
SHARING = 3
MOST_STEPS = 11


def _ordered(f: Facts) -> Verdict | None:
    if f.values != "ordered":
        return None
    return Verdict("ordinal", f"ordered categories, {f.distinct} levels")


def _named(f: Facts) -> Verdict | None:
    """Whole numbers whose name says that they stand in an order: years, postal codes, grades."""
    if f.values != "number" or not f.is_whole or len(f.counts) < 3 or says(f.name, "count"):
        return None
    rival = ("a measure", "'numeric'")
    low, high = f.range
    if says(f.name, "year") and _are_years(f):
        return Verdict("ordinal", f"years from {low:.0f} to {high:.0f}", rival=rival)
    if says(f.name, "postal") and low >= -1:
        reason = "postal codes: those that follow each other are taken for near places"
        return Verdict("ordinal", reason, rival=("codes without an order", "'categorical'"))
    if f.steps > MOST_GRADES + 0.5:
        return None
    if ends_in(f.name, "grade") and (high <= MOST_GRADES or not says_code(f.name)):
        reason = f"{f.distinct} different whole numbers, and the name says grade"
        return Verdict("ordinal", reason, rival=rival)
    if says(f.name, "calendar"):
        reason = f"{f.distinct} different whole numbers, and the name says part of a date"
        return Verdict("ordinal", reason, rival=rival)
    return None


def _are_years(f: Facts) -> bool:
    """Whether most of the different numbers are years; an odd 0 or -1 stands for none."""
    found = f.counts.index.to_numpy(np.float64)
    return bool(((found >= 1000) & (found <= 2999)).mean() >= 0.8)


def _few(f: Facts) -> Verdict | None:
    """A handful of whole numbers, each of them often."""
    if f.values != "number" or not f.is_whole or ends_in(f.name, "count"):
        return None
    if f.steps > FEW_GRADES + 0.5 or not f.repeats_often or not f.is_saturated:
        return None
    low, high = f.range
    reason = f"{f.distinct} whole numbers from {span(low, high)}: grades"
    return Verdict("ordinal", reason, rival=("codes without an order", "'categorical'"))


def _strings(f: Facts) -> Verdict | None:
    """The same in strings."""
    if not f.holds_whole_numbers:
        return None
    verdict = _named(f.as_numbers) or _few(f.as_numbers)
    return None if verdict is None else of_strings(f, verdict)


class Ordinal(Numeric):
    """Grades, prepared as numbers are."""

    name = "ordinal"
    content = "grades"
    metric = "ranks"
    shared = "grades"
    prepares = ("entropy", "levels", "ranks")
    rules = (
        Rule(40, _ordered),
        Rule(62, _named),
        Rule(64, _few),
        Rule(72, _strings),
    )
    ordered = True

    @classmethod
    def find_company(cls, seen: Mapping[Any, Facts], sample: pd.DataFrame) -> Mapping[Any, Verdict]:
        """Columns of numbers that take the same few values: the grades of one scale."""
        verdicts: dict[Any, Verdict] = {}
        for scale, columns in _scales(seen):
            if len(columns) >= SHARING:
                steps = ", ".join(f"{v:g}" for v in sorted(scale))
                reason = f"one scale with {len(columns) - 1} other columns: {steps}"
                rival = ("codes without an order", "'categorical'")
                verdicts |= {c: Verdict("ordinal", reason, rival=rival) for c in columns}
        return verdicts

    @classmethod
    def of(cls, group: Group) -> Kind:
        return GradeEntropy(group) if preparation(group) == "entropy" else super().of(group)

    def find_levels(self, series: pd.Series) -> dict[Any, int] | None:
        if self.group.format is not None and classify(series).family == "string":
            return None
        if self.group.levels is not None:
            return {level: r for r, level in enumerate(self.group.levels)}
        if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
            return {level: r for r, level in enumerate(series.dtype.categories)}
        if isinstance(series.dtype, pd.IntervalDtype):
            return {level: r for r, level in enumerate(sorted(series.dropna().unique()))}
        content = classify(series)
        numeric = content.family in ("number", "boolean", "date", "duration", "")
        if numeric and not content.levels and not content.problem:
            return None
        raise SchemaError(
            f"column {series.name!r} is ordinal, but the order of its values is unknown; declare "
            f"frameumap.ordinal([lowest, ..., highest])"
        )

    def read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        name, series, levels = self.group.columns[c], columns[c], self.levels[c]
        if levels is None:
            return super().read(columns, c)
        return _grades(name, series, levels)

    def restore(self, values: np.ndarray, c: int) -> Any:
        levels = self.levels[c]
        if levels is None:
            return super().restore(values, c)
        names = list(levels)
        return [names[r] for r in np.clip(np.round(values), 0, len(names) - 1).astype(int)]

    def levels_of(self, c: int) -> list[Any] | None:
        levels = self.levels[c]
        return None if levels is None else list(levels)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The most frequent grade; of numbers the median."""
        numeric = all(isinstance(v, (int, float, np.number)) for v in values)
        return super().say_typical(values) if numeric else Kind.say_typical(self, values)


def _scales(seen: Mapping[Any, Facts]) -> list[tuple[set[float], list[Any]]]:
    """Columns of few numbers by the values that they share: the values of all, and the columns."""
    few = []
    for column, f in seen.items():
        if says(column, "count"):
            continue
        if f.values == "number" and 3 <= len(f.counts) <= MOST_STEPS and f.repeats_often:
            few.append((-len(f.counts), str(column), column, set(map(float, f.counts.index))))
    scales: list[tuple[set[float], list[Any]]] = []
    for _, _, column, levels in sorted(few, key=lambda c: c[:2]):
        for scale, columns in scales:
            both, either = levels & scale, levels | scale
            alike = len(both) >= len(levels) * 2 / 3 and len(levels) >= len(either) / 2
            if alike and len(either) <= MOST_STEPS:
                scale |= levels
                columns.append(column)
                break
        else:
            scales.append((levels, [column]))
    return scales


def _grades(
    name: Hashable, series: pd.Series, levels: dict[Any, int]
) -> tuple[np.ndarray, np.ndarray]:
    codes, distinct = pd.factorize(series)  # -1 where absent
    known = np.array([levels.get(value, -1) for value in distinct] + [0], np.float64)
    values = known[codes]
    if (known < 0).any():
        i = int(np.argmax(values < 0))
        raise DataError(
            f"column {name!r}, row {series.index[i]!r}: {series.iloc[i]!r} is none of the levels "
            f"{list(levels)}; add it in its place"
        )
    return values, codes >= 0


class GradeEntropy(Ordinal):
    """Grades as positions on a line on which each level is as long as its entropy, then the
    entropies themselves.

    See `metrics.ordinal.ordinal_entropy`. A level is a grade of the schema or of an ordered dtype;
    of numbers, each distinct one.
    """

    words = 2

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.grades = Ordinal(replace(group, metric="levels", prepare="none", params=()))
        self.knots: list[np.ndarray] = []
        self.entropies: list[np.ndarray] = []

    def fit(self, columns: Columns) -> None:
        self.grades.fit(columns)
        for c in range(len(columns)):
            values, present = self.grades.read(columns, c)
            knots, counts = np.unique(values[present], return_counts=True)
            shares = counts / max(1, counts.sum())
            self.knots.append(knots if len(knots) else np.zeros(1))
            self.entropies.append(level_entropies(shares) if len(knots) else np.zeros(1))

    def _positions(self, c: int) -> np.ndarray:
        """Middles of the levels."""
        return np.cumsum(self.entropies[c]) - 0.5 * self.entropies[c]

    def encode(self, columns: Columns) -> Block:
        p = len(columns)
        values = np.empty((len(columns[0]), 2 * p))
        present = np.empty((len(columns[0]), p), bool)
        for c in range(p):
            read, present[:, c] = self.grades.read(columns, c)
            values[:, c] = np.interp(read, self.knots[c], self._positions(c))
            at = np.minimum(np.searchsorted(self.knots[c], read), len(self.knots[c]) - 1)
            values[:, p + c] = np.where(self.knots[c][at] == read, self.entropies[c][at], 0.0)
        return float_block(values, np.tile(present, 2))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Grades nearest to positions, (m, 2p)."""
        nearest = []
        for c in range(len(self.group.columns)):
            at = np.abs(cells[:, c, None] - self._positions(c)).argmin(axis=1)
            nearest.append(self.knots[c][at])
        return self.grades.decode(np.stack(nearest, axis=1), rows)

    def levels_of(self, c: int) -> list[Any] | None:
        return self.grades.levels_of(c)

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        data, own = self.grades.to_arrays()
        arrays = {f"{c}.knots": knots for c, knots in enumerate(self.knots)}
        arrays |= {f"{c}.entropies": values for c, values in enumerate(self.entropies)}
        return {"grades": data}, arrays | prefixed("grades", own)

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        self.grades.from_arrays(data["grades"], under("grades", arrays))
        for c in range(len(self.group.columns)):
            knots = take_array(arrays, f"{c}.knots", np.float64, (None,))
            expect(len(knots) > 0, "knots")
            self.knots.append(knots)
            entropies = take_array(arrays, f"{c}.entropies", np.float64, (len(knots),))
            self.entropies.append(entropies)
