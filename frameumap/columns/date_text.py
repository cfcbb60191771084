"""Dates in strings and whole numbers: the one format that reads all values of a column.

A value becomes a skeleton: its numbers by their lengths, its words by their `strptime` codes, the
rest as it is. "10/25/2016 7:05 PM" is ``<2>/<2>/<4> %I:%M %p``. Where all values share one
skeleton, each of the few formats that it allows is tried on all of them. One that fits, or several
that read every value alike, is the column's format. Several that differ leave it undecided: day or
month first is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .date_formats import parse_dates
from .date_words import english, has_full_month, word_code

_TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2})(?P<s>:\d{2})?(?P<f>\.\d{1,9})?(?P<p>\s?[AP]M)?(?P<z>\s?[+-]\d{2}:?\d{2})?(?![\d:])"
)
#: Quarters: the year first or last; T is the trimestre of Romance languages.
_QUARTER = re.compile(
    r"(?P<before>(?:FY ?)?)(?P<year>\d{4}|\d\d)(?P<between>[-/ ]?)(?P<sign>[QT])[1-4]"
    r"|(?P<first>[QT]?)(?P<number>[1-4])(?P<mark>Q?)(?P<gap>[-/ ']?(?:FY ?)?)(?P<late>\d{4}|\d\d)",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"(?P<year>\d{4})(?P<between>[-/ ]?)(?P<sign>H|HJ ?|S)[12]"
    r"|(?P<first>H|HJ ?|S)(?P<number>[12])(?P<gap>[-/ ']?)(?P<late>\d{4})",
    re.IGNORECASE,
)
_WEEK = re.compile(
    r"(?P<year>\d{4})(?P<a>[-/ ]?)(?P<sign>W|KW|CW|Week |wk ?)(?P<week>\d{1,2})(?P<day>-[1-7])?"
    r"|(?P<first>W|KW|CW|Week |wk ?)(?P<number>\d{1,2})(?P<b>[-/, ]{1,2})(?P<late>\d{4})",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"(?P<code>%[A-Za-z])|(?P<digits>\d+)|(?P<word>[^\W\d_]+)|(?P<other>.)", re.DOTALL
)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?")
#: Lengths of the numbers of a date -> the orders in which its parts may stand.
_ORDERS = {
    "2 2 4": ("%m %d %Y", "%d %m %Y"), "4 2 2": ("%Y %m %d", "%Y %d %m"),
    "2 2 2": ("%m %d %y", "%d %m %y", "%y %m %d"),
    "2 %b 4": ("%d %b %Y",), "%b 2 4": ("%b %d %Y",), "4 %b 2": ("%Y %b %d",),
    "2 %b 2": ("%d %b %y", "%y %b %d"), "%b 2 2": ("%b %d %y",),
    "%b 4": ("%b %Y",), "4 %b": ("%Y %b",),
    "%b 2": ("%b %y",), "2 %b": ("%y %b",), "4 3": ("%Y %j",), "4 2": ("%Y %m",),
    "2 4": ("%m %Y",), "8": ("%Y%m%d", "%m%d%Y", "%d%m%Y"),
    "14": ("%Y%m%d%H%M%S",), "12": ("%Y%m%d%H%M",), "6": ("%Y%m",), "8 4": ("%Y%m%d %H%M",),
    "8 6": ("%Y%m%d %H%M%S",), "4 2 2 2": ("%Y %m %d %H",),
}  # fmt: skip
#: Orders that a version, a season, a score or a duration has too: only where the column's name says
#: date.
_NAMED_ONLY = ("%b 2", "2 %b", "6", "4 3")
#: Orders that much else has too: worth telling only under such a name, unless they fit.
_WEAK = ("4 2", "2 4", "8", "12", "14")
#: So many different numbers that are all months, 201901, are no coincidence.
MANY_MONTHS = 6
_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])")
#: Days without a year: skeleton -> formats.
_YEARLESS = {
    "<2>/<2>": ("%m/%d", "%d/%m"), "<2>.<2>.": ("%d.%m.", "%m.%d."), "<2>.<2>": ("%d.%m", "%m.%d"),
    "<2>-<2>": ("%m-%d", "%d-%m"), "<2> %b": ("%d %b",), "<2>-%b": ("%d-%b",), "%b <2>": ("%b %d",),
    "<2>. %b": ("%d. %b",), "%b-<2>": ("%b-%d",),
}  # fmt: skip
#: So many different ones of two numbers are days rather than scores or sizes.
_MANY_DAYS = 40
#: Orders that hold only where no usual one fits.
_UNUSUAL = re.compile(r"%y.*%[mb].*%d|%Y\W*%d\W*%m|%[md]%[md]%Y")


class DateReading(NamedTuple):
    """What was found out about strings as dates.

    Attributes
    ----------
    format : str or None
        The one format that reads all of them.
    choices : tuple of str
        Formats that read all of them, but differently.
    likely : float
        Share of the values that have the form of a date.
    misfit : str or None
        A value that the others' format does not read, where there is no format.
    """

    format: str | None = None
    choices: tuple[str, ...] = ()
    likely: float = 0.0
    misfit: str | None = None


def skeleton(value: str) -> str:
    """Numbers of a date by length, words by code; "" where it has a word that no date has.

    Examples
    --------
    >>> skeleton("10/25/2016 7:05 PM"), skeleton("Aug 7, 1998"), skeleton("no date")
    ('<2>/<2>/<4> %I:%M %p', '%b <2>, <4>', '')
    """
    text = english(value.strip())
    text = _TIME.sub(_time_codes, text)
    parts, last = [], 0
    for token in _TOKEN.finditer(text):
        if token["digits"]:
            length = len(token["digits"])
            parts.append(f"<{2 if length == 1 else length}>")
            last = length
        elif token["word"] and not _stands_before_time(token):
            code = word_code(token["word"])
            if code is None:
                return ""
            parts.append(code)
        else:
            parts.append(token[0])
    form = "".join(parts)
    # A year has two digits or four: "3 out of 5" is no date.
    short_year = last == 1 and form.endswith("<2>") and _key(form) in ("2 2 2", "2 %b 2", "%b 2 2")
    return "" if short_year else form


def _stands_before_time(token: re.Match[str]) -> bool:
    """Whether a word is the T between a date and a time."""
    text, start, end = token.string, token.start(), token.end()
    return token[0] == "T" and bool(re.search(r"\d$", text[:start]) and text[end : end + 1])


def _time_codes(match: re.Match[str]) -> str:
    hour = "%I" if match["p"] else "%H"
    meridiem = "" if not match["p"] else " %p" if match["p"].startswith(" ") else "%p"
    zone = "" if not match["z"] else " %z" if match["z"].startswith(" ") else "%z"
    return f"{hour}:%M{':%S' if match['s'] else ''}{'.%f' if match['f'] else ''}{meridiem}{zone}"


def formats_of(form: str, named: bool = False) -> list[str]:
    """Formats that a skeleton allows; `named` where the column's name says that it holds dates.

    Examples
    --------
    >>> formats_of("<2>/<2>/<4> %H:%M"), formats_of("<3>-<4>")
    (['%m/%d/%Y %H:%M', '%d/%m/%Y %H:%M'], [])
    """
    key = _key(form)
    if not key:  # a time alone; durations look the same
        return [form] if "%I" in form or ("%H" in form and named) else []
    if key in _NAMED_ONLY and not (named or "'" in form):
        return []
    if key == "2 %b" and " " in form:  # 3 January, more often than January 2003
        return []
    made = []
    for order in _ORDERS.get(key, ()):
        codes = iter(order.split())
        made.append(re.sub(r"<\d+>|%b", lambda _: next(codes), form))  # noqa: B023
    return made


def _key(form: str) -> str:
    """Lengths of the numbers of a skeleton, and where its month's name stands."""
    return " ".join(s.strip("<>") for s in re.findall(r"<\d+>|%b", form))


def read_date_format(values: Sequence[str], named: bool = False) -> DateReading:
    """The format of distinct strings.

    Parameters
    ----------
    values : sequence of str
    named : bool
        Whether the column's name says that it holds dates.

    Examples
    --------
    >>> read_date_format(["10/25/2016", "1/4/2017"]).format
    '%m/%d/%Y'
    >>> read_date_format(["3/4/2016", "1/4/2017"]).choices
    ('%m/%d/%Y', '%d/%m/%Y')
    """
    stripped = [v.strip() for v in values]
    if all(map(_ISO.fullmatch, stripped)):
        return _settled(stripped, ["ISO8601"])
    named = named or (len(stripped) >= MANY_MONTHS and all(map(_MONTH.fullmatch, stripped)))
    for pattern, format_of in (
        (_WEEK, _week_format), (_QUARTER, _quarter_format), (_HALF, _half_format),
    ):  # fmt: skip
        matches = [pattern.fullmatch(v) for v in stripped]
        formats = {format_of(match) for match in matches if match is not None}
        if all(matches) and "" not in formats:
            return _settled(stripped, sorted(formats))
    forms = [skeleton(v) for v in stripped]
    by_form: dict[str, int] = {}
    for form in forms:
        by_form[form] = by_form.get(form, 0) + 1
    good = {form for form in by_form if form and formats_of(form, named)}
    likely = sum(by_form[form] for form in good) / len(forms)
    if not named and all(_key(form) in _WEAK for form in good):
        likely = 0.0
    if len(by_form) == 1 and good:
        form = forms[0]
        found = [f for f in formats_of(form, named) if not _is_doubtful(stripped, f, named)]
        if all(map(has_full_month, stripped)):
            found = [f.replace("%b", "%B") for f in found]
        reading = _settled(stripped, found)
        return reading if reading.format else reading._replace(likely=min(likely, reading.likely))
    if not good:
        return DateReading(likely=likely)
    usual = max(sorted(good), key=by_form.__getitem__)
    misfit = next(v for v, form in zip(stripped, forms, strict=True) if form != usual)
    return DateReading(likely=likely, misfit=misfit)


def find_likeness(values: Sequence[str]) -> str | None:
    """A format of strings that may be dates or times of day, and something else as well.

    Examples
    --------
    >>> find_likeness(["Jan-19", "Mar-20"]), find_likeness(["19h28", "7h05"])
    ('%b-%y', '%H:%M')
    """
    forms = {skeleton(v) for v in values}
    if len(forms) != 1 or not (_key(min(forms)) in _NAMED_ONLY or min(forms) == "%H:%M"):
        return None
    return read_date_format(values, named=True).format


def find_yearless(values: Sequence[str], named: bool) -> str | None:
    """The format of strings that may be days without a year.

    Examples
    --------
    >>> find_yearless(["31 Dec", "5 Jan"], False), find_yearless(["31/12", "5/1"], True)
    ('%d %b', '%d/%m')
    >>> find_yearless(["3-5", "2-1"], False) is None
    True
    """
    forms = {skeleton(v) for v in values}
    choices = _YEARLESS.get(min(forms), ()) if len(forms) == 1 else ()
    if len(choices) > 1 and not named and len(values) < _MANY_DAYS:
        return None
    fitting = [fmt for fmt in choices if not np.isnat(parse_dates(values, fmt)).any()]
    return fitting[0] if len(fitting) == 1 else None


def _settled(values: list[str], formats: list[str]) -> DateReading:
    """Which of `formats` reads all of `values`."""
    readings = {f: parse_dates(values, f) for f in formats}
    fitting = [f for f, read in readings.items() if not np.isnat(read).any()]
    fitting = [f for f in fitting if not _UNUSUAL.search(f)] or fitting
    if len(fitting) > 1:
        alike = all(np.array_equal(readings[f], readings[fitting[0]]) for f in fitting[1:])
        fitting = fitting[:1] if alike else _first_of_month(fitting, readings)
    if len(fitting) == 1:
        return DateReading(fitting[0], (), 1.0)
    if fitting:
        return DateReading(None, tuple(fitting), 1.0)
    if not readings:
        return DateReading()
    best = min(readings.values(), key=lambda read: int(np.isnat(read).sum()))
    return DateReading(likely=1.0, misfit=values[int(np.flatnonzero(np.isnat(best))[0])])


def _first_of_month(formats: list[str], readings: dict[str, np.ndarray]) -> list[str]:
    """The formats under which all dates lie on the first of a month, if there are any, else all."""
    first = []
    for f in formats:
        days = pd.DatetimeIndex(readings[f]).day
        months = pd.DatetimeIndex(readings[f]).month
        if (days == 1).all() and len(set(months)) > 1:
            first.append(f)
    return first or formats


def _is_doubtful(values: list[str], fmt: str, named: bool) -> bool:
    """Whether other things than dates are written like `fmt`: versions, seasons, scores."""
    if named:
        return False
    if fmt in ("%Y-%m", "%Y/%m"):  # seasons: 2010-11, 2011-12
        return all((int(v[:4]) + 1) % 100 == int(v[5:]) for v in values)
    if re.fullmatch(r"%[mdy][. ]%[md][. ]%[dy]", fmt):
        return not all(re.fullmatch(r"\d{2}.\d{2}.\d{2}", v) for v in values)
    return False


def _quarter_format(match: re.Match[str]) -> str:
    """The format of a quarter; "" where nothing says that it is one."""
    if match["year"]:
        year = "%Y" if len(match["year"]) == 4 else "%y"
        return f"{match['before']}{year}{match['between']}{match['sign']}%q"
    if bool(match["first"]) == bool(match["mark"]):
        return ""
    year = "%Y" if len(match["late"]) == 4 else "%y"
    return f"{match['first']}%q{match['mark']}{match['gap']}{year}"


def _half_format(match: re.Match[str]) -> str:
    if match["year"]:
        return f"%Y{match['between']}{match['sign']}%h"
    return f"{match['first']}%h{match['gap']}%Y"


def _week_format(match: re.Match[str]) -> str:
    if match["year"]:
        return f"%G{match['a']}{match['sign']}%V{'-%u' if match['day'] else ''}"
    return f"{match['first']}%V{match['b']}%G"
