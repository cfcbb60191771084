"""Numbers in strings: the one pattern that all values of a column are written in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from .clock_text import ClockPattern, find_clock
from .currencies import DECIMAL_POINT, is_currency
from .exponent_text import ExponentPattern, find_exponents
from .number_pattern import (
    MULTIPLIERS,
    SCALES,
    SEPARATORS,
    NumberPattern,
    Parts,
    body,
    singular,
    split_number,
)

#: "/5", "out of 10".
_FRACTION = re.compile(r"(?:/|of|out of|von|sur|de)\s?(\d+)")


class NumberReading(NamedTuple):
    """What was found out about strings as numbers.

    Attributes
    ----------
    pattern : NumberPattern, ClockPattern, ExponentPattern or None
        The one that reads all of them.
    likely : float
        Share of the values that are a number with something beside it.
    misfit : str or None
        A value that is none.
    is_guess : bool
        Whether the sign of thousands could be the decimal sign as well.
    has_leading_zeros : bool
        Whether they are digits that a number would damage, "007".
    units : tuple of str
        What stands beside the numbers, where every value is one, and these differ.
    """

    pattern: NumberPattern | ClockPattern | ExponentPattern | None = None
    likely: float = 0.0
    misfit: str | None = None
    is_guess: bool = False
    has_leading_zeros: bool = False
    units: tuple[str, ...] = ()


def read_number_pattern(values: Sequence[str]) -> NumberReading:
    """The pattern of distinct strings.

    Examples
    --------
    >>> str(read_number_pattern(["$1,200.50", "$3.00"]).pattern)
    '$1,234.56'
    >>> str(read_number_pattern(["3,5", "12"]).pattern)
    '1234,[5]'
    >>> read_number_pattern(["12 kg", "3 lb"]).pattern is None
    True
    """
    whole = find_clock(values) or find_exponents(values)
    if whole is not None:
        return NumberReading(whole, 1.0)
    parts = [split_number(v) for v in values]
    if len({p.suffix for p in parts if p and _FRACTION.match(p.suffix)}) > 1:
        parts = [None if p and _FRACTION.match(p.suffix) else p for p in parts]
    read = [p for p in parts if p is not None]
    styles = Counter((p.prefix, singular(p.suffix)) for p in read)
    likely = max(styles.values(), default=0) / len(parts)
    if _damages_zeros(read):
        return NumberReading(None, likely, has_leading_zeros=True)
    if len(read) < len(parts):
        return NumberReading(
            None, likely, misfit=next(v for v, p in zip(values, parts, strict=True) if p is None)
        )
    prefix, scales, unit = _common(read)
    if prefix is None or unit is None or _is_fraction(unit, read):
        units = tuple(sorted({f"{p.prefix}{singular(p.suffix)}" for p in read}))
        return NumberReading(None, likely, misfit=_odd_one(list(values), read), units=units)
    bodies = [p.body for p in read]
    fits = [pair for pair in SEPARATORS if _fits(bodies, *pair)]
    if not fits:
        return NumberReading(None, likely, misfit=_odd_one(list(values), read))
    thousands, decimal = _choose(fits, bodies, prefix or unit)
    decimals = [len(b.rpartition(decimal)[2]) if decimal in b else 0 for b in bodies]
    before = read[0].gaps[0] if prefix else ""
    after = next((p.gaps[1] for p in read if p.suffix), "")
    pattern = NumberPattern(
        f"{prefix}{before}", f"{after}{unit}" if unit else "", thousands, decimal, max(decimals),
        min(decimals) == max(decimals), scales, any(v.strip().startswith("(") for v in values),
    )  # fmt: skip
    return NumberReading(pattern, 1.0, is_guess=("", thousands) in fits and thousands != "")


def _choose(fits: list[tuple[str, str]], bodies: list[str], money: str) -> tuple[str, str]:
    """The signs of thousands and decimals. Money of countries that write a decimal comma has no
    thousandths: in "226.862 €" the point is the sign of thousands, in "1.859 €" it may not be."""
    grouped = (".", ",")
    if not is_currency(money) or money in DECIMAL_POINT or grouped not in fits:
        return fits[0]
    return grouped if any(body.find(".") > 1 for body in bodies) else fits[0]


def _damages_zeros(read: list[Parts]) -> bool:
    """Whether leading zeros are part of codes: digits alone, "007", or groups of one length,
    "012.345.678"."""
    bodies = [p.body for p in read if not p.prefix + p.suffix]
    if not bodies or len(bodies) < len(read) or not any(re.match(r"0\d", b) for b in bodies):
        return False
    grouped = all(re.fullmatch(r"\d+([. ]\d+){2,}", b) for b in bodies)
    return all(map(str.isdigit, bodies)) or (grouped and len({len(b) for b in bodies}) == 1)


def _fits(bodies: list[str], thousands: str, decimal: str) -> bool:
    """Whether all numbers are written with these signs.

    "0,123" is a decimal, unless another number shows that the comma is the sign of thousands.
    """
    if not all(map(body(thousands, decimal).fullmatch, bodies)):
        return False
    if not thousands or not any(re.match(rf"0\d*{re.escape(thousands)}", b) for b in bodies):
        return True
    return any(b.count(thousands) > 1 or (thousands in b and decimal in b) for b in bodies)


def _common(read: list[Parts]) -> tuple[str | None, tuple[str, ...], str | None]:
    """The prefix that all share, letters that multiply, and the unit that all share; None where
    there is no such one."""
    prefixes = {p.prefix for p in read}
    suffixes = sorted({p.suffix for p in read})
    prefix = prefixes.pop() if len(prefixes) == 1 else None
    multiplies = suffixes[0] in MULTIPLIERS
    if len({singular(s) for s in suffixes}) == 1 and not multiplies:
        return prefix, (), suffixes[-1]
    letters = [s for s in suffixes if s]
    if letters and all(s in SCALES for s in letters):
        return prefix, tuple(sorted(letters, key=lambda s: (SCALES[s], s))), ""
    return prefix, (), None


def _is_fraction(unit: str, read: list[Parts]) -> bool:
    """Whether numbers stand over the same one, "3/5", and some are larger: they are no marks out of
    it."""
    most = _FRACTION.fullmatch(unit)
    bodies = (p.body.replace(",", ".") for p in read)
    return most is not None and any(_number(b) > float(most[1]) for b in bodies)


def _number(body: str) -> float:
    return float(body) if body.count(".") <= 1 else np.inf


def _odd_one(values: list[str], read: list[Parts]) -> str:
    """A value that is written otherwise than most are."""
    styles = [(p.prefix, singular(p.suffix), bool(re.search(r"[.,]", p.body))) for p in read]
    usual = max(sorted(set(styles)), key=styles.count)
    return next((v for v, s in zip(values, styles, strict=True) if s != usual), values[0])


def parse_numbers(values: Sequence[str], fmt: str) -> np.ndarray:
    """Strings by a pattern, float64 (n,); NaN where one does not fit."""
    if fmt in ("1234", "1234.[5]"):
        series = pd.Series(list(values), dtype=object)
        read = pd.to_numeric(series, errors="coerce").to_numpy(np.float64)
        return np.where(np.isnan(read), pattern_of(fmt).parse(values), read)
    return pattern_of(fmt).parse(values)


def pattern_of(fmt: str) -> NumberPattern | ClockPattern | ExponentPattern:
    """The pattern of numbers or durations that a format says; SchemaError if it is none."""
    return ClockPattern.of(fmt) or ExponentPattern.of(fmt) or NumberPattern.of(fmt)
