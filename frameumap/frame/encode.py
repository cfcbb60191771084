"""Columns -> blocks of 4-byte words, one encoder a kind; fitted once, applied the same to new rows."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from ..errors import DataError, SchemaError
from ..metrics import get as get_metric
from ..metrics.geo import unit_vectors
from ..schema.group import Group
from .columns import codes, date_part, numbers, objects, order_levels, presence, seconds
from .prepare import PREPARATIONS, Preparation, mean_gap, mean_mismatch

Columns = list[pd.Series]
UNKNOWN = -2  # the code of a level that the fit has not seen: it matches nothing


class Block(NamedTuple):
    """One group's columns, packed.

    Attributes
    ----------
    cells : int32 (n, p)
        float32 bits, codes, or numbers of distinct entries (counted through all columns of the block).
    present : bool (n, p)
    weights : float32 (p,)
        What the metric receives.
    shares : float64 (p,)
        Share of each column in the group's average distance.
    entries : list of list of int32 arrays, or None
        Distinct strings (code points) or sets (codes) of every column.
    """

    cells: np.ndarray
    present: np.ndarray
    weights: np.ndarray
    shares: np.ndarray
    entries: list[list[np.ndarray]] | None = None


class Encoder(Protocol):
    """What an encoder does: learn from the columns, then pack them or others."""

    def fit(self, group: Group, columns: Columns) -> None: ...

    def encode(self, columns: Columns) -> Block: ...


def _float_block(values: np.ndarray, present: np.ndarray) -> Block:
    """A block of numbers; absent ones are 0, so that identical rows have identical words."""
    cells = np.ascontiguousarray(values, np.float32)
    cells += np.float32(0)  # turns -0 into 0
    if not present.all():
        cells[~present] = 0
    p = values.shape[1]
    return Block(cells.view(np.int32), present, np.ones(p, np.float32), np.full(p, 1 / max(p, 1)))


def _stack(pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    values, present = zip(*pairs, strict=True)
    return np.stack(values, axis=1), np.stack(present, axis=1)


@dataclass
class NumberEncoder:
    """Numbers, dates on a line and grades: prepared, then each column at its own scale.

    For metrics that sum over columns the scale is the mean |x_i - x_j|, so that every column adds 1 for an average pair.
    """

    group: Group = field(init=False)
    steps: list[Preparation] = field(default_factory=list)
    scales: np.ndarray = field(init=False)
    levels: list[dict[Any, int] | None] = field(default_factory=list)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        metric = get_metric(group.metric)
        name = group.prepare or metric.prepare
        if group.prepare is None and metric.prepare == "standard" and all(s.dtype == np.uint8 for s in columns):
            name = "none"  # bytes of an image or a quantised vector share one unit
        self.levels = [_grade_levels(group, s) if group.kind == "ordinal" else None for s in columns]
        own_scale = name != "none" and metric.gap_power == 1.0
        scales = np.ones(len(columns))
        for c in range(len(columns)):
            if name == "none":
                self.steps.append(PREPARATIONS[name](np.empty(0)))
                continue
            values, present = self._read(columns, c)
            step = PREPARATIONS[name if present.any() else "none"](values[present])
            self.steps.append(step)
            if own_scale:
                scales[c] = mean_gap(step.apply(values[present])) or 1.0
        self.scales = scales

    def _read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        name, series, levels = self.group.columns[c], columns[c], self.levels[c]
        if self.group.kind == "datetime":
            return seconds(name, series)
        return numbers(name, series) if levels is None else _grades(name, series, levels)

    def encode(self, columns: Columns) -> Block:
        if all(s.dtype == np.uint8 for s in columns) and all(step.is_identity for step in self.steps):
            # Many columns of bytes, an image say: packed at once.
            values = np.ascontiguousarray(np.stack([s.to_numpy() for s in columns]).T, np.float32)
            return _float_block(values, np.ones(values.shape, bool))
        # Column by column in memory: that is how they are read and prepared.
        prepared = np.empty((len(columns[0]), len(columns)), np.float32, order="F")
        masks = np.empty(prepared.shape, bool, order="F")
        for c, (step, scale) in enumerate(zip(self.steps, self.scales, strict=True)):
            values, masks[:, c] = self._read(columns, c)
            prepared[:, c] = step.apply(values) / scale
        return _float_block(prepared, masks)


def _grade_levels(group: Group, series: pd.Series) -> dict[Any, int] | None:
    """Level -> number; None where the numbers themselves are the grades."""
    if group.levels is not None:
        return {level: r for r, level in enumerate(group.levels)}
    if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
        return {level: r for r, level in enumerate(series.dtype.categories)}
    if pd.api.types.is_numeric_dtype(series.dtype) or pd.api.types.is_bool_dtype(series.dtype):
        return None
    raise SchemaError(
        f"column {series.name!r} is ordinal, but nothing says in which order its values stand; declare "
        f"frameumap.ordinal([lowest, ..., highest])"
    )


def _grades(name: Hashable, series: pd.Series, levels: dict[Any, int]) -> tuple[np.ndarray, np.ndarray]:
    present = presence(series)
    values = np.zeros(len(series))
    for i in np.flatnonzero(present).tolist():
        value = series.iloc[i]
        if value not in levels:
            raise DataError(
                f"column {name!r}, row {series.index[i]!r}: {value!r} is none of the levels {list(levels)}; add it in its place"
            )
        values[i] = levels[value]
    return values, present


@dataclass
class CycleEncoder:
    """Phases in [0, 1): numbers over their period, or parts of dates."""

    group: Group = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        if group.part == "linear" and group.period is None:
            raise SchemaError(f"group {group.name!r}: a cyclic column needs its period, e.g. frameumap.cyclic(24) for hours")

    def encode(self, columns: Columns) -> Block:
        pairs = []
        for name, series in zip(self.group.columns, columns, strict=True):
            if self.group.part != "linear":
                pairs.append(date_part(name, series, self.group.part))
            else:
                values, present = numbers(name, series)
                pairs.append(((values / self.group.period) % 1.0, present))
        values, present = _stack(pairs)
        return _float_block(values, present)


@dataclass
class GeoEncoder:
    """Coordinates in degrees: unit vectors less their mean, so that float32 keeps small distances."""

    group: Group = field(init=False)
    center: np.ndarray = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        vectors, present = self._read(columns)
        # A float32 center, so that the rows' order changes nothing beyond it.
        self.center = vectors[present].mean(axis=0).astype(np.float32).astype(float) if present.any() else np.zeros(3)

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        names = self.group.columns
        (lat, has_lat), (lon, has_lon) = (numbers(n, s) for n, s in zip(names, columns, strict=True))
        for name, series, values, has, limit in (
            (names[0], columns[0], lat, has_lat, 90),
            (names[1], columns[1], lon, has_lon, 360),
        ):
            outside = has & (np.abs(values) > limit)
            if outside.any():
                at = int(np.flatnonzero(outside)[0])
                raise DataError(
                    f"column {name!r}, row {series.index[at]!r}: {values[at]} is outside -{limit}..{limit} degrees; "
                    f"geo takes (latitude, longitude) in that order"
                )
        return unit_vectors(lat, lon), has_lat & has_lon

    def encode(self, columns: Columns) -> Block:
        vectors, present = self._read(columns)
        return _float_block(vectors - self.center, np.repeat(present[:, None], 3, axis=1))


@dataclass
class VectorEncoder:
    """Columns of fixed-size lists, side by side, as they are."""

    group: Group = field(init=False)
    sizes: list[int] = field(default_factory=list)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        for name, series in zip(group.columns, columns, strict=True):
            present = objects(series)[presence(series)]
            if not len(present):
                raise DataError(f"column {name!r} has no vector at all")
            self.sizes.append(len(present[0]))

    def encode(self, columns: Columns) -> Block:
        parts, masks = [], []
        for name, series, size in zip(self.group.columns, columns, self.sizes, strict=True):
            present = presence(series)
            values = np.zeros((len(series), size))
            held = objects(series)
            for i in np.flatnonzero(present).tolist():
                row = np.asarray(held[i])
                if row.shape != (size,) or row.dtype.kind not in "fiub" or not np.isfinite(row.astype(float)).all():
                    raise DataError(
                        f"column {name!r}, row {series.index[i]!r}: expected a list of {size} finite numbers, got {held[i]!r}"
                    )
                values[i] = row
            parts.append(values)
            masks.append(np.repeat(present[:, None], size, axis=1))
        return _float_block(np.concatenate(parts, axis=1), np.concatenate(masks, axis=1))


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
        unseen: dict[Any, int] = {}
        number = np.full(len(series), -1, np.int32)
        contents: dict[tuple[int, ...], int] = {}
        for i, members in enumerate(self._sets(name, series)):
            if members is not None:
                own = {
                    self.members[m] if m in self.members else unseen.setdefault(m, len(self.members) + len(unseen))
                    for m in members
                }
                number[i] = contents.setdefault(tuple(sorted(own)), len(contents))
        number, keys = order_levels(number, list(contents))
        return number, [np.array(key, np.int32) for key in keys]


def _factorized(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    levels = list(dict.fromkeys(values))
    return np.arange(len(levels)), levels


ENCODERS: dict[str, Callable[[], Encoder]] = {
    "numeric": NumberEncoder,
    "datetime": NumberEncoder,
    "ordinal": NumberEncoder,
    "cyclic": CycleEncoder,
    "geo": GeoEncoder,
    "vector": VectorEncoder,
    "categorical": CodeEncoder,
    "boolean": CodeEncoder,
    "text": EntryEncoder,
    "set": EntryEncoder,
}
