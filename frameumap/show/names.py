"""Names of levels on a picture."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np

from .draw import INK, cut
from .labels import leader, place_names
from .segments import anchors

#: Characters of a line of a name, and its lines.
WIDTH, LINES = 23, 2
_LONG_WORD, _JOINT = re.compile(rf"\S{{{WIDTH - 8},}}"), re.compile(r"[_/.](?=\w{3})")
#: Names on one picture: those of the levels with the most rows.
MOST = 40


def folded(text: str) -> str:
    """A name in two lines at most: two short parts, as in "family · near 41.1° N, 8.6° W", have one
    each."""
    plain = cut(text, 400)
    parts = plain.split(" · ")
    if len(plain) > WIDTH and len(parts) == 2 and max(map(len, parts)) <= WIDTH:
        return f"{parts[0]} ·\n{parts[1]}"
    # Long words are broken where people join them: after an underscore, a slash, a point.
    parted = _LONG_WORD.sub(lambda word: _JOINT.sub("\\g<0>\u200b ", word[0]), plain)
    lines = textwrap.wrap(
        parted, WIDTH + 2, max_lines=LINES, placeholder="…", break_on_hyphens=False
    )
    return "\n".join(line.replace("\u200b ", "").rstrip("\u200b") for line in lines) or "(no name)"


def write_names(ax: Any, points: np.ndarray, codes: np.ndarray, texts: list[str]) -> None:
    """Names of the largest levels where most of their rows are."""
    from matplotlib import patheffects

    figure = ax.figure
    figure.draw_without_rendering()
    sizes_of = np.bincount(codes[codes >= 0], minlength=len(texts))
    named = np.argsort(-sizes_of, kind="stable")[:MOST]
    if not len(named):
        return
    fontsize = float(np.clip(10.5 - 0.06 * len(named), 7.5, 10))
    halo = [patheffects.withStroke(linewidth=2.6, foreground="white", alpha=0.9)]
    made = [
        ax.text(0, 0, folded(t), fontsize=fontsize, ha="center", va="center", color=INK,
                weight="bold", path_effects=halo, zorder=6, parse_math=False)
        for t in (texts[level] for level in named)
    ]  # fmt: skip
    renderer = figure.canvas.get_renderer()
    boxes = [t.get_window_extent(renderer) for t in made]
    frame = ax.get_window_extent(renderer)
    origin = np.array([frame.x0, frame.y0])
    to_pixels = ax.transData.transform
    places = to_pixels(anchors(points, codes, len(texts))[named]) - origin
    pixels = to_pixels(points) - origin
    sizes = np.array([(b.width, b.height) for b in boxes])
    owner = np.full(len(texts) + 1, -1)
    owner[named] = np.arange(len(named))
    found = place_names(places, sizes, (frame.width, frame.height), pixels, owner[codes])
    back = ax.transData.inverted().transform
    for text, spot, place, size in zip(made, found, places, sizes, strict=True):
        if spot is None:
            text.remove()
            continue
        at = back(origin + np.array([spot.x, spot.y]))
        text.set_position(at)
        text.set_gid("name")
        line = leader(np.array([spot.x, spot.y]), place, size) if spot.aside else None
        if line is not None:
            start, goal = back(origin + line)
            ax.plot([start[0], goal[0]], [start[1], goal[1]], color=INK, lw=0.7, alpha=0.75,
                    zorder=5, solid_capstyle="round", gid="leader")  # fmt: skip
