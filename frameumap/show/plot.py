"""`plot`: a fitted map with matplotlib, for print."""

from __future__ import annotations

from typing import Any

import numpy as np

from .choice import colour_of, names_of
from .colors import Colouring
from .column import Column
from .draw import INK, SOFT, cut, draw_density, draw_points, frame_map, limits, pyplot
from .facts import plane
from .legend import say_colours
from .names import write_names

#: Rows above which points are drawn as density.
DENSITY_ROWS = 50_000
CAPTION = "Rows that are alike lie near each other; the axes have no unit."


def plot(
    model: Any,
    color: Any = None,
    labels: Any = None,
    ax: Any = None,
    *,
    df: Any = None,
    density: bool | None = None,
    size: float | None = None,
    title: str | None = None,
) -> Any:
    """See `FrameUMAP.plot`."""
    plt = pyplot()
    points = plane(model)
    column, colouring = colour_of(model, color, df, points)
    names = names_of(labels, column, model)
    if ax is None:
        beside = 0.2 if column is None or names is column else 1.7
        shape = limits(points)[2]
        width = min(8.5, (46 / shape) ** 0.5)
        _, ax = plt.subplots(figsize=(width + beside, width * shape + 0.6), layout="constrained")
    frame_map(ax, points)
    many = len(points) > DENSITY_ROWS if density is None else bool(density)
    if many:
        draw_density(ax, points, colouring)
    else:
        draw_points(ax, points, colouring, size)
    if names is not None:
        write_names(ax, points, np.asarray(names.codes), names.texts())
    if column is not None:
        say_colours(ax, column, colouring, names is column)
    ax.set_title(
        title if title is not None else _title(model, column, colouring), loc="left",
        fontsize=11.5, color=INK, pad=8, parse_math=False,
    )  # fmt: skip
    ax.set_xlabel(CAPTION, fontsize=8, color=SOFT, loc="left", labelpad=4)
    return ax


def _title(model: Any, column: Column | None, colouring: Colouring) -> str:
    n, p = len(model.embedding_), len(model.schema_.columns)
    said = f"{n:,} rows by {p} columns"
    if column is None:
        return said
    if column.kind == "segment":
        return f"{said}: {len(column.levels)} segments"
    return f"{said}, coloured by {cut(column.name, 40)}"
