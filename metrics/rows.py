"""Rows as arrays for kernels, from Python values: numbers, categories, strings, sets, paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .text_steps import PATH_DELIMITER, path_prefixes, prepare_text, qgrams, words

if TYPE_CHECKING:
    from .base import Metric


def join_side_values(row: np.ndarray, side_values: Any) -> np.ndarray:
    """A row followed by its side values: numbers as they are, behind codes as float32 bits."""
    numbers = np.ascontiguousarray(side_values, np.float32)
    return np.concatenate([row, numbers if row.dtype == np.float32 else numbers.view(np.int32)])


def code_points(text: str) -> np.ndarray:
    """Unicode code points, int32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32).copy()


def rows_of_values(
    metric: Metric, x: Any, y: Any, params: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Two rows as arrays for the kernel, from Python values."""
    if metric.accepts == "vector":
        return np.ascontiguousarray(x, np.float32), np.ascontiguousarray(y, np.float32)
    if metric.accepts == "text" and not isinstance(x, np.ndarray):
        return code_points(prepare_text(x, metric.prepare)), code_points(
            prepare_text(y, metric.prepare)
        )
    if metric.accepts == "text":
        return np.ascontiguousarray(x, np.int32), np.ascontiguousarray(y, np.int32)
    if metric.accepts == "sparse":
        return _sparse_row(x), _sparse_row(y)
    if metric.accepts == "distances":
        return distance_row(*x), distance_row(*y)
    one, two = (_members(metric, value, params) for value in (x, y))
    known = set(one) | set(two)
    # Integers keep their order; other values are numbered in order of appearance.
    ordered = (
        sorted(known)
        if all(isinstance(v, (int, np.integer)) for v in known)
        else dict.fromkeys([*one, *two])
    )
    codes = {value: code for code, value in enumerate(ordered)}
    a, b = ([codes[v] for v in values] for values in (one, two))
    if metric.accepts in ("set", "bag"):
        a, b = sorted(a), sorted(b)
    return np.array(a, np.int32), np.array(b, np.int32)


def _sparse_row(value: Any) -> np.ndarray:
    """A row from a mapping of column number to value, or a full row."""
    items = value.items() if isinstance(value, Mapping) else enumerate(value)
    kept = sorted((int(c), float(v)) for c, v in items if v != 0)
    columns = np.array([c for c, _ in kept], np.int32)
    return join_side_values(columns, [v for _, v in kept])


def distance_row(number: int, told: Any) -> np.ndarray:
    """A row of given distances, from its number and a mapping of row number to distance, or the
    distances to rows 0, 1, 2, ...; see `metrics.precomputed`."""
    if not isinstance(told, Mapping):
        return join_side_values(np.array([number, -1], np.int32), told)
    rows = sorted(told)
    head = np.array([number, len(rows), *rows], np.int32)
    return join_side_values(head, [told[row] for row in rows])


def _members(metric: Metric, value: Any, params: Mapping[str, float]) -> list[Any]:
    if metric.accepts == "path":
        return path_prefixes(value.split(PATH_DELIMITER) if isinstance(value, str) else list(value))
    if isinstance(value, str):
        if metric.accepts == "bag":
            return qgrams(value, int(params.get("q", metric.params.get("q", 2))))
        value = words(value) if metric.accepts == "set" else value
    return list(set(value)) if metric.accepts == "set" else list(value)
