"""Rules of inference for numbers, and for strings that are some."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..columns.date_formats import parse_dates
from ..columns.facts import Facts
from ..columns.names import says
from ..columns.number_pattern import NumberPattern
from .base import Rule, Verdict
from .say import line, number, span, undo

#: Formats of counted dates: the least and the largest number that they are looked for in, and what
#: is counted.
COUNTED = {
    "excel": (20_000, 60_000, "days since 1900, as a spreadsheet counts them"),
    "unix": (6e8, 4e9, "seconds since 1970"),
    "unix_ms": (6e11, 4e12, "milliseconds since 1970"),
    "unix_us": (6e14, 4e15, "microseconds since 1970"),
    "unix_ns": (6e17, 4e18, "nanoseconds since 1970"),
}
#: Formats of dates in six digits.
SHORT = ("%y%m%d", "%d%m%y", "%m%d%y")
#: Whole numbers that all have so many digits may be keys.
LONG = 9
#: Of numbers up to this one it is asked whether they are codes.
MOST_CODES = 31


def durations(f: Facts) -> Verdict | None:
    return Verdict("numeric", "durations") if f.values == "duration" else None


def numbers(f: Facts) -> Verdict | None:
    """Anything else that is a number."""
    if f.values != "number":
        return None
    low, high = f.range
    warnings, rival = _counted_dates(f), None
    if f.is_whole and f.variety > 0.99 and says(f.name, "identifier"):
        warnings.append("nearly all values differ and the name says key; is it an id?")
        rival = ("a key: whole numbers, nearly all different", "'ignored'")
    elif f.is_whole and f.variety > 0.99 and len(str(int(low))) == len(str(int(high))) >= LONG:
        doubt = f"a key: whole numbers of {len(str(int(low)))} digits, nearly all different"
        rival = (doubt, "'ignored'")
    elif _are_perhaps_codes(f):
        rival = ("codes without an order", "'categorical'")
    return Verdict("numeric", f"numbers from {span(low, high)}", tuple(warnings), rival=rival)


def _are_perhaps_codes(f: Facts) -> bool:
    """Whether all whole numbers from 0 or 1 to a low one occur, each of them often, and the name
    says neither counts nor years."""
    low, high = f.range
    few = f.is_whole and high <= MOST_CODES and f.repeats_often and f.is_saturated
    in_a_row = low in (0, 1) and f.distinct == high - low + 1
    return few and in_a_row and not says(f.name, "count") and not says(f.name, "year")


def _counted_dates(f: Facts) -> list[str]:
    """Warnings where numbers under the name of a date may count days or seconds."""
    if not f.named_date:
        return []
    low, high = f.range
    for text, (first, last, unit) in COUNTED.items():
        if first <= low and high <= last:
            declared = line(f.name, f"frameumap.datetime(format={text!r})")
            return [f"may be dates in {unit}; then: {declared}"]
    texts = [str(int(v)) for v in f.counts.index] if f.is_whole and 1e5 <= low < high < 1e6 else []
    fitting = [text for text in SHORT if texts and not np.isnat(parse_dates(texts, text)).any()]
    ways = (line(f.name, f"frameumap.datetime(format={text!r})") for text in fitting)
    return [f"may be dates; then: {' or '.join(ways)}"] if fitting else []


def strings(f: Facts) -> Verdict | None:
    """Strings of which one pattern reads every value."""
    if f.values != "string" or f.number_pattern.pattern is None:
        return None
    return of_strings(f, Verdict("numeric", ""))


def of_strings(f: Facts, verdict: Verdict) -> Verdict:
    """The verdict on the numbers in strings, as a verdict on the strings."""
    pattern = f.number_pattern.pattern
    assert pattern is not None
    value = pattern.parse([f.example])[0]
    rival = verdict.rival
    guess: tuple[str, ...] = ()
    if f.dates.likely == 1.0 and ":" in str(pattern):
        rival = ("times of day", "'time'")
    if f.number_pattern.is_guess and isinstance(pattern, NumberPattern):
        sign = pattern.thousands
        guess = (f"{sign!r} is read as the sign of thousands",)
        other = replace(pattern, thousands="", decimal=sign, decimals=3, is_fixed=False)
        rival = (f"{sign!r} is the decimal sign", f"frameumap.numeric(format={str(other)!r})")
    counted = _counted_dates(f.as_numbers) if str(pattern) == "1234" else []
    return verdict._replace(
        reason=f"numbers in strings, written as {str(pattern)!r}: {f.example!r} is {number(value)}",
        warnings=(*counted, *guess, undo(f.name)),
        options={**verdict.options, "format": str(pattern)},
        rival=rival,
    )


RULES = (Rule(31, durations), Rule(65, numbers), Rule(73, strings))
