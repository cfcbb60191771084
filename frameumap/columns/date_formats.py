"""Formats of dates: strings and numbers read by them, and written again.

Formats are those of `strptime`, and "ISO8601", "%q" (quarter), "%h" (half of a year), "excel",
"unix", "unix_ms", "unix_us" and "unix_ns".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..errors import SchemaError
from .date_words import english

#: Formats that count: from when, and the seconds of a step.
_COUNTS = {
    "excel": ("1899-12-30", 86_400.0),
    "unix": ("1970-01-01", 1.0),
    "unix_ms": ("1970-01-01", 1e-3),
    "unix_us": ("1970-01-01", 1e-6),
    "unix_ns": ("1970-01-01", 1e-9),
}
#: Formats that have no codes.
DATE_FORMATS = ("ISO8601", *_COUNTS)
#: Years of dates in compact numbers.
COMPACT_YEARS = (1800, 2199)


def parse_dates(values: Sequence[str], fmt: str) -> np.ndarray:
    """Strings by a format, datetime64[us] in UTC (n,); NaT where one does not fit.

    Examples
    --------
    >>> parse_dates(["Q3 2014", "Q1 2015"], "Q%q %Y").astype(str).tolist()
    ['2014-07-01T00:00:00.000000', '2015-01-01T00:00:00.000000']
    """
    series = pd.Series(list(values), dtype=object)
    if fmt in _COUNTS:
        start, step = _COUNTS[fmt]
        ticks = pd.to_numeric(series, errors="coerce").to_numpy(np.float64) * step * 1e6
        known = np.abs(ticks) < 2**62
        dates = np.datetime64(start, "us") + np.where(known, ticks, 0).round().astype(
            "timedelta64[us]"
        )
        return np.where(known, dates, np.datetime64("NaT", "us"))
    if fmt == "ISO8601":
        read = pd.to_datetime(series, format=fmt, errors="coerce", utc=True)
        return read.dt.tz_localize(None).to_numpy("datetime64[us]")
    series = series.str.strip()
    if "%q" in fmt or "%h" in fmt:
        return _parse_parts_of_years(series, fmt)
    if "%V" in fmt and "%u" not in fmt:
        series, fmt = series + "-1", f"{fmt}-%u"
    elif re.search("%[bBpzaA]", fmt):
        series = series.map(english)
        fmt = fmt.replace("%B", "%b")
    if "%d" in fmt and not re.search("%[YyG]", fmt):  # a day of any year: of one with a 29 February
        series, fmt = series + " 2000", f"{fmt} %Y"
    if fmt in ("%m%d%Y", "%d%m%Y"):  # a number has lost its leading zero
        series = series.str.zfill(8)
    read = pd.to_datetime(series, format=fmt, errors="coerce", utc=True).dt.as_unit("us")
    other = read.isna() & series.str.contains(r"[^\W\d_]|,|\s\s", regex=True)
    if other.any():
        plain = series[other].map(english)
        again = pd.to_datetime(plain, format=fmt, errors="coerce", utc=True).dt.as_unit("us")
        read = read.fillna(again)
    if "%Y%m" in fmt or fmt in ("%m%d%Y", "%d%m%Y"):  # a number that happens to fit
        read = read.where(read.dt.year.between(*COMPACT_YEARS))
    return read.dt.tz_localize(None).to_numpy("datetime64[us]")


def _parse_parts_of_years(series: pd.Series, fmt: str) -> np.ndarray:
    """First days of quarters and halves, datetime64[us]."""
    pattern, months = re.escape(fmt), 3 if "%q" in fmt else 6
    for code, digits in (
        ("%q", "(?P<part>[1-4])"), ("%h", "(?P<part>[12])"), ("%Y", r"(?P<Y>\d{4})"),
        ("%y", r"(?P<Y>\d{2})"),
    ):  # fmt: skip
        pattern = pattern.replace(re.escape(code), digits)
    found = series.str.extract(rf"(?i)^{pattern}$")
    month = (pd.to_numeric(found["part"]) - 1) * months + 1
    text = found["Y"] + "-" + month.map("{:.0f}".format, na_action="ignore")
    year = "%Y" if "%Y" in fmt else "%y"
    return pd.to_datetime(text, format=f"{year}-%m", errors="coerce").to_numpy("datetime64[us]")


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
        start, step = _COUNTS[fmt]
        since = dates.astype("datetime64[us]") - np.datetime64(start, "us")
        return list(since / np.timedelta64(1_000_000, "us") / step)
    if fmt == "ISO8601":
        whole = bool((index == index.normalize()).all())
        return [when.date().isoformat() if whole else when.isoformat() for when in index]
    if "%q" in fmt:
        return [when.strftime(fmt.replace("%q", str(when.quarter))) for when in index]
    if "%h" in fmt:
        return [when.strftime(fmt.replace("%h", str(1 + when.month // 7))) for when in index]
    return list(index.tz_localize("UTC").strftime(fmt))


def moment_text(moment: np.datetime64) -> str:
    """A date, with the time of day where there is one, in any year: those of Python end at 9999.

    Examples
    --------
    >>> moment_text(np.datetime64("2014-07-01T12:30")), moment_text(np.datetime64("-0300-01-01"))
    ('2014-07-01 12:30', '-300-01-01')
    """
    day, minute = moment.astype("datetime64[D]"), moment.astype("datetime64[m]")
    return str(day if day == moment else minute).replace("T", " ")
