"""Columns as bins, levels, members or points: what the statistics and rules of segments count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse

from ..engine.rows import Rows
from ..kinds import Kind
from ..kinds.mixed import Mixed
from ..model.model import Model
from ..schema.group import Group
from .compare import unit_names
from .parts import Unit, all_units
from .prefixes import Starts, level_starts
from .select import group_cells
from .wording import is_gap

#: Bins of a number, of equal counts where values allow.
BINS = 64
#: Words or members that are told apart, the most frequent, and by how many rows one must be had.
MOST_ITEMS, RAREST = 300, 3
#: What a level that stands for absence is called.
ABSENT_LEVEL = "(none)"


@dataclass
class View:
    """One part of the rows, ready to be counted.

    Attributes
    ----------
    kind : Kind
        Fitted to the group; of a mixed group, to its numbers or categories.
    form : {"order", "levels", "members", "nearness"}
    present : bool (n,)
    codes : int64 (n,)
        Bin, level or entry of every row; what it is for a gap does not matter.
    count : int
        Number of bins, levels or entries.
    labels : list
        Of levels or items.
    starts : list of Starts
        Levels by how they begin.
    values : float32 (n,)
        Packed values, and `decode`, which tells what they stand for (ordered).
    low, high : list
        Smallest and largest value of every bin.
    items : csr_array (count, n_items)
        Which items every entry has.
    points : float64 (n, d) or None
        Points whose Euclidean distance grows with the metric's; None where only the metric can
        tell.
    """

    name: str
    unit: Unit
    group: Group
    kind: Kind
    form: str
    present: np.ndarray
    codes: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    count: int = 0
    labels: list[Any] = field(default_factory=list)
    starts: list[Starts] = field(default_factory=list)
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


def _view(
    model: Model, rows: Rows, name: str, unit: Unit, cells: np.ndarray, present: np.ndarray
) -> View:
    g = unit.group
    group, metric, encoder = model.groups[g], model.packed.metrics[g], model.encoders[g]
    place = np.sort(np.asarray(model.packed.orders[g])[unit.words])  # words of the block
    has = np.asarray(present[:, place].all(axis=1))
    own, form = encoder, encoder.described_by
    if isinstance(encoder, Mixed) and len(unit.positions) == 1:
        part = encoder.categories if encoder.is_category[unit.positions[0]] else encoder.numbers
        assert part is not None
        own, form = part, part.described_by
    view = View(name, unit, group, own, form, has)
    if form == "order" and len(unit.positions) == 1 and metric.accepts == "vector":
        return _ordered(view, model, rows, cells, place)
    if form == "levels" and len(unit.positions) == 1:
        return _levels(view, model, cells[:, place[0]])
    if form == "members" and metric.is_ragged:
        return _items(view, model, rows, cells, place)
    view.form = "nearness"
    if metric.accepts == "vector":
        view.points = encoder.points_of(cells[:, place])
    return view


def decoded(
    model: Model, rows: Rows, unit: Unit, word: int, width: int, values: np.ndarray
) -> list[Any]:
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
    encoder, at = model.encoders[view.unit.group], view.unit.positions[0]
    if isinstance(encoder, Mixed):
        at = int(encoder.is_category[:at].sum())
    names = view.kind.levels_of(at) or []
    view.labels = [*names, ABSENT_LEVEL]
    codes = codes.astype(np.int64)
    view.codes = np.where((codes >= 0) & (codes < len(names)), codes, len(names))
    view.count = len(view.labels)
    view.starts = level_starts(list(names))
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
            one = value if len(value) > 1 else value[0]
            own = [] if is_gap(one) else list(dict.fromkeys(view.kind.members_of(one)))
            pairs += [(entry, held.setdefault(item, len(held))) for item in own]
    entry_of, item_of = (
        (np.array(p, np.int64) for p in zip(*pairs, strict=True))
        if pairs
        else (np.empty(0, np.int64),) * 2
    )
    total = np.bincount(item_of, counts[entry_of], minlength=len(held))
    names = list(held)
    order = sorted(
        (i for i in range(len(names)) if total[i] >= RAREST),
        key=lambda i: (-total[i], str(names[i])),
    )[:MOST_ITEMS]
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
