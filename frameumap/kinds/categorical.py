"""Categories: int32 codes, with a weight a column and, for metrics with side values, a number a
level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns
from ..columns.facts import Facts
from ..columns.prepare import TERMS, mean_mismatch
from ..columns.values import codes, pick_columns, plain_string
from ..engine.rows import Rows
from ..metrics import get as get_metric
from .aggregate import Nearest, mode
from .base import Kind, Rule, Verdict
from .categorical_rules import MOST_DIFFERENT, RULES, absence
from .state import Arrays, expect, levels_from_json, levels_to_json, take_array

if TYPE_CHECKING:
    from ..schema.group import Group

UNKNOWN = -2  # the code of a level that the fit has not seen: it matches nothing


class Categorical(Kind):
    """Categories: a code a level.

    Attributes
    ----------
    levels : list of dict of level to code
    rates : float64 (p,)
        Share of the pairs of rows that mismatch in a column.
    shares : list of float64 (levels,)
        Share of the rows that have each level, for metrics with side values.
    """

    name = "categorical"
    content = "levels"
    accepts = ("codes",)
    metric = "hamming_balanced"
    described_by = "levels"
    shared = "categories"
    rules: ClassVar[Sequence[Rule]] = RULES

    @classmethod
    def find_company(cls, seen: Mapping[Any, Facts], sample: pd.DataFrame) -> Mapping[Any, Verdict]:
        """Whole numbers that stand for the strings of another column, one for one."""
        names: dict[int, list[Any]] = {}
        for column, f in seen.items():
            named = f.values == "string" and f.dates.likely == 0 and f.number_pattern.likely == 0
            if (named or f.values == "category") and f.variety <= MOST_DIFFERENT:
                names.setdefault(len(f.counts), []).append(column)
        verdicts = {}
        for column, f in seen.items():
            if f.values != "number" or not f.is_whole or not 3 <= len(f.counts) < len(f.present):
                continue
            for name in sorted(names.get(len(f.counts), ()), key=str):
                both = pick_columns(sample, [column, name]).dropna()
                if len(both.drop_duplicates()) == len(f.counts) == both.iloc[:, 0].nunique():
                    reason = f"a code of {name!r}, one for one"
                    verdicts[column] = Verdict("categorical", reason, (), absence(f))
                    break
        return verdicts

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.levels: list[dict[Any, int]] = []
        self.rates = np.empty(0)
        self.shares: list[np.ndarray] = []

    @classmethod
    def of(cls, group: Group) -> Kind:
        from .likeness import Likeness

        return (Likeness if get_metric(group.metric).side_values == "likeness" else cls)(group)

    @property
    def balances_columns(self) -> bool:
        return get_metric(self.group.metric).weighting == "balanced"

    def width(self, columns: Columns | None = None) -> int:
        return len(self.group.columns) * (2 if get_metric(self.group.metric).side_values else 1)

    def fit(self, columns: Columns) -> None:
        rates = []
        for series in columns:
            values, levels = codes(series)
            self.levels.append({level: c for c, level in enumerate(levels)})
            known = values if self.group.missing == "level" else values[values >= 0]
            rates.append(mean_mismatch(known))
            if get_metric(self.group.metric).side_values:
                # Absence as a level, if it is one, stands last.
                at = np.where(known < 0, len(levels), known)
                counts = np.bincount(at, minlength=len(levels) + 1)
                self.shares.append(counts / max(1, counts.sum()))
        self.rates = np.array(rates)

    def encode(self, columns: Columns) -> Block:
        cells = np.empty((len(columns[0]), len(columns)), np.int32)
        for c, (series, table) in enumerate(zip(columns, self.levels, strict=True)):
            own, levels = codes(series)
            known = np.array([_code(table, level) for level in levels] + [-1], np.int32)
            cells[:, c] = known[own]
        absent = cells == -1
        if self.group.missing == "level":
            present = np.ones_like(absent)
        else:
            cells[absent] = 0
            present = ~absent
        weights = self._weights()
        average = weights * self.rates
        total = average.sum()
        shares = average / total if total > 0 else np.full(len(weights), 1 / len(weights))
        block = Block(cells, present, weights.astype(np.float32), shares)
        if not self.shares:
            return block
        return _with_side_values(
            block, [self._side_values(c, cells[:, c]) for c in range(len(columns))]
        )

    def _weights(self) -> np.ndarray:
        """Weight of a mismatch in each column, float64 (p,); see `metrics.categorical.hamming`."""
        weighting = get_metric(self.group.metric).weighting
        if weighting == "balanced":
            return 1 / np.sqrt(np.where(self.rates > 0, self.rates, 1.0))
        if weighting == "rate":
            return 1 / np.where(self.rates > 0, self.rates, 1.0)
        if weighting == "eskin":
            counts = np.array([len(table) for table in self.levels], np.float64)
            counts += self.group.missing == "level"
            return 2 / (counts**2 + 2)
        return np.ones(len(self.rates))

    def _side_values(self, c: int, codes: np.ndarray) -> np.ndarray:
        """Numbers that belong to the levels of column c, float32 (n,); 0 for a level that the fit
        has not seen."""
        shares = self.shares[c]
        terms = TERMS[get_metric(self.group.metric).side_values](shares)
        known = codes != UNKNOWN
        at = np.where(codes < 0, len(shares) - 1, codes)
        return np.where(known, terms[at], 0.0).astype(np.float32)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Levels of codes, (m, p) or with side values (m, 2p); None for an unknown code and for
        absence as a level."""
        cells = cells[:, : len(self.levels)]
        tables = [np.array([*table, None], dtype=object) for table in self.levels]
        return [
            table[np.where((code >= 0) & (code < len(table)), code, -1)]
            for table, code in zip(tables, cells.T, strict=True)
        ]

    def levels_of(self, c: int) -> list[Any] | None:
        return list(self.levels[c])

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        arrays = {"rates": self.rates}
        arrays |= {f"{c}.shares": shares for c, shares in enumerate(self.shares)}
        levels = [levels_to_json(table) for table in self.levels]
        return {"levels": levels, "shares": len(self.shares)}, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        count = len(self.group.columns)
        self.rates = take_array(arrays, "rates", np.float64, (count,))
        self.levels = [levels_from_json(levels) for levels in data["levels"]]
        expect(len(self.levels) == count and data["shares"] in (0, count), "columns")
        for c in range(data["shares"]):
            shape = (len(self.levels[c]) + 1,)
            self.shares.append(take_array(arrays, f"{c}.shares", np.float64, shape))
        expect(bool(self.shares) == bool(get_metric(self.group.metric).side_values), "shares")

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return mode(nearest)


def _code(table: dict[Any, int], level: Any) -> int:
    """Code of a level; a number alone among strings is its digits, as it is among others."""
    return table.get(level, table.get(plain_string(level), UNKNOWN))


def _with_side_values(block: Block, terms: list[np.ndarray]) -> Block:
    """The block with a second word a column, which holds the bits of a side value; 0 where the
    column is absent."""
    bits = np.stack(terms, axis=1).view(np.int32)
    bits[~block.present] = 0
    return Block(
        np.concatenate([block.cells, bits], axis=1),
        np.tile(block.present, 2),
        np.tile(block.weights, 2),
        np.tile(block.shares, 2) / 2,
    )
