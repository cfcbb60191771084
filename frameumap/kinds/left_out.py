"""Rules by which inference leaves columns out: nothing in them would tell rows apart."""

from __future__ import annotations

import numpy as np

from ..columns.facts import Facts
from ..columns.misread import tell_dates
from ..columns.names import says, says_key
from ..columns.values import finite_line
from .base import IGNORED, Rule, Verdict
from .boolean import PRESENCE
from .categorical_rules import MOST_CODES, MOST_DIFFERENT, as_dates, most_levels
from .say import cut, share

#: What keys are told.
KEY = "a key: it says which row it is, and nothing about which rows are alike"
#: Opaque strings are levels only where at most this share of the rows in view differ.
OPAQUE_LEVELS = 0.15
#: Columns with as many gaps say nothing of nearly all rows.
NEARLY_EMPTY = 0.99
#: Texts of more words than this, on average, are pages.
MOST_WORDS = 300
#: Share of strings that look like numbers for the others to be odd ones.
LIKELY_NUMBERS = 0.8


def _no_value(f: Facts) -> Verdict | None:
    if f.values != "none":
        return None
    return Verdict(IGNORED, "no value at all", ("all values are missing",))


def _constant(f: Facts) -> Verdict | None:
    lone = f.lone
    if lone is None:
        return None
    if lone.share == 1:
        return Verdict(IGNORED, "constant", _overflow(f))
    reason = f"constant where it is there, in {share(lone.share)} of rows"
    told = _overflow(f)
    if lone.mark:
        reason = f"{cut(lone.value)} in {share(lone.share)} of rows, and nothing else"
        told = (f"{lone.mark!r} stands for a gap",)
    flag = ("a flag: there or not", "frameumap.categorical(missing='level')")
    return Verdict(IGNORED, reason, told, rival=flag if lone.share <= 1 - PRESENCE else None)


def _overflow(f: Facts) -> tuple[str, ...]:
    """A warning where a spreadsheet has written signs in place of values."""
    if set(str(f.counts.index[0])) != {"#"}:
        return ()
    told = "a spreadsheet writes this where a column is too narrow; make it wider and export again"
    return (told,)


def _infinite(f: Facts) -> Verdict | None:
    """Numbers of which some are infinite: there is no distance to them."""
    if not f.has_infinite:
        return None
    found = f.whole.index[np.isinf(f.whole.to_numpy(np.float64, na_value=0.0))].tolist()
    row = min(found, key=str)  # the same one for any order of the rows
    reason = f"numbers, but {len(found)} of {f.rows} are infinite, e.g. in row {row!r}"
    return Verdict(IGNORED, reason, (f"to make such numbers gaps: {finite_line(f.name)}",))


def _keys(f: Facts) -> Verdict | None:
    """Consecutive numbers, each once; or whole numbers, each once or nearly, under a key's name."""
    if f.values != "number" or f.rows <= 2 or not f.is_whole:
        return None
    if says_key(f.name) and f.variety > MOST_CODES and not f.is_unique:
        reason = "whole numbers, nearly all different, and the name says key"
        return Verdict(IGNORED, reason, (KEY,), rival=("a measure", "'numeric'"))
    if f.gaps or not f.is_unique:
        return None
    if f.is_consecutive and not says(f.name, "year"):
        return Verdict(IGNORED, "consecutive numbers, each once", (KEY,))
    if says(f.name, "identifier") and not says(f.name, "postal"):
        return Verdict(IGNORED, "whole numbers, each once, and the name says key", (KEY,))
    return None


def _misread_dates(f: Facts) -> Verdict | None:
    """Strings with the form of dates that no format reads: letters say nothing about them."""
    if not f.misread_dates:
        return None
    reason = f"strings that look like dates, {f.distinct} different"
    return Verdict(IGNORED, reason, f.misread, rival=as_dates(f))


def _string_keys(f: Facts) -> Verdict | None:
    """Strings of one word, nearly all different, under a key's name."""
    if f.values != "string" or not says_key(f.name) or f.variety <= MOST_CODES:
        return None
    if any(" " in text for text in f.strings):
        return None
    reason = f"strings, nearly all different, and the name says key, e.g. {cut(f.example)}"
    return Verdict(IGNORED, reason, (KEY,), rival=None if f.is_unique else ("names", "'text'"))


def _postal(f: Facts) -> Verdict | None:
    """Postal codes in strings, nearly all different: those of a region begin alike."""
    if f.values != "string" or not says(f.name, "postal") or f.variety <= MOST_CODES:
        return None
    if f.number_pattern.pattern is not None:
        return None
    own = f"df[{f.name!r}]"
    told = f"to compare regions: {own} = {own}.str[:2]"
    return Verdict(IGNORED, f"postal codes, {f.distinct} different", (told,))


def _misread_numbers(f: Facts) -> Verdict | None:
    """Strings that look like numbers, but not of one pattern, nearly all different."""
    reading = f.number_pattern
    if f.values != "string" or f.variety <= most_levels(f) or reading.pattern is not None:
        return None
    if reading.likely < LIKELY_NUMBERS and not f.has_units:
        return None
    if reading.has_leading_zeros:
        reason = "digits with leading zeros, nearly all different: codes"
        return Verdict(IGNORED, reason, (KEY,))
    return Verdict(IGNORED, f"strings that look like numbers, {f.distinct} different", f.misread)


def _opaque(f: Facts) -> Verdict | None:
    """Addresses, digests, keys and the like, unless they are few."""
    if f.values != "string" or f.form is None or f.variety <= OPAQUE_LEVELS:
        return None
    if f.form.name == "keys" and f.variety <= most_levels(f):
        return None
    if f.form.name == "keys" and (dates := tell_dates(f)):
        return Verdict(IGNORED, f"dates or keys, e.g. {cut(f.example)}", dates)
    told = f.form.advice.format(c=f.name)
    warning = KEY if told == "a key" else f"the letters mean nothing; {told}"
    return Verdict(IGNORED, f"{f.form.name}, e.g. {cut(f.example)}", (warning,))


def _holds_numbers(f: Facts) -> Verdict | None:
    """Strings of one shape around numbers, nearly all different: their letters are alike."""
    if f.variety <= MOST_DIFFERENT or not (f.shape or f.is_duration):
        return None
    reason = f"strings around numbers, e.g. {cut(f.example)}"
    return Verdict(IGNORED, reason, f.misread)


def _documents(f: Facts) -> Verdict | None:
    """Texts of pages."""
    if not f.is_free_text or f.words <= MOST_WORDS:
        return None
    told = "turn it into vectors with a language model and give them as a column of lists"
    return Verdict(IGNORED, f"free text of {f.words:.0f} words on average", (told,))


def _nearly_empty(f: Facts) -> Verdict | None:
    """A word here and there: of nearly all pairs of rows it says nothing."""
    if f.gaps < NEARLY_EMPTY or f.values == "number":
        return None
    flag = ("a flag: there or not", "frameumap.categorical(missing='level')")
    return Verdict(IGNORED, f"a value in {share(1 - f.gaps)} of rows only", rival=flag)


def _unknown(f: Facts) -> Verdict | None:
    return Verdict(IGNORED, f.problem)


#: The last one takes whatever is left.
RULES = (
    Rule(0, _no_value),
    Rule(11, _constant),
    Rule(12, _nearly_empty),
    Rule(57, _infinite),
    Rule(60, _keys),
    Rule(69, _string_keys),
    Rule(70, _postal),
    Rule(75, _misread_dates),
    Rule(76, _misread_numbers),
    Rule(79, _opaque),
    Rule(81, _holds_numbers),
    Rule(82, _documents),
    Rule(99, _unknown),
)
