"""Columns where two kinds were close: the questions that a person could settle in a moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..kinds.say import line
from .group import Column
from .plain import Note, schema_table

if TYPE_CHECKING:
    from .schema import Schema

#: A question names so many of its columns.
_NAMED = 4
#: What differs between the reasons of columns that are alike: examples and numbers.
_OWN = re.compile(r"'[^']*'|\S*\d\S*")


class Question(NamedTuple):
    """Columns where two kinds were close, for the same reason.

    Attributes
    ----------
    columns : tuple of column names
        One, or several that share both reasons.
    kind : str
        What they are taken for.
    reason : str
        Of the first column.
    doubt : str
        The reason for the other kind.
    line : str
        The line that decides for the other kind.
    influence : float
        Share of the schema's weight that the columns have, or would have.
    """

    columns: tuple[Column, ...]
    kind: str
    reason: str
    doubt: str
    line: str
    influence: float

    def __str__(self) -> str:
        names = ", ".join(map(repr, self.columns[:_NAMED]))
        if (more := len(self.columns) - _NAMED) > 0:
            names = f"{names} and {more} more"
        first = f", e.g. {self.columns[0]!r}" if len(self.columns) > 1 else ""
        verb = "are" if first else "is"
        return (
            f"{names} {verb} {self.kind}{first}: {self.reason}.\n"
            f"    Or rather {self.doubt}? Then: {self.line}"
        )


class Questions(tuple[Question, ...]):
    """Questions, the most influential first; printed one after the other."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "no question: every kind is clear"


def find_questions(schema: Schema) -> Questions:
    """What `Schema.questions` gives."""
    influence = _influence(schema)
    shared: dict[tuple[str, ...], list[Column]] = {}
    for column, (kind, _) in influence.items():
        note = schema.notes.get(column, Note())
        if note.question:
            doubt, own = note.question
            value = own.removeprefix(line(column, ""))
            cause = " ".join(_OWN.sub("", note.reason).split())
            shared.setdefault((kind, doubt, value, cause), []).append(column)
    found = []
    for (kind, doubt, value, _), columns in shared.items():
        columns.sort(key=lambda c: (-influence[c][1], str(c)))
        total = sum(influence[c][1] for c in columns)
        reason = schema.notes[columns[0]].reason
        found.append(Question(tuple(columns), kind, reason, doubt, _line(columns, value), total))
    return Questions(sorted(found, key=lambda q: (-q.influence, str(q.columns))))


def _line(columns: list[Column], value: str) -> str:
    if len(columns) == 1:
        return line(columns[0], value)
    return f"for column in {columns!r}: schema[column] = {value}"


def _influence(schema: Schema) -> dict[Column, tuple[str, float]]:
    """The kind of every column, and the share of the weight that it has, or would have."""
    table = schema_table(schema)
    weight = (table["weight"] * table["column_weight"]).to_numpy(np.float64)
    # A column that is left out would weigh as much as the others do on average.
    usual = weight[weight > 0].mean() if (weight > 0).any() else 1.0
    weight = np.where(weight > 0, weight, usual)
    shares = (weight / weight.sum()).tolist()
    return dict(zip(table["column"], zip(table["kind"], shares, strict=True), strict=True))
