"""`Schema`: which columns form which group, under which metric, and why. Editable, printable,
storable."""

from __future__ import annotations

import html
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import pandas as pd

from ..errors import SchemaError
from ..kinds import IGNORED
from .group import Column, Group
from .spec import Spec, group_name, read_spec

FORMAT = 1


@dataclass(frozen=True)
class Note:
    """Why a column has its kind, and what to look at."""

    reason: str = ""
    warnings: tuple[str, ...] = ()
    question: tuple[str, ...] = ()


@dataclass
class Schema:
    """Groups of columns, and the columns left out.

    Attributes
    ----------
    groups : dict of str to Group
        By name.
    ignored : dict of column to str
        Columns left out, and why.
    notes : dict of column to Note

    Examples
    --------
    >>> schema = Schema.from_mapping({("x", "y"): "euclidean", "plan": "categorical", "id": "ignored"})
    >>> schema["plan"] = "ignored"
    >>> schema.weight("x+y", 2.0)
    >>> list(schema.groups), sorted(schema.ignored)
    (['x+y'], ['id', 'plan'])
    """

    groups: dict[str, Group] = field(default_factory=dict)
    ignored: dict[Column, str] = field(default_factory=dict)
    notes: dict[Column, Note] = field(default_factory=dict)

    @classmethod
    def from_mapping(cls, mapping: Mapping[Any, Any]) -> Schema:
        """Read the short form: column or tuple of columns -> kind, metric, group or "ignored".

        A key that is a new name may stand for a group which lists its own columns.
        """
        schema = cls()
        for key, value in mapping.items():
            schema[key] = value
        return schema

    def __setitem__(self, key: Any, value: Any) -> None:
        """Set what a column, or a tuple of columns, is; they leave the groups they were in."""
        spec = read_spec(value, f"{key!r}")
        keyed = key if isinstance(key, tuple) else (key,)
        columns = spec.columns if isinstance(spec, Group) else keyed
        for name, old in list(self.groups.items()):
            kept = tuple(c for c in old.columns if c not in columns)
            if kept != old.columns:
                self._replace(name, kept)
        for column in columns:
            self.ignored.pop(column, None)
            self.notes[column] = Note("given")
        if spec is None:
            self.ignored |= dict.fromkeys(columns, "given")
        elif isinstance(spec, Spec):
            for group in spec.groups(columns, group_name(columns)):
                self.add(group)
        else:
            self.add(spec if set(keyed) <= set(columns) else replace(spec, name=str(key)))

    def add(self, group: Group) -> None:
        """Add a group; its name must be free."""
        if not group.columns:
            raise SchemaError(f"group {group.name!r} has no columns")
        name = group.name or group_name(group.columns)
        if name in self.groups:
            raise SchemaError(f"two groups are called {name!r}; give one another name=")
        self.groups[name] = replace(group, name=name)

    def _replace(self, name: str, columns: tuple[Column, ...]) -> None:
        if columns:
            self.groups[name] = self.groups[name].restricted(columns)
        else:
            del self.groups[name]

    def weight(self, name: str, weight: float) -> None:
        """Set the weight of a group."""
        if name not in self.groups:
            raise SchemaError(
                f"no group is called {name!r}; there are {', '.join(map(repr, self.groups))}"
            )
        self.groups[name] = replace(self.groups[name], weight=weight)

    @property
    def columns(self) -> list[Column]:
        """Columns that are embedded, each once."""
        return list(dict.fromkeys(c for g in self.groups.values() for c in g.columns))

    def ordered_groups(self) -> Iterator[Group]:
        """Groups by name: whatever is summed over them is summed in this order."""
        return iter(sorted(self.groups.values(), key=lambda g: g.name))

    def table(self) -> pd.DataFrame:
        """One line a column: kind, group, metric, weight, reason and warnings."""
        rows = []
        for group in self.groups.values():
            for column in group.columns:
                note = self.notes.get(column, Note())
                rows.append(
                    (
                        column,
                        group.kind,
                        group.name,
                        group.metric,
                        group.effective_weight,
                        note.reason,
                        note.warnings,
                    )
                )
        for column, reason in self.ignored.items():
            rows.append(
                (column, IGNORED, "", "", 0.0, reason, self.notes.get(column, Note()).warnings)
            )
        frame = pd.DataFrame(
            rows, columns=["column", "kind", "group", "metric", "weight", "reason", "warnings"]
        )
        return frame.assign(warnings=frame["warnings"].map("; ".join))

    def __repr__(self) -> str:
        if not self.groups and not self.ignored:
            return "Schema()"
        with pd.option_context("display.width", 200):
            return self.table().to_string(index=False, max_colwidth=60)

    def _repr_html_(self) -> str:
        table = self.table()
        head = "".join(f"<th>{html.escape(name)}</th>" for name in table.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(f'{v:g}' if isinstance(v, float) else str(v))}</td>" for v in row
            )
            + "</tr>"
            for row in table.itertuples(index=False)
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers; `from_dict` gives an equal schema back."""
        groups = []
        for group in self.groups.values():
            entry = {
                f.name: _plain(getattr(group, f.name))
                for f in fields(Group)
                if f.name in ("kind", "metric") or getattr(group, f.name) != f.default
            }
            groups.append(entry)
        ignored = [{"column": c, "reason": reason} for c, reason in self.ignored.items()]
        notes = [
            {"column": c, "reason": n.reason, "warnings": list(n.warnings)}
            for c, n in self.notes.items()
        ]
        return {"format": FORMAT, "groups": groups, "ignored": ignored, "notes": notes}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Schema:
        """Read what `to_dict` wrote.

        Raises
        ------
        SchemaError
            If it is of a newer format, or a key or value does not fit.
        """
        if data.get("format") != FORMAT:
            raise SchemaError(f"schema format must be {FORMAT}, got {data.get('format')!r}")
        schema = cls()
        known = {f.name for f in fields(Group)}
        for entry in data.get("groups", []):
            unknown = set(entry) - known
            if unknown:
                raise SchemaError(f"group {entry.get('name')!r}: unknown keys {sorted(unknown)}")
            options: dict[str, Any] = {
                k: tuple(v) if k in ("columns", "levels", "column_weights", "format") else v
                for k, v in entry.items()
            }
            schema.add(Group(**options))
        schema.ignored = {entry["column"]: entry["reason"] for entry in data.get("ignored", [])}
        schema.notes = {
            entry["column"]: Note(entry["reason"], tuple(entry["warnings"]))
            for entry in data.get("notes", [])
        }
        return schema

    def to_toml(self) -> str:
        """TOML text; column names and levels may be strings, numbers, booleans and dates.

        Raises
        ------
        SchemaError
            If a column name or a level is of another type.
        """
        import tomli_w

        try:
            return tomli_w.dumps(self.to_dict())
        except TypeError as error:
            raise SchemaError(
                f"a column name or level has no TOML form: {error}; use to_dict()"
            ) from None

    @classmethod
    def from_toml(cls, text: str) -> Schema:
        """Read what `to_toml` wrote."""
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise SchemaError(f"not TOML: {error}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def read_schema(schema: Any) -> Schema:
    """A Schema from a Schema, a mapping, or nothing else."""
    if isinstance(schema, Schema):
        return schema
    if isinstance(schema, Mapping):
        return Schema.from_mapping(schema)
    if isinstance(schema, Spec):
        raise SchemaError("schema must map columns to kinds; got one group without columns")
    raise SchemaError(f"schema must be a Schema, a mapping or None, got {type(schema).__name__}")
