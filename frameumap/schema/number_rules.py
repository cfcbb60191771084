"""Rules for columns of numbers: keys, dates, codes, grades, and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..columns.date_text import COMPACT_YEARS, parse_dates
from ..columns.facts import Facts
from ..columns.names import ends_in, says, says_code
from .verdict import Verdict, line

#: Whole numbers of so few different values are grades.
FEW_GRADES = 6
#: Whole numbers of up to so many different values are grades under a name that says so.
MOST_GRADES = 31
#: Codes differ in at most this share of the rows in view; above it, they are keys.
MOST_CODES = 0.9
_COMPACT = ("%Y%m%d", "%m%d%Y", "%d%m%Y")


def key_numbers(f: Facts) -> Verdict | None:
    """Consecutive numbers, each once; or whole numbers, each once, under a key's name."""
    if f.values != "number" or f.rows <= 2 or f.gaps > 0 or not f.is_whole or not f.is_unique:
        return None
    if f.is_consecutive and not says(f.name, "year"):
        return Verdict("ignored", "consecutive numbers, each once: a key", ("id-like",))
    if says(f.name, "identifier") and not says(f.name, "postal"):
        return Verdict("ignored", "whole numbers, each once, under the name of a key", ("id-like",))
    return None


def compact_dates(f: Facts) -> Verdict | None:
    """Whole numbers that are dates, 20111109 or 10142018, or years and months under the name of a date, 201107."""
    if f.values != "number" or not f.is_whole or not len(f.counts):
        return None
    low, high = f.range
    months = f.named_date and low >= 100 * COMPACT_YEARS[0] and high < 100 * COMPACT_YEARS[1]
    if not months and not (1_010_000 < low and high < 99_999_999):
        return None
    if not months and len(f.counts) < 3 and not f.named_date:
        return None
    texts = [str(int(v)) for v in f.counts.index]
    fitting = [fmt for fmt in (("%Y%m",) if months else _COMPACT) if _reads(texts, fmt)]
    if len(fitting) == 1 and (
        not f.is_sampled or _reads([str(int(v)) for v in f.whole.dropna().unique()], fitting[0])
    ):
        when = pd.Timestamp(parse_dates(texts[:1], fitting[0])[0])
        return Verdict(
            "datetime", f"numbers that are dates, {fitting[0]!r}: {texts[0]} is {when:%-d %B %Y}",
            (f"to undo: {line(f.name, repr('numeric'))}",), {"format": fitting[0]},
        )  # fmt: skip
    if len(fitting) > 1:
        ways = " or ".join(line(f.name, f"frameumap.datetime(format={fmt!r})") for fmt in fitting)
        return Verdict(
            "numeric",
            "numbers",
            (f"dates with the day or the month first? if they are dates: {ways}",),
        )
    return None


def _reads(texts: list[str], fmt: str) -> bool:
    return not np.isnat(parse_dates(texts, fmt)).any()


def codes(f: Facts) -> Verdict | None:
    """Whole numbers under the name of a code, a type, a district; postal codes and years keep their order."""
    if f.values != "number" or not f.is_whole or len(f.counts) < 3:
        return None
    low, high = f.range
    rival = ("whole numbers", "'numeric'")
    if says(f.name, "year") and not says(f.name, "count") and _are_years(f):
        return Verdict("ordinal", f"years from {low:.0f} to {high:.0f}", rival=rival)
    if says(f.name, "postal") and low >= 0:
        return Verdict(
            "ordinal", "postal codes: codes that follow each other are near",
            rival=("codes", "'categorical'"),
        )  # fmt: skip
    if ends_in(f.name, "count"):
        return None
    if (ends_in(f.name, "grade") or says(f.name, "calendar")) and f.steps <= MOST_GRADES + 0.5:
        return Verdict(
            "ordinal", f"{f.distinct} whole numbers under the name of a grade", rival=rival
        )
    if low >= -1 and (says_code(f.name) or ends_in(f.name, "grade")) and f.variety <= MOST_CODES:
        return Verdict(
            "categorical", f"{f.distinct} whole numbers under the name of a code", rival=rival
        )
    return None


def _are_years(f: Facts) -> bool:
    """Whether most of the different numbers are years; an odd 0 or -1 stands for none."""
    found = f.counts.index.to_numpy(np.float64)
    return bool(((found >= 1000) & (found <= 2999)).mean() >= 0.8)


def few_numbers(f: Facts) -> Verdict | None:
    """A handful of whole numbers, each of them often: grades, whose order counts."""
    if f.values != "number" or not f.is_whole or ends_in(f.name, "count"):
        return None
    if f.steps > FEW_GRADES + 0.5 or not f.repeats_often:
        return None
    low, high = f.range
    return Verdict(
        "ordinal", f"{f.distinct} whole numbers from {low:g} to {high:g}",
        rival=("a count or a measure", "'numeric'"),
    )  # fmt: skip


def numbers(f: Facts) -> Verdict | None:
    """Anything else that is a number."""
    if f.values != "number":
        return None
    low, high = f.range
    warnings = []
    rival = None
    if f.is_whole and f.variety > 0.99 and says(f.name, "identifier"):
        warnings.append("nearly all values differ and the name says key; is it an id?")
        rival = ("whole numbers, nearly all different, under the name of a key", "'ignored'")
    if f.named_date and f.is_whole and 20_000 <= low and high <= 60_000:
        told = line(f.name, "frameumap.datetime(format='excel')")
        warnings.append(
            f"may be dates as a spreadsheet counts them, in days since 1900; then: {told}"
        )
    for unit, scale in (("unix", 1), ("unix_ms", 1000)):
        if f.named_date and f.is_whole and 6e8 * scale <= low and high <= 4e9 * scale:
            told = line(f.name, f"frameumap.datetime(format={unit!r})")
            warnings.append(
                f"may be dates in {'milli' if scale > 1 else ''}seconds since 1970; then: {told}"
            )
    return Verdict("numeric", f"numbers from {low:g} to {high:g}", tuple(warnings), rival=rival)
