"""Durations in strings, "1:23:45" or "12:34.5": the last part counts seconds or minutes, those
before it sixties."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

_CLOCK = re.compile(r"(-?)(\d+)((?::[0-5]\d){1,2})(\.\d+)?")
_TEMPLATE = re.compile(r"1(:23(?::45)?)(?:\.(\d+))?")


@dataclass(frozen=True)
class ClockPattern:
    """How durations are written: with one colon or two, and so many decimals."""

    colons: int = 2
    decimals: int = 0
    prefix: ClassVar[str] = ""
    suffix: ClassVar[str] = ""
    scales: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        text = "1:23:45" if self.colons == 2 else "1:23"
        return f"{text}.{'6789'[: self.decimals]}" if self.decimals else text

    @classmethod
    def of(cls, text: str) -> ClockPattern | None:
        """The pattern that `str` wrote; None if it is none."""
        match = _TEMPLATE.fullmatch(text)
        return None if match is None else cls(match[1].count(":"), len(match[2] or ""))

    def parse(self, values: Sequence[str]) -> np.ndarray:
        """Numbers of the last unit, float64 (n,); NaN where one does not fit.

        Examples
        --------
        >>> ClockPattern(2).parse(["1:00:05", "5:30"]).tolist()
        [3605.0, nan]
        """
        return np.array([self._parse(v.strip()) for v in values], np.float64)

    def _parse(self, value: str) -> float:
        match = _CLOCK.fullmatch(value)
        if match is None or match[3].count(":") != self.colons:
            return np.nan
        total = float(match[2])
        for part in match[3][1:].split(":"):
            total = 60 * total + float(part)
        total += float(match[4] or 0)
        return -total if match[1] else total

    def write(self, numbers: Sequence[float] | np.ndarray) -> list[str]:
        """Strings that `parse` reads."""
        return [self._write(float(number)) for number in numbers]

    def _write(self, number: float) -> str:
        ticks = round(abs(number) * 10**self.decimals)
        whole, rest = divmod(ticks, 10**self.decimals)
        parts = []
        for _ in range(self.colons):
            whole, part = divmod(whole, 60)
            parts.append(f"{part:02d}")
        text = ":".join([str(whole), *reversed(parts)])
        fraction = f".{rest:0{self.decimals}d}" if self.decimals else ""
        return f"{'-' if number < 0 else ''}{text}{fraction}"


def find_clock(values: Sequence[str]) -> ClockPattern | None:
    """The pattern of durations that reads all strings.

    Examples
    --------
    >>> str(find_clock(["38:31:00", "9:00:05"])), str(find_clock(["1:24.5", "0:59.9"]))
    ('1:23:45', '1:23.6')
    >>> find_clock(["1:2"]) is None
    True
    """
    matches = [_CLOCK.fullmatch(v.strip()) for v in values]
    if not all(matches):
        return None
    found = [m for m in matches if m is not None]
    colons = {m[3].count(":") for m in found}
    if len(colons) > 1:
        return None
    return ClockPattern(colons.pop(), max(min(4, len(m[4] or " ") - 1) for m in found))
