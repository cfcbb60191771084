"""`infer_schema`: a kind for every column, with the reason.

The rules are those of the kinds, in one ordered table; see `frameumap.kinds`.

No rule knows the name of a table or of a column of one, but for words that mean a latitude or an
identifier anywhere. Nothing is re-parsed: strings that look like dates or numbers stay strings, and
a warning says how to declare them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.facts import Facts, facts
from ..kinds import KINDS, Verdict
from .association import inferred_weights
from .group import Group
from .schema import Note, Schema


def infer_schema(df: Any) -> Schema:
    """Infer the kind of every column, with the reason.

    Parameters
    ----------
    df : dataframe
        Of pandas, polars, pyarrow or anything that speaks Arrow; or an array of numbers.

    Returns
    -------
    Schema
        Editable; print it to see kinds, groups, metrics, weights, reasons and warnings.

    Raises
    ------
    DataError
        If the frame is empty, or the columns are a MultiIndex.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"age": [31, 45, 27, 31], "plan": list("abca"), "id": [1, 2, 3, 4]})
    >>> schema = infer_schema(df)
    >>> {c: g.kind for g in schema.groups.values() for c in g.columns}
    {'age': 'numeric', 'plan': 'categorical'}
    >>> schema.ignored
    {'id': 'consecutive numbers, each once'}
    """
    frame = read_frame(df)
    schema = array_schema(frame.df) if frame.is_array else frame_schema(frame.df)
    schema.frame_columns = tuple(frame.df.columns)
    return schema


def frame_schema(df: pd.DataFrame) -> Schema:
    """Kinds of columns by `RULES`."""
    seen: dict[Hashable, Facts] = {column: facts(column, df[column]) for column in df.columns}
    found = [made for own in KINDS.values() for made in own.find_groups(seen)]
    verdicts = {column: verdict for made in found for column, verdict in made.items()}
    for column, f in seen.items():
        if column not in verdicts:
            verdicts[column] = KINDS.judge(f)
    return _assemble(df, seen, verdicts, [tuple(made) for made in found])


def _assemble(
    df: pd.DataFrame,
    seen: dict[Hashable, Facts],
    verdicts: dict[Hashable, Verdict],
    found: list[tuple[Hashable, ...]],
) -> Schema:
    """Put columns of one kind and the same options into one group; those `found` together make one
    of their own."""
    schema = Schema()
    shared: dict[tuple[str, str], list[Hashable]] = {}
    together = {column: columns for columns in found for column in columns}
    for column, verdict in verdicts.items():
        schema.notes[column] = Note(verdict.reason, verdict.warnings + _remarks(seen[column]))
        if verdict.leaves_out:
            schema.ignored[column] = verdict.reason
            continue
        kind = KINDS[verdict.kind]
        if column in together:
            if column == together[column][0]:
                columns, name = together[column], "+".join(map(str, together[column]))
                _add(schema, Group(columns, kind.name, kind.metric, name=name))
        elif kind.shared:
            options = repr(sorted(verdict.options.items()))
            shared.setdefault((kind.shared, options), []).append(column)
        else:
            # Columns of one kind count the root of their number together, in groups of their own as
            # in a shared one.
            alike = sum(KINDS.get(v.kind) is kind for v in verdicts.values())
            weight = None if alike == 1 else float(f"{kind.weight / np.sqrt(alike):.3g}")
            own = Group(
                (column,), kind.name, kind.metric, weight, name=str(column), **verdict.options
            )
            _add(schema, own)
    _add_shared(schema, df, shared, verdicts)
    return schema


def _remarks(f: Facts) -> tuple[str, ...]:
    gaps = (f"gaps in {f.gaps:.0%} of rows",) if 0 < f.gaps < 1 else ()
    return ((f.remark,) if f.remark else ()) + gaps


def _add_shared(
    schema: Schema,
    df: pd.DataFrame,
    shared: dict[tuple[str, str], list[Hashable]],
    verdicts: dict[Hashable, Verdict],
) -> None:
    """Add the groups that columns of one kind and the same options share, weighed by their
    association."""
    first_kind = {k.shared: k for k in KINDS.values() if k.shared}
    weights = inferred_weights(df, shared, first_kind)
    for (name, _), columns in shared.items():
        kind, options = first_kind[name], verdicts[columns[0]].options
        label = f"{name} with gaps" if options.get("missing") == "level" else name
        # Columns in an order of their own, so that the frame's order changes no bit.
        ordered = tuple(sorted(columns, key=str))
        own = tuple(weights[c] for c in ordered) if any(weights[c] != 1 for c in ordered) else None
        made = Group(ordered, kind.name, kind.metric, name=label, column_weights=own, **options)
        _add(schema, made)


def array_schema(df: pd.DataFrame) -> Schema:
    """All columns of an array, in one group of numbers."""
    columns = tuple(df.columns)
    numbers = KINDS["numeric"]
    weights = inferred_weights(
        df, {(numbers.shared, "skip"): list(columns)}, {numbers.shared: numbers}
    )
    own = tuple(weights[c] for c in columns) if any(w != 1 for w in weights.values()) else None
    schema = Schema()
    _add(
        schema,
        Group(columns, numbers.name, numbers.metric, name=numbers.shared, column_weights=own),
    )
    return schema


def _add(schema: Schema, group: Group) -> None:
    """Add a group; where a column is called like a shared group, the later one steps aside."""
    name = group.name
    while name in schema.groups:
        name += "'"
    schema.add(replace(group, name=name))
