"""Columns as bins, levels, members or points: what the statistics and rules of segments count."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse

from ..kinds.encode import level_names
from ..metrics import Metric
from ..model.model import Model
from ..engine.rows import Rows
from ..schema.group import Group
from .compare import unit_names
from .parts import Unit, all_units
from .select import group_cells
from .wording import Wording, is_gap, wording_of

#: Bins of a number, of equal counts where values allow.
BINS = 64
#: Words or members that are told apart, the most frequent, and by how many rows one must be had.
MOST_ITEMS, RAREST = 300, 3
_WORD = re.compile(r"\w+")
#: What a level that stands for absence is called.
ABSENT_LEVEL = "(none)"


@dataclass
class View:
    """One part of the rows, ready to be counted.

    Attributes
    ----------
    form : {"ordered", "levels", "items", "ball"}
    present : bool (n,)
    codes : int64 (n,)
        Bin, level or entry of every row; what it is for a gap does not matter.
    count : int
        Number of bins, levels or entries.
    labels : list
        Of levels or items.
    values : float32 (n,)
        Packed values, and `decode`, which tells what they stand for (ordered).
    low, high : list
        Smallest and largest value of every bin.
    items : csr_array (count, n_items)
        Which items every entry has.
    points : float64 (n, d) or None
        Points whose Euclidean distance grows with the metric's; None where only the metric can tell.
    """

    name: str
    unit: Unit
    group: Group
    wording: Wording
    form: str
    present: np.ndarray
    codes: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    count: int = 0
    labels: list[Any] = field(default_factory=list)
    values: np.ndarray | None = None
    decode: Callable[[np.ndarray], list[Any]] | None = None
    low: list[Any] = field(default_factory=list)
    high: list[Any] = field(default_factory=list)
    items: Any = None
    points: np.ndarray | None = None


def make_views(model: Model, rows: Rows) -> list[View]:
    """A view of every part of `rows`, which hold the groups that are not the target's."""
    names = unit_names(model)
    views = []
    cells: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for name, unit in zip(names, all_units(model), strict=True):
        if unit.group not in cells:
            cells = {unit.group: group_cells(model, rows, unit.group)}
        views.append(_view(model, rows, name, unit, *cells[unit.group]))
    return views


def _view(model: Model, rows: Rows, name: str, unit: Unit, cells: np.ndarray, present: np.ndarray) -> View:
    g = unit.group
    group, metric, encoder = model.groups[g], model.packed.metrics[g], model.encoders[g]
    place = np.sort(np.asarray(model.packed.orders[g])[unit.words])  # words of the block
    has = present[:, place].all(axis=1)
    kind = group.kind
    wording = wording_of(kind)
    form = wording.form
    if kind == "mixed" and len(unit.positions) == 1:
        number = encoder.kinds[unit.positions[0]] != "category"  # type: ignore[attr-defined]
        wording = wording_of("datetime" if encoder.kinds[unit.positions[0]] == "date" else "numeric" if number else "categorical")  # type: ignore[attr-defined]
        form = wording.form
    view = View(name, unit, group, wording, form, has)
    if form == "ordered" and len(unit.positions) == 1 and metric.accepts == "vector":
        return _ordered(view, model, rows, cells, place)
    if form == "levels" and len(unit.positions) == 1:
        return _levels(view, model, cells[:, place[0]])
    if form == "items" and metric.is_ragged:
        return _items(view, model, rows, cells, place)
    view.form = "ball"
    view.points = _points(group, metric, cells[:, place]) if metric.accepts == "vector" else None
    return view


def decoded(model: Model, rows: Rows, unit: Unit, word: int, width: int, values: np.ndarray) -> list[Any]:
    """What packed values of one column stand for."""
    cells = np.zeros((len(values), width), values.dtype)
    cells[:, word] = values
    return list(model.encoders[unit.group].decode(cells, rows)[unit.positions[0]])


def _ordered(view: View, model: Model, rows: Rows, cells: np.ndarray, place: np.ndarray) -> View:
    word = int(place[0])
    values = cells[:, word]
    held = np.sort(values[view.present])
    if len(held) == 0:
        view.low, view.high, view.count = [None], [None], 1
        view.codes = np.zeros(len(values), np.int64)
        return view
    edges = np.unique(held[np.arange(BINS * 4) * len(held) // (BINS * 4)])
    if len(edges) > BINS:
        edges = np.unique(held[np.arange(BINS) * len(held) // BINS])
    starts = np.searchsorted(held, edges)
    ends = np.concatenate([starts[1:], [len(held)]]) - 1
    view.codes = np.maximum(np.searchsorted(edges, values, side="right") - 1, 0)
    view.count = len(edges)
    view.values = values
    view.decode = partial(decoded, model, rows, view.unit, word, cells.shape[1])
    view.low, view.high = view.decode(held[starts]), view.decode(held[ends])
    return view


def _levels(view: View, model: Model, codes: np.ndarray) -> View:
    encoder = model.encoders[view.unit.group]
    known = getattr(encoder, "categories", None) or encoder  # of a mixed group
    at = view.unit.positions[0]
    if known is not encoder:
        at = int(np.asarray(encoder.is_category)[:at].sum())  # type: ignore[attr-defined]
    names = level_names(known, at) or []
    view.labels = [*names, ABSENT_LEVEL]
    codes = codes.astype(np.int64)
    view.codes = np.where((codes >= 0) & (codes < len(names)), codes, len(names))
    view.count = len(view.labels)
    return view


def _items(view: View, model: Model, rows: Rows, cells: np.ndarray, place: np.ndarray) -> View:
    """Entries and the items that each has: members, words, beginnings of paths."""
    numbers, view.codes = np.unique(cells[:, place[0]], return_inverse=True)
    every = np.repeat(numbers[:, None], cells.shape[1], axis=1)
    columns = model.encoders[view.unit.group].decode(every, rows)
    values = list(zip(*(columns[c] for c in view.unit.positions), strict=True))
    counts = np.bincount(view.codes[view.present], minlength=len(numbers))
    held: dict[Any, int] = {}
    pairs: list[tuple[int, int]] = []
    for entry, value in enumerate(values):
        if counts[entry]:
            pairs += [(entry, held.setdefault(item, len(held))) for item in _items_of(view.group, value)]
    entry_of, item_of = (np.array(p, np.int64) for p in zip(*pairs, strict=True)) if pairs else (np.empty(0, np.int64),) * 2
    total = np.bincount(item_of, counts[entry_of], minlength=len(held))
    names = list(held)
    order = sorted((i for i in range(len(names)) if total[i] >= RAREST), key=lambda i: (-total[i], str(names[i])))[:MOST_ITEMS]
    number = np.full(len(names) + 1, -1)
    number[order] = np.arange(len(order))
    kept = number[item_of] >= 0
    shape = (len(numbers), len(order))
    view.items = scipy.sparse.csr_array(
        (np.ones(int(kept.sum())), (entry_of[kept], number[item_of[kept]])), shape=shape
    )
    view.labels = [names[i] for i in order]
    view.count = len(numbers)
    return view


def _items_of(group: Group, value: tuple[Any, ...]) -> list[Any]:
    if group.kind == "hierarchy":
        parts = [v for v in value if not is_gap(v)] if len(value) > 1 else str(value[0] or "").split(group.delimiter or "/")
        return [" / ".join(map(str, parts[: depth + 1])) for depth in range(len(parts))]
    one = value[0]
    if one is None:
        return []
    return list(dict.fromkeys(_WORD.findall(one.casefold()) if isinstance(one, str) else one))


def _points(group: Group, metric: Metric, values: np.ndarray) -> np.ndarray | None:
    """Points whose Euclidean distance grows with the metric's; None if there are none."""
    points = values.astype(np.float64)
    if group.kind == "cyclic":
        return np.concatenate([np.cos(2 * np.pi * points), np.sin(2 * np.pi * points)], axis=1)
    if metric.form == "minkowski2":
        return points
    if metric.form in ("direction", "centered"):
        points = points - points.mean(axis=1, keepdims=True) if metric.form == "centered" else points
        return points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-30)
    return None
