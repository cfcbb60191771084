"""Patterns of numbers in strings.

A pattern is written as the number 1,234.56 would be: "$1,234.56", "1.234,5 kg", "1234%". Decimals
in brackets need not be there: "1,234.[56]". "{k,M}" stands for a letter that multiplies. A pattern
reads a string and writes it again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..errors import SchemaError
from .currencies import is_currency
from .date_words import MONTHS

#: Letters that multiply, in their common spellings.
SCALES = {
    "k": 1e3, "K": 1e3, "M": 1e6, "m": 1e6, "mn": 1e6, "Mn": 1e6, "mio": 1e6, "Mio": 1e6,
    "B": 1e9, "b": 1e9, "bn": 1e9, "Bn": 1e9, "G": 1e9, "T": 1e12, "thousand": 1e3, "million": 1e6,
    "billion": 1e9, "trillion": 1e12,
    "kB": 1e3, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
}  # fmt: skip
#: Those that multiply where all numbers have the same; the others may be units.
MULTIPLIERS = frozenset(
    ["k", "K", "M", "B", "bn", "mn", "thousand", "million", "billion", "trillion"]
)
#: What stands before a number that is not exact.
_ROUNDED = frozenset(["~", "≈", "±", "ca", "ca."])
_PARTS = re.compile(
    r"(?P<open>\()?(?P<sign>[-+−]?)\s?(?P<prefix>(?:[^\d\s.,()+−-]{1,4}?\.??)?)(?P<gap>\s?)(?P<late>[-+−]?)"
    r"(?P<body>\.?\d(?:[\d.,'’ \u00a0\u202f]*\d)?)"
    r"(?P<suffix>\.?\s?[^\d\s().,/][^\d()]{0,14}?|\s?(?:/|of|out of|von|sur|de)\s?\d{1,3})?"
    r"(?P<close>\))?\s*"
)
#: (thousands, decimal), tried in this order.
SEPARATORS = (
    ("", "."), (",", "."), (" ", "."), ("'", "."), ("’", "."), ("", ","), (".", ","), (" ", ","),
    ("\u00a0", ","), ("\u202f", ","), ("\u00a0", "."), ("\u202f", "."),
)  # fmt: skip
_TEMPLATE = re.compile(
    r"(?P<open>\()?(?P<prefix>.*?)1(?P<thousands>\D?)234(?:(?P<decimal>[.,])(?P<decimals>\d+|\[\d+\]))?"
    r"(?P<rest>.*?)(?P<close>\))?",
    re.DOTALL,
)


@dataclass(frozen=True)
class NumberPattern:
    """How numbers are written.

    Attributes
    ----------
    prefix, suffix : str
        What stands before and after every number, with its blank.
    thousands, decimal : str
    decimals : int
        Most digits after the decimal sign.
    is_fixed : bool
        Whether all numbers have that many.
    scales : tuple of str
        Letters of `SCALES` that may stand before the suffix.
    in_brackets : bool
        Whether negative numbers stand in brackets.
    """

    prefix: str = ""
    suffix: str = ""
    thousands: str = ""
    decimal: str = "."
    decimals: int = 0
    is_fixed: bool = True
    scales: tuple[str, ...] = ()
    in_brackets: bool = False

    def __str__(self) -> str:
        digits = "".join("567890"[i % 6] for i in range(self.decimals))
        part = (
            f"{self.decimal}{digits if self.is_fixed else f'[{digits}]'}" if self.decimals else ""
        )
        scale = f"{{{','.join(self.scales)}}}" if self.scales else ""
        text = f"{self.prefix}1{self.thousands}234{part}{scale}{self.suffix}"
        return f"({text})" if self.in_brackets else text

    @classmethod
    def of(cls, text: str) -> NumberPattern:
        """The pattern that `str` wrote.

        Raises
        ------
        SchemaError
            If the number 1234 is not in it.

        Examples
        --------
        >>> NumberPattern.of("$1,234.56").parse(["$12,000.50", "$3.00"]).tolist()
        [12000.5, 3.0]
        """
        match = _TEMPLATE.fullmatch(text)
        if match is None:
            raise SchemaError(
                f"a format of numbers is written as 1,234.5 would be, e.g. '$1,234.56' or "
                f"'1234,5 kg'; got {text!r}"
            )
        rest: str = match["rest"]
        scales: tuple[str, ...] = ()
        if rest.startswith("{"):
            letters, _, rest = rest[1:].partition("}")
            scales = tuple(letters.split(","))
            for letter in scales:
                if letter not in SCALES:
                    raise SchemaError(
                        f"format {text!r}: {letter!r} is no scale; there are {', '.join(SCALES)}"
                    )
        digits = match["decimals"] or ""
        return cls(
            match["prefix"], rest, match["thousands"], match["decimal"] or ".",
            len(digits.strip("[]")), not digits.startswith("["), scales, match["open"] is not None,
        )  # fmt: skip

    def parse(self, values: Sequence[str]) -> np.ndarray:
        """Numbers of strings, float64 (n,); NaN where one does not fit."""
        import pyarrow as pa
        import pyarrow.compute as pc

        found = pc.extract_regex(pa.array(list(values), pa.string()), self._regex())
        body = pc.struct_field(found, "body")
        if self.thousands:
            body = pc.replace_substring(body, self.thousands, "")
        numbers = pc.cast(pc.replace_substring(body, self.decimal, "."), pa.float64())
        read = numbers.to_numpy(zero_copy_only=False).astype(np.float64)
        for letter in self.scales:
            held = pc.equal(pc.struct_field(found, "scale"), letter).fill_null(False)
            read = np.where(held.to_numpy(zero_copy_only=False), read * SCALES[letter], read)
        signs = pc.binary_join_element_wise(
            *(pc.struct_field(found, f) for f in ("sign", "late", "open", "after")), ""
        )
        negative = pc.match_substring_regex(signs, r"[-−(]").fill_null(False)
        return np.where(negative.to_numpy(zero_copy_only=False), -read, read)

    def _regex(self) -> str:
        """For RE2: groups open, sign, late, body and scale."""
        prefix, suffix = _escaped(self.prefix.strip()), self.suffix.strip()
        unit = _escaped(singular(suffix)) + ("s?" if suffix and suffix[-1].isalpha() else "")
        letters = "|".join([*sorted(self.scales, key=len, reverse=True), ""])
        return (
            rf"^\s*(?P<open>\(?)(?P<sign>[-+−]?)\s?{prefix}\s?(?P<late>[-+−]?)"
            rf"(?P<body>{body(self.thousands, self.decimal).pattern})\s*"
            rf"(?P<scale>{letters})\s*(?P<after>[-−]?){unit}\)?\s*$"
        )

    def write(self, numbers: Sequence[float] | np.ndarray) -> list[str]:
        """Strings that `parse` reads."""
        return [self._write(float(number)) for number in numbers]

    def _write(self, number: float) -> str:
        size = abs(number)
        letter = ""
        fitting = [s for s in self.scales if size >= SCALES[s]]
        if fitting:
            letter = max(fitting, key=SCALES.__getitem__)
            size /= SCALES[letter]
        text = f"{size:,.{self.decimals}f}"
        if not self.is_fixed and "." in text:
            text = text.rstrip("0").rstrip(".")
        text = text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands)
        text = f"{self.prefix}{text}{letter}{self.suffix}"
        if number >= 0:
            return text
        return f"({text})" if self.in_brackets else f"-{text}"


class Parts(NamedTuple):
    """A number in a string, taken apart."""

    is_negative: bool
    prefix: str
    body: str
    suffix: str
    gaps: tuple[str, str]


def split_number(value: str) -> Parts | None:
    """Sign, prefix, digits and suffix of a string; None where it is not one number.

    Examples
    --------
    >>> split_number("-$1,200.50")[:4], split_number("90 min")[:4], split_number("E10")
    ((True, '$', '1,200.50', ''), (False, '', '90', 'min'), None)
    """
    match = _PARTS.fullmatch(value.strip())
    if not value.isascii() and any(c.isdecimal() and not c.isascii() for c in value):
        return None  # digits of other scripts
    if match is None or (match["open"] is None) != (match["close"] is None):
        return None
    prefix, suffix = match["prefix"], match["suffix"] or ""
    if prefix and prefix not in _ROUNDED and not is_currency(prefix):
        return None
    if not _BODIES.fullmatch(match["body"]):
        return None
    if suffix.strip(" .").lower() in MONTHS:  # "12 Jun" is half a date
        return None
    after = suffix if suffix in ("-", "−") else ""  # as some ledgers write it
    sign = f"{match['sign']}{match['late']}{after}"
    if len(sign) > 1:
        return None
    suffix = suffix.removesuffix(after) if after else suffix
    blank = re.match(r"\s*", suffix)
    assert blank is not None
    return Parts(
        sign in ("-", "−") or match["open"] is not None, prefix, match["body"], suffix.strip(),
        (match["gap"] if prefix else "", blank[0]),
    )  # fmt: skip


def singular(unit: str) -> str:
    """A unit without the s of its plural."""
    return unit[:-1] if len(unit) > 2 and unit.endswith("s") and unit[-2].isalpha() else unit


def body(thousands: str, decimal: str) -> re.Pattern[str]:
    """Digits with a decimal sign, in groups of three (or of two, as in India) where there is a sign
    for thousands."""
    whole = r"\d+"
    if thousands:
        t = re.escape(thousands)
        groups = rf"\d{{1,3}}(?:{t}\d{{3}})+"
        lakhs = rf"\d{{1,2}}(?:{t}\d{{2}})+{t}\d{{3}}"
        whole = (
            rf"(?:{groups}|{lakhs}|\d{{1,3}})" if thousands == "," else rf"(?:{groups}|\d{{1,3}})"
        )
    d = re.escape(decimal)
    return re.compile(rf"{whole}(?:{d}\d+)?|{d}\d+")


_BODIES = re.compile("|".join(body(*pair).pattern for pair in SEPARATORS))


def _escaped(text: str) -> str:
    """The string as a regular expression of RE2, which takes no escaped letters or blanks."""
    return re.sub(r"([.^$*+?()\[\]{}|\\])", r"\\\1", text)
