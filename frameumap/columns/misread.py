"""What is told of strings that look like something else: what it may be, and the line that makes it
so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .date_formats import is_time, undecided
from .date_text import find_likeness, find_yearless
from .names import says_code, says_date
from .shapes import find_place, split_line

if TYPE_CHECKING:
    from .string_facts import StringFacts

#: Signs before a number that is a limit.
LIMITS = "<>≤≥= "


def tell_misread(f: StringFacts) -> tuple[str, ...]:
    """Warnings about strings that look like something else."""
    if f.values != "string":
        return ()
    if f.misread_dates:
        return (_ways(f),)
    reading = f.number_pattern
    if reading.has_leading_zeros:
        return ("digits with leading zeros: kept as codes",)
    if f.is_duration and reading.pattern is None:
        own = f"df[{f.name!r}]"
        return (f"durations; to read them: {own} = pandas.to_timedelta({own})",)
    if limits := _limits(f):
        return limits
    if f.has_units:
        units = ", ".join(map(repr, reading.units))
        split = f"df[{f.name!r}].str.extract(r'^([^\\d]*[\\d.,]+)\\s*(.*)$')"
        names = [f"{f.name} number", f"{f.name} unit"]
        return (f"numbers in several units ({units}); to split them: df[{names!r}] = {split}",)
    if reading.pattern is None and reading.likely >= 0.5 and reading.misfit is not None:
        told = f"most look like numbers, but {reading.misfit!r} is not written as they are"
        return (f"{told}; {_mend(reading.misfit)}",)
    return tell_dates(f) or _numbers(f)


def _limits(f: StringFacts) -> tuple[str, ...]:
    """A warning where some numbers are limits, "<5"."""
    misfit = f.number_pattern.misfit
    if misfit is None or not misfit.strip() or misfit[0] not in LIMITS:
        return ()
    plain = pd.Series([v.lstrip(LIMITS) for v in f.strings])
    if pd.to_numeric(plain, errors="coerce").isna().any():
        return ()
    own = f"df[{f.name!r}]"
    line = f"{own} = pandas.to_numeric({own}.str.lstrip({LIMITS!r}))"
    return (f"limits such as {misfit!r} are no numbers; to read them as such: {line}",)


def tell_dates(f: StringFacts) -> tuple[str, ...]:
    """A warning where strings that are not read as dates may be some."""
    likeness = None if f.dates.format else find_likeness(f.strings)
    if likeness and is_time(likeness):
        return (f"may be times of day; then: schema[{f.name!r}] = 'time'",)
    if likeness:
        declared = f"frameumap.datetime(format={likeness!r})"
        return (f"may be dates; then: schema[{f.name!r}] = {declared}",)
    yearless = None if f.dates.format else find_yearless(f.strings, f.named_date)
    if yearless:
        declared = f"frameumap.datetime('season', format={yearless!r})"
        told = "may be days without a year; then, by their place in the year"
        return (f"{told}: schema[{f.name!r}] = {declared}",)
    if says_date(f.name) and f.dates.format is None:
        return (f"the name says date, but {f.example!r} is none that is known",)
    return ()


def _mend(misfit: str) -> str:
    """What to do about a value that is not written as the others are."""
    if any(c in "123456789" for c in misfit):
        return "mend it, or make it a gap"
    return f"if it stands for a gap: df = df.replace({misfit!r}, None)"


def _numbers(f: StringFacts) -> tuple[str, ...]:
    """A warning where strings hold numbers in one shape, and nothing reads them."""
    if f.shape is None or says_code(f.name):
        return ()
    place = find_place(f.strings, f.shape)
    if place is not None:
        names = [f"{f.name} {('lat', 'lon')[at]}" for at in place]
        line = split_line(f.name, f.shape, names)
        return (f"each holds a latitude and a longitude; to compare them: {line}",)
    count = f.shape.count("0")
    what = "a number" if count == 1 else f"{count} numbers"
    return (f"each holds {what}; to compare them: {split_line(f.name, f.shape)}",)


def _ways(f: StringFacts) -> str:
    choices = f.dates.choices
    if choices:
        ways = " or ".join(
            f"schema[{f.name!r}] = frameumap.datetime(format={choice!r})" for choice in choices
        )
        odd = undecided(f.strings, choices)
        return f"dates, but is the day or the month first in {odd!r}? Say: {ways}"
    return (
        f"strings that look like dates, but {f.dates.misfit!r} is not written as the others "
        f"are; {_mend(f.dates.misfit or '')}"
    )
