"""`Group`: columns that share one metric, and the short words that make one."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import MetricError, SchemaError, choose
from ..metrics import ALIASES, Metric
from ..metrics import get as get_metric
from ..metrics import names as metric_names
from ..metrics.registry import metric as metric_decorator
from ..metrics.registry import register, registered
from ..metrics.strings import TEXT_STEPS
from .kinds import IGNORED, KINDS, check_pair, kind_of_metric

Column = Hashable
MISSING = ("skip", "level")
PARTS = ("linear", "time", "weekday", "season", "calendar")
PREPARATIONS = ("scores", "standard", "robust", "ranks", "log", "whiten", "none")


@dataclass(frozen=True)
class Group:
    """Columns that share one metric.

    Attributes
    ----------
    columns : tuple
        Column names, in the order in which the metric sees them; (latitude, longitude) for geo.
    kind : str
        See `frameumap.schema.kinds.KINDS`.
    metric : str
        Name of a registered metric.
    weight : float or None
        Exponent of the group's membership, > 0; None for `default_weight`.
    name : str
        What `combine` expressions call it.
    prepare : str or None
        How numbers are prepared: "scores" (normal scores by rank), "standard", "robust", "ranks", "log", "whiten" (all columns
        of the group together), "none". How text is: words of "nfc", "nfkc", "accents", "case", "spaces", "words", set apart by
        blanks, or "none"; see `frameumap.metrics.strings`. None for what suits the metric; for text "nfc".
    levels : tuple or None
        Grades, lowest first (ordinal).
    period : float or None
        Length of the cycle in the column's own unit (cyclic).
    missing : {"skip", "level"}
        Whether a gap says nothing about a pair, or is a level of its own (categorical, boolean).
    part : str
        What is taken of dates: "linear", "time" (of day), "weekday", "season", or "calendar" for the last three as one.
    delimiter : str or None
        Splits strings into the members of a set, or the levels of a path ("/" there if None).
    params : tuple of (str, float)
        Values of the metric's parameters; a mapping will do.
    column_weights : tuple of float or None
        What each column counts, 1 being as much as any; for metrics that weigh columns or add them up.
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

    def __post_init__(self) -> None:
        where = f"group {self.name or self.columns!r}"
        check_pair(self.kind, self.metric, where)
        choose(self.missing, MISSING, f"missing of {where}", SchemaError)
        choose(self.part, PARTS, f"part of {where}", SchemaError)
        metric = get_metric(self.metric)
        object.__setattr__(self, "metric", metric.name)  # ours, where another tool's name was given
        if metric.prepare == "calendar":
            object.__setattr__(self, "part", "calendar")
        elif self.part == "calendar":
            raise SchemaError(f"{where}: part 'calendar' needs the metric 'calendar', got {self.metric!r}")
        self._check_prepare(where)
        self._check_params(metric, where)
        if self.weight is not None and not (self.weight > 0 and math.isfinite(self.weight)):
            raise SchemaError(f"{where}: weight must be a finite number > 0, got {self.weight!r}; leave out columns instead")
        if self.period is not None and not (self.period > 0 and math.isfinite(self.period)):
            raise SchemaError(f"{where}: period must be a finite number > 0, got {self.period!r}")
        if self.levels is not None and len(set(self.levels)) != len(self.levels):
            raise SchemaError(f"{where}: levels repeat: {list(self.levels)!r}")
        count = 3 if self.metric == "haversine_altitude" else 2
        if self.kind == "geo" and len(self.columns) not in (0, count):
            what = "three columns, (latitude, longitude, metres)" if count == 3 else "two columns, (latitude, longitude)"
            raise SchemaError(f"{where}: {self.metric} takes {what}; got {len(self.columns)}")
        if len(set(self.columns)) != len(self.columns):
            raise SchemaError(f"{where}: a column is named twice")

    def _check_prepare(self, where: str) -> None:
        if self.prepare is None:
            return
        if self.kind != "text":
            choose(self.prepare, PREPARATIONS, f"prepare of {where}", SchemaError)
        else:
            steps = self.prepare if isinstance(self.prepare, str) else " ".join(self.prepare)
            for step in steps.split():
                choose(step, [*TEXT_STEPS, "none"], f"prepare of {where}", SchemaError)
            object.__setattr__(self, "prepare", steps)

    def _check_params(self, metric: Metric, where: str) -> None:
        try:
            params = dict(self.params)
            metric.values(params)
        except (MetricError, TypeError, ValueError) as error:
            raise SchemaError(f"{where}: {error}") from None
        object.__setattr__(self, "params", tuple((name, float(value)) for name, value in params.items()))
        if self.column_weights is None:
            return
        weights = tuple(map(float, self.column_weights))
        sums = metric.form == "minkowski1" and metric.gap_power == 1.0 and self.kind in ("numeric", "datetime", "ordinal")
        if not (metric.takes_weights or sums) or metric.terms:
            raise SchemaError(
                f"{where}: metric {metric.name!r} does not weigh columns; put them into groups of their own weight"
            )
        if len(weights) != len(self.columns) or not all(w > 0 and math.isfinite(w) for w in weights):
            raise SchemaError(f"{where}: column_weights must be {len(self.columns)} finite numbers > 0, got {weights!r}")
        object.__setattr__(self, "column_weights", weights)

    @property
    def effective_weight(self) -> float:
        """The weight, or what stands for None."""
        return default_weight(self) if self.weight is None else float(self.weight)


def default_weight(group: Group) -> float:
    """Weight of the kind times the root of the number of columns, times their mean weight; coordinates count as one column.

    The mean of p columns varies 1/sqrt(p) times as much between pairs as one column does: the root makes up for it.
    """
    columns = 1 if group.kind == "geo" else len(group.columns)
    mean = 1.0 if not group.column_weights else sum(group.column_weights) / columns
    return KINDS[group.kind].weight * math.sqrt(columns) * mean


@dataclass(frozen=True)
class Spec:
    """A group yet without columns: what the value of a schema mapping says. `options` are fields of `Group`.

    A function given as the metric is registered under its name.
    """

    kind: str | None = None
    metric: Any = None
    parts: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.metric is not None:
            accepts = KINDS[self.kind].accepts[0] if self.kind is not None else "vector"
            object.__setattr__(self, "metric", metric_name(self.metric, accepts))

    def groups(self, columns: tuple[Column, ...], name: str) -> list[Group]:
        """The groups that this makes of `columns`."""
        kind, metric = self.kind, self.metric
        if kind is None and metric is not None:
            kind = kind_of_metric(get_metric(metric))
        kind = kind or "numeric"
        options = {"name": name, **self.options}
        if not self.parts:
            return [Group(columns, kind, metric or KINDS[kind].metric, **options)]
        made = []
        for part in self.parts:
            label = options["name"] if len(self.parts) == 1 else f"{options['name']} {part}"
            own = kind if part == "linear" else "cyclic"
            measure = "calendar" if part == "calendar" else KINDS[own].metric
            made.append(Group(columns, own, measure, **{**options, "name": label, "part": part}))
        return made


def group(
    columns: Column | Sequence[Column] | None = None,
    metric: Any = None,
    *,
    kind: str | None = None,
    accepts: str = "vector",
    **options: Any,
) -> Group | Spec:
    """Columns that share one metric, with everything said explicitly.

    Parameters
    ----------
    columns : column or sequence of columns, optional
        May be left out where the group stands in a mapping under the columns' names.
    metric : str, Metric or function
        A registered metric, or your own ``function(x, y) -> float``; it is registered under its name.
    kind : str, optional
        Defaults to what the metric is for.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
        What rows a function takes.
    **options
        `weight`, `name`, `params`, `column_weights`, `prepare`, `levels`, `period`, `missing`, `delimiter`, `part`: fields of
        `Group`.

    Raises
    ------
    SchemaError
        If an option is unknown or out of range.

    Examples
    --------
    >>> import frameumap
    >>> frameumap.group(["carat", "x"], "euclidean", name="size").columns
    ('carat', 'x')
    """
    allowed = {f.name for f in fields(Group)} - {"columns", "kind", "metric"}
    for option in options:
        choose(option, sorted(allowed), "option of a group", SchemaError)
    spec = Spec(kind, None if metric is None else metric_name(metric, accepts), options=options)
    if columns is None:
        return spec
    named = tuple(columns) if isinstance(columns, (list, tuple)) else (columns,)
    return spec.groups(named, group_name(named))[0]


def register_metric(name: str | None, function: Any, accepts: str = "vector", **properties: Any) -> Metric:
    """Make your own distance known by name: the decorator `frameumap.metric` as a call.

    Parameters
    ----------
    name : str or None
        None for the function's own name.
    function : function or numba.njit dispatcher
        ``function(x, y) -> float``, with weights and parameters if you like; see `frameumap.metrics.metric` for what x and y
        are. A plain function is jitted.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
    **properties
        `params`, and other fields of `frameumap.metrics.Metric`.

    Returns
    -------
    Metric

    Raises
    ------
    MetricError
        If the name is a built-in's, or the arguments do not fit. What it computes is tried when it meets a frame.
    """
    made = metric_decorator(name, accepts=accepts, **properties)(function)
    return get_metric(name or made.py_func.__name__)


def metric_name(metric: Any, accepts: str = "vector") -> str:
    """Name of a metric given by name, as a `Metric`, or as a function, which is registered unless it is already."""
    if isinstance(metric, str):
        return metric
    if isinstance(metric, Metric):
        return register(metric).name if metric.name not in metric_names() else metric.name
    known = (name for name in registered() if get_metric(name).function is metric)
    return next(known, None) or register_metric(None, metric, accepts).name


def ordinal(levels: Iterable[Any] | None = None, **options: Any) -> Spec:
    """Grades, `levels` from lowest to highest; none needed for numbers and ordered categories."""
    metric = options.pop("metric", None)
    return Spec("ordinal", metric, options=options | ({"levels": tuple(levels)} if levels is not None else {}))


def text(metric: Any = None, **options: Any) -> Spec:
    """Short strings under a metric of letters, q-grams or words; `prepare="accents case spaces"` for untidy ones."""
    return Spec("text", metric, options=options)


def hierarchy(delimiter: str | None = None, **options: Any) -> Spec:
    """Paths such as "Food/Fruit/Apple", split at `delimiter` ("/"), or several columns from the widest to the narrowest."""
    return Spec("hierarchy", options.pop("metric", None), options=options | {"delimiter": delimiter})


def cyclic(period: float, **options: Any) -> Spec:
    """Numbers on a circle of length `period`: hours 24, months 12, degrees 360."""
    return Spec("cyclic", options=options | {"period": period})


def datetime(*parts: str, **options: Any) -> Spec:
    """Dates: any of "linear", "time" (of day), "weekday", "season", "calendar" (the three as one), each a group; "linear" if
    none is named."""
    for part in parts:
        choose(part, PARTS, "part of a date", SchemaError)
    return Spec("datetime", parts=parts or ("linear",), options=options)


def sets(delimiter: str | None = None, **options: Any) -> Spec:
    """Sets: columns of lists, or strings split at `delimiter`."""
    return Spec("set", options.pop("metric", None), options=options | {"delimiter": delimiter})


def numeric(prepare: str | None = None, **options: Any) -> Spec:
    """Numbers with a preparation of your choice, see `Group.prepare`."""
    return Spec("numeric", options.pop("metric", None), options=options | {"prepare": prepare})


def categorical(missing: str = "skip", **options: Any) -> Spec:
    """Categories; `missing="level"` where absence means something."""
    return Spec("categorical", options.pop("metric", None), options=options | {"missing": missing})


def group_name(columns: Sequence[Column]) -> str:
    """Name of a group that was given none."""
    return "+".join(map(str, columns))


def read_spec(value: Any, where: str) -> Spec | Group | None:
    """What a mapping's value says: a kind, a metric, a spec, a group; None for "ignored"."""
    if isinstance(value, (Spec, Group)):
        return value
    if callable(value):
        return Spec(None, value)
    if value in (IGNORED, "ignore", None):
        return None
    if not isinstance(value, str):
        raise SchemaError(f"{where}: expected a kind, a metric or a group, got {value!r}")
    if value in KINDS:
        return datetime() if value == "datetime" else Spec(value)
    choose(value, [*KINDS, IGNORED, *metric_names(), *ALIASES], f"kind or metric of {where}", SchemaError)
    return Spec(None, value)
