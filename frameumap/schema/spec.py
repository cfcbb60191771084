"""What the value of a schema mapping says, and the short words that make one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import SchemaError, choose
from ..kinds import IGNORED, KINDS
from ..metrics import ALIASES, Metric
from ..metrics import get as get_metric
from ..metrics import names as metric_names
from ..metrics.registry import metric as metric_decorator
from ..metrics.registry import register, registered
from .group import PARTS, Column, Group


@dataclass(frozen=True)
class Spec:
    """A group yet without columns: what the value of a schema mapping says. `options` are fields of
    `Group`.

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
            kind = KINDS.of_metric(get_metric(metric))
        kind = kind or "numeric"
        options = {"name": name, **self.options}
        if not self.parts:
            return [Group(columns, kind, metric or KINDS[kind].metric, **options)]
        made = []
        for part in self.parts:
            label = options["name"] if len(self.parts) == 1 else f"{options['name']} {part}"
            own, measure = KINDS[kind].parts[part]
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
        A registered metric, or your own ``function(x, y) -> float``; it is registered under its
        name.
    kind : str, optional
        Defaults to what the metric is for.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
        What rows a function takes.
    **options
        `weight`, `name`, `params`, `column_weights`, `prepare`, `levels`, `period`, `missing`,
        `delimiter`, `part`: fields of
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


def register_metric(
    name: str | None, function: Any, accepts: str = "vector", **properties: Any
) -> Metric:
    """Make your own distance known by name: the decorator `frameumap.metric` as a call.

    Parameters
    ----------
    name : str or None
        None for the function's own name.
    function : function or numba.njit dispatcher
        ``function(x, y) -> float``, with weights and parameters if you like; see
        `frameumap.metrics.metric` for what x and y are. A plain function is jitted.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
    **properties
        `params`, and other fields of `frameumap.metrics.Metric`.

    Returns
    -------
    Metric

    Raises
    ------
    MetricError
        If the name is a built-in's, or the arguments do not fit. What it computes is tried when it
        meets a frame.
    """
    made = metric_decorator(name, accepts=accepts, **properties)(function)
    return get_metric(name or made.py_func.__name__)


def metric_name(metric: Any, accepts: str = "vector") -> str:
    """Name of a metric given by name, as a `Metric`, or as a function, which is registered unless
    it is already."""
    if isinstance(metric, str):
        return metric
    if isinstance(metric, Metric):
        return register(metric).name if metric.name not in metric_names() else metric.name
    known = (name for name in registered() if get_metric(name).function is metric)
    return next(known, None) or register_metric(None, metric, accepts).name


def ordinal(levels: Iterable[Any] | None = None, **options: Any) -> Spec:
    """Grades, `levels` from lowest to highest; none needed for numbers and ordered categories."""
    metric = options.pop("metric", None)
    return Spec(
        "ordinal",
        metric,
        options=options | ({"levels": tuple(levels)} if levels is not None else {}),
    )


def text(metric: Any = None, **options: Any) -> Spec:
    """Short strings under a metric of letters, q-grams or words; `prepare="accents case spaces"`
    for untidy ones."""
    return Spec("text", metric, options=options)


def hierarchy(delimiter: str | None = None, **options: Any) -> Spec:
    """Paths such as "Food/Fruit/Apple", split at `delimiter` ("/"), or several columns from the
    widest to the narrowest."""
    return Spec(
        "hierarchy", options.pop("metric", None), options=options | {"delimiter": delimiter}
    )


def cyclic(period: float, **options: Any) -> Spec:
    """Numbers on a circle of length `period`: hours 24, months 12, degrees 360."""
    return Spec("cyclic", options=options | {"period": period})


def datetime(*parts: str, **options: Any) -> Spec:
    """Dates: any of "linear", "time" (of day), "weekday", "season", "calendar" (the three as one),
    each a group; "linear" if none is named."""
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
        return Spec(value, parts=tuple(KINDS[value].parts)[:1])
    choose(
        value,
        [*KINDS, IGNORED, *metric_names(), *ALIASES],
        f"kind or metric of {where}",
        SchemaError,
    )
    return Spec(None, value)
