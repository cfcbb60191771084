"""A schema as a table and as plain values for files, and the notes it holds."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from ..errors import SchemaError
from ..kinds import IGNORED
from .group import Group

if TYPE_CHECKING:
    from .schema import Schema

FORMAT = 1


@dataclass(frozen=True)
class Note:
    """The reason for a column's kind, warnings, and, where another kind was close, its reason and
    the line that chooses it."""

    reason: str = ""
    warnings: tuple[str, ...] = ()
    question: tuple[str, ...] = ()


def schema_table(schema: Schema) -> pd.DataFrame:
    """One row per column, see `Schema.table`."""
    rows = []
    for group in schema.groups.values():
        weights = group.column_weights or [1.0] * len(group.columns)
        for column, own in zip(group.columns, weights, strict=True):
            note = schema.notes.get(column, Note())
            what = (group.kind, group.name, group.metric, group.factor, own)
            rows.append((column, *what, note.reason, note.warnings))
    for column, reason in schema.ignored.items():
        warnings = schema.notes.get(column, Note()).warnings
        rows.append((column, IGNORED, "", "", 0.0, 0.0, reason, warnings))
    names = ["column", "kind", "group", "metric", "weight", "column_weight", "reason", "warnings"]
    # A name may be anything, a string that is no valid Unicode too.
    frame = pd.DataFrame(rows, columns=names, dtype=object)
    frame = frame.astype({"weight": float, "column_weight": float})
    return frame.assign(warnings=frame["warnings"].map("; ".join))


#: Width of the longest line of `schema_text`, but for what cannot be broken.
WIDTH = 100


_TO_PASTE = re.compile(
    r"schema\[[^\]]*\] = (?:frameumap\.ordinal\(\[.*\]\)|\S+)|df = .*$|df\[\S.*$"
)


def schema_text(schema: Schema) -> str:
    """The schema to be read: a line a column, with its reason in full and a line for every
    warning."""
    table = schema_table(schema)
    rows = [("column", "kind", "metric", "weight", "why")]
    notes: list[Sequence[str]] = [()]
    for _, row in table.iterrows():
        weight = f"{row['weight'] * row['column_weight']:.2f}"
        note = schema.notes.get(row["column"], Note())
        left_out = row["kind"] == IGNORED
        shown = "" if left_out else weight
        rows.append((str(row["column"]), row["kind"], row["metric"], shown, row["reason"]))
        notes.append(note.warnings)
    widths = [max(len(cells[c]) for cells in rows) for c in range(4)]
    indent = sum(widths) + 8
    lines = []
    for cells, warnings in zip(rows, notes, strict=True):
        head = "  ".join(cell.ljust(width) for cell, width in zip(cells[:4], widths, strict=True))
        lines += _wrapped(f"{head}  {cells[4]}", indent)
        for warning in warnings:
            lines += _wrapped(f"    - {warning}", 6)
    return "\n".join(lines)


def _wrapped(text: str, indent: int) -> list[str]:
    # A line to paste is not broken.
    text = _TO_PASTE.sub(lambda m: m[0].replace(" ", "\0"), text)
    lines = textwrap.wrap(
        text, max(WIDTH, indent + 60), subsequent_indent=" " * indent, break_long_words=False,
        break_on_hyphens=False, replace_whitespace=False,
    )  # fmt: skip
    return [line.replace("\0", " ") for line in lines]


def _style(text: str) -> str:
    """Sentences need room; notebooks set all to the right."""
    wide = ";min-width:18em" if len(text) > 40 else ""
    return f' style="text-align:left;vertical-align:top{wide}"'


def html_table(table: pd.DataFrame) -> str:
    """The table as HTML, every value escaped."""

    def row(values: Iterable[Any], tag: str) -> str:
        cells = (f"{v:g}" if isinstance(v, float) else str(v) for v in values)
        return "".join(f"<{tag}{_style(cell)}>{html.escape(cell)}</{tag}>" for cell in cells)

    head = row(table.columns, "th")
    body = "".join(f"<tr>{row(r, 'td')}</tr>" for r in table.itertuples(index=False))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def schema_to_dict(schema: Schema) -> dict[str, Any]:
    """Plain lists, strings and numbers."""
    groups = [
        {
            f.name: _plain(getattr(group, f.name))
            for f in fields(Group)
            if f.name in ("kind", "metric") or getattr(group, f.name) != f.default
        }
        for group in schema.groups.values()
    ]
    ignored = [{"column": c, "reason": reason} for c, reason in schema.ignored.items()]
    notes = [
        {
            "column": c,
            "reason": n.reason,
            "warnings": list(n.warnings),
            "question": list(n.question),
        }
        for c, n in schema.notes.items()
    ]
    return {"format": FORMAT, "groups": groups, "ignored": ignored, "notes": notes}


def schema_from_dict(schema: Schema, data: Mapping[str, Any]) -> Schema:
    """`schema`, empty as yet, with what `schema_to_dict` wrote."""
    if data.get("format") != FORMAT:
        raise SchemaError(f"schema format must be {FORMAT}, got {data.get('format')!r}")
    known = {f.name for f in fields(Group)}
    for entry in data.get("groups", []):
        unknown = set(entry) - known
        if unknown:
            raise SchemaError(f"group {entry.get('name')!r}: unknown keys {sorted(unknown)}")
        options: dict[str, Any] = {
            k: _tupled(v) if k in ("columns", "levels", "column_weights", "format") else v
            for k, v in entry.items()
        }
        schema.add(Group(**options))
    schema.ignored = {
        _tupled(entry["column"]): entry["reason"] for entry in data.get("ignored", [])
    }
    schema.notes = {
        _tupled(entry["column"]): Note(
            entry["reason"], tuple(entry["warnings"]), tuple(entry.get("question", ()))
        )
        for entry in data.get("notes", [])
    }
    return schema


def _tupled(value: Any) -> Any:
    return tuple(map(_tupled, value)) if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value
