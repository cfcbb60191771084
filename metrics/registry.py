"""The registry of metrics: built in, registered by the user, or offered by packages (entry points).

`@metric(name, ...)` above a function makes a `Metric` of it and registers it, here and in a user's
code alike; `register` takes a `Metric` that is already made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from typing import Any

from ..engine.compiling import jit
from ..errors import MetricError, check_one_of
from .base import ACCEPTS, INCREASES_WITH, SIDE_VALUES, WEIGHTINGS, Metric

#: Packages offer metrics under this group of entry points: name = "module:function", or a `Metric`.
ENTRY_POINTS = "frameumap.metrics"

_REGISTRY: dict[str, Metric] = {}
_ENTRY_POINTS: dict[str, Any] = {}
#: Names of other tools -> ours. The distance is the same up to a constant factor.
ALIASES: dict[str, str] = {}


def register(metric: Metric, *aliases: str) -> Metric:
    """Add `metric` to the registry, under its name and under `aliases`.

    Raises
    ------
    MetricError
        If the name is a built-in's, or a field of the metric is invalid.
    """
    _check(metric)
    present = _REGISTRY.get(metric.name)
    if present is not None and present.is_built_in:
        raise MetricError(f"{metric.name!r} is a built-in metric; choose another name")
    ALIASES.pop(metric.name, None)  # a user's metric may take the name of an alias
    _REGISTRY[metric.name] = metric
    ALIASES.update(dict.fromkeys(aliases, metric.name))
    return metric


def _check(metric: Metric) -> None:
    start = f"metric {metric.name!r}"
    check_one_of(metric.accepts, ACCEPTS, f"accepts of {start}", MetricError)
    check_one_of(metric.increases_with, INCREASES_WITH, f"increases_with of {start}", MetricError)
    check_one_of(metric.weighting, WEIGHTINGS, f"weighting of {start}", MetricError)
    check_one_of(metric.side_values, SIDE_VALUES, f"side_values of {start}", MetricError)
    if len(signature(metric.function.py_func).parameters) < 2:
        raise MetricError(
            f"{start}: expected function(x, y) with further parameters after them, "
            "got fewer than two"
        )
    for name in metric.arguments[1 if metric.takes_weights else 0 :]:
        if name not in metric.params:
            raise MetricError(
                f"{start}: expected function(x, y), function(x, y, weights) or further arguments "
                f"that params= names with their defaults; {name!r} has none"
            )
    for name, default in metric.params.items():
        is_number = isinstance(default, (int, float)) and math.isfinite(default)
        if not (str(name).isidentifier() and is_number):
            raise MetricError(
                f"{start}: params must map names to finite numbers, got {name!r}: {default!r}"
            )


def metric(
    name: str | Callable[..., Any] | None = None,
    *,
    accepts: str = "vector",
    params: Mapping[str, float] | None = None,
    aliases: tuple[str, ...] = (),
    **properties: Any,
) -> Any:
    """Decorator that registers a distance under a name.

    Parameters
    ----------
    name : str, optional
        The name of the function by default.
    accepts : {"vector", "codes", "text", "set", "bag", "path", "sparse", "distances"}
        Contents of a row: numbers, categories, a string, a set, q-grams, a path; see
        `frameumap.metrics.base`.
    params : mapping of str to float, optional
        Further arguments of the function with their defaults. A schema may give other values:
        ``group(metric=name, params={...})``.
    aliases : tuple of str
        Other names of the metric.
    **properties
        Other fields of `Metric`: `is_metric`, `bounded`, `gap_power`, `prepare`, `cost`,
        `description`. The description is the first line of the docstring by default.

    Returns
    -------
    The jitted function, to be called and tested. A plain function is jitted.

    Raises
    ------
    MetricError
        If the name is a built-in's, or an argument is invalid. The function itself is tried on the
        rows of a frame before its first search.

    Examples
    --------
    >>> import math
    >>> import frameumap
    >>> @frameumap.metric("price_gap", params={"base": 1.0}, is_metric=False)
    ... def price_gap(x, y, base):
    ...     "|log((base + x) / (base + y))|"
    ...     return abs(math.log((base + x[0]) / (base + y[0])))
    >>> round(frameumap.metrics.get("price_gap")([9.0], [99.0]), 3)
    2.303
    """

    def decorate(function: Any) -> Any:
        if not hasattr(function, "py_func"):
            if not callable(function):
                raise MetricError(
                    f"a metric must be a function of two rows, got {type(function).__name__}"
                )
            # Cached beside the source file (a notebook cell has a temporary one).
            function = jit(function, nogil=True, error_model="numpy")
        python = function.py_func
        chosen = name if isinstance(name, str) else python.__name__
        first_line = ((python.__doc__ or "").strip().splitlines() or [""])[0]
        fields = {"description": first_line, **properties}
        try:
            made = Metric(chosen, function, accepts, params=dict(params or {}), **fields)
        except TypeError as error:
            raise MetricError(f"metric {chosen!r}: {error}") from None
        register(made, *aliases)
        return function

    return decorate(name) if name is not None and not isinstance(name, str) else decorate


def _entry_points() -> dict[str, Any]:
    """Entry points by name, looked up once."""
    if not _ENTRY_POINTS:
        from importlib.metadata import entry_points

        _ENTRY_POINTS.update({point.name: point for point in entry_points(group=ENTRY_POINTS)})
    return _ENTRY_POINTS


def get(name: str) -> Metric:
    """The metric called `name`; aliases and names of entry points are resolved.

    Raises
    ------
    MetricError
        If there is none (the message contains the nearest name), or an entry point fails to load.
    """
    name = ALIASES.get(name, name)
    if name not in _REGISTRY and name in _entry_points():
        _load(name)
    return _REGISTRY[check_one_of(name, _REGISTRY, "metric", MetricError)]


def _load(name: str) -> None:
    point = _entry_points()[name]
    try:
        value = point.load()
    except Exception as error:
        raise MetricError(
            f"metric {name!r} is offered by {point.value!r}, which fails to load: {error}"
        ) from error
    if name in _REGISTRY:  # registered by the module itself
        return
    if isinstance(value, Metric):
        register(value)
    elif callable(value):
        metric(name)(value)
    if name not in _REGISTRY:
        raise MetricError(
            f"metric {name!r} is offered by {point.value!r}, "
            "which gives neither a metric nor a function"
        )


def registered_names() -> list[str]:
    """Names of the registered metrics, without entry points that are not loaded."""
    return list(_REGISTRY)


def names() -> Iterator[str]:
    """Names of all metrics: registered ones in order, then those of entry points."""
    return iter([*_REGISTRY, *(name for name in _entry_points() if name not in _REGISTRY)])
