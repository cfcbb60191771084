"""A schema from a mapping and a frame: columns to infer (``...``), and the rest of the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ..errors import SchemaError
from ..kinds import KINDS
from ..metrics import get as get_metric
from .group import Column, Group
from .infer import infer_schema
from .schema import Schema
from .spec import read_spec


def asks_inference(value: Any) -> bool:
    """Whether a value of a mapping is ``...`` or "infer"."""
    return value is ... or (isinstance(value, str) and value == "infer")


def infers_rest(mapping: Mapping[Any, Any]) -> bool:
    """Whether columns that `mapping` does not name are to be inferred."""
    return ... in mapping and asks_inference(mapping[...])


def complete_schema(df: pd.DataFrame, mapping: Mapping[Any, Any]) -> Schema:
    """The schema that `mapping` declares for the columns of `df`.

    The value ``...`` (or "infer") infers a column. The key ``...`` means all columns not named: its
    value is ``...`` to infer them, "ignored", or a kind or metric. Columns that are declared
    "ignored" are not inspected.

    Raises
    ------
    SchemaError
        If a column is not in the frame or a value is no kind, metric or group.
    """
    named: dict[Any, tuple[Column, ...]] = {}
    ignored: set[Column] = set()
    for key, value in mapping.items():
        if key is ...:
            continue
        keyed = key if isinstance(key, tuple) else (key,)
        spec = None if asks_inference(value) else read_spec(value, f"{key!r}")
        named[key] = spec.columns if isinstance(spec, Group) else keyed
        if spec is None and not asks_inference(value):
            ignored |= set(named[key])
    asked = {c for key, columns in named.items() if asks_inference(mapping[key]) for c in columns}
    schema = _inferred(df, asked, ignored, set().union(*named.values()), infers_rest(mapping))
    given = {k: v for k, v in mapping.items() if k in named and not asks_inference(v)}
    for key in given:  # before any is declared, so that both halves of a pair can be
        for partner in schema.remove(named[key]):
            schema.ignored[partner] = f"its partner {key!r} is declared otherwise"
    for key, value in given.items():
        schema[key] = value
    if ... in mapping and not infers_rest(mapping):
        declare_rest(schema, [c for c in df.columns if c not in schema], mapping[...])
    return schema


def _inferred(
    df: pd.DataFrame, asked: set[Column], ignored: set[Column], named: set[Column], rest: bool
) -> Schema:
    """Columns `asked` for and, if `rest`, all that are not named; given ones count in weights."""
    if not asked and not rest:
        return Schema()
    for column in asked:
        if column not in df.columns:
            Schema(frame_columns=tuple(df.columns))[column] = "ignored"  # raises, with the nearest
    inspected = [c for c in df.columns if c not in ignored and (rest or c in named)]
    schema = infer_schema(df[inspected]) if inspected else Schema()
    schema.frame_columns = tuple(df.columns)
    if not rest:
        schema.remove(tuple(c for c in inspected if c not in asked))
    return schema


def declare_rest(schema: Schema, columns: list[Column], value: Any) -> None:
    """Declare `columns`: those of a vector or a code in one group, others each in its own."""
    spec = read_spec(value, "... (columns that are not named)")
    if isinstance(spec, Group):
        raise SchemaError(
            "the key ... stands for all columns that are not named; its value is ... to infer "
            "them, 'ignored', or a kind, a metric or a group(...) without columns"
        )
    if spec is None or not columns:
        schema.ignored |= dict.fromkeys(columns, "given")
        return
    kind = KINDS[spec.groups((), "")[0].kind]
    joint = not spec.parts and get_metric(spec.metric or kind.metric).accepts in ("vector", "codes")
    if not joint:
        for column in columns:
            schema[column] = spec
        return
    name = kind.shared if kind.shared and kind.shared not in schema.groups else "rest"
    for group in spec.groups(tuple(columns), name):
        schema.add(group)
