"""Encoder of categories: int32 codes, with a weight a column and, for metrics with terms, a number
a level."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..columns.block import Block, Columns
from ..columns.prepare import TERMS, mean_mismatch
from ..columns.values import codes
from ..engine.rows import Rows
from ..metrics import get as get_metric
from ..schema.group import Group

UNKNOWN = -2  # the code of a level that the fit has not seen: it matches nothing


@dataclass
class CodeEncoder:
    """Categories: a code a level.

    Attributes
    ----------
    rates : float64 (p,)
        Share of the pairs of rows that mismatch in a column.
    shares : list of float64 (levels,)
        Share of the rows that have each level, for metrics with terms.
    """

    group: Group = field(init=False)
    levels: list[dict[Any, int]] = field(default_factory=list)
    rates: np.ndarray = field(init=False)
    shares: list[np.ndarray] = field(default_factory=list)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        rates = []
        for series in columns:
            values, levels = codes(series)
            self.levels.append({level: c for c, level in enumerate(levels)})
            known = values if group.missing == "level" else values[values >= 0]
            rates.append(mean_mismatch(known))
            if get_metric(group.metric).side_values:
                # Absence as a level, if it is one, stands last.
                counts = np.bincount(
                    np.where(known < 0, len(levels), known), minlength=len(levels) + 1
                )
                self.shares.append(counts / max(1, counts.sum()))
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
        weights = self._weights()
        average = weights * self.rates
        total = average.sum()
        shares = average / total if total > 0 else np.full(len(weights), 1 / len(weights))
        block = Block(cells, present, weights.astype(np.float32), shares)
        return (
            _with_terms(block, [self._terms(c, cells[:, c]) for c in range(len(columns))])
            if self.shares
            else block
        )

    def _weights(self) -> np.ndarray:
        """What a mismatch in each column weighs, float64 (p,); see
        `metrics.categorical.hamming`."""
        weighting = get_metric(self.group.metric).weighting
        if weighting == "rate":
            return 1 / np.where(self.rates > 0, self.rates, 1.0)
        if weighting == "eskin":
            counts = np.array([len(table) for table in self.levels], np.float64) + (
                self.group.missing == "level"
            )
            return 2 / (counts**2 + 2)
        return np.ones(len(self.rates))

    def _terms(self, c: int, codes: np.ndarray) -> np.ndarray:
        """What belongs to the levels of column c, float32 (n,); 0 for a level that the fit has not
        seen."""
        shares = self.shares[c]
        terms = TERMS[get_metric(self.group.metric).side_values](shares)
        known = codes != UNKNOWN
        at = np.where(codes < 0, len(shares) - 1, codes)
        return np.where(known, terms[at], 0.0).astype(np.float32)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Levels of codes, (m, p) or with terms (m, 2p); None for an unknown code and for absence
        as a level."""
        cells = cells[:, : len(self.levels)]
        tables = [np.array([*table, None], dtype=object) for table in self.levels]
        return [
            table[np.where((code >= 0) & (code < len(table)), code, -1)]
            for table, code in zip(tables, cells.T, strict=True)
        ]


def _with_terms(block: Block, terms: list[np.ndarray]) -> Block:
    """The block with a second word a column, which holds the bits of a term; 0 where the column is
    absent."""
    bits = np.stack(terms, axis=1).view(np.int32)
    bits[~block.present] = 0
    return Block(
        np.concatenate([block.cells, bits], axis=1),
        np.tile(block.present, 2),
        np.tile(block.weights, 2),
        np.tile(block.shares, 2) / 2,
    )
