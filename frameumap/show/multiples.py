"""`small_multiples`: one panel a column."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np

from ..errors import ParameterError
from .colors import Colouring, colour_column
from .column import Column, shown
from .columns import columns_of
from .draw import INK, SOFT, cut, draw_density, draw_points, frame_map, pyplot, rgb
from .facts import group_table, plane


def small_multiples(
    model: Any,
    columns: Iterable[Hashable] | None = None,
    *,
    df: Any = None,
    most: int = 12,
) -> Any:
    """See `FrameUMAP.small_multiples`."""
    plt = pyplot()
    points = plane(model)
    chosen = columns_of(model, columns, df)
    if columns is None:
        chosen = [c for c in _most_influential(model, chosen) if repeats(c)][:most]
    if not chosen:
        raise ParameterError("columns names no column at all")
    across = int(np.ceil(np.sqrt(len(chosen) * 1.3)))
    down = int(np.ceil(len(chosen) / across))
    figure, axes = plt.subplots(
        down, across, figsize=(3.1 * across, 2.9 * down), layout="constrained", squeeze=False
    )
    for ax, column in zip(axes.flat, chosen, strict=False):
        frame_map(ax, points)
        colouring = colour_column(column, 6)
        if len(points) > 5_000:
            draw_density(ax, points, colouring)
        else:
            draw_points(ax, points, colouring, None)
        ax.set_title(cut(column.name, 32), fontsize=10, loc="left", color=INK, parse_math=False)
        _small_key(ax, colouring)
    for ax in list(axes.flat)[len(chosen) :]:
        ax.set_visible(False)
    return figure


def repeats(column: Column) -> bool:
    """Whether colours can tell a column's levels apart: not of texts that hardly repeat."""
    if column.form not in ("levels", "items") or len(column.levels) <= 12:
        return True
    counts = np.sort(column.counts)[::-1]
    return bool(counts[:5].sum() >= 0.1 * counts.sum())


def _most_influential(model: Any, columns: list[Column]) -> list[Column]:
    order = {group["group"]: at for at, group in enumerate(group_table(model))}
    return sorted(columns, key=lambda c: order.get(shown(c.group, 200), len(order)))


def _small_key(ax: Any, colouring: Colouring) -> None:
    """One line below a panel: levels in their colours, or the ends of a scale."""
    if colouring.form != "levels":
        inset = ax.inset_axes((0.3, -0.055, 0.4, 0.03))
        inset.imshow(rgb(colouring.colors[:-1])[None], aspect="auto")
        inset.set_axis_off()
        for x, text, side in (
            (0.29, colouring.labels[0], "right"),
            (0.71, colouring.labels[-1], "left"),
        ):
            ax.text(x, -0.04, cut(text, 12), transform=ax.transAxes, fontsize=7.5, color=SOFT,
                    ha=side, va="center", parse_math=False)  # fmt: skip
        return
    from matplotlib.lines import Line2D

    counts = np.bincount(colouring.step, minlength=len(colouring.colors))
    steps = [s for s in range(len(colouring.labels)) if counts[s]]
    handles = [
        Line2D([], [], ls="", marker="o", ms=4.5, color=colouring.colors[s],
               label=cut(colouring.labels[s], 13))
        for s in steps[:6]
    ]  # fmt: skip
    legend = ax.legend(
        handles=handles, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=3, frameon=False,
        fontsize=7.5, handletextpad=0, columnspacing=0.6, labelcolor=SOFT, borderaxespad=0.1,
    )  # fmt: skip
    for text in legend.get_texts():
        text.set_parse_math(False)
