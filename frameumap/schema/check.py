"""Whether a schema fits a frame."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from ..columns.dtypes import family
from ..errors import SchemaError, warn
from ..kinds import KINDS
from .complete import complete_schema, infers_rest
from .group import Group
from .infer import infer_schema
from .schema import Note, Schema, read_schema

#: Note on a column without any value.
_EMPTY = "all values are missing"


def resolve_schema(df: pd.DataFrame, schema: Schema | Mapping[Any, Any] | None) -> Schema:
    """The schema that applies to `df`: inferred, given, or completed, see `complete_schema`.

    Raises
    ------
    SchemaError
        If it names columns that the frame lacks, or leaves none to embed.
    """
    if schema is None:
        resolved = infer_schema(df)
    elif isinstance(schema, Mapping) and not isinstance(schema, Schema):
        resolved = complete_schema(df, schema)
    else:
        resolved = read_schema(schema)
    result = check_columns(resolved, df)
    if schema is None or (not isinstance(schema, Schema) and infers_rest(schema)):
        _warn_ignored(result)
    return result


def _warn_ignored(schema: Schema) -> None:
    """One warning for all columns excluded by inference."""
    quiet = ("given", _EMPTY, "no value at all")
    left_out = [
        f"{column!r} ({reason})" for column, reason in schema.ignored.items() if reason not in quiet
    ]
    if left_out:
        warn(
            f"left out: {', '.join(left_out)}; declare kinds for them in a schema, or drop them; "
            "print(frameumap.infer_schema(df)) says what would make them useful"
        )


def check_columns(schema: Schema, df: pd.DataFrame) -> Schema:
    """The schema restricted to columns with a value; the given one is left as it is.

    Columns without any value are ignored with a warning. Columns of lists under a metric of numbers
    become vectors. Columns that the schema does not name are noted as left out.

    Raises
    ------
    SchemaError
        If a column is not in the frame, or no column is left.
    """
    _require_columns(schema, df)
    result = Schema({}, dict(schema.ignored), dict(schema.notes), tuple(df.columns))
    for column in df.columns:
        if column not in schema.columns and column not in schema.ignored:
            result.ignored[column] = "not named in the schema"
    empty: list[Any] = [c for c in schema.columns if df[c].isna().all()]
    for group in schema.groups.values():
        columns = tuple(c for c in group.columns if c not in empty)
        if KINDS[group.kind].joint and len(columns) < len(group.columns):
            columns = ()
        result.ignored |= {c: _EMPTY for c in group.columns if c not in columns}
        if columns:
            kind, metric = _own_kind(group, columns, df)
            own = replace(group.restricted(columns), kind=kind, metric=metric)
            result.add(_with_formats(own, df))
    for name, note in list(result.notes.items()):
        if _EMPTY in note.warnings and name not in empty:  # as the inference found
            empty.append(name)
            result.notes[name] = Note(note.reason)
    if empty:
        warn(f"columns without any value are ignored: {empty}")
    if not result.groups:
        why = "; ".join(f"{c!r}: {r}" for c, r in list(result.ignored.items())[:5])
        raise SchemaError(
            f"no column is left to embed ({why}); declare one, e.g. "
            f"schema={{column: 'categorical'}}"
        )
    return result


def _require_columns(schema: Schema, df: pd.DataFrame) -> None:
    for group in schema.groups.values():
        for column in group.columns:
            if column not in df.columns and KINDS[group.kind].given_apart:
                raise SchemaError(
                    f"group {group.name!r} has no distances: they are no part of a schema in "
                    f"text; use schema[{column!r}] = frameumap.precomputed(matrix)"
                )
    for column in schema.columns:
        if column not in df.columns:
            near = difflib.get_close_matches(str(column), list(map(str, df.columns)), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise SchemaError(
                f"the schema names column {column!r}, which the frame does not have{hint}"
            )


def _with_formats(group: Group, df: pd.DataFrame) -> Group:
    """The group with the formats of strings that it was declared without."""
    kind = KINDS[group.kind]
    formats = tuple(
        group.format_of(c) or kind.find_format(group, name, df[name])
        for c, name in enumerate(group.columns)
    )
    return replace(group, format=formats)


def _own_kind(group: Group, columns: tuple[Any, ...], df: pd.DataFrame) -> tuple[str, str]:
    """The kind and metric of a group by the values of its columns: those given, or of the kind that
    alone takes such values; lists under a metric of numbers are vectors."""
    found = {family(df[c]) for c in columns}
    for kind in KINDS.values():
        if kind.family and kind.family in found and group.kind != kind.name:
            if group.metric not in kind.counterparts:
                raise SchemaError(
                    f"group {group.name!r}: metric {group.metric!r} does not take a "
                    f"{kind.family}; it takes {', '.join(kind.counterparts)}"
                )
            return kind.name, kind.counterparts[group.metric]
    numeric = KINDS[group.kind].scales_columns
    return "vector" if numeric and "list" in found else group.kind, group.metric
