"""`Metric`, the registry, and how a jitted function becomes an address that kernels can call.

A metric is a function of two rows. What a row is depends on `accepts`:

========  ==========================================================================================
vector    float32 values of the group's columns, shape (p,)
codes     int32 codes of the group's categorical columns, shape (p,)
text      int32 Unicode code points of one string, any length
set       int32 codes of one set's members, ascending, without repeats, any length
========  ==========================================================================================

A third parameter, if the function has one, is a float32 array with one weight a column (vector, codes).
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba import carray, types

from ..errors import MetricError, choose

ACCEPTS = ("vector", "codes", "text", "set")

#: Form -> what a distance of that form grows with.
FORMS = {
    "": "nothing that a search could use",
    "minkowski1": "sum |x - y|",
    "minkowski2": "sum (x - y)^2",
    "minkowskiinf": "max |x - y|",
    "direction": "the angle between x and y",
    "centered": "the angle between x and y, each less its mean",
    "edits": "it is a number of edits: insertions, deletions, substitutions or transpositions of letters",
    "edit share": "it is 2 L / (|x| + |y| + L) for a number L of edits",
}

_CELL = {"vector": types.float32, "codes": types.int32, "text": types.int32, "set": types.int32}


@dataclass(frozen=True)
class Metric:
    """A distance between two rows of one group.

    Attributes
    ----------
    name : str
        What a schema calls it.
    function : numba dispatcher
        ``function(x, y)`` or ``function(x, y, weights)`` -> float, see the module's table for the arrays.
    accepts : {"vector", "codes", "text", "set"}
        What a row is.
    is_metric : bool
        Whether the triangle inequality holds and only equal rows are at distance 0.
    bounded : bool
        Whether distances stay within [0, 1].
    gap_power : float
        How a distance over the columns present in both rows grows to all columns: it is multiplied by
        (all / present) ** gap_power. 1 for sums over columns, 1/2 for roots of sums of squares, 0 for averages and maxima.
    prepare : str
        The preparation of numbers that suits the metric, if the schema names none.
    additive : bool
        Whether the distance is a sum over columns, so that it may be taken in parts.
    form : str
        What the distance is an increasing function of, if a search can use it; one of `FORMS`.
    description : str
        One line, with the formula.
    """

    name: str
    function: Any
    accepts: str
    is_metric: bool = True
    bounded: bool = False
    gap_power: float = 0.0
    prepare: str = "none"
    additive: bool = False
    form: str = ""
    description: str = ""

    def __call__(self, x: Any, y: Any, weights: Any = None) -> float:
        """Distance between two rows given as Python values: sequences, strings or sets of ints.

        >>> from frameumap import metrics
        >>> metrics.get("levenshtein")("kitten", "sitting")
        3.0
        """
        a, b = as_row(x, self.accepts), as_row(y, self.accepts)
        if self.accepts in ("vector", "codes") and len(a) != len(b):
            raise MetricError(f"metric {self.name!r} compares rows of one length; got {len(a)} and {len(b)} values")
        if self._arity == 3:
            w = np.ones(len(a), np.float32) if weights is None else np.ascontiguousarray(weights, np.float32)
            return float(self.function(a, b, w))
        return float(self.function(a, b))

    @cached_property
    def _arity(self) -> int:
        return len(inspect.signature(self.function.py_func).parameters)

    @cached_property
    def _compiled(self) -> Any:
        return _c_function(self.function, self.accepts, self._arity)

    @property
    def address(self) -> int:
        """Address of the compiled C function ``double(x*, nx, y*, ny, weights*)``; compiled or loaded on first use."""
        return int(self._compiled.address)


def as_row(value: Any, accepts: str) -> np.ndarray:
    """One row, as kernels see it, from a Python value."""
    if accepts == "vector":
        return np.ascontiguousarray(value, np.float32)
    if accepts == "text" and isinstance(value, str):
        return np.frombuffer(value.encode("utf-32-le", "surrogatepass"), np.int32).copy()
    if accepts == "set":
        return np.array(sorted(set(value)), np.int32)
    return np.ascontiguousarray(value, np.int32)


def _c_function(function: Any, accepts: str, arity: int) -> Any:
    """Wrap `function` as a C function over pointers.

    The wrapper's source is attributed to the file of the wrapped function and named by a fingerprint of it: numba's
    cache then finds the wrapper again in the next process, and drops it when that file changes. (A closure over the
    dispatcher would be written to the cache anew by every process and never be found.)
    """
    python = function.py_func
    file = python.__code__.co_filename
    name = f"{python.__name__}__{accepts}_{fingerprint(python)}"
    call = "function(carray(x, (nx,)), carray(y, (ny,))" + (", carray(w, (nx,)))" if arity == 3 else ")")
    source = f"def {name}(x, nx, y, ny, w):\n    return {call}\n"
    namespace: dict[str, Any] = {"function": function, "carray": carray, "__name__": python.__module__}
    exec(compile(source, file, "exec"), namespace)  # the source is ours but for an identifier
    pointer = types.CPointer(_CELL[accepts])
    signature = types.float64(pointer, types.intp, pointer, types.intp, types.CPointer(types.float32))
    cache = Path(file).is_file() and python.__closure__ is None
    return numba.cfunc(signature, cache=cache, error_model="numpy")(namespace[name])


def fingerprint(python: Callable[..., Any]) -> str:
    """Digest of a function's code and of the jitted functions that it calls."""
    digest = hashlib.sha256()
    seen: set[int] = set()

    def add(function: Any) -> None:
        code = function.__code__
        if id(code) in seen:
            return
        seen.add(id(code))
        digest.update(code.co_code)
        for constant in code.co_consts:
            digest.update(repr(constant).encode() if not inspect.iscode(constant) else constant.co_code)
        for name in code.co_names:
            digest.update(name.encode())
            value = function.__globals__.get(name)
            if hasattr(value, "py_func"):
                add(value.py_func)
            elif isinstance(value, (int, float, str, bool)):
                digest.update(repr(value).encode())

    add(python)
    return digest.hexdigest()[:12]


_REGISTRY: dict[str, Metric] = {}


def register(metric: Metric) -> Metric:
    """Add `metric` to the registry; a built-in name cannot be taken over."""
    choose(metric.accepts, ACCEPTS, f"accepts of metric {metric.name!r}", MetricError)
    choose(metric.form, FORMS, f"form of metric {metric.name!r}", MetricError)
    present = _REGISTRY.get(metric.name)
    if present is not None and present.function.py_func.__module__.startswith("frameumap.metrics"):
        raise MetricError(f"{metric.name!r} is a built-in metric; choose another name")
    _REGISTRY[metric.name] = metric
    return metric


def get(name: str) -> Metric:
    """The metric called `name`.

    Raises
    ------
    MetricError
        If there is none; the message names the nearest.
    """
    return _REGISTRY[choose(name, _REGISTRY, "metric", MetricError)]


def names() -> Iterator[str]:
    """Names of all registered metrics, in order of registration."""
    return iter(_REGISTRY)
