"""Rules of inference for categories: levels, codes in numbers, strings that repeat."""

from __future__ import annotations

from typing import Any

from ..columns.facts import Facts
from ..columns.names import ends_in, says, says_code, says_key
from .base import Rule, Verdict
from .say import line

#: Of the rows in view, at most this share differ in a category, and in a code.
MOST_DIFFERENT = 0.6
MOST_CODES = 0.9
#: Strings with the form of dates that no format reads are compared as levels up to this many.
MOST_DATE_LEVELS = 31
#: In short frames, so few levels are categories if any repeats.
FEW_LEVELS = 10


def absence(f: Facts) -> dict[str, Any]:
    """Gaps of categories are a level of their own where they are many: whatever left them, it tells
    rows apart."""
    return {"missing": "level"} if f.gaps >= 0.05 else {}


def categories(f: Facts) -> Verdict | None:
    if f.values != "category":
        return None
    told, rival = ordered(f)
    return Verdict("categorical", f"categories, {f.distinct} levels", told, absence(f), rival)


def ordered(f: Facts) -> tuple[tuple[str, ...], tuple[str, str] | None]:
    """The warning and the rival of levels that stand in an order."""
    if f.order is None:
        return (), None
    value = f"frameumap.ordinal({f.order!r})"
    return (f"the levels stand in an order; to use it: {line(f.name, value)}",), (
        "grades, the lowest first", value,
    )  # fmt: skip


def codes(f: Facts) -> Verdict | None:
    """Whole numbers under the name of a code, a type, a district."""
    if f.values != "number" or not f.is_whole or len(f.counts) < 3 or f.variety > MOST_CODES:
        return None
    if (f.range[0] < -1 and not says_key(f.name)) or ends_in(f.name, "count"):
        return None
    if not says_code(f.name):
        return None
    reason = f"{f.distinct} different whole numbers, and the name says code"
    rival = None if says_key(f.name) else ("a measure", "'numeric'")
    return Verdict("categorical", reason, (), absence(f), rival)


def strings_of_codes(f: Facts) -> Verdict | None:
    """The same in strings."""
    if not f.holds_whole_numbers:
        return None
    verdict = codes(f.as_numbers)
    return None if verdict is None else verdict._replace(rival=None)


def few_dates(f: Facts) -> Verdict | None:
    """Strings with the form of dates that no format reads, where they are few."""
    if not f.misread_dates or f.distinct > MOST_DATE_LEVELS or f.variety > MOST_DIFFERENT:
        return None
    reason = f"strings that repeat, {f.distinct} levels"
    return Verdict("categorical", reason, f.misread, rival=as_dates(f))


def as_dates(f: Facts) -> tuple[str, str] | None:
    """Why strings could be dates, and the value of a schema that makes them so; None if nothing
    reads them."""
    choices = f.dates.choices
    if not choices:
        return None
    first = "day" if choices[0].find("%d") < choices[0].find("%m") else "month"
    return f"dates with the {first} first", f"frameumap.datetime(format={choices[0]!r})"


def most_levels(f: Facts) -> float:
    """Up to which share of different values strings are levels: likeness of spelling is no likeness
    under the name of a code or a place."""
    is_code = says_code(f.name) or says(f.name, "postal")
    return MOST_CODES if is_code else MOST_DIFFERENT


def repeating(f: Facts) -> Verdict | None:
    if f.values != "string":
        return None
    few = len(f.counts) < len(f.present) and len(f.counts) <= FEW_LEVELS
    if not few and f.variety > most_levels(f):
        return None
    if f.is_free_text and f.form is None and len(f.counts) > FEW_LEVELS:
        return None
    rival = None
    if 0.8 * MOST_DIFFERENT < f.variety <= MOST_DIFFERENT and len(f.counts) > FEW_LEVELS:
        rival = ("many levels, and names that are spelled alike may be alike", "'text'")
    reason = f"strings that repeat, {f.distinct} levels"
    told, order = ordered(f)
    return Verdict("categorical", reason, told or f.misread, absence(f), order or rival)


RULES = (
    Rule(41, categories),
    Rule(63, codes),
    Rule(71, strings_of_codes),
    Rule(74, few_dates),
    Rule(80, repeating),
)
