"""One column of a schema: the value that would declare it, and its weight within its group."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from numbers import Real
from typing import Any

from ..errors import SchemaError
from ..kinds import KINDS
from .group import Column, Group
from .spec import Spec


def declaration(groups: list[Group], column: Column) -> Spec | tuple[Spec, ...]:
    """The value that would declare `column` as it is in `groups`: one Spec for a single group or
    for several parts of the same dates, else one for each group."""
    specs = [_spec_of(group, column) for group in groups]
    if len(specs) == 1:
        return specs[0]
    parts = tuple(group.part for group in groups)
    options = [{k: v for k, v in spec.options.items() if k != "name"} for spec in specs]
    whole = {KINDS.of_part(group.part, group.kind) for group in groups}
    is_whole = len(whole) == 1 and None not in whole and len(set(parts)) == len(parts)
    if is_whole and all(o == options[0] for o in options):
        base = groups[0].name.removesuffix(f" {parts[0]}")
        name = {} if base == str(column) else {"name": base}
        return Spec(whole.pop(), parts=parts, options=options[0] | name)
    return tuple(specs)


def _spec_of(group: Group, column: Column) -> Spec:
    """The value that would declare `column` as it is in `group`, alone.

    The name and weight of a group of several columns are not the column's, and are left out.
    """
    skipped = {"columns", "kind", "metric", "column_weights", "format"}
    if len(group.columns) > 1:
        skipped |= {"name", "weight"}
    elif group.name == str(column) or group.part != "linear":
        skipped |= {"name"}
    options = {
        f.name: getattr(group, f.name)
        for f in fields(Group)
        if f.name not in skipped and getattr(group, f.name) != f.default
    }
    if group.column_weights is not None:
        options["column_weights"] = (group.column_weights[group.columns.index(column)],)
    if group.format is not None and group.format_of(group.columns.index(column)):
        options["format"] = group.format_of(group.columns.index(column))
    whole = KINDS.of_part(group.part, group.kind)
    if whole is not None and whole != group.kind:
        return Spec(whole, parts=(options.pop("part"),), options=options)
    return Spec(group.kind, group.metric, options=options)


def check_weight(weight: Any, name: Column) -> None:
    """Raise SchemaError unless `weight` is a finite number > 0."""
    if isinstance(weight, bool) or not (isinstance(weight, Real) and 0 < float(weight) < math.inf):
        raise SchemaError(
            f"weight must be a number > 0, got {weight!r} for {name!r}; "
            f"to leave out a column: schema[{name!r}] = 'ignored'"
        )


def column_weight(group: Group, column: Column) -> float:
    """The weight of a column in its group; of the only column, the group's."""
    if len(group.columns) == 1:
        return group.factor
    weights = group.column_weights
    return 1.0 if weights is None else weights[group.columns.index(column)]


def with_column_weight(group: Group, column: Column, factor: float, base: float) -> Group:
    """The group with `factor` times `base` as the column's weight; the others count as before."""
    weight = float(f"{factor * base:.6g}")
    if len(group.columns) == 1:
        return replace(group, weight=weight)
    before = list(group.column_weights or [1.0] * len(group.columns))
    after = [weight if c == column else w for c, w in zip(group.columns, before, strict=True)]
    try:
        return replace(group, column_weights=tuple(after))
    except SchemaError:
        raise SchemaError(
            f"column {column!r} has no weight of its own: {group.metric!r} compares the columns of "
            f"group {group.name!r} as one; weigh the group: set_weight({group.name!r}, "
            f"{factor!r}), or declare {column!r} apart from it"
        ) from None
