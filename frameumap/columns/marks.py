"""Marks of gaps: words and signs that stand for no value, and numbers far from all others."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

#: What programs write where there is no value.
ERRORS = frozenset(
    ["#null!", "#n/a", "#na", "#nv", "#div/0!", "#value!", "#ref!", "#name?", "#num!"]
)
#: What people write there besides.
MARKS = ERRORS | frozenset(
    ["", "n/a", "na", "nan", "null", "(null)", "<na>", "-", "--", "---", "–", "—", "?", ".", "..",
     "...", "n.a.", "n.d.", "s/d", "k.a.", "k. a.", "keine angabe", "not available", "sin dato",
     "non disponible", "missing"]
)  # fmt: skip
#: The last day of the calendar.
_NEVER = re.compile(r"9999-12-31|(?:31\D12|12\D31)\D9999")
#: Numbers that are used for none.
_NUMBERS = frozenset(
    sign * float(digit * count) for digit in "89" for count in range(2, 8) for sign in (1, -1)
)
#: A number that marks gaps occurs this often at least.
_FEWEST = 3


def is_mark(value: object) -> bool:
    """Whether a string stands for no value.

    Examples
    --------
    >>> [is_mark(v) for v in ("#NULL!", "?", " - ", "31/12/9999", "none", "A")]
    [True, True, True, True, False, False]
    """
    text = str(value).strip().lower()
    return text in MARKS or _NEVER.match(text) is not None


def is_error(value: object) -> bool:
    """Whether a string is what a program writes where there is no value."""
    return str(value).strip().lower() in ERRORS


def find_mark(
    levels: Sequence[float] | np.ndarray, often: Sequence[int] | np.ndarray
) -> float | None:
    """The number that marks gaps: 99, 999, -99 and the like, farther from the others than these are
    from each other, and repeated.

    Parameters
    ----------
    levels, often : (m,)
        The different numbers, and how often each occurs.

    Examples
    --------
    >>> find_mark([-99, 0, 20, 41], [3, 9, 9, 9]), find_mark([0, 50, 99], [9, 9, 9]) is None
    (-99.0, True)
    """
    numbers, counts = np.asarray(levels, np.float64), np.asarray(often)
    order = np.argsort(numbers)
    numbers, counts = numbers[order], counts[order]
    if len(numbers) < 3:
        return None
    for end, rest in ((0, numbers[1:]), (len(numbers) - 1, numbers[:-1])):
        value = float(numbers[end])
        apart = np.abs(rest - value).min()
        if value in _NUMBERS and counts[end] >= _FEWEST and apart > rest[-1] - rest[0]:
            return value
    return None
