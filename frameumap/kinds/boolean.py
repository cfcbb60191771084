"""Flags: columns of two values, or of one value that is there or not."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from ..columns.facts import Facts, Lone
from .base import Rule, Verdict
from .categorical import Categorical
from .categorical_rules import absence
from .say import cut, share

#: A value that is there in this share of the rows, and absent in as many, tells them apart.
PRESENCE = 0.05


#: Values that say yes, so that a gap says no.
TICKS = frozenset(
    ["1", "1.0", "x", "y", "yes", "true", "t", "on", "ok", "ja", "oui", "si", "sí", "sim",
     "checked", "selected", "✓", "✔", "☑", "☒"]
)  # fmt: skip
#: So many columns of one value with gaps, whose names begin alike, are the answers to one question.
ANSWERS = 3


def _there_or_not(f: Facts) -> Lone | None:
    """The only value, if it is there often and often not."""
    lone = f.lone
    return lone if lone is not None and PRESENCE <= lone.share <= 1 - PRESENCE else None


def _presence(f: Facts) -> Verdict | None:
    """A value that says yes, or nothing."""
    lone = _there_or_not(f)
    return None if lone is None or lone.value.strip().lower() not in TICKS else _ticked(lone)


def _ticked(lone: Lone) -> Verdict:
    nothing = f"{lone.mark!r}" if lone.mark else "nothing"
    reason = f"{cut(lone.value)} in {share(lone.share)} of rows, and {nothing} in the others"
    rival = ("a constant with gaps", "'ignored'")
    return Verdict("boolean", reason, options={"missing": "level"}, rival=rival)


def _question(name: Hashable) -> str:
    """The name without its last word: that of the question that several columns answer."""
    return re.sub(r"[\W_]*[^\W_]+[\W_]*$", "", str(name))


def _two_values(f: Facts) -> Verdict | None:
    if f.values == "boolean":
        return Verdict("boolean", "true or false", options=absence(f))
    if f.values not in ("number", "string", "category") or len(f.counts) != 2 or f.distinct != 2:
        return None
    one, two = sorted(map(str, f.counts.index))
    return Verdict("boolean", f"two values, {cut(one)} and {cut(two)}", options=absence(f))


class Boolean(Categorical):
    """Categories of two levels."""

    name = "boolean"
    content = "flags"
    shared = "flags"
    rules = (Rule(10, _presence), Rule(20, _two_values))

    @classmethod
    def find_company(cls, seen: Mapping[Any, Facts], sample: pd.DataFrame) -> Mapping[Any, Verdict]:
        """Answers to a question with several: one value each, there or not, under names that begin
        alike."""
        questions: dict[str, dict[Any, Lone]] = {}
        for column, f in seen.items():
            if (question := _question(column)) and (lone := _there_or_not(f)) is not None:
                questions.setdefault(question, {})[column] = lone
        answers = [own for own in questions.values() if len(own) >= ANSWERS]
        return {column: _ticked(lone) for own in answers for column, lone in own.items()}

    def say_value(self, value: Any) -> str:
        said = super().say_value(value)
        return {"True": "yes", "False": "no"}.get(said, said)
