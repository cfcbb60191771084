"""`Schema`: the group, kind and metric of every column, with the reason; a mapping of columns."""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ..errors import SchemaError, nearest, warn
from ..kinds import IGNORED
from .group import Column, Group
from .one_column import check_weight, column_weight, declaration, with_column_weight
from .plain import (
    Note,
    html_table,
    schema_from_dict,
    schema_table,
    schema_text,
    schema_to_dict,
)
from .questions import Questions, find_questions
from .spec import Spec, group_name, read_spec


class UnknownColumnError(SchemaError, KeyError):
    """A schema has no such column."""

    __str__ = Exception.__str__  # KeyError would quote the message


@dataclass
class Schema(MutableMapping[Any, Any]):
    """A mapping of columns to their kind, metric and group.

    Reading a column gives a `Spec`, or "ignored"; assigning takes a kind, a metric, a `Spec` or a
    `Group`, and None or "ignored" to exclude it. A column that is deleted is not named any more,
    which excludes it too.

    Attributes
    ----------
    groups : dict of str to Group
        By name.
    ignored : dict of column to str
        Columns excluded, and why.
    notes : dict of column to Note
    frame_columns : tuple or None
        Columns of the frame that the schema was inferred from; other names are then refused.
    given : dict of column to object
        Matrices and lists of distances, which stand beside the frame, see `precomputed`; in memory
        only.

    Examples
    --------
    >>> schema = Schema.from_mapping({("x", "y"): "manhattan", "plan": "cat", "id": "drop"})
    >>> schema["plan"], schema["id"], len(schema), "zip" in schema
    (group(kind='categorical', metric='hamming_balanced'), 'ignored', 4, False)
    >>> schema["plan"] = "ignored"
    >>> schema.set_weight("x", 3)
    >>> schema.groups["x+y"].column_weights, sorted(schema.ignored)
    ((3.0, 1.0), ['id', 'plan'])
    """

    groups: dict[str, Group] = field(default_factory=dict)
    ignored: dict[Column, str] = field(default_factory=dict)
    notes: dict[Column, Note] = field(default_factory=dict)
    frame_columns: tuple[Column, ...] | None = field(default=None, compare=False)
    given: dict[Column, Any] = field(default_factory=dict, compare=False, repr=False)
    #: Weights of columns before `set_weight`, so that repeated calls do not multiply.
    _unweighted: dict[tuple[Column, str], float] = field(
        default_factory=dict, compare=False, repr=False
    )

    @classmethod
    def from_mapping(cls, mapping: Mapping[Any, Any]) -> Schema:
        """Read the short form: column or tuple of columns -> kind, metric, group or "ignored".

        A key may also be the name of a group whose value lists its columns.
        """
        schema = cls()
        for key, value in mapping.items():
            schema[key] = value
        return schema

    def __getitem__(self, key: Any) -> Any:
        """The value that would declare a column, or a tuple of columns that form a group.

        A `Spec`, or "ignored"; a tuple of Specs for a column in several groups.
        """
        for group in self.groups.values():
            if key == group.columns:
                return declaration([group], key)
        if key in self.ignored:
            return IGNORED
        found = [g for g in self.groups.values() if key in g.columns]
        if not found:
            raise UnknownColumnError(self._no_column(key))
        return declaration(found, key)

    def __contains__(self, key: object) -> bool:
        return key in self.ignored or any(
            key in g.columns or key == g.columns for g in self.groups.values()
        )

    def __iter__(self) -> Iterator[Any]:
        return iter([*self.columns, *self.ignored])

    def __len__(self) -> int:
        return len(self.columns) + len(self.ignored)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Declare a column, or a tuple of columns as one group; they leave their former groups.

        Raises
        ------
        SchemaError
            If the frame has no such column, or `value` is no kind, metric or group.
        """
        spec = read_spec(value, f"{key!r}")
        keyed = key if isinstance(key, tuple) else (key,)
        columns = spec.columns if isinstance(spec, Group) else keyed
        values = spec.values if isinstance(spec, Spec) else None
        for column in columns if values is None else ():
            if self.frame_columns is not None and column not in self.frame_columns:
                raise UnknownColumnError(self._no_column(column))
        partners = self.remove(columns)
        self.notes |= dict.fromkeys(columns, Note("given"))
        if spec is None:
            self.ignored |= dict.fromkeys([*columns, *partners], "given")
        elif isinstance(spec, Spec):
            for group in spec.groups(columns, group_name(columns)):
                self.add(group)
            self.given |= {} if values is None else {columns[0]: values}
        else:
            self.add(spec if set(keyed) <= set(columns) else replace(spec, name=str(key)))
        if partners and spec is not None:
            reason = f"was one value with {columns[0]!r}, which is declared anew"
            self.ignored |= dict.fromkeys(partners, reason)
            warn(f"{', '.join(map(repr, partners))} {reason}; declare it too, or it is left out")

    def __delitem__(self, key: Any) -> None:
        self.drop(*(key if isinstance(key, tuple) else (key,)))

    def drop(self, *columns: Column) -> None:
        """Delete columns, which excludes them from the embedding.

        Columns that form one value, such as latitude and longitude, are deleted together.
        """
        for column in columns:
            if column not in self:
                raise UnknownColumnError(self._no_column(column))
        for column in [*columns, *self.remove(columns)]:
            self.notes.pop(column, None)

    def copy(self) -> Schema:
        """A schema whose changes leave this one as it is."""
        return Schema(
            dict(self.groups),
            dict(self.ignored),
            dict(self.notes),
            self.frame_columns,
            dict(self.given),
            dict(self._unweighted),
        )

    def remove(self, columns: tuple[Column, ...]) -> list[Column]:
        """Remove columns from groups; returns the others of their joint values."""
        partners: list[Column] = []
        for name, group in list(self.groups.items()):
            kept = tuple(c for c in group.columns if c not in columns)
            if kept == group.columns:
                continue
            try:
                self.groups[name] = group.restricted(kept)
            except SchemaError:  # latitude without longitude, say
                partners += kept
                kept = ()
            if not kept:
                del self.groups[name]
        for column in columns:
            self.ignored.pop(column, None)
            self.given.pop(column, None)
        self._unweighted = {k: v for k, v in self._unweighted.items() if k[0] not in columns}
        return partners

    def _no_column(self, column: Any) -> str:
        known = list(self) if self.frame_columns is None else list(self.frame_columns)
        where = "the schema" if self.frame_columns is None else "the frame"
        close = nearest(column, known)
        hint = f"; did you mean {close!r}?" if close is not None else ""
        return f"{where} has no column {column!r}{hint}"

    def add(self, group: Group) -> None:
        """Add a group; its name must be free."""
        if not group.columns:
            raise SchemaError(f"group {group.name!r} has no columns")
        name = group.name or group_name(group.columns)
        if name in self.groups:
            raise SchemaError(f"two groups are called {name!r}; give one another name=")
        self.groups[name] = replace(group, name=name)

    def set_weight(self, name: Any, weight: float) -> None:
        """Set the weight of a group, or what a column counts within a group of several.

        Parameters
        ----------
        name : str or column
            A group's name stands for the group.
        weight : float
            Of a group, the exponent of its membership. Of a column, the factor on what it counted
            when the schema was made; the other columns count as before.

        Raises
        ------
        SchemaError
            If there is no such group or column, the weight is not a number > 0, or the metric of
            the group does not weigh columns.
        """
        check_weight(weight, name)
        if name in self.groups:
            self.groups[name] = replace(self.groups[name], weight=weight)
            return
        inside = [g for g in self.groups.values() if name in g.columns]
        if not inside:
            close = nearest(name, [*self.groups, *self.columns])
            hint = f"; did you mean {close!r}?" if close is not None else ""
            left_out = " (it is left out)" if name in self.ignored else ""
            raise SchemaError(f"no group or column to weigh is called {name!r}{left_out}{hint}")
        for group in inside:
            base = self._unweighted.setdefault((name, group.name), column_weight(group, name))
            self.groups[group.name] = with_column_weight(group, name, weight, base)

    def weighted(self, weights: Mapping[Any, float]) -> Schema:
        """A copy with other weights of groups or columns."""
        result = self.copy()
        for name, weight in weights.items():
            result.set_weight(name, weight)
        return result

    def weight(self, name: str, weight: float) -> None:
        """Old name of `set_weight`."""
        warnings.warn(
            "Schema.weight is now called Schema.set_weight", DeprecationWarning, stacklevel=2
        )
        self.set_weight(name, weight)

    @property
    def columns(self) -> list[Column]:
        """Columns that are embedded, each once."""
        return list(dict.fromkeys(c for g in self.groups.values() for c in g.columns))

    def ordered_groups(self) -> Iterator[Group]:
        """Groups by name, the order of all sums over groups."""
        return iter(sorted(self.groups.values(), key=lambda g: g.name))

    def table(self) -> pd.DataFrame:
        """One row per column: kind, group, metric, weight of the group, weight of the column in it,
        reason and warnings."""
        return schema_table(self)

    def questions(self) -> Questions:
        """The columns where two kinds were close, the most influential first.

        Each says what the column is taken for, what it might be instead, both reasons, and the line
        that decides for the other. Prints as such; nothing needs an answer.
        """
        return find_questions(self)

    def __repr__(self) -> str:
        if not self:
            return "Schema()"
        return schema_text(self)

    def _repr_html_(self) -> str:
        return html_table(self.table())

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers; `from_dict` gives an equal schema back."""
        return schema_to_dict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Schema:
        """The inverse of `to_dict`.

        Raises
        ------
        SchemaError
            If it is of a newer format, or a key or value does not fit.
        """
        return schema_from_dict(cls(), data)

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

    def write(self, path: str | Path) -> None:
        """Write `to_toml` to a file."""
        Path(path).write_text(self.to_toml(), encoding="utf-8")

    @classmethod
    def read(cls, path: str | Path) -> Schema:
        """Read a file written by `write`."""
        return cls.from_toml(Path(path).read_text(encoding="utf-8"))

    @classmethod
    def from_toml(cls, text: str) -> Schema:
        """The inverse of `to_toml`."""
        try:
            return cls.from_dict(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise SchemaError(f"not TOML: {error}") from None


def read_schema(schema: Any) -> Schema:
    """Coerce to Schema; SchemaError for any other type than Schema and mapping."""
    if isinstance(schema, Schema):
        return schema
    if isinstance(schema, Mapping):
        return Schema.from_mapping(schema)
    if isinstance(schema, Spec):
        raise SchemaError("schema must map columns to kinds; got one group without columns")
    raise SchemaError(f"schema must be a Schema, a mapping or None, got {type(schema).__name__}")
