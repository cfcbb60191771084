"""`Summary`: what all rows say of one column, in constant memory; summaries of parts add up."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .digests import GAP, gaps_of, value_digests

#: Levels that are counted; a column with more has none.
LEVELS = 256
#: Smallest digests from which the number of different values is estimated (error about 3%).
SKETCH = 1024
_SPAN = 2.0**64


def _counted(keys: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct keys in ascending order, with the sums of their counts."""
    distinct, where = np.unique(keys, return_inverse=True)
    return distinct, np.bincount(where, counts, len(distinct)).astype(np.int64)


@dataclass
class Summary:
    """Exact gaps, range and levels of a column, and an estimate of the number of its values.

    Attributes
    ----------
    rows, gaps : int
    low, high : tuple of (float, int)
        Smallest and largest number, each with the smallest digest of a row that holds it.
    total : int
        Sum of the digests of the values, modulo 2^64.
    levels, counts : uint64, int64 (l,)
        Digests of the levels, gaps included, and their rows; empty once `overflowed`.
    smallest : uint64 (<= SKETCH,)
        The smallest digests of values.
    """

    rows: int = 0
    gaps: int = 0
    low: tuple[float, int] = (np.inf, 0)
    high: tuple[float, int] = (-np.inf, 0)
    total: int = 0
    overflowed: bool = False
    levels: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))
    counts: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    smallest: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint64))

    def add(self, values: np.ndarray, numbers: np.ndarray | None, rows: np.ndarray) -> None:
        """Count a batch: digests of values, the values as numbers if they are, digests of rows."""
        present = values != GAP
        part = Summary(len(values), int((~present).sum()))
        part.total = int(values[present].sum(dtype=np.uint64))
        if not self.overflowed:
            part.levels, part.counts = _counted(values, np.ones(len(values)))
            part.smallest = part.levels[part.levels != GAP][:SKETCH]
        else:
            below = values < (self.smallest[-1] if len(self.smallest) == SKETCH else _TOP)
            part.smallest = np.unique(values[below & present])[:SKETCH]
        if numbers is not None and present.any():
            held, keys = numbers[present], rows[present]
            part.low = (float(held.min()), int(keys[held == held.min()].min()))
            part.high = (float(held.max()), int(keys[held == held.max()].min()))
        self.merge(part)

    def merge(self, other: Summary) -> None:
        """Count another part's rows as well."""
        self.rows, self.gaps = self.rows + other.rows, self.gaps + other.gaps
        self.total = (self.total + other.total) % 2**64
        self.low = min(self.low, other.low)
        self.high = max(self.high, other.high, key=lambda end: (end[0], -end[1]))
        merged = np.union1d(self.smallest, other.smallest)
        self.smallest = merged[:SKETCH]
        self.levels, self.counts = _counted(
            np.concatenate([self.levels, other.levels]),
            np.concatenate([self.counts, other.counts]),
        )
        self.overflowed |= other.overflowed or len(self.levels) > LEVELS
        if self.overflowed:
            self.levels, self.counts = self.levels[:0], self.counts[:0]

    @property
    def distinct(self) -> int:
        """Number of different values: exact up to `SKETCH`, else an estimate by the k-th smallest
        of uniform digests, (k - 1) / d_k (Bar-Yossef et al. 2002)."""
        if len(self.smallest) < SKETCH:
            return len(self.smallest)
        return min(self.rows - self.gaps, round((SKETCH - 1) * _SPAN / float(self.smallest[-1])))

    @property
    def is_consecutive(self) -> bool:
        """Whether it holds whole numbers in a row, each once: then their digests' sum is known."""
        low, high = self.low[0], self.high[0]
        if self.gaps or self.rows < 3 or high - low + 1 != self.rows or low % 1:
            return False
        total = 0
        for first in range(int(low), int(high) + 1, 2**20):
            part = np.arange(first, min(first + 2**20, int(high) + 1))
            total += int(digests_of_numbers(part).sum(dtype=np.uint64))
        return total % 2**64 == self.total


_TOP = np.uint64(2**64 - 1)


def digests_of_numbers(values: np.ndarray) -> np.ndarray:
    """`value_digests` of plain numbers."""
    import pyarrow as pa

    return value_digests(pa.array(values))


def numbers_of(column: object) -> np.ndarray | None:
    """A canonical column as doubles, if it is of numbers or times; None if not."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type  # type: ignore[attr-defined]
    if pa.types.is_boolean(kind):
        return None
    if pa.types.is_temporal(kind):
        column = column.view(pa.int64())  # type: ignore[attr-defined]
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return None
    values = pc.fill_null(column, 0).to_numpy(zero_copy_only=False).astype(np.float64)
    values[gaps_of(column)] = 0.0
    return values
