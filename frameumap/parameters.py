"""Whether parameters are in their range."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from .errors import ParameterError, choose
from .layout.initialize import INITS
from .layout.options import OUTPUT_METRICS

CALIBRATIONS = ("global", "local")

#: Parameter -> (type, test, what was expected).
_CHECKS: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "n_neighbors": (Integral, lambda v: v >= 2, "an integer >= 2"),
    "n_components": (Integral, lambda v: 1 <= v <= 100, "an integer from 1 to 100"),
    "min_dist": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "spread": (Real, lambda v: 0 < v < math.inf, "a number > 0"),
    "repulsion_strength": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "learning_rate": (Real, lambda v: 0 < v < math.inf, "a number > 0"),
    "set_op_mix_ratio": (Real, lambda v: 0 <= v <= 1, "a number from 0 to 1"),
    "local_connectivity": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "density": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "target_weight": (Real, lambda v: 0 <= v < 1, "a number from 0 to below 1"),
    "random_state": (Integral, lambda v: 0 <= v < 2**63, "an integer >= 0"),
}


def check_parameters(model: Any) -> None:
    """Raise ParameterError for the first parameter that is out of range."""
    for name, (kind, test, expected) in _CHECKS.items():
        value = getattr(model, name)
        if isinstance(value, bool) or not isinstance(value, kind) or not test(value):
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
    choose(model.calibration, CALIBRATIONS, "calibration")
    choose(model.output_metric, OUTPUT_METRICS, "output_metric")
    if model.output_metric == "haversine" and (model.n_components != 2 or model.density > 0):
        raise ParameterError(
            "output_metric='haversine' needs n_components=2 and density=0: points of a sphere have two coordinates"
        )
    if not isinstance(model.combine, str):
        raise ParameterError(f"combine must be a string, got {model.combine!r}")


def read_init(init: Any, df: pd.DataFrame, n_components: int) -> str | np.ndarray:
    """The start that was asked for.

    Raises
    ------
    ParameterError
        If it is no known name, or positions of another shape, under another index, or not finite.
    """
    if isinstance(init, str):
        return choose(init, INITS, "init")
    if isinstance(init, pd.DataFrame) and not init.index.equals(df.index):
        raise ParameterError(
            "init is a DataFrame with another index than the frame; reindex it to df.index"
        )
    positions = np.asarray(init)
    if positions.shape != (len(df), n_components) or positions.dtype.kind not in "fiu":
        raise ParameterError(
            f"init must be numbers of shape {(len(df), n_components)}, got {positions.dtype} {positions.shape}"
        )
    bad = ~np.isfinite(positions.astype(np.float64)).all(axis=1)
    if bad.any():
        raise ParameterError(
            f"init must be finite; row {df.index[int(np.flatnonzero(bad)[0])]!r} is not"
        )
    return positions.astype(np.float32)


#: Parameters that a file leaves out: the fit has used them, and they may be large or hold
#: functions.
_SPENT = {"schema": None, "target_schema": None, "init": "spectral"}


def plain_params(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters as JSON has them."""
    return {
        name: value.item() if isinstance(value, np.generic) else value
        for name, value in params.items()
        if name not in _SPENT
    }


def read_params(data: Any) -> dict[str, Any]:
    """Parameters from JSON; ValueError unless they are plain values."""
    if not isinstance(data, dict) or not all(
        isinstance(v, (str, int, float, bool, type(None))) for v in data.values()
    ):
        raise ValueError("parameters must be plain values")
    return data
