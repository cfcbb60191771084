"""Encoders of numbers: prepared columns, phases, places and vectors, all float32."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block, stack_columns
from ..columns.prepare import PREPARATIONS, Preparation, mean_gap
from ..columns.date_text import write_dates
from ..columns.number_text import NumberPattern
from ..columns.values import date_part, numbers, objects, presence, seconds
from ..engine.jit import kernel
from ..engine.rows import Rows
from ..engine.threads import spread
from ..errors import DataError, SchemaError
from ..metrics import get as get_metric
from ..metrics.geo import EARTH_RADIUS_KM, unit_vectors
from ..schema.group import Group


@kernel
def _rows_of_bytes(first, last, columns, values):
    """Columns of bytes (p, n) as rows of float32 (n, p), a cache line of rows at a time."""
    for start in range(first, last, 64):
        for c in range(columns.shape[0]):
            for i in range(start, min(start + 64, last)):
                values[i, c] = columns[c, i]


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
        if (
            group.prepare is None
            and metric.prepare == "standard"
            and all(s.dtype == np.uint8 for s in columns)
        ):
            name = "none"  # bytes of an image or a quantised vector share one unit
        self.levels = [
            _grade_levels(group, s) if group.kind == "ordinal" and not group.format_of(c) else None
            for c, s in enumerate(columns)
        ]
        own_scale = name != "none" and metric.gap_power == 1.0
        scales = np.ones(len(columns))
        for c in range(len(columns)):
            if name == "none":
                self.steps.append(PREPARATIONS[name](np.empty(0)))
                continue
            values, present = self.read(columns, c)
            step = PREPARATIONS[name if present.any() else "none"](values[present])
            self.steps.append(step)
            if own_scale:
                scales[c] = mean_gap(step.apply(values[present])) or 1.0
        if group.column_weights is not None and not metric.takes_weights:
            scales = scales / np.array(
                group.column_weights
            )  # a weight of 2 is a column of twice the spread
        self.scales = scales

    def read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of column c before any preparation, float64 (n,), and presence."""
        name, series, levels = self.group.columns[c], columns[c], self.levels[c]
        fmt = self.group.format_of(c)
        if self.group.kind == "datetime":
            return seconds(name, series, fmt)
        return numbers(name, series, fmt) if levels is None else _grades(name, series, levels)

    def encode(self, columns: Columns) -> Block:
        if all(s.dtype == np.uint8 for s in columns) and all(
            step.is_identity for step in self.steps
        ):
            # Many columns of bytes, an image say: packed at once.
            values = np.empty((len(columns[0]), len(columns)), np.float32)
            spread(_rows_of_bytes, len(values), np.stack([s.to_numpy() for s in columns]), values)
            return float_block(values, np.ones(values.shape, bool))
        # Column by column in memory: that is how they are read and prepared.
        prepared = np.empty((len(columns[0]), len(columns)), np.float32, order="F")
        masks = np.empty(prepared.shape, bool, order="F")
        for c, (step, scale) in enumerate(zip(self.steps, self.scales, strict=True)):
            values, masks[:, c] = self.read(columns, c)
            prepared[:, c] = step.apply(values) / scale
        return float_block(prepared, masks)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Numbers, dates or grades of packed values, float (m, p)."""
        decoded: list[Any] = []
        for c, (step, scale, levels) in enumerate(
            zip(self.steps, self.scales, self.levels, strict=True)
        ):
            values = step.invert(cells[:, c].astype(np.float64) * scale)
            fmt = self.group.format_of(c)
            if self.group.kind == "datetime":
                dates = pd.to_datetime(np.round(values * 1e6).astype("int64"), unit="us")
                decoded.append(write_dates(dates, fmt) if fmt else dates)
            elif levels is None:
                decoded.append(NumberPattern.of(fmt).write(values) if fmt else values)
            else:
                names = list(levels)
                decoded.append(
                    [names[r] for r in np.clip(np.round(values), 0, len(names) - 1).astype(int)]
                )
        return decoded


def _grade_levels(group: Group, series: pd.Series) -> dict[Any, int] | None:
    """Level -> number; None where the numbers themselves are the grades."""
    if group.levels is not None:
        return {level: r for r, level in enumerate(group.levels)}
    if isinstance(series.dtype, pd.CategoricalDtype) and series.dtype.ordered:
        return {level: r for r, level in enumerate(series.dtype.categories)}
    if isinstance(series.dtype, pd.IntervalDtype):
        return {level: r for r, level in enumerate(sorted(series.dropna().unique()))}
    types = pd.api.types
    if (
        types.is_numeric_dtype(series.dtype)
        or types.is_bool_dtype(series.dtype)
        or series.dtype.kind in "mM"
    ):
        return None
    raise SchemaError(
        f"column {series.name!r} is ordinal, but nothing says in which order its values stand; declare "
        f"frameumap.ordinal([lowest, ..., highest])"
    )


def _grades(
    name: Hashable, series: pd.Series, levels: dict[Any, int]
) -> tuple[np.ndarray, np.ndarray]:
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


#: Parts of a date that make a calendar, in the order in which `metrics.cyclic.calendar` has them.
CALENDAR = ("time", "weekday", "season")


@dataclass
class CycleEncoder:
    """Phases in [0, 1): numbers over their period, or parts of dates."""

    group: Group = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        if group.part == "linear" and group.period is None:
            raise SchemaError(
                f"group {group.name!r}: a cyclic column needs its period, e.g. frameumap.cyclic(24) for hours"
            )

    def encode(self, columns: Columns) -> Block:
        pairs = []
        for c, (name, series) in enumerate(zip(self.group.columns, columns, strict=True)):
            fmt = self.group.format_of(c)
            if self.group.part == "calendar":
                pairs += [date_part(name, series, part, fmt) for part in CALENDAR]
            elif self.group.part != "linear":
                pairs.append(date_part(name, series, self.group.part, fmt))
            else:
                values, present = numbers(name, series, fmt)
                pairs.append(((values / self.group.period) % 1.0, present))
        values, present = stack_columns(pairs)
        return float_block(values, present)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Numbers on the circle, or the phase of a part of a date (of a calendar the time), of
        packed phases (m, p)."""
        cells = cells[:, ::3] if self.group.part == "calendar" else cells
        period = self.group.period if self.group.part == "linear" and self.group.period else 1.0
        return [cells[:, c].astype(np.float64) * period for c in range(cells.shape[1])]


@dataclass
class GeoEncoder:
    """Coordinates in degrees: unit vectors less their mean, so that float32 keeps small distances;
    then the altitude, if there is one, in radians of the Earth's radius.
    """

    group: Group = field(init=False)
    center: np.ndarray = field(init=False)

    def fit(self, group: Group, columns: Columns) -> None:
        self.group = group
        vectors, present = self._read(columns)
        # A float32 center, so that the rows' order changes nothing beyond it.
        middle = vectors[present].mean(axis=0) if present.any() else np.zeros(vectors.shape[1])
        self.center = middle.astype(np.float32).astype(float)

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        names = self.group.columns
        (lat, has_lat), (lon, has_lon), *rest = (
            numbers(n, s) for n, s in zip(names, columns, strict=True)
        )
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
        vectors, present = unit_vectors(lat, lon), has_lat & has_lon
        for metres, has in rest:
            vectors, present = (
                np.column_stack([vectors, metres / (1000 * EARTH_RADIUS_KM)]),
                present & has,
            )
        return vectors, present

    def encode(self, columns: Columns) -> Block:
        vectors, present = self._read(columns)
        return float_block(
            vectors - self.center, np.repeat(present[:, None], vectors.shape[1], axis=1)
        )

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Latitudes and longitudes in degrees, and metres, of packed vectors, which need not be of
        unit length, (m, 3 or 4)."""
        x, y, z, *rest = (cells.astype(np.float64) + self.center).T
        metres = [1000 * EARTH_RADIUS_KM * height for height in rest]
        return [np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x)), *metres]


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
                if (
                    row.shape != (size,)
                    or row.dtype.kind not in "fiub"
                    or not np.isfinite(row.astype(float)).all()
                ):
                    raise DataError(
                        f"column {name!r}, row {series.index[i]!r}: expected a list of {size} finite numbers, got {held[i]!r}"
                    )
                values[i] = row
            parts.append(values)
            masks.append(np.repeat(present[:, None], size, axis=1))
        return float_block(np.concatenate(parts, axis=1), np.concatenate(masks, axis=1))

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Lists of packed values, (m, sum of sizes)."""
        borders = np.cumsum(self.sizes)[:-1]
        return [list(part.astype(np.float64)) for part in np.split(cells, borders, axis=1)]
