"""`infer_schema`: a kind for every column, with the reason.

The rules are those of the kinds, in one ordered table; see `frameumap.kinds`. They look at facts of
a column (`columns.facts`), which come from a sample of rows chosen by content: the order of the
rows plays no part, and their number hardly any.

No rule knows the name of a table or of a column of one; words of names (`columns.names`) are
evidence beside the values, never alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.facts import Facts, frame_facts
from ..kinds import KINDS, Verdict
from ..kinds.say import line, share
from .association import inferred_weights
from .group import Group
from .schema import Note, Schema

#: Shared groups whose columns weigh as much as each other: those of numbers.
_ORDERED = ("numbers", "grades")


def infer_schema(df: Any) -> Schema:
    """Infer the kind of every column, with the reason.

    Parameters
    ----------
    df : dataframe
        Of pandas, polars, pyarrow or anything that speaks Arrow; or an array of numbers.

    Returns
    -------
    Schema
        Editable; print it to see kinds, groups, metrics, weights, reasons and warnings;
        `Schema.questions` lists the columns where two kinds were close.

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
    """Kinds of columns by the rules of all kinds."""
    seen, sample = frame_facts(df)
    found = [made for own in KINDS.values() for made in own.find_groups(seen)]
    return _assemble(sample, seen, judge(seen, sample, found), [tuple(made) for made in found])


def judge(
    seen: Mapping[Hashable, Facts],
    sample: pd.DataFrame,
    found: list[dict[Hashable, Verdict]],
) -> dict[Hashable, Verdict]:
    """Verdicts on all columns: those `found` in groups, those known by their company, the others by
    the table of rules."""
    verdicts = {column: verdict for made in found for column, verdict in made.items()}
    for kind in KINDS.values():
        verdicts = {**kind.find_company(seen, sample), **verdicts}
    for column, f in seen.items():
        if column not in verdicts:
            verdicts[column] = KINDS.judge(f)
    return {column: verdicts[column] for column in seen}


def _assemble(
    sample: pd.DataFrame,
    seen: Mapping[Hashable, Facts],
    verdicts: Mapping[Hashable, Verdict],
    found: list[tuple[Hashable, ...]],
) -> Schema:
    """Put columns of one kind and the same options into one group; those `found` together make one
    of their own."""
    schema = Schema()
    shared: dict[tuple[str, str], list[Hashable]] = {}
    together = {column: columns for columns in found for column in columns}
    for column, verdict in verdicts.items():
        schema.notes[column] = _note(seen[column], verdict)
        if verdict.leaves_out:
            schema.ignored[column] = verdict.reason
            continue
        kind = KINDS[verdict.kind]
        if column in together:
            if column == together[column][0]:
                columns, name = together[column], "+".join(map(str, together[column]))
                _add(schema, Group(columns, kind.name, kind.metric, name=name))
        elif kind.shared:
            options = repr(sorted((k, v) for k, v in verdict.options.items() if k != "format"))
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
    _add_shared(schema, sample, shared, verdicts)
    return schema


def _note(f: Facts, verdict: Verdict) -> Note:
    remarks = (f.remark,) if f.remark else ()
    gaps = (f"gaps in {share(f.gaps)} of rows",) if 0 < f.gaps < 1 else ()
    rival = verdict.rival
    question = () if rival is None else (rival[0], line(f.name, rival[1]))
    return Note(verdict.reason, remarks + verdict.warnings + gaps, question)


def _add_shared(
    schema: Schema,
    sample: pd.DataFrame,
    shared: dict[tuple[str, str], list[Hashable]],
    verdicts: Mapping[Hashable, Verdict],
) -> None:
    """Add the groups that columns of one kind and the same options share, weighed by their
    association."""
    first_kind = {k.shared: k for k in KINDS.values() if k.shared}
    formats = {c: v.options.get("format", "") for c, v in verdicts.items()}
    weights = {c: 1.0 for columns in shared.values() for c in columns}
    weighed = {key: c for key, c in shared.items() if first_kind[key[0]].weighs_columns()}
    weights |= inferred_weights(sample, weighed, first_kind, formats)
    ordered = [len(columns) for (name, _), columns in shared.items() if name in _ORDERED]
    for (name, _), columns in shared.items():
        kind, options = first_kind[name], dict(verdicts[columns[0]].options)
        label = f"{name} with gaps" if options.get("missing") == "level" else name
        # Columns in an order of their own, so that the frame's order changes no bit.
        own = tuple(sorted(columns, key=str))
        options["format"] = tuple(formats[c] for c in own)
        # Numbers and grades count the root of their number together.
        part = np.sqrt(len(own) / sum(ordered)) if name in _ORDERED else 1.0
        weigh = tuple(float(f"{weights[c] * part:.3g}") for c in own)
        if any(w != 1 for w in weigh):
            options["column_weights"] = weigh
        _add(schema, Group(own, kind.name, kind.metric, name=label, **options))


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
