"""Colours for columns of every kind: told apart by colour-blind readers, and scales that also
darken or lighten in grey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .column import ORDERED, Column, brief_numbers, date_text

#: Petroff (2021), "Accessible color sequences for data visualization", ten colours; his two greys
#: stand for gaps and rare levels here, and his purple, as dark as his red, is darker, so that the
#: first five differ in grey.
PALETTE = (
    "#3f90da", "#ffa90e", "#bd1f01", "#5c1a8c", "#92dadd", "#a96b59", "#e76300", "#b9ac70",
)  # fmt: skip
REST = "#9aa0a6"
GAP = "#d4d7da"
#: Steps of the scales. Viridis by lightness (Smith and van der Walt 2015), its yellow end left out,
#: which is faint on white; a circle whose two halves differ in hue, dark and light once each.
SEQUENTIAL = (
    "#440154", "#481668", "#482878", "#443983", "#3e4a89", "#375b8d", "#31688e", "#2b758e",
    "#26828e", "#21918c", "#1f9e89", "#29af7f", "#42be71", "#67cc5c", "#90d743", "#bddf26",
)  # fmt: skip
CYCLIC = (
    "#2f1436", "#4a1d63", "#5b3a9d", "#5e63b6", "#6c8dbf", "#92b3c7", "#c2cdd4", "#e2d9e2",
    "#dcc3b8", "#d09f85", "#c27764", "#ac4f55", "#8a2d50", "#671a47", "#48153a", "#36133a",
)  # fmt: skip


@dataclass(frozen=True)
class Colouring:
    """What every row's colour says.

    Attributes
    ----------
    form : {"levels", "scale", "cycle"}
    step : int32 (n,)
        Entry of `colors`; the last one is for gaps.
    colors : tuple of str
        Hex; gaps last.
    labels : tuple of str
        One a colour for levels; for scales, what the borders of the legend say (low to high).
    note : str
        What the scale does, such as "by rank".
    """

    form: str
    step: np.ndarray
    colors: tuple[str, ...]
    labels: tuple[str, ...]
    note: str = ""


def colour_column(column: Column, most: int = len(PALETTE)) -> Colouring:
    """Colours for a column: levels get their own, the rare ones one together; numbers and dates a
    scale by rank; numbers on a circle a circle; grades steps of a scale."""
    if column.form in ORDERED:
        if column.form == "cycle":
            return _cycle(column)
        return _by_rank(column)
    if column.form == "grades":
        return _grades(column)
    return _levels(column, most)


def _levels(column: Column, most: int) -> Colouring:
    counts = column.counts
    order = np.argsort(-counts, kind="stable")
    own = order if len(order) <= most else order[: most - 1] if most > 1 else order[:0]
    own = order[:most] if len(order) == most else own
    rest = len(order) - len(own)
    step_of = np.full(len(counts) + 1, len(own), np.int32)
    step_of[own] = np.arange(len(own), dtype=np.int32)
    step_of[-1] = len(own) + (rest > 0)
    texts = column.texts()
    labels = [texts[c] for c in own]
    colors = list(PALETTE[: len(own)])
    if rest:
        labels.append(f"{rest:,} other{'s' if rest > 1 else ''}")
        colors.append(REST)
    return Colouring("levels", step_of[column.codes], (*colors, GAP), (*labels, "no value"))


def _grades(column: Column) -> Colouring:
    texts = column.texts()
    if len(texts) > len(SEQUENTIAL):
        return _by_rank(column)
    at = np.linspace(0, len(SEQUENTIAL) - 1, max(2, len(texts)))[: len(texts)].round().astype(int)
    colors = tuple(SEQUENTIAL[i] for i in at)
    step = np.append(np.arange(len(texts)), len(texts)).astype(np.int32)[column.codes]
    return Colouring("levels", step, (*colors, GAP), (*texts, "no value"), "in order")


def _by_rank(column: Column) -> Colouring:
    """Steps of equal counts as far as ties allow."""
    counts = column.counts
    total = max(1, counts.sum())
    middle = (np.cumsum(counts) - 0.5 * counts) / total
    steps = len(SEQUENTIAL)
    of_level = np.minimum((middle * steps).astype(np.int32), steps - 1)
    ends = _level_texts(column, [_quantile(counts, q) for q in (0, 0.25, 0.5, 0.75, 1)])
    step = np.append(of_level, steps).astype(np.int32)[column.codes]
    return Colouring("scale", step, (*SEQUENTIAL, GAP), tuple(ends), "by rank")


def _quantile(counts: np.ndarray, share: float) -> int:
    """The level at a share of the rows; -1 where there is none."""
    if not len(counts):
        return -1
    reached = np.cumsum(counts)
    return int(min(np.searchsorted(reached, share * reached[-1]), len(counts) - 1))


def _level_texts(column: Column, levels: list[int]) -> list[str]:
    if min(levels) < 0:
        return ["" for _ in levels]
    if column.form == "date":
        return [date_text(column.levels[level]).split(" ")[0] for level in levels]
    if column.form in ORDERED:
        return brief_numbers([float(column.levels[level]) for level in levels])
    return [column.texts()[level] for level in levels]


def _cycle(column: Column) -> Colouring:
    steps = len(CYCLIC)
    phase = np.asarray(column.levels) / (column.period or 1.0) % 1.0
    of_level = np.minimum((phase * steps).astype(np.int32), steps - 1)
    step = np.append(of_level, steps).astype(np.int32)[column.codes]
    ends = brief_numbers([column.period * q for q in (0, 0.25, 0.5, 0.75, 1)])
    return Colouring("cycle", step, (*CYCLIC, GAP), tuple(ends), f"period {column.period:g}")
