"""`Sketch`: the rows that a model is fitted on, chosen in one pass by what they hold.

A row is kept if its digest is among the K smallest of all different rows (bottom-k sampling: Cohen
and Kaplan 2007), among the few smallest of a level, of the gaps of a column or of a place, or if it
holds an end of a column's range. Each of these is a minimum, so sketches of parts merge to the
sketch of the whole: the order and the partition of the rows play no part. A row that is kept at the
end was kept from the first time it was seen, so its copies are counted exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from ..errors import DataError
from .canonical import canonical, ordered_levels
from .digests import GAP, name_digests, rescramble, row_digests, value_digests
from .strata import first_of_levels, place_cells
from .summary import Summary, numbers_of

#: Rows kept for every level.
FLOOR = 20
#: Rows kept aside, to estimate what the sample costs.
ASIDE = 1000
#: Rows that wait, at least, before those that cannot be kept are dropped.
WAIT = 50_000
ASIDE_SALT = 0x9B05688C2B3E6C1F


@dataclass
class Pool:
    """Rows that may be kept, in ascending order of their digests.

    Attributes
    ----------
    keys : uint64 (n,)
        Digests of rows, each once.
    counts : int64 (n,)
        Copies seen.
    levels : uint64 (s, n)
        Digests of the values by which rows are kept, a row a column or a place.
    table : pyarrow.Table
    """

    keys: np.ndarray
    counts: np.ndarray
    levels: np.ndarray
    table: Any

    def take(self, which: np.ndarray) -> Pool:
        """Some of the rows."""
        return Pool(
            self.keys[which], self.counts[which], self.levels[:, which], self.table.take(which)
        )


def join_pools(pools: list[Pool]) -> Pool:
    """The rows of several pools, each once, with their copies added up."""
    keys = np.concatenate([pool.keys for pool in pools])
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    new = np.ones(len(keys), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(new)
    counts = np.concatenate([pool.counts for pool in pools])[order]
    first = order[starts]
    levels = np.concatenate([pool.levels for pool in pools], axis=1)[:, first]
    table = pa.concat_tables([pool.table for pool in pools], promote_options="permissive")
    return Pool(ordered[starts], np.add.reduceat(counts, starts), levels, table.take(first))


@dataclass
class Sketch:
    """A summary of all rows, and a sample of them; see the module.

    Attributes
    ----------
    size : int
        K, rows of the sample without the floors.
    names : list of str
        Columns in the order of the first part.
    summaries : dict of str to Summary
    categories : dict of str to (list or None)
        Columns that are dictionaries in every part; the levels in order, if they have one.
    """

    size: int
    floor: int = FLOOR
    aside: int = ASIDE
    names: list[str] = field(default_factory=list)
    rows: int = 0
    summaries: dict[str, Summary] = field(default_factory=dict)
    categories: dict[str, Any] = field(default_factory=dict)
    pool: Pool | None = None
    _waiting: list[Pool] = field(default_factory=list)
    _limits: Any = None

    def add(self, data: Any, where: str = "") -> None:
        """Look at the rows of a record batch or table."""
        table = canonical(data)
        self._check_names(table.column_names, where)
        if not table.num_rows:
            return
        self._take_categories(ordered_levels(data), where)
        names = sorted(self.names)
        columns = [table.column(name).chunk(0) for name in names]
        values = np.stack([value_digests(column) for column in columns])
        keys = row_digests(values, name_digests(names))
        for name, column, own in zip(names, columns, values, strict=True):
            summary = self.summaries.setdefault(name, Summary())
            summary.add(own, numbers_of(column), keys)
        self.rows += len(keys)
        levels = np.concatenate([values, place_cells(dict(zip(names, columns, strict=True)))])
        kept = np.flatnonzero(self._may_be_kept(keys, levels))
        part = Pool(keys[kept], np.ones(len(kept), np.int64), levels[:, kept], table.take(kept))
        self._waiting.append(part)
        if sum(len(pool.keys) for pool in self._waiting) > max(WAIT, self.size // 2):
            self.compact()

    def merge(self, other: Sketch) -> Sketch:
        """Take over what a sketch of other rows has seen; returns itself."""
        if not other.names:
            return self
        self._check_names(other.names, "a partition")
        self._take_categories(other.categories if other.rows else self.categories, "a partition")
        for name, summary in other.summaries.items():
            self.summaries.setdefault(name, Summary()).merge(summary)
        self.rows += other.rows
        self._waiting += [*([other.pool] if other.pool else []), *other._waiting]
        self.compact()
        return self

    def compact(self) -> None:
        """Drop the rows that cannot be kept any more."""
        pools = [*([self.pool] if self.pool else []), *self._waiting]
        self._waiting = []
        if not pools:
            return
        joined = join_pools(pools)
        keep, limits = self._kept(joined)
        self.pool = joined.take(np.flatnonzero(keep))
        self._limits = limits

    def ends(self) -> np.ndarray:
        """Digests of rows that hold the smallest or largest number of a column."""
        ends = [s.low[1] for s in self.summaries.values()] + [
            s.high[1] for s in self.summaries.values()
        ]
        return np.unique(np.array(ends, np.uint64))

    def _kept(self, pool: Pool) -> tuple[np.ndarray, Any]:
        """Which rows to keep, and by which limits other rows can be turned away."""
        keep = np.zeros(len(pool.keys), bool)
        most = self.size + self.aside
        keep[:most] = True
        other = rescramble(pool.keys, ASIDE_SALT)
        aside = np.argsort(other, kind="stable")[: self.aside]
        keep[aside] = True
        last = pool.keys[most - 1] if len(keep) >= most else None
        last_aside = other[aside[-1]] if len(aside) == self.aside else None
        floors = []
        for s, levels in enumerate(pool.levels):
            among = self.has_floor(s, levels)
            chosen, limits = first_of_levels(pool.keys, levels, among, self.floor)
            keep |= chosen
            floors.append(limits)
        keep |= np.isin(pool.keys, self.ends())
        return keep, (last, last_aside, floors)

    def has_floor(self, s: int, levels: np.ndarray) -> np.ndarray:
        """Rows whose level in row s of `Pool.levels` gets a floor: all if there are few levels,
        else those with a gap."""
        names = sorted(self.names)
        if s >= len(names) or not self.summaries[names[s]].overflowed:
            return np.ones(len(levels), bool)
        return np.asarray(levels == GAP)

    def _may_be_kept(self, keys: np.ndarray, levels: np.ndarray) -> np.ndarray:
        if self._limits is None:
            return np.ones(len(keys), bool)
        last, last_aside, floors = self._limits
        if last is None or last_aside is None:
            return np.ones(len(keys), bool)
        keep = keys <= last
        keep |= rescramble(keys, ASIDE_SALT) <= last_aside
        for s, (known, limits) in enumerate(floors):
            among = self.has_floor(s, levels[s])
            at = np.minimum(np.searchsorted(known, levels[s]), max(0, len(known) - 1))
            seen = known[at] == levels[s] if len(known) else np.zeros(len(keys), bool)
            below = keys <= limits[at] if len(known) else seen
            keep |= among & (~seen | below)
        return keep | np.isin(keys, self.ends())

    def _check_names(self, names: list[str], where: str) -> None:
        if not self.names:
            self.names = list(names)
        if set(names) == set(self.names):
            return
        lacking = sorted(set(self.names) - set(names))
        more = sorted(set(names) - set(self.names))
        what = f"lacks columns {lacking}" if lacking else f"has columns {more}"
        raise DataError(f"{where or 'a batch'} {what}, unlike the parts before it")

    def _take_categories(self, found: dict[str, Any], where: str) -> None:
        if not self.categories and not self.rows:
            self.categories = dict(found)
        for name, levels in list(self.categories.items()):
            if name not in found:
                del self.categories[name]
            elif levels != found[name]:
                raise DataError(
                    f"column {name!r}: {where or 'a batch'} has the ordered levels {found[name]}, "
                    f"the parts before it {levels}; give all parts the same"
                )

    def frame(self, pool: Pool) -> pd.DataFrame:
        """Rows of a pool as a pandas frame, columns in the order of the first part."""
        df = pool.table.select(self.names).to_pandas()
        for name, levels in self.categories.items():
            dtype = pd.CategoricalDtype(levels, ordered=True) if levels else "category"
            df[name] = df[name].astype(dtype)
        return df
