"""Points on a picture: frame, dots, and density as an image."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..errors import ParameterError
from .colors import Colouring

#: Rows from which the markers of a picture are one image.
IMAGE_ROWS = 3_000
INK, SOFT = "#1d2329", "#5d6771"


#: Controls that have no glyph, or turn the direction of text.
CONTROLS = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def pyplot() -> Any:
    """matplotlib, loaded when a picture is asked for."""
    try:
        from matplotlib import pyplot as plt
    except ImportError:
        raise ParameterError("plot needs matplotlib: pip install 'frameumap[plot]'") from None
    return plt


def cut(text: str, longest: int) -> str:
    """A text that fits, in one line."""
    plain = " ".join(CONTROLS.sub("", text).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip(" ,;") + "…"


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
