"""What a picture's `color` and `labels` stand for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, ParameterError
from .colors import GAP, Colouring, colour_column
from .column import Column, shown
from .columns import columns_of
from .read_column import read_column
from .segments import anchors, segment_colors, segment_column


def colour_of(
    model: Any, color: Any, df: Any, points: np.ndarray
) -> tuple[Column | None, Colouring]:
    """The column that colours the points, and their colours."""
    if color is None:
        steps = np.zeros(len(points), np.int32)
        return None, Colouring("plain", steps, ("#3b6ea5", GAP), (), "")
    if isinstance(color, Column):
        return color, colour_column(color)
    if hasattr(color, "labels") and hasattr(color, "names"):  # Segments
        column = segment_column(color.labels, color.names)
        return column, _segment_colours(column, points)
    if isinstance(color, (np.ndarray, pd.Series, list, pd.Categorical, pd.Index)):
        return _given(color, len(points))
    known = list(model._model.families) if df is None else list(df.columns)
    if color in known:
        column = columns_of(model, [color], df)[0]
        return column, colour_column(column)
    if color == "segments":
        return colour_of(model, model.cluster(), df, points)
    if color == "trust":
        return _given(pd.Series(model.trust().rows["trustworthiness"].to_numpy(), name="trust"),
                      len(points))  # fmt: skip
    if color == "density":
        return _given(pd.Series(_log_density(points), name="density"), len(points))
    raise DataError(
        f"color={color!r} is no column of the fit; give one of its columns, 'segments', 'trust',"
        f" 'density', an array with a value a row, or hand in df= with further columns"
    )


def _given(values: Any, n: int) -> tuple[Column, Colouring]:
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if len(series) != n:
        raise DataError(f"color has {len(series)} values, but the fit has {n} rows")
    name = "value" if series.name is None else series.name
    column = read_column(series.reset_index(drop=True), name, shown(name, 200), None)
    return column, colour_column(column)


def _segment_colours(column: Column, points: np.ndarray) -> Colouring:
    count = len(column.levels)
    colors = segment_colors(anchors(points, column.codes, count))
    step = np.append(np.arange(count), count).astype(np.int32)[column.codes]
    return Colouring("levels", step, (*colors, GAP), (*column.texts(), "in no segment"))


def _log_density(points: np.ndarray) -> np.ndarray:
    """log of the number of points in a neighbourhood, from a smoothed grid."""
    from scipy.ndimage import gaussian_filter

    bins = 128
    low, span = points.min(axis=0), np.maximum(np.ptp(points, axis=0), 1e-12)
    at = np.minimum(((points - low) / span * bins).astype(int), bins - 1)
    counts = np.bincount(at[:, 0] * bins + at[:, 1], minlength=bins * bins).reshape(bins, bins)
    return np.log10(1 + gaussian_filter(counts.astype(float), 1.5))[at[:, 0], at[:, 1]].round(4)


def names_of(labels: Any, column: Column | None, model: Any) -> Column | None:
    """The column whose levels are written on the map."""
    if labels is False:
        return None
    if labels is None:
        named = column is not None and column.kind == "segment"
        return column if named else None
    if labels is True:
        return names_of(model.cluster(), column, model)
    if hasattr(labels, "names") and hasattr(labels, "labels"):
        return segment_column(labels.labels, labels.names)
    if isinstance(labels, str) and column is not None and labels == column.key:
        return column
    raise ParameterError(
        f"labels must be None, True, False, the column of the colours, or what model.cluster()"
        f" gives; got {labels!r}"
    )
