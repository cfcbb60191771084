"""Columns where two kinds were close: the questions that a person could settle in a moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .group import Column
from .plain import Note, schema_table

if TYPE_CHECKING:
    from .schema import Schema


class Question(NamedTuple):
    """One column where two kinds were close.

    Attributes
    ----------
    column : column name
    kind : str
        What it is taken for.
    reason : str
    doubt : str
        The reason for the other kind.
    line : str
        The line that decides for the other kind.
    influence : float
        Share of the schema's weight that the column has, or would have.
    """

    column: Column
    kind: str
    reason: str
    doubt: str
    line: str
    influence: float

    def __str__(self) -> str:
        return (
            f"{self.column!r} is {self.kind}: {self.reason}.\n"
            f"    Or rather {self.doubt}? Then: {self.line}"
        )


class Questions(tuple[Question, ...]):
    """Questions, the most influential first; printed one after the other."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "no question: every kind is clear"


def find_questions(schema: Schema) -> Questions:
    """What `Schema.questions` gives."""
    table = schema_table(schema)
    weight = (table["weight"] * table["column_weight"]).to_numpy(np.float64)
    together = table.groupby("group")["column_weight"].transform("sum").to_numpy(np.float64)
    weight = np.divide(weight, together, out=np.zeros(len(table)), where=together > 0)
    # A column that is left out would weigh as much as the others do on average.
    usual = weight[weight > 0].mean() if (weight > 0).any() else 1.0
    weight = np.where(weight > 0, weight, usual)
    found = []
    for (_, row), own in zip(table.iterrows(), weight / weight.sum(), strict=True):
        question = schema.notes.get(row["column"], Note()).question
        if question:
            doubt, line = question
            what = (row["column"], row["kind"], row["reason"])
            found.append(Question(*what, doubt, line, float(own)))
    return Questions(sorted(found, key=lambda q: (-q.influence, str(q.column))))
