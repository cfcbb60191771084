"""`plot` and `small_multiples`: a fitted map with matplotlib, for print."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, ParameterError
from .colors import GAP, REST, Colouring, colour_column
from .columns import Column, columns_of, shown
from .facts import plane
from .labels import leader, place_names
from .segments import anchors, segment_colors, segment_column

#: Rows from which points are drawn as density, and from which their markers are one image.
DENSITY_ROWS = 50_000
IMAGE_ROWS = 3_000
#: Characters of a name on the picture and in a legend, and entries of a legend.
NAME, ENTRY, ENTRIES = 34, 26, 14
CAPTION = "Rows that are alike lie near each other; the axes have no unit."
INK, SOFT = "#1d2329", "#5d6771"


def plot(
    model: Any,
    color: Any = None,
    labels: Any = None,
    ax: Any = None,
    *,
    df: pd.DataFrame | None = None,
    density: bool | None = None,
    size: float | None = None,
    title: str | None = None,
) -> Any:
    """See `FrameUMAP.plot`."""
    plt = pyplot()
    points = plane(model)
    column, colouring = _colour_of(model, color, df, points)
    names = _names_of(labels, column, model)
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


def pyplot() -> Any:
    """matplotlib, loaded when a picture is asked for."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise ParameterError("plot needs matplotlib: pip install 'frameumap[plot]'") from None
    return plt


def _colour_of(
    model: Any, color: Any, df: pd.DataFrame | None, points: np.ndarray
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
        return _colour_of(model, model.cluster(), df, points)
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
    column = columns_of_series(series.rename(name).reset_index(drop=True))
    return column, colour_column(column)


def columns_of_series(series: pd.Series) -> Column:
    """A column that took no part in the fit."""
    from .columns import _read

    return _read(series, series.name, shown(series.name, 200), None)


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


def limits(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Lower left and upper right corner of a picture with one scale both ways, and the height of
    its box over the width."""
    low, high = points.min(axis=0).astype(float), points.max(axis=0).astype(float)
    middle, half = (low + high) / 2, (high - low) / 2
    half = 1.05 * np.maximum(half, 0.04 * half.max() + 1e-6)
    shape = float(np.clip(half[1] / half[0], 0.55, 1.15))  # height of the box over its width
    half = np.array([max(half[0], half[1] / shape), max(half[1], half[0] * shape)])
    return middle - half, middle + half, shape


def frame_map(ax: Any, points: np.ndarray) -> None:
    """Axes without ticks, as they have no unit."""
    (left, bottom), (right, top), shape = limits(points)
    ax.set(xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
    ax.set_box_aspect(shape)
    for side in ax.spines.values():
        side.set_visible(False)


def draw_points(ax: Any, points: np.ndarray, colouring: Colouring, size: float | None) -> None:
    """Every row a dot; in an order that favours no colour."""
    n = len(points)
    order = np.random.default_rng(0).permutation(n)
    area = size if size is not None else float(np.clip(14 * (3000 / max(1, n)) ** 0.55, 1.5, 60))
    ax.scatter(
        points[order, 0], points[order, 1], s=area,
        c=rgb(colouring.colors)[colouring.step[order]],
        alpha=float(np.clip(0.9 * (3000 / max(1, n)) ** 0.12, 0.5, 0.9)),
        linewidths=0, rasterized=n > IMAGE_ROWS,
    )  # fmt: skip


def rgb(colors: Iterable[str]) -> np.ndarray:
    """Hex colours as float64 (m, 3)."""
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colors])


def draw_density(ax: Any, points: np.ndarray, colouring: Colouring) -> None:
    """An image: a pixel's colour is the mean of its rows', and darker where there are more."""
    from scipy.ndimage import gaussian_filter

    figure = ax.figure
    figure.draw_without_rendering()
    box = ax.get_window_extent()
    scale = max(1.0, 220 / figure.dpi)
    width, height = (int(np.clip(s * scale, 50, 1800)) for s in (box.width, box.height))
    (left, right), (low, high) = ax.get_xlim(), ax.get_ylim()
    x = np.clip(((points[:, 0] - left) / (right - left) * width).astype(np.int64), 0, width - 1)
    y = np.clip(((points[:, 1] - low) / (high - low) * height).astype(np.int64), 0, height - 1)
    pixel = y * width + x
    palette = rgb(colouring.colors) ** 2.2  # light adds up, hex codes do not
    blur = float(np.clip(1.1 * (200_000 / max(1, len(points))) ** 0.25, 0.4, 3.5))

    def spread_out(weights: np.ndarray | None) -> np.ndarray:
        sums = np.bincount(pixel, weights, minlength=width * height).reshape(height, width)
        return gaussian_filter(sums.astype(np.float32), blur, truncate=3)

    counts = spread_out(None)
    light = np.stack([spread_out(palette[colouring.step, c]) for c in range(3)], axis=2)
    mean = np.clip(light / np.maximum(counts, 1e-9)[:, :, None], 0, 1) ** (1 / 2.2)
    one = 1 / (2 * np.pi * blur**2)  # the peak of a single row
    seen = counts > 0.5 * one
    most = max(float(np.quantile(counts[seen], 0.97)) if seen.any() else one, 2 * one)
    rise = np.log1p(counts / one) / np.log1p(most / one)
    alpha = np.clip(counts / one, 0, 1) * (0.35 + 0.65 * np.clip(rise, 0, 1))
    image = (np.concatenate([mean, alpha[:, :, None]], axis=2) * 255).round().astype(np.uint8)
    ax.imshow(
        image, extent=(left, right, low, high), origin="lower",
        interpolation="antialiased", aspect="auto", zorder=1,
    )  # fmt: skip
    ax.set(xlim=(left, right), ylim=(low, high))


def _names_of(labels: Any, column: Column | None, model: Any) -> Column | None:
    """The column whose levels are written on the map."""
    if labels is False:
        return None
    if labels is None:
        named = column is not None and column.kind == "segment"
        return column if named else None
    if labels is True:
        return _names_of(model.cluster(), column, model)
    if hasattr(labels, "names") and hasattr(labels, "labels"):
        return segment_column(labels.labels, labels.names)
    if isinstance(labels, str) and column is not None and labels == column.key:
        return column
    raise ParameterError(
        f"labels must be None, True, False, the column of the colours, or what model.cluster()"
        f" gives; got {labels!r}"
    )


def cut(text: str, longest: int) -> str:
    """A text that fits, in one line."""
    plain = " ".join(text.split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip(" ,;") + "…"


def write_names(ax: Any, points: np.ndarray, codes: np.ndarray, texts: list[str]) -> None:
    """Names of the levels where most of their rows are."""
    from matplotlib import patheffects

    figure = ax.figure
    figure.draw_without_rendering()
    count = len(texts)
    if not count:
        return
    fontsize = float(np.clip(10.5 - 0.06 * count, 7.5, 10))
    halo = [patheffects.withStroke(linewidth=2.6, foreground="white", alpha=0.9)]
    made = [
        ax.text(0, 0, cut(t, NAME), fontsize=fontsize, ha="center", va="center", color=INK,
                weight="bold", path_effects=halo, zorder=6, parse_math=False)
        for t in texts
    ]  # fmt: skip
    renderer = figure.canvas.get_renderer()
    boxes = [t.get_window_extent(renderer) for t in made]
    frame = ax.get_window_extent(renderer)
    origin = np.array([frame.x0, frame.y0])
    to_pixels = ax.transData.transform
    places = to_pixels(anchors(points, codes, count)) - origin
    pixels = to_pixels(points) - origin
    sizes = np.array([(b.width, b.height) for b in boxes])
    found = place_names(places, sizes, (frame.width, frame.height), pixels)
    back = ax.transData.inverted().transform
    for text, spot, place, size in zip(made, found, places, sizes, strict=True):
        if spot is None:
            text.remove()
            continue
        at = back(origin + (spot.x, spot.y))
        text.set_position(at)
        text.set_gid("name")
        line = leader(np.array([spot.x, spot.y]), place, size) if spot.aside else None
        if line is not None:
            start, goal = back(origin + line)
            ax.plot([start[0], goal[0]], [start[1], goal[1]], color=INK, lw=0.7, alpha=0.75, zorder=5,
                    solid_capstyle="round", gid="leader")  # fmt: skip


def say_colours(ax: Any, column: Column, colouring: Colouring, is_named: bool) -> None:
    """A legend or a scale."""
    if colouring.form == "levels":
        if not is_named:
            _legend(ax, column, colouring)
    else:
        _scale(ax, column, colouring)


def _legend(ax: Any, column: Column, colouring: Colouring) -> None:
    from matplotlib.lines import Line2D

    counts = np.bincount(colouring.step, minlength=len(colouring.colors))
    shown_steps = [s for s in range(len(colouring.colors)) if counts[s]]
    more = len(shown_steps) - ENTRIES
    shown_steps = shown_steps[:ENTRIES]
    handles = [
        Line2D([], [], ls="", marker="o", ms=6.5, color=colouring.colors[s],
               label=f"{cut(colouring.labels[s], ENTRY)}  {counts[s]:,}")
        for s in shown_steps
    ]  # fmt: skip
    if more > 0:
        handles.append(Line2D([], [], ls="", color=REST, label=f"and {more} more"))
    title = cut(column.name, ENTRY) + (f" ({colouring.note})" if colouring.note else "")
    legend = ax.legend(
        handles=handles, title=title, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False,
        fontsize=9, title_fontsize=9.5, alignment="left", handletextpad=0.1, labelcolor=INK,
        borderaxespad=0.2,
    )  # fmt: skip
    for text in (*legend.get_texts(), legend.get_title()):
        text.set_parse_math(False)


def _scale(ax: Any, column: Column, colouring: Colouring) -> None:
    """A strip of the colours with what stands at its quarters."""
    inset = ax.inset_axes((1.03, 0.3, 0.03, 0.4))
    strip = rgb(colouring.colors[:-1])[:, None, :]
    inset.imshow(strip, aspect="auto", origin="lower", extent=(0, 1, 0, 1))
    inset.set(xticks=[], yticks=np.linspace(0, 1, len(colouring.labels)))
    inset.set_yticklabels([cut(t, 18) for t in colouring.labels], fontsize=8.5, color=INK)
    inset.yaxis.tick_right()
    inset.tick_params(length=2, color=SOFT)
    for side in inset.spines.values():
        side.set_visible(False)
    inset.set_title(cut(column.name, 22), fontsize=9.5, loc="left", color=INK, parse_math=False)
    note = colouring.note
    if column.gaps:
        note += f"\n{column.gaps:,} without\na value (grey)"
    inset.set_xlabel(note, fontsize=8, color=SOFT, loc="left")


def _title(model: Any, column: Column | None, colouring: Colouring) -> str:
    n, p = len(model.embedding_), len(model.schema_.columns)
    said = f"{n:,} rows by {p} columns"
    if column is None:
        return said
    if column.kind == "segment":
        return f"{said}: {len(column.levels)} segments"
    return f"{said}, coloured by {cut(column.name, 40)}"


def small_multiples(
    model: Any,
    columns: Iterable[Hashable] | None = None,
    *,
    df: pd.DataFrame | None = None,
    most: int = 12,
) -> Any:
    """See `FrameUMAP.small_multiples`."""
    plt = pyplot()
    points = plane(model)
    chosen = columns_of(model, columns, df)
    if columns is None:
        chosen = _most_influential(model, chosen)[:most]
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


def _most_influential(model: Any, columns: list[Column]) -> list[Column]:
    order = {name: at for at, name in enumerate(model.influence_.index)}
    return sorted(columns, key=lambda c: order.get(c.group, len(order)))


def _small_key(ax: Any, colouring: Colouring) -> None:
    """One line below a panel: levels in their colours, or the ends of a scale."""
    if colouring.form != "levels":
        inset = ax.inset_axes((0.3, -0.055, 0.4, 0.03))
        inset.imshow(rgb(colouring.colors[:-1])[None], aspect="auto")
        inset.set_axis_off()
        for x, text, side in ((0.29, colouring.labels[0], "right"), (0.71, colouring.labels[-1], "left")):
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
