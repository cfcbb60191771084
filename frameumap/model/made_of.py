"""What a map is made of: the share of each column in its edges, in a table and in one sentence."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..engine.rows import COUNT
from ..graph.column_influence import Part, column_shares, neighbourhood_changes, parts_of
from .model import Model

#: A column with more than this share of the edges, one of at least so many, is warned of.
TOO_MUCH, AMONG = 0.5, 4


class Influences(NamedTuple):
    """Parts of D, their names, the columns each stands for, and their shares in the edges."""

    parts: list[Part]
    names: list[str]
    groups: list[str]
    shares: np.ndarray


def column_influences(model: Model) -> Influences:
    """Share of every column in the edges; coordinates, and groups that do not split, are one."""
    packed = model.packed
    combined = np.array([name in model.whole_expression.names() for name in model.names])
    parts = parts_of(packed.rows, packed.metrics, combined)
    shares = column_shares(packed.rows, packed.metrics, model.graph, parts)
    names = [_part_name(model, part) for part in parts]
    return Influences(parts, names, [model.groups[part.group].name for part in parts], shares)


def _part_name(model: Model, part: Part) -> str:
    columns = model.groups[part.group].columns
    if part.column < 0:
        return str(columns[0]) if len(columns) == 1 else model.groups[part.group].name
    at = int(model.packed.orders[part.group][part.column])
    if at >= len(columns) or model.packed.rows.groups[part.group, COUNT] > len(columns):
        return f"{columns[0] if len(columns) == 1 else model.groups[part.group].name}[{at}]"
    return str(columns[at])


def column_table(model: Model, found: Influences) -> pd.DataFrame:
    """See `FrameUMAP.column_influence_`."""
    packed = model.packed
    change = neighbourhood_changes(
        packed.rows, packed.metrics, found.parts, model.graph_options.n_neighbors
    )
    table = pd.DataFrame(
        {"share": found.shares, "change_without": change, "group": found.groups},
        index=pd.Index(found.names, name="column"),
    )
    return table.sort_values("share", ascending=False, kind="stable")


def say_made_of(found: Influences) -> str:
    """One sentence: the columns that most of the edges come from, and how to change that."""
    order = np.argsort(-found.shares, kind="stable")
    if not len(order) or found.shares[order[0]] == 0:
        return "No column tells the rows apart."
    if len(order) == 1:
        return f"All edges come from {_short(found.names[0])}."
    told = 0.0
    names: list[str] = []
    for at in order[:3]:
        if found.shares[at] < 0.05 and names:
            break
        names.append(_short(found.names[at]))
        told += found.shares[at]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return (
        f"{told:.0%} of the edges come from {listed}; "
        f"weights={{{found.names[order[0]]!r}: 0.5}} or schema.drop(...) changes that."
    )


def _short(name: str, most: int = 60) -> str:
    """The name of a group of many columns, cut in the middle.

    Examples
    --------
    >>> _short("+".join(f"pixel{i}" for i in range(64)))
    'pixel0+pixel1+pixel2+pixel3+…el60+pixel61+pixel62+pixel63'
    """
    side = most // 2 - 2
    return name if len(name) <= most else f"{name[:side]}…{name[-side:]}"


def say_taken_over(model: Model, found: Influences) -> str:
    """The warning that one column has most of the edges; "" if none has, or it was asked for."""
    features = np.array([part.group < model.n_feature_groups for part in found.parts])
    if features.sum() < AMONG:
        return ""
    at = int(np.argmax(np.where(features, found.shares, -1.0)))
    group = model.groups[found.parts[at].group]
    every = sum(g.effective_weight for g in model.groups[: model.n_feature_groups])
    own = group.effective_weight if found.parts[at].column < 0 else 0.0
    asked = group.weight is not None or group.column_weights is not None
    if asked or found.shares[at] <= TOO_MUCH or own > TOO_MUCH * every:
        return ""
    return (
        f"{found.shares[at]:.0%} of the edges come from {found.names[at]!r}, on which near rows "
        f"agree most: the map shows little else; lower it, e.g. "
        f"weights={{{found.names[at]!r}: 0.3}}, or leave it out"
    )
