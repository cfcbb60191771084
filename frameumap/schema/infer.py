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

import pandas as pd

from ..columns.border import read_frame
from ..columns.facts import Facts, Known, frame_facts
from ..kinds import KINDS, Verdict
from ..kinds.say import line, share
from .group import Group
from .same import nearly_same_columns, same_columns
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


def frame_schema(df: pd.DataFrame, known: Mapping[Hashable, Known] | None = None) -> Schema:
    """Kinds of columns by the rules of all kinds; `known` are facts of more rows than the frame's,
    by column."""
    seen, sample = frame_facts(df)
    seen |= {column: seen[column].informed(facts) for column, facts in (known or {}).items()}
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
            own = {"metric": kind.metric, "name": str(column), **verdict.options}
            _add(schema, Group((column,), kind.name, **own))
    _add_shared(schema, shared, verdicts)
    _note_same(schema, sample)
    return schema


def _note_same(schema: Schema, df: pd.DataFrame) -> None:
    """Tell of columns that say the same, which share the weight of one, and nearly the same."""
    groups = list(schema.groups.values())
    same = same_columns(df, groups)
    for columns in same.copies:
        for column in columns:
            others = ", ".join(repr(c) for c in columns if c != column)
            _remark(schema, column, f"says the same as {others}: together they count as one")
    for columns in same.categories:
        for column in columns:
            _remark(schema, column, f"one of {len(columns)} flags that count as one category")
    for one, other, near in nearly_same_columns(df, groups, same):
        for column, beside in ((one, other), (other, one)):
            told = f"says nearly the same as {beside!r} ({near:.3f}), and both count"
            _remark(schema, column, f"{told}; leave one of them out")


def _remark(schema: Schema, column: Hashable, text: str) -> None:
    note = schema.notes[column]
    schema.notes[column] = Note(note.reason, (*note.warnings, text))


def _note(f: Facts, verdict: Verdict) -> Note:
    remarks = (*((f.remark,) if f.remark else ()), *_marks(f, verdict))
    gaps = (f"gaps in {share(f.gaps)} of rows",) if 0 < f.gaps < 1 else ()
    rival = verdict.rival
    question = () if rival is None else (rival[0], line(f.name, rival[1]))
    return Note(verdict.reason, remarks + verdict.warnings + gaps, question)


def _marks(f: Facts, verdict: Verdict) -> tuple[str, ...]:
    """A remark where a value seems to stand for a gap."""
    if any(" gap" in warning for warning in verdict.warnings) or f.lone is not None:
        return ()
    mark = f.gap_mark if f.values == "number" else f.string_mark
    if mark is None:
        return ()
    shown = int(mark) if isinstance(mark, float) else mark
    own = f"df[{f.name!r}]"
    what = repr(shown) if shown != "" else "an empty string"
    return (f"{what} may stand for a gap; then: {own} = {own}.mask({own} == {shown!r})",)


def _add_shared(
    schema: Schema,
    shared: dict[tuple[str, str], list[Hashable]],
    verdicts: Mapping[Hashable, Verdict],
) -> None:
    """Add the groups that columns of one kind and the same options share."""
    first_kind = {k.shared: k for k in KINDS.values() if k.shared}
    formats = {c: v.options.get("format", "") for c, v in verdicts.items()}
    for (name, _), columns in shared.items():
        kind, options = first_kind[name], dict(verdicts[columns[0]].options)
        label = f"{name} with gaps" if options.get("missing") == "level" else name
        # Columns in an order of their own, so that the frame's order changes no bit.
        own = tuple(sorted(columns, key=str))
        options["format"] = tuple(formats[c] for c in own)
        _add(schema, Group(own, kind.name, kind.metric, name=label, **options))


def array_schema(df: pd.DataFrame) -> Schema:
    """All columns of an array, in one group of numbers."""
    columns = tuple(df.columns)
    numbers = KINDS["numeric"]
    schema = Schema()
    _add(schema, Group(columns, numbers.name, numbers.metric, name=numbers.shared))
    return schema


def _add(schema: Schema, group: Group) -> None:
    """Add a group; where a column is called like a shared group, the later one steps aside."""
    name = group.name
    while name in schema.groups:
        name += "'"
    schema.add(replace(group, name=name))
