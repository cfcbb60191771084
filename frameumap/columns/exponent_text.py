"""Numbers with a power of ten in strings, "8.44e+03"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?P<power>[eE][-+]?\d{1,3})?")
_TEMPLATE = "1.234e+03"


@dataclass(frozen=True)
class ExponentPattern:
    """How numbers with a power of ten are written; those without one are read, too."""

    prefix: ClassVar[str] = ""
    suffix: ClassVar[str] = ""
    scales: ClassVar[tuple[str, ...]] = ()

    def __str__(self) -> str:
        return _TEMPLATE

    @classmethod
    def of(cls, text: str) -> ExponentPattern | None:
        """The pattern that `str` wrote; None if it is none."""
        return cls() if text == _TEMPLATE else None

    def parse(self, values: Sequence[str]) -> np.ndarray:
        """Numbers of strings, float64 (n,); NaN where one does not fit.

        Examples
        --------
        >>> ExponentPattern().parse(["8.44e+03", "7", "nan", "a"]).tolist()
        [8440.0, 7.0, nan, nan]
        """
        read = [v if _NUMBER.fullmatch(v.strip()) else None for v in values]
        return pd.to_numeric(pd.Series(read, dtype=object)).to_numpy(np.float64)

    def write(self, numbers: Sequence[float] | np.ndarray) -> list[str]:
        """Strings that `parse` reads."""
        return [repr(float(number)) for number in numbers]


def find_exponents(values: Sequence[str]) -> ExponentPattern | None:
    """The pattern, where it reads all strings and at least half of them have a power of ten.

    Examples
    --------
    >>> str(find_exponents(["8.44e+03", "1E-5", "3"])), find_exponents(["8", "9"])
    ('1.234e+03', None)
    >>> find_exponents(["1E5", "2F7"]) is None
    True
    """
    matches = [_NUMBER.fullmatch(v.strip()) for v in values]
    powers = sum(m is not None and m["power"] is not None for m in matches)
    return ExponentPattern() if all(matches) and 2 * powers >= len(values) > 0 else None
