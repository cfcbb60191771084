"""Numbers, each column prepared and at its own scale; under Mahalanobis' distance all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns, check_domain, float_block
from ..columns.dtypes import classify
from ..columns.number_text import pattern_of, read_number_pattern
from ..columns.prepare import PREPARATIONS, Preparation, center_of, rms_gap, unit_of
from ..columns.read_strings import distinct_strings
from ..columns.values import numbers, origin_of, warn_ties
from ..engine.jit import kernel
from ..engine.rows import Rows
from ..engine.threads import map_in_threads, parallel_for
from ..errors import SchemaError
from ..metrics import get as get_metric
from .aggregate import Nearest, median
from .base import Kind, Rule
from .numeric_rules import RULES
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


#: Columns that are packed at once: a cache line of a row.
_TOGETHER = 16
#: Rows from which columns are prepared on all cores.
_LONG = 20_000


class Numeric(Kind):
    """Numbers: prepared, then each column at its own scale.

    For metrics that sum over columns the scale is the root mean square of x_i - x_j, so that every
    column counts alike.
    """

    name = "numeric"
    content = "numbers"
    accepts = ("vector",)
    metric = "manhattan"
    described_by = "order"
    shared = "numbers"
    rules: ClassVar[Sequence[Rule]] = RULES
    scales_columns = True

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.steps: list[Preparation] = []
        self.scales = np.empty(0)
        self.levels: list[dict[Any, int] | None] = []
        #: Subtracted from numbers before they become float64, see `values.origin_of`.
        self.origins: list[int] = []

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
        self.origins = [self.find_origin(series, c) for c, series in enumerate(columns)]
        own_scale = name != "none" and metric.gap_power == 1.0
        scales = np.ones(len(columns))
        if name == "none":
            self.steps = self._plain_steps(columns)
        else:

            def fit_column(c: int) -> tuple[Preparation, float]:
                values, present = self.read(columns, c)
                step = PREPARATIONS[name if present.any() else "none"](values[present])
                if step.is_identity and metric.ignores_shift == "columns":
                    step = replace(step, center=center_of(values[present]))
                own = rms_gap(step.apply(values[present])) if own_scale else 1.0
                return step, own or 1.0

            made = self._each(fit_column, range(len(columns)), columns)
            self.steps = [step for step, _ in made]
            scales = np.array([scale for _, scale in made])
        if group.column_weights is not None and not metric.takes_weights:
            # A weight of 2 is a column of twice the spread.
            scales = scales / np.array(group.column_weights)
        self.scales = scales

    def _plain_steps(self, columns: Columns) -> list[Preparation]:
        """Numbers as they are, moved and scaled by what the metric does not see."""
        if _are_bytes(columns):
            return [PREPARATIONS["none"](np.empty(0)) for _ in columns]

        def read() -> Iterator[np.ndarray]:
            for c in range(len(columns)):
                values, present = self.read(columns, c)
                yield values[present]

        centers, unit = plain_scale(read, self.group)
        return [Preparation(np.empty(0), np.empty(0), center, unit) for center in centers]

    def find_origin(self, series: pd.Series, c: int) -> int:
        """The number to subtract before numbers become float64."""
        if self.levels[c] is not None or self.group.format_of(c):
            return 0
        name, origin = self.group.columns[c], origin_of(series)
        if origin:
            warn_ties(name, series, numbers(name, series, "", origin)[0])
        return origin

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
        name, text = self.group.columns[c], self.group.format_of(c)
        return numbers(name, columns[c], text, self.origins[c])

    def restore(self, values: np.ndarray, c: int) -> Any:
        """Values of column c from what `read` gave, float64 (m,)."""
        text, origin = self.group.format_of(c), self.origins[c]
        if origin:
            return np.array([_exactly(v) + origin for v in values.tolist()], object)
        return pattern_of(text).write(values) if text else values

    @classmethod
    def find_format(cls, group: Group, name: Any, series: pd.Series) -> str:
        if group.levels is not None or classify(series).family != "string":
            return ""
        pattern = read_number_pattern(distinct_strings(series)).pattern
        return "" if pattern is None or str(pattern) == "1234" else str(pattern)

    @classmethod
    def check_format(cls, text: str, part: str, where: str) -> None:
        try:
            pattern_of(text)
        except SchemaError as error:
            raise SchemaError(f"{where}: {error}") from None

    def encode(self, columns: Columns) -> Block:
        if _are_bytes(columns) and all(step.is_identity for step in self.steps):
            # Many columns of bytes, an image say: packed at once.
            values = np.empty((len(columns[0]), len(columns)), np.float32)
            parallel_for(
                _rows_of_bytes, len(values), np.stack([s.to_numpy() for s in columns]), values
            )
            return float_block(values, np.ones(values.shape, bool))
        # Some columns at a time, one after the other in memory: that is how they are read and
        # prepared.
        n, p = len(columns[0]), len(columns)
        cells, present = np.empty((n, p), np.float32), None
        for first in range(0, p, _TOGETHER):
            some = np.empty((n, min(_TOGETHER, p - first)), np.float32, order="F")
            prepared = partial(self._prepared, columns)
            made = self._each(prepared, range(first, first + some.shape[1]), columns)
            for c, (values, mask) in enumerate(made, first):
                some[:, c - first] = values
                if not mask.all():
                    present = np.ones((n, p), bool) if present is None else present
                    present[:, c] = mask
            cells[:, first : first + some.shape[1]] = some
        if present is None:
            present = np.broadcast_to(np.True_, (n, p))
        return float_block(cells, present, self.group.columns)

    @staticmethod
    def _each(function: Callable[[int], Any], which: range, columns: Columns) -> list[Any]:
        """Results for some of the columns, on all cores where they are long."""
        long = len(columns[0]) >= _LONG and len(which) > 1
        return map_in_threads(function, which) if long else list(map(function, which))

    def _prepared(self, columns: Columns, c: int) -> tuple[np.ndarray, np.ndarray]:
        """Column c, prepared and scaled, float32 (n,), and presence."""
        values, mask = self.read(columns, c)
        plain = self.steps[c].apply(values)
        metric, name = get_metric(self.group.metric), self.group.columns[c]
        check_domain(plain[:, None], mask[:, None], metric, [name], columns[0].index)
        with np.errstate(over="ignore"):  # told by the block
            scaled: np.ndarray = plain / self.scales[c]
            return scaled.astype(np.float32), mask

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
        return {"steps": steps, "levels": levels, "origins": list(map(str, self.origins))}, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        count = len(self.group.columns)
        self.scales = take_array(arrays, "scales", np.float64, (count,))
        for c, (center, scale, signed_log) in enumerate(data["steps"]):
            knots = take_array(arrays, f"{c}.knots", np.float64, (None,))
            values = take_array(arrays, f"{c}.values", np.float64, (len(knots),))
            step = Preparation(knots, values, float(center), float(scale), bool(signed_log))
            self.steps.append(step)
        self.levels = [None if own is None else levels_from_json(own) for own in data["levels"]]
        self.origins = [int(text) for text in data.get("origins", ["0"] * count)]
        expect(len(self.steps) == len(self.levels) == len(self.origins) == count, "columns")

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return median(nearest)

    def say_value(self, value: Any) -> str:
        """Four digits, and of 1,000 and above all digits before the point."""
        if isinstance(value, (float, np.floating)) and 1000 <= abs(float(value)) < np.inf:
            return f"{value:,.0f}"
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return f"{value:,}"
        return super().say_value(value)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The median and the middle half of the values."""
        if not len(values):
            return "none"
        low, middle, high = np.quantile(np.asarray(values, np.float64), [0.25, 0.5, 0.75])
        return f"{middle:.4g}" if low == high else f"{middle:.4g} ({low:.4g} to {high:.4g})"


def preparation(group: Group) -> str:
    """The preparation that the schema names, or that suits the metric."""
    return group.prepare or get_metric(group.metric).prepare


def plain_scale(
    read: Callable[[], Iterable[np.ndarray]], group: Group
) -> tuple[list[float], float]:
    """What to subtract from every column and divide all by before they become float32: what the
    metric does not see, and only where float32 would lose digits.

    `read` gives the columns one after the other, so that they are not held all at once.
    """
    metric, unit = get_metric(group.metric), 1.0
    if metric.ignores_shift == "rows":
        held = list(read())
        centers = [center_of(np.concatenate(held))] * len(held)
    else:
        by_column = metric.ignores_shift == "columns"
        centers = [center_of(values) if by_column else 0.0 for values in read()]
    if metric.ignores_units:
        moved = (0.5 * values - 0.5 * c for values, c in zip(read(), centers, strict=True))
        unit = unit_of(np.array([np.abs(values).max(initial=0.0) for values in moved]))
    return centers, unit


def _exactly(value: float) -> int | Decimal:
    return int(value) if value.is_integer() else Decimal(repr(value))


def _are_bytes(columns: Columns) -> bool:
    return all(series.dtype == np.uint8 for series in columns)
