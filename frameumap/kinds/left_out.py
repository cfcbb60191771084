"""Rules by which inference leaves columns out: nothing in them would tell rows apart."""

from __future__ import annotations

import numpy as np

from ..columns.facts import Facts
from .base import IGNORED, Rule, Verdict

#: Strings longer than this (median) are free text, on which edit distance says little.
LONGEST_TEXT = 64
#: Strings that look like dates are categories up to this many levels: quarters, months, opening
#: days.
MOST_DATE_LEVELS = 31


def _no_value(f: Facts) -> Verdict | None:
    if f.values != "none":
        return None
    return Verdict(IGNORED, "no value at all", ("all values are missing",))


def _constant(f: Facts) -> Verdict | None:
    return Verdict(IGNORED, "constant") if f.distinct == 1 else None


def _keys(f: Facts) -> Verdict | None:
    if f.values != "number" or f.gaps or f.repeats or not f.integral or f.rows <= 2:
        return None
    if (np.diff(np.sort(f.numbers)) == 1).all():
        return Verdict(IGNORED, "consecutive numbers, each once", ("id-like",))
    if f.named_like_a_key:
        return Verdict(IGNORED, "whole numbers, each once, under a key's name", ("id-like",))
    return None


def _strings_of_dates(f: Facts) -> Verdict | None:
    if not f.looks_like_dates or f.distinct <= MOST_DATE_LEVELS:
        return None
    reason = f"strings, {f.distinct} different, that look like dates"
    return Verdict(IGNORED, reason, f.look_alikes)


def _strings_of_numbers(f: Facts) -> Verdict | None:
    if not f.looks_like_numbers:
        return None
    reason = f"strings, {f.distinct} different, of which the edit distance means little"
    return Verdict(IGNORED, reason, f.look_alikes)


def _addresses(f: Facts) -> Verdict | None:
    if not f.looks_opaque or f.repeats >= 0.05:
        return None
    return Verdict(IGNORED, "keys or addresses, nearly all different", ("id-like",))


def _free_text(f: Facts) -> Verdict | None:
    if f.values != "string" or f.length <= LONGEST_TEXT:
        return None
    warning = (
        "too long for edit distance; embed it elsewhere and give the vectors as a column of lists"
    )
    return Verdict(IGNORED, f"free text, median {f.length:.0f} characters", (warning,))


def _unknown(f: Facts) -> Verdict | None:
    return Verdict(IGNORED, f.problem)


#: The last one takes whatever is left.
RULES = (
    Rule(0, _no_value),
    Rule(11, _constant),
    Rule(60, _keys),
    Rule(80, _strings_of_dates),
    Rule(82, _strings_of_numbers),
    Rule(83, _addresses),
    Rule(84, _free_text),
    Rule(99, _unknown),
)
