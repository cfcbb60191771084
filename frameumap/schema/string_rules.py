"""Rules for columns of strings: dates, numbers, lists, paths, categories, keys, free text and names."""

from __future__ import annotations

import pandas as pd

from ..columns.date_text import parse_dates
from ..columns.facts import Facts
from .number_rules import codes, few_numbers, numbers
from .verdict import Verdict, line

#: Of the rows in view, at most this share differ in a category.
CATEGORY = 0.5
#: So few levels are a category if any of them is repeated.
FEW_LEVELS = 10
#: Opaque strings are a category only up to this share.
OPAQUE_CATEGORY = 0.15
#: Strings with the form of dates that no format reads are compared as categories up to this many.
MOST_DATE_LEVELS = 31


def date_strings(f: Facts) -> Verdict | None:
    """Strings of which one format reads every value."""
    if f.values != "string" or f.dates.format is None:
        return None
    fmt = f.dates.format
    when = pd.Timestamp(parse_dates([f.example], fmt)[0])
    undo = f"to undo: {line(f.name, repr('categorical'))}"
    if not any(code in fmt for code in ("%Y", "%y", "%G", "ISO")):
        return Verdict(
            "cyclic", f"time of day in strings, {fmt!r}, e.g. {f.example!r}",
            (f"read as datetime strings; {undo}",), {"part": "time", "format": fmt},
        )  # fmt: skip
    warnings = [undo]
    if "%y" in fmt:
        warnings.insert(0, "years of two digits are read as 1969 to 2068")
    return Verdict(
        "datetime", f"dates in strings, {fmt!r}: {f.example!r} is {when:%-d %B %Y}", tuple(warnings), {"format": fmt}
    )  # fmt: skip


def unread_dates(f: Facts) -> Verdict | None:
    """Strings that look like dates, but not of one format: left as they are, and told."""
    if f.values != "string" or f.dates.likely < 0.5 or f.dates.format is not None:
        return None
    if f.dates.choices:
        ways = " or ".join(
            line(f.name, f"frameumap.datetime(format={c!r})") for c in f.dates.choices
        )
        told = f"dates, but is the day or the month first in {f.example!r}? say which: {ways}"
    else:
        told = (
            f"strings that look like dates, but not of one format: {f.dates.misfit!r} does not fit; mend it, or read them with "
            f"pandas.to_datetime"
        )
    if f.distinct <= MOST_DATE_LEVELS and f.variety <= CATEGORY:
        return Verdict("categorical", f"strings that repeat, {f.distinct} levels", (told,))
    return Verdict("ignored", f"strings that look like dates, {f.distinct} different", (told,))


def number_strings(f: Facts) -> Verdict | None:
    """Strings of which one pattern reads every value."""
    if f.values != "string" or f.number_pattern.pattern is None:
        return None
    pattern = f.number_pattern.pattern
    read = f.as_numbers()
    plain = not (pattern.prefix or pattern.suffix or pattern.scales)
    code = (codes(read) or few_numbers(read)) if plain and pattern.decimals == 0 else None
    if code is not None and code.kind == "categorical":
        return Verdict("categorical", code.reason, rival=code.rival)
    verdict = code or numbers(read)
    assert verdict is not None
    value = pattern.parse([f.example])[0]
    warnings = [f"to undo: {line(f.name, repr('categorical'))}"]
    if f.number_pattern.is_guess:
        warnings.insert(0, "the comma is read as the sign of thousands")
    return Verdict(
        verdict.kind, f"numbers in strings, {str(pattern)!r}: {f.example!r} is {value:g}", tuple(warnings),
        {**verdict.options, "format": str(pattern)},
    )  # fmt: skip


def unread_numbers(f: Facts) -> Verdict | None:
    """Strings that look like numbers, but not of one pattern: left out where nearly all differ, and told."""
    reading = f.number_pattern
    if (
        f.values != "string"
        or reading.likely < 0.8
        or reading.pattern is not None
        or f.variety <= CATEGORY
    ):
        return None
    if reading.has_leading_zeros:
        return Verdict(
            "ignored", "digits with leading zeros, nearly all different: codes", ("id-like",)
        )
    return Verdict(
        "ignored", f"strings that look like numbers, {f.distinct} different",
        (f"but not of one pattern: {reading.misfit!r} does not fit; mend it to use them as numbers",),
    )  # fmt: skip


def list_strings(f: Facts) -> Verdict | None:
    """Lists whose members recur."""
    found = f.lists
    if found is None:
        return None
    return Verdict(
        "set", f"lists set apart by {found.delimiter!r}: {found.members} members, {found.mean:.1f} on average",
        (f"to undo: {line(f.name, repr('categorical'))}",), {"delimiter": found.delimiter},
    )  # fmt: skip


def path_strings(f: Facts) -> Verdict | None:
    """Paths of a hierarchy."""
    found = f.paths
    if found is None or f.form is not None:
        return None
    return Verdict(
        "hierarchy", f"paths set apart by {found.delimiter!r}, {found.beginnings} at the top, e.g. {f.example!r}",
        (f"to undo: {line(f.name, repr('categorical'))}",), {"delimiter": found.delimiter},
    )  # fmt: skip


def opaque_strings(f: Facts) -> Verdict | None:
    """Addresses, digests, keys and the like, unless they are few."""
    if f.values != "string" or f.form is None or f.variety <= OPAQUE_CATEGORY:
        return None
    if f.form.name == "keys" and f.variety <= 0.98:
        return None
    advice = f.form.advice.format(c=f.name)
    told = "id-like" if advice == "a key" else f"the letters mean nothing; {advice}"
    return Verdict("ignored", f"{f.form.name}, e.g. {_cut(f.example)!r}", (told,))


def category_strings(f: Facts) -> Verdict | None:
    """Strings that repeat."""
    if f.values != "string":
        return None
    few = len(f.counts) < len(f.present) and f.levels(FEW_LEVELS) is not None
    if not few and f.variety > CATEGORY:
        return None
    rival = (
        ("many levels, and names may be alike", "'text'") if f.variety > 0.8 * CATEGORY else None
    )
    return Verdict(
        "categorical",
        f"strings that repeat, {f.distinct} levels",
        _odd_strings(f),
        absence(f),
        rival,
    )


def _odd_strings(f: Facts) -> tuple[str, ...]:
    if f.number_pattern.has_leading_zeros:
        return ("digits with leading zeros: kept as codes",)
    if f.number_pattern.likely >= 0.5 and f.number_pattern.misfit is not None:
        return (f"most look like numbers, {f.number_pattern.misfit!r} does not",)
    return ()


def free_text(f: Facts) -> Verdict | None:
    """Sentences: edit distance says nothing about them."""
    if not f.is_free_text:
        return None
    return Verdict(
        "ignored", f"free text, e.g. {_cut(f.example)!r}",
        ("turn it into vectors with a language model and give them as a column of lists",),
    )  # fmt: skip


def short_text(f: Facts) -> Verdict | None:
    """Names, whose likeness of spelling means likeness."""
    if f.values != "string":
        return None
    warnings = (
        ("nearly all values differ: a name of each row, which counts little",)
        if f.variety > 0.99
        else ()
    )
    rival = ("some of them repeat", "'categorical'") if f.variety < 1.4 * CATEGORY else None
    return Verdict("text", f"short strings, {f.distinct} different", warnings, rival=rival)


def absence(f: Facts) -> dict[str, str]:
    """Gaps of categories are a level of their own where they are many: what left them tells rows apart."""
    return {"missing": "level"} if f.gaps >= 0.05 else {}


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
