"""The registry of metrics: built-in ones, yours, and those that other packages offer by entry
point."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from typing import Any

from ..errors import MetricError, check_one_of
from .metric import ACCEPTS, FORMS, TERMS, WEIGHTINGS, Metric

#: Packages offer metrics under this group of entry points: name = "module:function", or a `Metric`.
ENTRY_POINTS = "frameumap.metrics"

_REGISTRY: dict[str, Metric] = {}
_OFFERED: dict[str, Any] = {}
#: Names of other tools -> ours. The distance is the same but for a constant factor; see `table` for
#: what each is.
ALIASES: dict[str, str] = {}


def register(metric: Metric, *aliases: str) -> Metric:
    """Add `metric` to the registry; a built-in name cannot be taken over.

    Raises
    ------
    MetricError
        If the name is a built-in's, or something about the metric does not fit.
    """
    start = f"metric {metric.name!r}"
    check_one_of(metric.accepts, ACCEPTS, f"accepts of {start}", MetricError)
    check_one_of(metric.form, FORMS, f"form of {start}", MetricError)
    check_one_of(metric.weighting, WEIGHTINGS, f"weighting of {start}", MetricError)
    check_one_of(metric.terms, TERMS, f"terms of {start}", MetricError)
    if len(signature(metric.function.py_func).parameters) < 2:
        raise MetricError(
            f"{start}: expected function(x, y) with further parameters after them, got fewer than two"
        )
    for name in metric._arguments[1 if metric.takes_weights else 0 :]:
        if name not in metric.params:
            raise MetricError(
                f"{start}: expected function(x, y), function(x, y, weights) or further arguments that params= names with their "
                f"defaults; {name!r} has none"
            )
    for name, default in metric.params.items():
        if (
            not str(name).isidentifier()
            or not isinstance(default, (int, float))
            or not math.isfinite(default)
        ):
            raise MetricError(
                f"{start}: params must map names to finite numbers, got {name!r}: {default!r}"
            )
    present = _REGISTRY.get(metric.name)
    if present is not None and present.is_built_in:
        raise MetricError(f"{metric.name!r} is a built-in metric; choose another name")
    ALIASES.pop(metric.name, None)  # another tool's name for one of ours may be yours
    _REGISTRY[metric.name] = metric
    ALIASES.update(dict.fromkeys(aliases, metric.name))
    return metric


def metric(
    name: str | Callable[..., Any] | None = None,
    *,
    accepts: str = "vector",
    params: Mapping[str, float] | None = None,
    **properties: Any,
) -> Any:
    """Decorator that makes your own distance known by name.

    Parameters
    ----------
    name : str, optional
        The function's own name if left out.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
        What the rows are: numbers, categories, strings, sets, q-grams, paths; see
        `frameumap.metrics.metric`.
    params : mapping of str to float, optional
        Further arguments of the function with their defaults. A schema gives others:
        ``group(metric=name, params={...})``.
    **properties
        Other fields of `Metric`: `is_metric`, `bounded`, `gap_power`, `prepare`, `description`. The
        description is the first
        line of the docstring if left out.

    Returns
    -------
    The jitted function: it stays what you call and test. A plain function is jitted.

    Raises
    ------
    MetricError
        If the name is a built-in's, or the arguments do not fit. What the function computes is
        tried when it meets a frame.

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
            function = _jitted(function)
        python = function.py_func
        own = name if isinstance(name, str) else python.__name__
        first_line = ((python.__doc__ or "").strip().splitlines() or [""])[0]
        fields = {"description": first_line, **properties}
        try:
            made = Metric(own, function, accepts, params=dict(params or {}), **fields)
        except TypeError as error:
            raise MetricError(f"metric {own!r}: {error}") from None
        register(made)
        return function

    return decorate(name) if name is not None and not isinstance(name, str) else decorate


def _jitted(function: Callable[..., Any]) -> Any:
    from pathlib import Path

    import numba

    # Without a file to go by (a notebook's cell has one) there is nothing to keep the compiled code
    # beside.
    cache = Path(function.__code__.co_filename).is_file() and function.__closure__ is None
    return numba.njit(cache=cache, nogil=True, error_model="numpy")(function)


def offered() -> dict[str, Any]:
    """Entry points by name, found once."""
    if not _OFFERED:
        from importlib.metadata import entry_points

        _OFFERED.update({point.name: point for point in entry_points(group=ENTRY_POINTS)})
    return _OFFERED


def get(name: str) -> Metric:
    """The metric called `name`, under its own or another tool's name.

    Raises
    ------
    MetricError
        If there is none; the message names the nearest. If a package offers it, but what it offers
        does not load.
    """
    name = ALIASES.get(name, name)
    if name not in _REGISTRY and name in offered():
        _load(name)
    return _REGISTRY[check_one_of(name, _REGISTRY, "metric", MetricError)]


def _load(name: str) -> None:
    point = offered()[name]
    try:
        value = point.load()
    except Exception as error:
        raise MetricError(
            f"metric {name!r} is offered by {point.value!r}, which fails to load: {error}"
        ) from error
    if name in _REGISTRY:  # the module has registered it itself
        return
    if isinstance(value, Metric):
        register(value)
    elif callable(value):
        metric(name)(value)
    if name not in _REGISTRY:
        raise MetricError(
            f"metric {name!r} is offered by {point.value!r}, which gives neither a metric nor a function"
        )


def registered() -> list[str]:
    """Names of the metrics that are here, without those that packages offer and nobody has asked
    for."""
    return list(_REGISTRY)


def names() -> Iterator[str]:
    """Names of all metrics, built-in first, in order of registration, then those that packages
    offer."""
    return iter([*_REGISTRY, *(name for name in offered() if name not in _REGISTRY)])
