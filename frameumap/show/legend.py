"""What the colours of a picture say: a legend or a scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from .colors import REST, Colouring
from .column import Column
from .draw import INK, SOFT, cut, rgb

#: Characters of an entry, and entries of a legend.
ENTRY, ENTRIES = 26, 14


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
