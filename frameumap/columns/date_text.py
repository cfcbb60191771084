"""Dates in strings and whole numbers: the one format that reads all values of a column.

A value becomes a skeleton: its numbers by their lengths, its words by their `strptime` codes, the
rest as it is. "10/25/2016 7:05 PM" is ``<2>/<2>/<4> %I:%M %p``. Where all values share one
skeleton, each of the few formats that it allows is tried on all of them. One that fits, or several
that read every value alike, is the column's format. Several that differ leave it undecided: day or
month first is not guessed.

Formats are those of `strptime`, and "ISO8601", "%q" (quarter), "excel", "unix" and "unix_ms".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..errors import SchemaError
from .date_words import english, has_full_month, word_code

#: Formats that count from a day: unit and origin for `pandas.to_datetime`.
_COUNTS = {
    "excel": ("D", "1899-12-30"), "unix": ("s", "unix"), "unix_ms": ("ms", "unix"),
}  # fmt: skip
#: Formats that have no codes.
DATE_FORMATS = ("ISO8601", *_COUNTS)
_TIME = re.compile(
    r"(?<![\d:])(\d{1,2}):(\d{2})(?P<s>:\d{2})?(?P<f>\.\d{1,9})?(?P<p>\s?[AP]M)?(?P<z>\s?[+-]\d{2}:?\d{2})?(?![\d:])"
)
_QUARTER = re.compile(
    r"(?P<year>\d{4})(?P<a>[- ]?)Q[1-4]|Q[1-4](?P<b>[- /]?)(?P<late>\d{4})", re.IGNORECASE
)
_TOKEN = re.compile(
    r"(?P<code>%[A-Za-z])|(?P<digits>\d+)|(?P<word>[^\W\d_]+)|(?P<other>.)", re.DOTALL
)
#: Years of dates in compact numbers.
COMPACT_YEARS = (1800, 2199)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?)?")
_ISO_WEEK = re.compile(r"\d{4}-?W\d{2}")
#: Lengths of the numbers of a date -> the orders in which its parts may stand.
_ORDERS = {
    "2 2 4": ("%m %d %Y", "%d %m %Y"), "4 2 2": ("%Y %m %d", "%Y %d %m"),
    "2 2 2": ("%m %d %y", "%d %m %y", "%y %m %d"),
    "2 %b 4": ("%d %b %Y",), "%b 2 4": ("%b %d %Y",), "4 %b 2": ("%Y %b %d",),
    "2 %b 2": ("%d %b %y", "%y %b %d"), "%b 2 2": ("%b %d %y",),
    "%b 4": ("%b %Y",), "4 %b": ("%Y %b",),
    "%b 2": ("%b %y",), "4 2": ("%Y %m",), "2 4": ("%m %Y",), "8": ("%Y%m%d", "%m%d%Y", "%d%m%Y"),
    "14": ("%Y%m%d%H%M%S",), "12": ("%Y%m%d%H%M",), "6": ("%Y%m",), "8 4": ("%Y%m%d %H%M",),
    "8 6": ("%Y%m%d %H%M%S",),
}  # fmt: skip
#: Orders that a version, a season, a score or a duration has too: only where the column's name says
#: date.
_NAMED_ONLY = ("%b 2", "6")
#: Orders that much else has too: worth telling only under such a name, unless they fit.
_WEAK = ("4 2", "2 4", "8", "12", "14")
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
    parts = []
    for token in _TOKEN.finditer(text):
        if token["digits"]:
            length = len(token["digits"])
            parts.append(f"<{2 if length == 1 else length}>")
        elif token["word"] and token["word"] != "T":
            code = word_code(token["word"])
            if code is None:
                return ""
            parts.append(code)
        else:
            parts.append(token[0])
    return "".join(parts)


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
    if key in _NAMED_ONLY and not named:
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
    if all(map(_ISO_WEEK.fullmatch, stripped)):
        return _settled(stripped, ["%G-W%V" if "-" in stripped[0] else "%GW%V"])
    if all(map(_QUARTER.fullmatch, stripped)):
        return _settled(stripped, sorted({_quarter_format(v) for v in stripped}))
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


def _quarter_format(value: str) -> str:
    match = _QUARTER.fullmatch(value)
    assert match is not None
    return f"%Y{match['a']}Q%q" if match["year"] else f"Q%q{match['b']}%Y"


def parse_dates(values: Sequence[str], fmt: str) -> np.ndarray:
    """Strings by a format, datetime64[us] in UTC (n,); NaT where one does not fit.

    Examples
    --------
    >>> parse_dates(["Q3 2014", "Q1 2015"], "Q%q %Y").astype(str).tolist()
    ['2014-07-01T00:00:00.000000', '2015-01-01T00:00:00.000000']
    """
    series = pd.Series(list(values), dtype=object)
    if fmt in _COUNTS:
        unit, origin = _COUNTS[fmt]
        counted = pd.to_numeric(series, errors="coerce")
        read = pd.to_datetime(counted, unit=unit, origin=origin, errors="coerce")
        return read.dt.tz_localize(None).to_numpy("datetime64[us]")
    if fmt == "ISO8601":
        read = pd.to_datetime(series, format=fmt, errors="coerce", utc=True)
        return read.dt.tz_localize(None).to_numpy("datetime64[us]")
    if "%q" in fmt:
        number = dict(zip("1234", ("01", "04", "07", "10"), strict=True))
        series = series.str.replace(r"[Qq]([1-4])", lambda m: f"Q{number[m[1]]}", regex=True)
        fmt = fmt.replace("%q", "%m")
    elif "%V" in fmt:
        series, fmt = series.str.strip() + "-1", f"{fmt}-%u"
    elif re.search("%[bBpzaA]", fmt):
        series = series.map(english)
        fmt = fmt.replace("%B", "%b")
    if fmt in ("%m%d%Y", "%d%m%Y"):  # a number has lost its leading zero
        series = series.str.strip().str.zfill(8)
    read = pd.to_datetime(series.str.strip(), format=fmt, errors="coerce", utc=True)
    if "%Y%m" in fmt or fmt in ("%m%d%Y", "%d%m%Y"):  # a number that happens to fit
        read = read.where(read.dt.year.between(*COMPACT_YEARS))
    return read.dt.tz_localize(None).to_numpy("datetime64[us]")


def undecided(values: Sequence[str], choices: Sequence[str]) -> str:
    """The first of the strings that the formats read differently.

    Examples
    --------
    >>> undecided(["1/1/2020", "1/2/2020"], ["%d/%m/%Y", "%m/%d/%Y"])
    '1/2/2020'
    """
    readings = np.stack([parse_dates(values, choice) for choice in choices])
    return values[int((readings != readings[0]).any(axis=0).argmax())]


def is_time(fmt: str) -> bool:
    """Whether a format holds a time of day and no date."""
    return "%" in fmt and not any(
        code in fmt for code in ("%Y", "%y", "%G", "%d", "%m", "%b", "%B")
    )


def check_date_format(fmt: str, where: str) -> None:
    """Raise SchemaError unless `fmt` is a format of dates or times."""
    if "%" not in fmt and fmt not in DATE_FORMATS:
        raise SchemaError(
            f"{where}: a format of dates is written with the codes of strptime, e.g. '%d/%m/%Y', "
            f"or is one of {', '.join(DATE_FORMATS)}; got {fmt!r}"
        )


def write_dates(dates: np.ndarray, fmt: str) -> list[str | float]:
    """Strings, or numbers for "excel", "unix" and "unix_ms", of datetime64; `parse_dates` reads
    them.

    Examples
    --------
    >>> write_dates(np.array(["2014-07-01"], "datetime64[us]"), "Q%q %Y")
    ['Q3 2014']
    """
    index = pd.DatetimeIndex(dates)
    if fmt in _COUNTS:
        unit, origin = _COUNTS[fmt]
        start = pd.Timestamp(0) if origin == "unix" else pd.Timestamp(origin)
        return list((index - start) / pd.Timedelta(1, unit=unit))
    if fmt == "ISO8601":
        whole = bool((index == index.normalize()).all())
        return [when.date().isoformat() if whole else when.isoformat() for when in index]
    if "%q" in fmt:
        return [when.strftime(fmt.replace("%q", str(when.quarter))) for when in index]
    return list(index.tz_localize("UTC").strftime(fmt))
