"""`Group`: columns that share one metric."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

from ..errors import MetricError, SchemaError, check_one_of
from ..kinds import KINDS, PARTS, PREPARATIONS
from ..metrics import Metric
from ..metrics import get as get_metric

Column = Hashable
MISSING = ("skip", "level")


@dataclass(frozen=True)
class Group:
    """Columns that share one metric.

    Attributes
    ----------
    columns : tuple
        Column names, in the order in which the metric sees them; (latitude, longitude) for geo.
    kind : str
        See `frameumap.kinds.KINDS`.
    metric : str
        Name of a registered metric.
    weight : float or None
        How many times as much as by itself every column of the group counts, > 0; None for 1.
    name : str
        What `combine` expressions call it.
    prepare : str or None
        Preparation of numbers:  "scores" (normal scores by rank), "standard", "robust", "ranks",
        "log", "whiten" (all columns of the group together), "none". How text is: words of "nfc",
        "nfkc", "accents", "case", "spaces", "words", set apart by blanks, or "none"; see
        `frameumap.metrics.strings`. None for what suits the metric; for text "nfc".
    levels : tuple or None
        Grades, lowest first (ordinal).
    period : float or None
        Length of the cycle in the column's own unit (cyclic).
    missing : {"skip", "level"}
        Whether a gap says nothing about a pair, or is a level of its own (categorical, boolean).
    part : str
        Part of dates that is used:  "linear", "time" (of day), "weekday", "season", or "calendar"
        for the last three as one.
    delimiter : str or None
        Splits strings into the members of a set, or the levels of a path ("/" there if None).
    params : tuple of (str, float)
        Values of the metric's parameters; a mapping will do.
    column_weights : tuple of float or None
        What each column counts, 1 being as much as any; for metrics that weigh columns or add them
        up.
    format : str, tuple of str or None
        How strings are read: dates by the codes of `strptime` ("%d/%m/%Y", "ISO8601"), numbers as
        1,234.5 would be written ("$1,234.56", "1234,5 kg"). One for all columns or one each, ""
        where a column needs none.
    dayfirst : bool or None
        Of dates in strings without a format: whether the day stands before the month, where both
        are possible.
    """

    columns: tuple[Column, ...] = ()
    kind: str = "numeric"
    metric: str = "manhattan"
    weight: float | None = None
    name: str = ""
    prepare: str | None = None
    levels: tuple[Any, ...] | None = None
    period: float | None = None
    missing: str = "skip"
    part: str = "linear"
    delimiter: str | None = None
    params: Any = ()
    column_weights: tuple[float, ...] | None = None
    format: Any = None
    dayfirst: bool | None = None

    def __post_init__(self) -> None:
        where = f"group {self.name or self.columns!r}"
        KINDS.check_pair(self.kind, self.metric, where)
        check_one_of(self.missing, MISSING, f"missing of {where}", SchemaError)
        kind, metric = KINDS[self.kind], get_metric(self.metric)
        object.__setattr__(self, "metric", metric.name)  # ours, where another tool's name was given
        object.__setattr__(self, "part", kind.check_part(self.part, metric, where))
        if self.prepare is not None:
            object.__setattr__(self, "prepare", kind.check_prepare(self.prepare, where))
        self._check_params(metric, where)
        self._check_format(where)
        if self.weight is not None and not (self.weight > 0 and math.isfinite(self.weight)):
            raise SchemaError(
                f"{where}: weight must be a finite number > 0, got {self.weight!r}; leave out "
                f"columns instead"
            )
        if self.period is not None and not (self.period > 0 and math.isfinite(self.period)):
            raise SchemaError(f"{where}: period must be a finite number > 0, got {self.period!r}")
        if self.levels is not None and len(set(self.levels)) != len(self.levels):
            raise SchemaError(f"{where}: levels repeat: {list(self.levels)!r}")
        kind.check_columns(self.columns, metric, where)
        if len(set(self.columns)) != len(self.columns):
            raise SchemaError(f"{where}: a column is named twice")

    def _check_params(self, metric: Metric, where: str) -> None:
        try:
            params = dict(self.params)
            metric.values(params)
        except (MetricError, TypeError, ValueError) as error:
            raise SchemaError(f"{where}: {error}") from None
        object.__setattr__(
            self, "params", tuple((name, float(value)) for name, value in params.items())
        )
        if self.column_weights is None:
            return
        weights = tuple(map(float, self.column_weights))
        sums = (
            metric.increases_with == "minkowski1"
            and metric.gap_power == 1.0
            and KINDS[self.kind].scales_columns
        )
        if not (metric.takes_weights or sums) or metric.side_values:
            raise SchemaError(
                f"{where}: metric {metric.name!r} does not weigh columns; put them into groups of "
                f"their own weight"
            )
        if len(weights) != len(self.columns) or not all(
            w > 0 and math.isfinite(w) for w in weights
        ):
            raise SchemaError(
                f"{where}: column_weights must be {len(self.columns)} finite numbers > 0, got "
                f"{weights!r}"
            )
        object.__setattr__(self, "column_weights", weights)

    def _check_format(self, where: str) -> None:
        """Make `format` a tuple of one a column, "" where there is none."""
        if self.format is None or not self.columns:
            return
        one = isinstance(self.format, str)
        formats = (self.format,) * len(self.columns) if one else tuple(self.format)
        if len(formats) != len(self.columns):
            raise SchemaError(
                f"{where}: format must be one string or {len(self.columns)}, got {self.format!r}"
            )
        for text in filter(None, formats):
            KINDS[self.kind].check_format(text, self.part, where)
        object.__setattr__(self, "format", formats if any(formats) else None)

    def format_of(self, c: int) -> str:
        """Format of the strings of column number c, "" where there is none."""
        return self.format[c] if self.format else ""

    def restricted(self, columns: tuple[Column, ...]) -> Group:
        """The group with some of its columns, each with its weight."""
        weights = self.column_weights
        if weights is not None:
            weights = tuple(w for c, w in zip(self.columns, weights, strict=True) if c in columns)
        formats = self.format
        if formats is not None:
            formats = tuple(f for c, f in zip(self.columns, formats, strict=True) if c in columns)
        return replace(self, columns=columns, column_weights=weights, format=formats)

    @property
    def factor(self) -> float:
        """The weight; 1 where none was given."""
        return 1.0 if self.weight is None else float(self.weight)

    @property
    def counted(self) -> float:
        """For how many columns the group counts at weight 1; coordinates are two."""
        return sum(self.column_weights or [1.0] * len(self.columns))

    @property
    def effective_weight(self) -> float:
        """For how many columns the group counts."""
        return self.factor * self.counted


__all__ = ["MISSING", "PARTS", "PREPARATIONS", "Column", "Group"]
