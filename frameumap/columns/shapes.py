"""Strings that hold several numbers, "10-20" or "5'11\"": one shape, told with the line that splits
them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
#: More numbers than this, or longer words between them, are something else.
_MOST_NUMBERS = 6
_WORDS = re.compile(r"[^\W\d_]{8,}")


def find_shape(values: Sequence[str]) -> str | None:
    """The text between the numbers that all strings share, with 0 for every number; None where they
    differ, or hold no number beside other signs.

    Examples
    --------
    >>> find_shape(["10-20", "5-7.5"]), find_shape(["5'11\\"", "6'2\\""]), find_shape(["#3", "#4"])
    ('0-0', '0\\'0"', '#0')
    >>> find_shape(["a1", "b2"]) is None
    True
    """
    shapes = {_NUMBER.sub("0", v.strip()) for v in values}
    if len(shapes) != 1:
        return None
    shape = shapes.pop()
    count = shape.count("0")
    if not 1 <= count <= _MOST_NUMBERS or shape == "0" or _WORDS.search(shape):
        return None
    return shape


def split_line(column: Hashable, shape: str) -> str:
    """The line that makes the numbers of a shape a column each, or the column itself.

    Examples
    --------
    >>> print(split_line("age", "0-0"))
    df[['age 1', 'age 2']] = df['age'].str.extract(r'([\\d.]+)-([\\d.]+)').astype(float)
    """
    plain = (re.sub(r"([\\.^$*+?{}\[\]|()'])", r"\\\1", part) for part in shape.split("0"))
    pattern = r"([\d.]+)".join(plain)
    count = shape.count("0")
    names = [column] if count == 1 else [f"{column} {i + 1}" for i in range(count)]
    return f"df[{names!r}] = df[{column!r}].str.extract(r'{pattern}').astype(float)"
