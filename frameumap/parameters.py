"""Names and ranges of parameters."""

from __future__ import annotations

import functools
import inspect
import math
import secrets
from collections.abc import Callable, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, ParamSpec

import numpy as np
import pandas as pd

from .errors import ParameterError, UnknownParameterError, check_one_of, nearest
from .layout.initialize import INITS
from .layout.options import OUTPUT_METRICS

P = ParamSpec("P")

CALIBRATIONS = ("global", "local")
BALANCES = (None, "auto")

#: Parameter -> (type, test, what was expected).
_CHECKS: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "n_neighbors": (Integral, lambda v: v >= 2, "an integer >= 2"),
    "n_components": (Integral, lambda v: 1 <= v <= 100, "an integer from 1 to 100"),
    "min_dist": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "spread": (Real, lambda v: 0 < v < math.inf, "a number > 0"),
    "repulsion_strength": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "learning_rate": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "set_op_mix_ratio": (Real, lambda v: 0 <= v <= 1, "a number from 0 to 1"),
    "local_connectivity": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "density": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "target_weight": (Real, lambda v: 0 <= v < 1, "a number from 0 to below 1"),
}


#: Names of other tools, or slips, and what to write here.
_OTHER_NAMES = {
    "metric": "metrics are set per column: schema={'a': 'cosine'}, or {...: 'cosine'} for all",
    "metrics": "metrics are set per column: schema={'a': 'cosine'}",
    "metric_kwds": "parameters of a metric: frameumap.group(metric='minkowski', params={'p': 3})",
    "n_jobs": "all cores are used, with the same result on any number of threads; "
    "set NUMBA_NUM_THREADS to use fewer",
    "low_memory": "memory is estimated before the fit, and CapacityError says if it is too little",
    "y": "pass labels to fit: frameumap.FrameUMAP().fit(df, y)",
    "target": "pass labels to fit: frameumap.FrameUMAP().fit(df, y)",
    "columns": "select the columns of the frame: df[['a', 'b']], or name them in schema=",
    "callback": "pass it to fit: frameumap.FrameUMAP().fit(df, callback=f)",
    "perplexity": "did you mean 'n_neighbors'?",
    "target_metric": "did you mean 'target_schema'?",
}  # fmt: skip
_SYNONYMS = {
    "n_neighbors": ("n_neighbours", "neighbors", "neighbours", "k"),
    "n_components": ("n_dims", "n_dim", "ndim", "dims", "dimensions", "components"),
    "n_epochs": ("epochs", "n_iter", "max_iter", "iterations"),
    "random_state": ("seed", "random_seed", "transform_seed"),
    "density": ("densmap", "dens_lambda"),
    "weights": ("weight", "column_weights", "group_weights"),
    "schema": ("kinds", "types", "dtypes"),
    "min_dist": ("min_distance", "mindist"),
    "learning_rate": ("alpha", "lr"),
    "verbose": ("verbosity", "tqdm_kwds", "progress"),
}
_OTHER_NAMES |= {old: f"did you mean {new!r}?" for new, olds in _SYNONYMS.items() for old in olds}


def check_names(names: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise UnknownParameterError for the first of `names` that is not `known`, with the right one.

    Examples
    --------
    >>> check_names(["seed"], ["random_state"], "Model")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    frameumap.errors.UnknownParameterError: Model has no parameter 'seed'; did you mean ...
    """
    known = list(known)
    for name in names:
        if name in known:
            continue
        close = nearest(name, known)
        hint = _OTHER_NAMES.get(name) or (f"did you mean {close!r}?" if close else "")
        message = f"{what} has no parameter {name!r}"
        raise UnknownParameterError(
            f"{message}; {hint}" if hint else f"{message}. It has: {', '.join(known)}"
        )


def named_parameters(init: Callable[P, None]) -> Callable[P, None]:
    """An `__init__` whose unknown keywords are an error that says the right name."""
    known = [name for name in inspect.signature(init).parameters if name != "self"]

    @functools.wraps(init)
    def checked(*args: P.args, **params: P.kwargs) -> None:
        check_names(params, known, type(args[0]).__name__)
        init(*args, **params)

    return checked


def check_parameters(model: Any) -> None:
    """Raise ParameterError for the first parameter that is out of range."""
    for name, (type_, test, expected) in _CHECKS.items():
        value = getattr(model, name)
        if isinstance(value, bool) or not isinstance(value, type_) or not test(value):
            raise ParameterError(f"{name} must be {expected}, got {value!r}")
    for name, most in (("n_epochs", 1_000_000), ("negative_sample_rate", 10_000)):
        value = getattr(model, name)
        if value is not None and (
            isinstance(value, bool)
            or not isinstance(value, Integral)
            or not 0 <= int(value) <= most
        ):
            raise ParameterError(
                f"{name} must be an integer from 0 to {most} or None, got {value!r}"
            )
    if model.min_dist > model.spread:
        raise ParameterError(
            f"min_dist must be at most spread, got {model.min_dist!r} > {model.spread!r}"
        )
    if not isinstance(model.unique, (bool, np.bool_)):
        raise ParameterError(f"unique must be True or False, got {model.unique!r}")
    if model.unique and model.density > 0:
        raise ParameterError(
            "unique=True needs density=0: densMAP's radii are those of the rows as they are"
        )
    check_one_of(model.calibration, CALIBRATIONS, "calibration")
    if model.balance not in BALANCES:
        raise ParameterError(f"balance must be 'auto' or None, got {model.balance!r}")
    check_one_of(model.output_metric, OUTPUT_METRICS, "output_metric")
    if model.output_metric == "haversine" and (model.n_components != 2 or model.density > 0):
        raise ParameterError(
            "output_metric='haversine' needs n_components=2 and density=0: "
            "points of a sphere have two coordinates"
        )
    if not isinstance(model.combine, str):
        raise ParameterError(f"combine must be a string, got {model.combine!r}")
    if model.weights is not None and not isinstance(model.weights, Mapping):
        raise ParameterError(
            "weights must map groups or columns to numbers, e.g. {'price': 3}, "
            f"got {model.weights!r}"
        )


def read_seed(random_state: Any) -> int:
    """The seed of a fit: the integer itself, a draw of a generator, or for None one of the
    system's.

    Raises
    ------
    ParameterError

    Examples
    --------
    >>> read_seed(7), read_seed(np.random.RandomState(0)) == read_seed(np.random.RandomState(0))
    (7, True)
    """
    if random_state is None:
        return secrets.randbelow(2**63)
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**63, dtype=np.uint64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, 2**63, dtype=np.uint64))
    if isinstance(random_state, bool) or not isinstance(random_state, Integral):
        raise ParameterError(
            "random_state must be an integer >= 0, None, a numpy RandomState or Generator, got "
            f"{random_state!r}"
        )
    if not 0 <= int(random_state) < 2**63:
        raise ParameterError(f"random_state must be from 0 to 2**63 - 1, got {random_state!r}")
    return int(random_state)


def read_init(model: Any, df: pd.DataFrame) -> str | np.ndarray:
    """The start of the layout: a name, or positions as float32 (n, n_components).

    Raises
    ------
    ParameterError
        If the name is unknown, or positions have another shape or index, are not finite or not on
        the sphere.
    """
    init = model.init
    if isinstance(init, str):
        return check_one_of(init, INITS, "init")
    if isinstance(init, pd.DataFrame) and not init.index.equals(df.index):
        raise ParameterError(
            "init is a DataFrame with another index than the frame; reindex it to df.index"
        )
    positions = np.asarray(init)
    if positions.shape != (len(df), model.n_components) or positions.dtype.kind not in "fiu":
        raise ParameterError(
            f"init must be numbers of shape {(len(df), model.n_components)}, "
            f"got {positions.dtype} {positions.shape}"
        )
    with np.errstate(over="ignore"):
        narrow = positions.astype(np.float32)
    bad, expected = ~np.isfinite(narrow), "finite, in float32 too"
    if model.output_metric == "haversine":
        most = np.array([90.0, 360.0], np.float32)
        bad, expected = ~(np.abs(narrow) <= most), "latitude and longitude in degrees"
    if bad.any():
        row = int(np.flatnonzero(bad.any(axis=1))[0])
        raise ParameterError(f"init must be {expected}; row {df.index[row]!r} is not")
    return narrow


#: Not saved: only `fit` needs them, and they may be large or contain functions.
_FIT_ONLY = ("schema", "weights", "target_schema", "init")


def plain_params(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as JSON values; of a generator nothing, as its seed is the model's."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in params.items()
        if name not in _FIT_ONLY
        and not isinstance(value, (np.random.RandomState, np.random.Generator))
    }


def read_params(data: Any) -> dict[str, Any]:
    """Parameters from JSON; ValueError unless they are plain values."""
    if not isinstance(data, dict) or not all(
        isinstance(v, (str, int, float, bool, type(None))) for v in data.values()
    ):
        raise ValueError("parameters must be plain values")
    return data
