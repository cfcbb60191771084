"""`infer_schema`: a kind for every column, with the reason. An ordered table of rules; earlier rows win.

No rule knows the name of a table or of a column of one; words of names (`columns.names`) are evidence beside the values.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ..columns.facts import Facts, frame_facts
from ..kinds.base import IGNORED, KINDS
from . import number_rules, string_rules
from .association import inferred_weights
from .company import codes_of_names, coordinates, shared_scales
from .group import Group
from .schema import Note, Schema
from .string_rules import absence
from .verdict import Rule, Verdict, line, share

#: A value that is there in this share of the rows, and absent in as many, tells them apart.
PRESENCE = 0.05


def no_value(f: Facts) -> Verdict | None:
    """Nothing there."""
    if f.values != "none":
        return None
    return Verdict(IGNORED, "no value at all", ("all values are missing",))


def constant(f: Facts) -> Verdict | None:
    """One value: useless, unless it is there in some rows only."""
    if not f.is_constant:
        return None
    if PRESENCE <= f.gaps <= 1 - PRESENCE:
        reason = f"one value in {share(1 - f.gaps)} of rows, none in the others: its presence tells"
        return Verdict(
            "boolean", reason, options={"missing": "level"}, rival=("one value", "'ignored'")
        )
    return Verdict(
        IGNORED,
        "constant"
        if f.gaps == 0
        else f"constant where it is there, in {share(1 - f.gaps)} of rows",
    )


def two_values(f: Facts) -> Verdict | None:
    """Two values, whatever they are."""
    if f.values == "boolean":
        return Verdict("boolean", "true or false", options=absence(f))
    if f.values in ("number", "string", "category") and len(f.counts) == 2 and f.distinct == 2:
        names = " and ".join(str(v) for v in f.levels(2) or ())
        return Verdict("boolean", f"two values, {names}", options=absence(f))
    return None


def times(f: Facts) -> Verdict | None:
    """Columns of dates and durations."""
    if f.values in ("datetime", "period"):
        return Verdict("datetime", f"{f.values} dtype, on a line")
    return Verdict("numeric", "durations") if f.values == "timedelta" else None


def categories(f: Facts) -> Verdict | None:
    """Columns that are declared as categories."""
    if f.values == "ordered":
        return Verdict("ordinal", f"ordered categories, {f.distinct} levels")
    if f.values == "category":
        return Verdict("categorical", f"categories, {f.distinct} levels", options=absence(f))
    return None


def lists(f: Facts) -> Verdict | None:
    """Columns of lists."""
    if f.values != "list":
        return None
    lengths = f.present.map(len)
    first = f.present.iloc[0]
    numeric = all(isinstance(v, (int, float, np.number)) for v in first)
    if lengths.eq(len(first)).all() and len(first) > 1 and numeric:
        return Verdict("vector", f"lists of {len(first)} numbers")
    return Verdict("set", "lists of values")


#: Tried in this order; the first verdict holds.
RULES: tuple[Rule, ...] = (
    no_value, constant, string_rules.date_strings, two_values, times, categories, lists,
    number_rules.key_numbers, number_rules.compact_dates, number_rules.codes, number_rules.few_numbers,
    number_rules.numbers, string_rules.number_strings, string_rules.unread_dates, string_rules.unread_numbers,
    string_rules.list_strings, string_rules.path_strings, string_rules.opaque_strings,
    string_rules.category_strings, string_rules.free_text, string_rules.short_text,
)  # fmt: skip


def infer_schema(df: pd.DataFrame) -> Schema:
    """Infer what every column is, and say why.

    Parameters
    ----------
    df : DataFrame

    Returns
    -------
    Schema
        Editable; print it to see kinds, groups, metrics, weights, reasons and warnings.

    Raises
    ------
    DataError
        If a column mixes values without a common meaning, or the columns are a MultiIndex.

    Examples
    --------
    >>> import pandas as pd
    >>> df = pd.DataFrame({"age": [31, 45, 27, 31], "plan": ["a", "b", "c", "a"], "id": [1, 2, 3, 4]})
    >>> schema = infer_schema(df)
    >>> {c: g.kind for g in schema.groups.values() for c in g.columns}
    {'age': 'numeric', 'plan': 'categorical'}
    >>> schema.ignored
    {'id': 'consecutive numbers, each once'}
    """
    from ..columns.border import plain_columns

    df = plain_columns(df)
    seen, sample = frame_facts(df)
    return _assemble(sample, seen, judge(seen, sample))


def judge(seen: dict[Hashable, Facts], sample: pd.DataFrame) -> dict[Hashable, Verdict]:
    """What every column is, first by its company, then by `RULES`."""
    verdicts = codes_of_names(seen, sample) | shared_scales(seen) | coordinates(seen)
    for column, f in seen.items():
        if column not in verdicts:
            verdicts[column] = next(v for rule in RULES if (v := rule(f)) is not None)
    return verdicts


def _assemble(
    sample: pd.DataFrame, seen: dict[Hashable, Facts], verdicts: dict[Hashable, Verdict]
) -> Schema:
    """Put columns of one kind and the same options into one group."""
    schema = Schema()
    shared: dict[tuple[str, str], list[Hashable]] = {}
    for column, verdict in verdicts.items():
        schema.notes[column] = _note(seen[column], verdict)
        if verdict.kind == IGNORED:
            schema.ignored[column] = verdict.reason
            continue
        kind = KINDS[verdict.kind]
        if verdict.kind == "geo":
            if pair := verdict.options["pair"]:
                _add(schema, Group(pair, "geo", kind.metric, name="+".join(map(str, pair))))
        elif kind.shared and verdict.options.get("part", "linear") == "linear":
            missing = str(verdict.options.get("missing", "skip"))
            shared.setdefault((kind.shared, missing), []).append(column)
        else:
            # Columns of one kind count the root of their number together, in groups of their own
            # as in a shared one.
            alike = sum(v.kind == verdict.kind for v in verdicts.values())
            weight = None if alike == 1 else float(f"{kind.weight / np.sqrt(alike):.3g}")
            own = {"name": str(column), **verdict.options}
            _add(schema, Group((column,), kind.name, kind.metric, weight, **own))
    _add_shared(
        schema, shared, sample, {c: v.options.get("format", "") for c, v in verdicts.items()}
    )
    return schema


def _add_shared(
    schema: Schema,
    shared: dict[tuple[str, str], list[Hashable]],
    sample: pd.DataFrame,
    formats: dict[Hashable, str],
) -> None:
    """Add the groups of columns that share one."""
    first_kind = {k.shared: k for k in reversed(KINDS.values()) if k.shared}
    weights = inferred_weights(sample, shared, first_kind, formats)
    ordered = [(name, columns) for (name, _), columns in shared.items() if name in _ORDERED]
    total = sum(len(columns) for _, columns in ordered)
    for (name, missing), columns in shared.items():
        kind = first_kind[name]
        label = name if missing == "skip" else f"{name} with gaps"
        # Columns in an order of their own, so that the frame's order changes no bit.
        own = tuple(sorted(columns, key=str))
        weigh = tuple(weights[c] for c in own) if any(weights[c] != 1 for c in own) else None
        weight = None
        if name in _ORDERED and len(ordered) > 1:
            # Numbers and grades count the root of their number together.
            weight = float(f"{kind.weight * len(own) / np.sqrt(total):.3g}")
        _add(schema, Group(
            own, kind.name, kind.metric, weight, name=label, missing=missing, column_weights=weigh,
            format=tuple(formats[c] for c in own),
        ))  # fmt: skip


#: Shared groups whose columns are as much as each other.
_ORDERED = ("numbers", "grades")


def _note(f: Facts, verdict: Verdict) -> Note:
    gaps = (f"gaps in {share(f.gaps)} of rows",) if 0 < f.gaps < 1 else ()
    rival = verdict.rival
    question = (rival[0], line(f.name, rival[1])) if rival else ()
    return Note(verdict.reason, verdict.warnings + gaps, question)


def array_schema(df: pd.DataFrame) -> Schema:
    """All columns of an array, in one group of numbers."""
    columns = tuple(df.columns)
    numbers = KINDS["numeric"]
    weights = inferred_weights(
        df, {(numbers.shared, "skip"): list(columns)}, {numbers.shared: numbers}
    )
    own = tuple(weights[c] for c in columns) if any(w != 1 for w in weights.values()) else None
    schema = Schema()
    _add(schema, Group(columns, "numeric", numbers.metric, name=numbers.shared, column_weights=own))
    return schema


def _add(schema: Schema, group: Group) -> None:
    """Add a group; where a column is called like a shared group, the later one steps aside."""
    name = group.name
    while name in schema.groups:
        name += "'"
    schema.add(replace(group, name=name))
