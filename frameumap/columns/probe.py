"""Tests a user's metric on a sample of rows before the search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..errors import MetricError
from ..metrics import Metric
from .block import Block

if TYPE_CHECKING:
    from ..schema.group import Group

ROWS = 16
_TOLERANCE = 1e-5


def probe_metric(metric: Metric, group: Group, block: Block, index: pd.Index) -> None:
    """Test `metric` on pairs of rows; built-in metrics are skipped.

    The Python function runs on a few pairs first, where an index out of bounds raises an error.

    Raises
    ------
    MetricError
        If it fails, or a distance is NaN, infinite or negative, differs with the order of its rows,
        or is not 0 between a row and itself. The message names the metric, the rows and the value.
    """
    if metric.is_built_in:
        return
    complete = np.flatnonzero(block.present.all(axis=1))
    picked = (
        complete[np.unique(np.linspace(0, len(complete) - 1, ROWS).astype(int))]
        if len(complete)
        else complete
    )
    samples = [(repr(index[i]), _row(metric, block, i)) for i in picked.tolist()]
    start = f"metric {metric.name!r} on group {group.name!r}"
    params = metric.values(dict(group.params))
    for one, x in samples:
        for two, y in samples:
            where = f"{start}, rows {one} and {two}"
            there = _distance(metric, x, y, block.weights, params, where)
            back = _distance(metric, y, x, block.weights, params, where)
            if not np.isfinite(there) or there < 0:
                raise MetricError(
                    f"{where}: the distance is {there}; it must be finite and not negative"
                )
            if abs(there - back) > _TOLERANCE * max(1.0, abs(there)):
                raise MetricError(
                    f"{where}: the distance is {there} one way and {back} the other; it must be "
                    f"symmetric"
                )
            if one == two and there > _TOLERANCE:
                raise MetricError(
                    f"{where}: the distance of a row to itself is {there}; it must be 0"
                )


def _row(metric: Metric, block: Block, i: int) -> np.ndarray:
    if block.entries:
        return [e for column in block.entries for e in column][block.cells[i, 0]]
    return block.cells[i].view(np.float32) if metric.accepts == "vector" else block.cells[i]


def _distance(
    metric: Metric,
    x: np.ndarray,
    y: np.ndarray,
    weights: np.ndarray,
    params: list[float],
    where: str,
) -> float:
    further: list[Any] = [weights.astype(np.float32), *params] if metric.takes_weights else params
    try:
        metric.function.py_func(x.copy(), y.copy(), *further)
        value = metric.function(np.ascontiguousarray(x), np.ascontiguousarray(y), *further)
        return float(value)
    except Exception as error:
        # numba names the unsupported code after its first line.
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise MetricError(
            f"{where}: the function failed with {type(error).__name__}: {' '.join(lines[:4])}"
        ) from error
