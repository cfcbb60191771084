"""Flags: columns of two values, or of one value that is there or not."""

from __future__ import annotations

from typing import Any

from ..columns.facts import Facts
from .base import Rule, Verdict
from .categorical import Categorical, absence


def _presence(f: Facts) -> Verdict | None:
    if f.distinct != 1 or not 0.01 <= f.gaps <= 0.99:
        return None
    reason = f"one value in {1 - f.gaps:.0%} of rows, none in the others: presence is what it tells"
    return Verdict("boolean", reason, options={"missing": "level"})


def _two_values(f: Facts) -> Verdict | None:
    two = f.distinct == 2 and f.values in ("number", "string", "category")
    if f.values == "boolean" or two:
        return Verdict("boolean", "two values", options=absence(f))
    return None


class Boolean(Categorical):
    """Categories of two levels."""

    name = "boolean"
    shared = "flags"
    rules = (Rule(10, _presence), Rule(20, _two_values))

    def say_value(self, value: Any) -> str:
        said = super().say_value(value)
        return {"True": "yes", "False": "no"}.get(said, said)
