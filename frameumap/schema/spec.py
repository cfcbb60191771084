"""`Spec`, the value side of a schema mapping, and its constructors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from ..errors import SchemaError, check_one_of
from ..kinds import IGNORED, KINDS
from ..metrics import Metric
from ..metrics import get as get_metric
from ..metrics import names as metric_names
from ..metrics.registry import metric as metric_decorator
from ..metrics.registry import register, registered_names
from .group import PARTS, Column, Group
from .words import kind_word


@dataclass(frozen=True)
class Spec:
    """A group without columns: the value side of a schema mapping.

    Attributes
    ----------
    kind : str or None
        None for the kind that the metric is meant for.
    metric : str, Metric, function or None
        None for the kind's own. A function is registered under its name.
    parts : tuple of str
        Parts of a date, each of which becomes a group.
    options : dict
        Further fields of `Group`.
    values : object
        Of a group whose values are given beside the frame: the matrix of distances, or lists.
    """

    kind: str | None = None
    metric: Any = None
    parts: tuple[str, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)
    values: Any = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.metric is not None:
            accepts = KINDS[self.kind].accepts[0] if self.kind is not None else "vector"
            object.__setattr__(self, "metric", metric_name(self.metric, accepts))

    def __repr__(self) -> str:
        parts = [f"kind={self.kind!r}"] if self.kind else []
        parts += [f"metric={self.metric!r}"] if self.metric else []
        parts += [f"parts={self.parts!r}"] if self.parts else []
        return f"group({', '.join([*parts, *(f'{k}={v!r}' for k, v in self.options.items())])})"

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
    """Columns that share one metric, every field explicit.

    Parameters
    ----------
    columns : column or sequence of columns, optional
        Not needed in a mapping whose key names the columns.
    metric : str, Metric or function
        A registered metric, or your own ``function(x, y) -> float``; it is registered under its
        name.
    kind : str, optional
        Defaults to the kind that the metric is meant for.
    accepts : {"vector", "codes", "text", "set", "bag", "path", "sparse", "distances"}
        Form of the rows that a function takes.
    **options
        `weight`, `name`, `params`, `column_weights`, `prepare`, `levels`, `period`, `missing`,
        `delimiter`, `part`, `format`, `dayfirst`: fields of
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
        check_one_of(option, sorted(allowed), "option of a group", SchemaError)
    if kind is not None:
        kind = kind_word(kind, "a group")
    spec = Spec(kind, None if metric is None else metric_name(metric, accepts), options=options)
    if columns is None:
        return spec
    named = tuple(columns) if isinstance(columns, (list, tuple)) else (columns,)
    return spec.groups(named, group_name(named))[0]


def register_metric(
    name: str | None, function: Any, accepts: str = "vector", **properties: Any
) -> Metric:
    """Register a distance of your own: the decorator `frameumap.metric` as a call.

    Parameters
    ----------
    name : str or None
        None for the function's own name.
    function : function or numba.njit dispatcher
        ``function(x, y) -> float``, with weights and parameters if you like; see
        `frameumap.metrics.base` for what x and y are. A plain function is jitted.
    accepts : {"vector", "codes", "text", "set", "bag", "path", "sparse", "distances"}
    **properties
        `params`, and other fields of `frameumap.metrics.Metric`.

    Returns
    -------
    Metric

    Raises
    ------
    MetricError
        If the name is a built-in's, or the arguments do not fit. Its values are checked on the
        first rows of a frame.
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
    known = (name for name in registered_names() if get_metric(name).function is metric)
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


def datetime(
    *parts: str,
    format: str | None = None,  # noqa: A002
    dayfirst: bool | None = None,
    **options: Any,
) -> Spec:
    """Dates: any of "linear", "time" (of day), "weekday", "season", "calendar" (the three as one),
    each a group; "linear" if none is named.

    Parameters
    ----------
    *parts : str
    format : str, optional
        Of strings and numbers, by the codes of `strptime`, e.g. "%d/%m/%Y"; "%q" is the quarter. Or
        "ISO8601", "excel" (days since 1900), "unix" (seconds since 1970), "unix_ms", "unix_us",
        "unix_ns". Found out if not given.
    dayfirst : bool, optional
        For strings that can be read with the day or the month first.
    """
    for part in parts:
        check_one_of(part, PARTS, "part of a date", SchemaError)
    given = {"format": format, "dayfirst": dayfirst}
    options |= {name: value for name, value in given.items() if value is not None}
    return Spec("datetime", parts=parts or ("linear",), options=options)


def sets(delimiter: str | None = None, **options: Any) -> Spec:
    """Sets: columns of lists, or strings split at `delimiter`."""
    return Spec("set", options.pop("metric", None), options=options | {"delimiter": delimiter})


def numeric(prepare: str | None = None, **options: Any) -> Spec:
    """Numbers with a preparation of your choice, see `Group.prepare`; `format="$1,234.56"` for
    strings that are written so."""
    return Spec("numeric", options.pop("metric", None), options=options | {"prepare": prepare})


def categorical(missing: str = "skip", **options: Any) -> Spec:
    """Categories; `missing="level"` where absence means something."""
    return Spec("categorical", options.pop("metric", None), options=options | {"missing": missing})


def group_name(columns: Sequence[Column]) -> str:
    """Name of a group that was given none."""
    return "+".join(map(str, columns))


def read_spec(value: Any, where: str) -> Spec | Group | None:
    """A kind, a metric, a spec or a group from the value of a mapping; None for "ignored"."""
    if isinstance(value, (Spec, Group)):
        return value
    if isinstance(value, type) and not issubclass(value, (Spec, Group)):
        value = value.__name__  # float, str: as words
    if callable(value):
        return Spec(None, value)
    if value is None:
        return None
    if not isinstance(value, str):
        raise SchemaError(f"{where}: expected a kind, a metric or a group, got {value!r}")
    word = kind_word(value, where)
    if word == IGNORED:
        return None
    if word in KINDS:
        return Spec(word, parts=tuple(KINDS[word].parts)[:1])
    return Spec(None, word)
