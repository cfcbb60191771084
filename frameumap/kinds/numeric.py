"""Numbers, each column prepared and at its own scale; under Mahalanobis' distance all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, float_block
from ..columns.facts import Facts
from ..columns.prepare import PREPARATIONS, Preparation, rms_gap
from ..columns.values import numbers
from ..engine.jit import kernel
from ..engine.rows import Rows
from ..engine.threads import parallel_for
from ..metrics import get as get_metric
from .aggregate import Nearest, median
from .base import Kind, Rule, Verdict
from .state import Arrays, expect, levels_from_json, levels_to_json, take_array

if TYPE_CHECKING:
    from ..schema.group import Group


@kernel
def _rows_of_bytes(first, last, columns, values):
    """Columns of bytes (p, n) as rows of float32 (n, p), a cache line of rows at a time."""
    for start in range(first, last, 64):
        for c in range(columns.shape[0]):
            for i in range(start, min(start + 64, last)):
                values[i, c] = columns[c, i]


def _durations(f: Facts) -> Verdict | None:
    return Verdict("numeric", "durations") if f.values == "duration" else None


def _numbers(f: Facts) -> Verdict | None:
    if f.values != "number":
        return None
    warnings: tuple[str, ...] = ()
    if f.integral and f.repeats < 0.05 and f.named_like_a_key:
        warnings = ("nearly all values differ and the name says key; is it an id?",)
    return Verdict("numeric", f"numbers, {f.distinct} different", warnings)


class Numeric(Kind):
    """Numbers: prepared, then each column at its own scale.

    For metrics that sum over columns the scale is the root mean square of x_i - x_j, so that every
    column counts alike.
    """

    name = "numeric"
    accepts = ("vector",)
    metric = "manhattan"
    shared = "numbers"
    rules: ClassVar[Sequence[Rule]] = (Rule(31, _durations), Rule(61, _numbers))
    scales_columns = True

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.steps: list[Preparation] = []
        self.scales = np.empty(0)
        self.levels: list[dict[Any, int] | None] = []

    @classmethod
    def of(cls, group: Group) -> Kind:
        from .whitened import Whitened

        return Whitened(group) if preparation(group) == "whiten" else cls(group)

    def fit(self, columns: Columns) -> None:
        group, metric = self.group, get_metric(self.group.metric)
        name = preparation(group)
        if group.prepare is None and name == "standard" and _are_bytes(columns):
            name = "none"  # bytes of an image or a quantised vector share one unit
        self.levels = [self.find_levels(series) for series in columns]
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
                scales[c] = rms_gap(step.apply(values[present])) or 1.0
        if group.column_weights is not None and not metric.takes_weights:
            # A weight of 2 is a column of twice the spread.
            scales = scales / np.array(group.column_weights)
        self.scales = scales

    @property
    def balances_columns(self) -> bool:
        metric = get_metric(self.group.metric)
        sums = metric.increases_with == "minkowski1" and metric.gap_power == 1.0
        return sums and preparation(self.group) != "none"

    def find_levels(self, series: pd.Series) -> dict[Any, int] | None:
        """Level -> number; None where the values are numbers."""
        return None

    def read(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        """Numbers of column c before any preparation, float64 (n,), and presence."""
        return numbers(self.group.columns[c], columns[c])

    def restore(self, values: np.ndarray, c: int) -> Any:
        """Values of column c from what `read` gave, float64 (m,)."""
        return values

    def encode(self, columns: Columns) -> Block:
        if _are_bytes(columns) and all(step.is_identity for step in self.steps):
            # Many columns of bytes, an image say: packed at once.
            values = np.empty((len(columns[0]), len(columns)), np.float32)
            parallel_for(
                _rows_of_bytes, len(values), np.stack([s.to_numpy() for s in columns]), values
            )
            return float_block(values, np.ones(values.shape, bool))
        # Column by column in memory: that is how they are read and prepared.
        prepared = np.empty((len(columns[0]), len(columns)), np.float32, order="F")
        masks = np.empty(prepared.shape, bool, order="F")
        for c, (step, scale) in enumerate(zip(self.steps, self.scales, strict=True)):
            values, masks[:, c] = self.read(columns, c)
            prepared[:, c] = step.apply(values) / scale
        return float_block(prepared, masks)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        return [
            self.restore(step.invert(cells[:, c].astype(np.float64) * scale), c)
            for c, (step, scale) in enumerate(zip(self.steps, self.scales, strict=True))
        ]

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        arrays = {"scales": self.scales}
        for c, step in enumerate(self.steps):
            arrays |= {f"{c}.knots": step.knots, f"{c}.values": step.values}
        steps = [[step.center, step.scale, step.signed_log] for step in self.steps]
        levels = [None if table is None else levels_to_json(table) for table in self.levels]
        return {"steps": steps, "levels": levels}, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        count = len(self.group.columns)
        self.scales = take_array(arrays, "scales", np.float64, (count,))
        for c, (center, scale, signed_log) in enumerate(data["steps"]):
            knots = take_array(arrays, f"{c}.knots", np.float64, (None,))
            values = take_array(arrays, f"{c}.values", np.float64, (len(knots),))
            step = Preparation(knots, values, float(center), float(scale), bool(signed_log))
            self.steps.append(step)
        self.levels = [None if own is None else levels_from_json(own) for own in data["levels"]]
        expect(len(self.steps) == len(self.levels) == count, "columns")

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return median(nearest)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The median and the middle half of the values."""
        if not len(values):
            return "none"
        low, middle, high = np.quantile(np.asarray(values, np.float64), [0.25, 0.5, 0.75])
        return f"{middle:.4g}" if low == high else f"{middle:.4g} ({low:.4g} to {high:.4g})"


def preparation(group: Group) -> str:
    """The preparation that the schema names, or that suits the metric."""
    return group.prepare or get_metric(group.metric).prepare


def _are_bytes(columns: Columns) -> bool:
    return all(series.dtype == np.uint8 for series in columns)
