"""Strings that hold several numbers, "10-20" or "5'11\"": one shape, told with the line that splits
them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

_NUMBER = re.compile(r"(?:(?<![^\s,;(\[])-)?\d+(?:\.\d+)?")
#: Parts of a version, "1.2.3", are no decimals.
_DOTTED = re.compile(r"\d+(?:\.\d+){2,}")
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
    dotted = bool(_DOTTED.search(values[0])) if values else False
    number = re.compile(r"\d+") if dotted else _NUMBER
    shapes = {number.sub("0", v.strip()) for v in values}
    if len(shapes) != 1:
        return None
    shape = shapes.pop()
    count = shape.count("0")
    if not 1 <= count <= _MOST_NUMBERS or shape == "0" or _WORDS.search(shape):
        return None
    return shape


def find_place(values: Sequence[str], shape: str) -> tuple[int, int] | None:
    """Which of the two numbers of a shape is the latitude and which the longitude; None where they
    are no places: whole, or out of range.

    Examples
    --------
    >>> find_place(["48.85, 2.35", "52.52, 13.40"], "0, 0"), find_place(["1, 2"], "0, 0")
    ((0, 1), None)
    >>> find_place(["3:14.4", "2:58.1"], "0:0") is None
    True
    >>> find_place(["POINT(2.35 48.85)"], "POINT(0 0)")
    (1, 0)
    """
    found = [_NUMBER.findall(v) for v in values]
    between = shape[shape.find("0") + 1 : shape.rfind("0")]
    if (
        shape.count("0") != 2
        or between.strip() not in ("", ",", ";")
        or not all(len(v) == 2 and "." in v[0] + v[1] for v in found)
    ):
        return None
    lat, lon = (1, 0) if "POINT" in shape.upper() else (0, 1)
    fits = all(abs(float(v[lat])) <= 90 and abs(float(v[lon])) <= 180 for v in found)
    return (lat, lon) if fits else None


def split_line(column: Hashable, shape: str, names: Sequence[str] = ()) -> str:
    """The line that makes the numbers of a shape a column each, called `names`, or the column
    itself.

    Examples
    --------
    >>> print(split_line("age", "0-0"))
    df[['age 1', 'age 2']] = df['age'].str.extract(r'([\\d.]+)-([\\d.]+)').astype(float)
    """
    plain = (re.sub(r"([\\.^$*+?{}\[\]|()'])", r"\\\1", part) for part in shape.split("0"))
    count = shape.count("0")
    part = r"(\d+)" if "0.0" in shape else r"([\d.]+)" if "-" in shape else r"(-?[\d.]+)"
    pattern = part.join(plain)
    own: list[Hashable] = list(names)
    own = own or ([column] if count == 1 else [f"{column} {i + 1}" for i in range(count)])
    return f"df[{own!r}] = df[{column!r}].str.extract(r'{pattern}').astype(float)"
