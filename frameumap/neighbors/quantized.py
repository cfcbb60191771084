"""Rows quantised to uint8, used to rank candidates in the graph search.

The search is limited by memory, not by arithmetic, and p bytes are a quarter of p floats. Codes
select the candidates, which are then compared exactly: no returned distance is rounded.
"""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

import numpy as np

from ..engine.jit import inlined, kernel, metric_kernel
from ..engine.rows import COUNT, MASK, START, Rows
from ..engine.threads import parallel_for
from ..metrics import Metric
from .search import is_single

#: Fewest columns for which it is faster, and most for which a squared distance fits 32 bits.
FEWEST, MOST = 64, 30_000
#: Metrics that are the length of x - y.
_LENGTHS = ("euclidean", "mahalanobis")


class QuantizedRows(NamedTuple):
    """Quantised rows; without codes if they cannot be quantised.

    Attributes
    ----------
    codes : uint8 (n, p)
        Value = low + step * code.
    low, step, scale : float64 (1,)
        D is `scale` times the distance of codes.
    """

    codes: np.ndarray
    low: np.ndarray
    step: np.ndarray
    scale: np.ndarray


@kernel
def _quantize(first, last, values, low, step, codes):
    for i in range(first, last):
        for c in range(values.shape[1]):
            codes[i, c] = np.uint8(min(max(np.rint((values[i, c] - low) / step), 0.0), 255.0))


def quantize_rows(rows: Rows, metrics: tuple[Metric, ...]) -> QuantizedRows:
    """The rows quantised; without codes if they cannot be."""
    spec = rows.groups[0]
    suits = is_single(rows, metrics) and metrics[0].is_built_in and metrics[0].name in _LENGTHS
    if not suits or spec[MASK] >= 0 or not FEWEST <= spec[COUNT] <= MOST:
        return QuantizedRows(np.empty((0, 0), np.uint8), np.zeros(1), np.ones(1), np.ones(1))
    values = _values(rows.cells, rows)
    low, high = float(values.min()), float(values.max())
    step = np.array([max(high - low, 1e-30) / 255])
    scale = rows.weights[:1] * rows.inverse_scale[:1] * step
    return quantize_queries(
        QuantizedRows(np.empty((1, 0), np.uint8), np.array([low]), step, scale), rows, rows.cells
    )


def quantize_queries(quantized: QuantizedRows, rows: Rows, cells: np.ndarray) -> QuantizedRows:
    """Queries quantised by the same steps; values beyond those of the rows are clipped."""
    if not len(quantized.codes):
        return quantized
    values = _values(cells, rows)
    codes = np.empty(values.shape, np.uint8)
    parallel_for(
        _quantize, len(values), values, float(quantized.low[0]), float(quantized.step[0]), codes
    )
    return quantized._replace(codes=codes)


def _values(cells: np.ndarray, rows: Rows) -> np.ndarray:
    start = int(rows.groups[0, START])
    return cells.view(np.float32)[:, start : start + int(rows.groups[0, COUNT])]


@metric_kernel
def _square(x, y):
    """sum_c (x_c - y_c)^2 of bytes; numba would widen to 64 bits, at a third of the speed."""
    total = np.int32(0)
    for c in range(x.shape[0]):
        gap = np.int32(np.int32(x[c]) - np.int32(y[c]))
        total = np.int32(total + np.int32(gap * gap))
    return total


@inlined
def quantized_distance(quantized, query_codes, q, j):
    """D of query q and row j by their codes."""
    return np.float32(
        quantized.scale[0] * sqrt(np.float64(_square(query_codes.codes[q], quantized.codes[j])))
    )
