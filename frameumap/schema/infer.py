"""`infer_schema`: a kind for every column, with the reason. An ordered table of rules; earlier rows
win.

No rule knows the name of a table or of a column of one, but for words that mean a latitude or an
identifier anywhere. Nothing is re-parsed: strings that look like dates or numbers stay strings, and
a warning says how to declare them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.facts import Facts, facts
from ..kinds.base import IGNORED, KINDS
from .association import inferred_weights
from .group import Group
from .schema import Note, Schema

#: Strings longer than this (median) are free text, on which edit distance says little.
LONGEST_TEXT = 64
#: Strings that repeat at least this much are categories.
CATEGORY_REPEATS = 0.5
#: In short frames, so few levels are categories if any repeats.
FEW_LEVELS = 10
#: Strings that look like dates are categories up to this many levels: quarters, months, opening
#: days.
MOST_DATE_LEVELS = 31
_ID_WORD = re.compile(
    r"(^|[_\W])(id|ids|uuid|guid|key|index|idx|rowid|row|no|nr|number|code|pk|url|link)$",
    re.IGNORECASE,
)
_LATITUDE = re.compile(r"(^|[_\W])(lat|latitude|lattitude)$", re.IGNORECASE)
_LONGITUDE = re.compile(r"(^|[_\W])(lon|lng|long|longitude|longtitude)$", re.IGNORECASE)


class Verdict(NamedTuple):
    """What a rule says: a kind, the reason, warnings, and fields of the group."""

    kind: str
    reason: str
    warnings: tuple[str, ...] = ()
    options: dict[str, Any] = {}  # noqa: RUF012


Rule = Callable[[Facts], Verdict | None]


def _no_value(f: Facts) -> Verdict | None:
    return (
        Verdict(IGNORED, "no value at all", ("all values are missing",))
        if f.values == "none"
        else None
    )


def _constant(f: Facts) -> Verdict | None:
    if f.distinct != 1:
        return None
    if 0.01 <= f.gaps <= 0.99:
        reason = (
            f"one value in {1 - f.gaps:.0%} of rows, none in the others: presence is what it tells"
        )
        return Verdict("boolean", reason, options={"missing": "level"})
    return Verdict(IGNORED, "constant")


def _boolean(f: Facts) -> Verdict | None:
    if f.values == "boolean" or (f.distinct == 2 and f.values in ("number", "string", "category")):
        return Verdict("boolean", "two values", options=_absence(f))
    return None


def _time(f: Facts) -> Verdict | None:
    if f.values in ("datetime", "period"):
        return Verdict("datetime", f"{f.values} dtype, on a line")
    if f.values == "timedelta":
        return Verdict("numeric", "durations")
    return None


def _category(f: Facts) -> Verdict | None:
    if f.values == "ordered":
        return Verdict("ordinal", f"ordered categories, {f.distinct} levels")
    if f.values == "category":
        return Verdict("categorical", f"categories, {f.distinct} levels", options=_absence(f))
    return None


def _list(f: Facts) -> Verdict | None:
    if f.values != "list":
        return None
    lengths = f.present.map(len)
    first = f.present.iloc[0]
    if (
        lengths.eq(len(first)).all()
        and len(first) > 1
        and all(isinstance(v, (int, float, np.number)) for v in first)
    ):
        return Verdict("vector", f"lists of {len(first)} numbers")
    return Verdict("set", "lists of values")


def _number(f: Facts) -> Verdict | None:
    if f.values != "number":
        return None
    everywhere = f.gaps == 0 and f.repeats == 0 and f.integral and f.rows > 2
    steps = np.diff(np.sort(f.numbers)) if everywhere else np.empty(0)
    if everywhere and ((steps == 1).all() or _ID_WORD.search(str(f.name))):
        why = (
            "consecutive numbers, each once"
            if (steps == 1).all()
            else "whole numbers, each once, under a key's name"
        )
        return Verdict(IGNORED, why, ("id-like",))
    warnings = (
        ("nearly all values differ and the name says key; is it an id?",)
        if (f.integral and f.repeats < 0.05 and _ID_WORD.search(str(f.name)))
        else ()
    )
    return Verdict("numeric", f"numbers, {f.distinct} different", warnings)


def _delimited(f: Facts) -> Verdict | None:
    if f.values != "string":
        return None
    for delimiter in ("|", ";"):
        parts = [[p.strip() for p in s.split(delimiter)] for s in f.strings]
        if sum(len(p) > 1 for p in parts) >= 0.5 * len(parts) and len({len(p) for p in parts}) > 1:
            members = Counter(m for p in parts for m in p)
            if sum(members.values()) >= 1.2 * len(members):
                return Verdict(
                    "set",
                    f"members set apart by {delimiter!r}",
                    (f"split at {delimiter!r}; declare 'categorical' or 'text' if that is wrong",),
                    {"delimiter": delimiter},
                )
    return None


def _string(f: Facts) -> Verdict:
    warnings = []
    if f.looks_like_dates:
        warnings.append(
            f"strings that look like dates ({f.strings[0]!r}); declare 'datetime' to use them as dates"
        )
    elif f.leading_zeros and f.looks_like_numbers:
        warnings.append("digits with leading zeros: kept as codes")
    elif f.looks_like_numbers:
        warnings.append(
            f"strings that look like numbers ({f.strings[0]!r}); convert them to use them as numbers"
        )
    if f.looks_like_dates and f.distinct > MOST_DATE_LEVELS:
        return Verdict(
            IGNORED, f"strings, {f.distinct} different, that look like dates", tuple(warnings)
        )
    if f.repeats >= CATEGORY_REPEATS or (f.repeats > 0 and f.distinct <= FEW_LEVELS):
        return Verdict(
            "categorical", f"strings that repeat, {f.distinct} levels", tuple(warnings), _absence(f)
        )
    if f.looks_like_numbers:
        return Verdict(
            IGNORED,
            f"strings, {f.distinct} different, of which the edit distance means little",
            tuple(warnings),
        )
    if f.looks_opaque and f.repeats < 0.05:
        return Verdict(IGNORED, "keys or addresses, nearly all different", ("id-like",))
    if f.length > LONGEST_TEXT:
        return Verdict(
            IGNORED,
            f"free text, median {f.length:.0f} characters",
            (
                "too long for edit distance; embed it elsewhere and give the vectors as a column of lists",
            ),
        )
    if f.repeats < 0.01:
        warnings.append("near-unique")
    return Verdict("text", f"short strings, {f.distinct} different", tuple(warnings))


#: Tried in this order; the first verdict holds.
RULES: tuple[Rule, ...] = (
    _no_value,
    _constant,
    _boolean,
    _time,
    _category,
    _list,
    _number,
    _delimited,
    _string,
)


def _absence(f: Facts) -> dict[str, Any]:
    """Gaps of categories are a level of their own where they are many: whatever left them, it tells
    rows apart."""
    return {"missing": "level"} if f.gaps >= 0.05 else {}


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
    frame = read_frame(df)
    schema = array_schema(frame.df) if frame.is_array else frame_schema(frame.df)
    schema.frame_columns = tuple(frame.df.columns)
    return schema


def frame_schema(df: pd.DataFrame) -> Schema:
    """Kinds of columns by `RULES`."""
    seen: dict[Hashable, Facts] = {column: facts(column, df[column]) for column in df.columns}
    verdicts = _coordinates(seen)
    for column, f in seen.items():
        if column not in verdicts:
            verdicts[column] = next(v for rule in RULES if (v := rule(f)) is not None)
    return _assemble(df, seen, verdicts)


def _coordinates(seen: dict[Hashable, Facts]) -> dict[Hashable, Verdict]:
    """Pairs of columns named like latitude and longitude whose numbers fit."""
    verdicts: dict[Hashable, Verdict] = {}
    for lat, f in seen.items():
        if f.values != "number" or not _LATITUDE.search(str(lat)) or f.distinct < 2:
            continue
        prefix = _LATITUDE.sub("", str(lat))
        for lon, g in seen.items():
            if (
                g.values != "number"
                or not _LONGITUDE.search(str(lon))
                or _LONGITUDE.sub("", str(lon)) != prefix
            ):
                continue
            if max(map(abs, f.range)) > 90 or max(map(abs, g.range)) > 360:
                continue
            radians = max(map(abs, f.range)) <= np.pi / 2 and max(map(abs, g.range)) <= 2 * np.pi
            warnings = (
                ("values would fit radians too; they are read as degrees",) if radians else ()
            )
            reason = f"latitude and longitude in degrees, by name and range, with {lon!r}"
            verdicts[lat] = Verdict("geo", reason, warnings, {"pair": (lat, lon)})
            verdicts[lon] = Verdict(
                "geo", reason.replace(repr(lon), repr(lat)), warnings, {"pair": None}
            )
    return verdicts


def _assemble(
    df: pd.DataFrame, seen: dict[Hashable, Facts], verdicts: dict[Hashable, Verdict]
) -> Schema:
    """Put columns of one kind and the same options into one group."""
    schema = Schema()
    shared: dict[tuple[str, str], list[Hashable]] = {}
    for column, verdict in verdicts.items():
        f = seen[column]
        warnings = verdict.warnings + ((f"gaps in {f.gaps:.0%} of rows",) if 0 < f.gaps < 1 else ())
        schema.notes[column] = Note(verdict.reason, warnings)
        if verdict.kind == IGNORED:
            schema.ignored[column] = verdict.reason
            continue
        kind = KINDS[verdict.kind]
        if verdict.kind == "geo":
            if pair := verdict.options["pair"]:
                _add(schema, Group(pair, "geo", kind.metric, name="+".join(map(str, pair))))
        elif kind.shared:
            shared.setdefault(
                (kind.shared, str(verdict.options.get("missing", "skip"))), []
            ).append(column)
        else:
            # Columns of one kind count the root of their number together, in groups of their own as
            # in a shared one.
            alike = sum(v.kind == verdict.kind for v in verdicts.values())
            weight = None if alike == 1 else float(f"{kind.weight / np.sqrt(alike):.3g}")
            _add(
                schema,
                Group(
                    (column,), kind.name, kind.metric, weight, name=str(column), **verdict.options
                ),
            )
    first_kind = {k.shared: k for k in reversed(KINDS.values()) if k.shared}
    weights = inferred_weights(df, shared, first_kind)
    for (name, missing), columns in shared.items():
        kind = first_kind[name]
        label = name if missing == "skip" else f"{name} with gaps"
        # Columns in an order of their own, so that the frame's order changes no bit.
        ordered = tuple(sorted(columns, key=str))
        own = tuple(weights[c] for c in ordered) if any(weights[c] != 1 for c in ordered) else None
        _add(
            schema,
            Group(ordered, kind.name, kind.metric, name=label, missing=missing, column_weights=own),
        )
    return schema


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
