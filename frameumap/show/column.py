"""`Column`: one column as codes and levels, and its values as text."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..columns.date_formats import moment_text

#: Characters of a value or name that are shown.
LONGEST = 400
#: Forms whose levels are float64 numbers in ascending order.
ORDERED = ("number", "date", "cycle")


@dataclass(frozen=True)
class Column:
    """One column, every row a code.

    Attributes
    ----------
    key : Hashable
        Its name in the frame.
    name : str
        Its name as text; distinct among the columns of one call.
    kind, group : str
        As in the schema; "" for a column that took no part.
    form : {"number", "date", "cycle", "grades", "levels", "items"}
        Ordered numbers, seconds since 1970, numbers on a circle, levels in order, levels without,
        or sets of members.
    codes : int32 (n,)
        Level of every row, -1 for a gap.
    levels : float64 array, list of str, or (items) list of tuple of str
        Every level occurs.
    period : float
        Of a cycle.
    whole : bool
        Whether the numbers are integers.
    """

    key: Hashable
    name: str
    kind: str
    group: str
    form: str
    codes: np.ndarray
    levels: Any
    period: float = 0.0
    whole: bool = False

    @property
    def counts(self) -> np.ndarray:
        """Rows of each level, int64."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    @property
    def gaps(self) -> int:
        """Rows without a value."""
        return int((self.codes < 0).sum())

    def texts(self) -> list[str]:
        """Every level as text."""
        if self.form == "items":
            return [shown(", ".join(level) or "(none)") for level in self.levels]
        if self.form == "date":
            return [date_text(second) for second in self.levels]
        if self.form in ORDERED:
            return [number_text(value, self.whole) for value in self.levels]
        return list(self.levels)

    def text(self, row: int) -> str:
        """The value of one row as text; "" for a gap."""
        code = int(self.codes[row])
        if code < 0:
            return ""
        one = self.levels[code : code + 1]
        return Column(self.key, self.name, "", "", self.form, self.codes[:0], one).texts()[0]


def shown(value: Any, longest: int = LONGEST) -> str:
    """A value as text, cut where it is very long."""
    text = value if isinstance(value, str) else str(value)
    text = text.encode("utf-8", "replace").decode()  # lone surrogates have no UTF-8
    return text if len(text) <= longest else f"{text[:longest]}… ({len(text):,} characters)"


def number_text(value: float, whole: bool = False) -> str:
    """A number with at most six significant digits; thousands are set apart from 10,000 on, so that
    a year reads as one.

    Examples
    --------
    >>> number_text(2018), number_text(20180), number_text(1234.5678)
    ('2018', '20,180', '1234.57')
    """
    apart = "," if abs(value) >= 10_000 else ""
    if whole or (float(value).is_integer() and abs(value) < 1e15):
        return f"{round(value):{apart}}"
    return f"{value:{apart}.6g}" if 1e-4 <= abs(value) < 1e6 else f"{value:.6g}"


def brief_number(value: float, significant: int = 3) -> str:
    """A number with few significant digits, for scales; whole ones below 10,000 in full."""
    if value == 0 or not np.isfinite(value) or not 1e-3 <= abs(value) < 1e13:
        return f"{value + 0.0:.{significant}g}"
    if abs(value) < 10_000 and float(value).is_integer():
        return f"{value:.0f}"
    digits = significant - 1 - int(np.floor(np.log10(abs(value))))
    apart = "," if abs(value) >= 10_000 else ""
    text = f"{round(value, digits):{apart}.{max(0, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def brief_numbers(values: Sequence[float]) -> list[str]:
    """Numbers with as many digits, three or more, as tell them apart.

    Examples
    --------
    >>> brief_numbers([12345.0, 12346.5, 20000.0]), brief_numbers([2017, 2018])
    (['12,340', '12,350', '20,000'], ['2017', '2018'])
    """
    texts: list[str] = []
    for significant in range(3, 8):
        texts = [brief_number(float(v), significant) for v in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def date_text(second: float) -> str:
    """Seconds since 1970 as a date, with the time of day where there is one."""
    try:
        return moment_text(np.datetime64(round(float(second)), "s"))
    except OverflowError:
        return number_text(second)
