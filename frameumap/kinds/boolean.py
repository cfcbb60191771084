"""Flags: columns of two values, or of one value that is there or not."""

from __future__ import annotations

from typing import Any

from ..columns.facts import Facts
from .base import Rule, Verdict
from .categorical import Categorical, absence
from .say import cut, share

#: A value that is there in this share of the rows, and absent in as many, tells them apart.
PRESENCE = 0.05


def _presence(f: Facts) -> Verdict | None:
    if f.values == "none" or not PRESENCE <= f.gaps <= 1 - PRESENCE or not f.is_constant:
        return None
    reason = f"one value, in {share(1 - f.gaps)} of rows: its presence tells rows apart"
    rival = ("a constant with gaps", "'ignored'")
    return Verdict("boolean", reason, options={"missing": "level"}, rival=rival)


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

    def say_value(self, value: Any) -> str:
        said = super().say_value(value)
        return {"True": "yes", "False": "no"}.get(said, said)
