"""Words that rules say alike: lines to paste, and shares."""

from __future__ import annotations

from typing import Any


def line(column: Any, value: str) -> str:
    """The line to paste that makes `column` what `value` says.

    Examples
    --------
    >>> line("day", "frameumap.datetime(dayfirst=True)")
    "schema['day'] = frameumap.datetime(dayfirst=True)"
    """
    return f"schema[{column!r}] = {value}"


def undo(column: Any, kind: str = "categorical") -> str:
    """How to have strings as they were.

    Examples
    --------
    >>> undo("day")
    "to undo: schema['day'] = 'categorical'"
    """
    return f"to undo: {line(column, repr(kind))}"


def span(low: float, high: float) -> str:
    """Two numbers with "to" between them.

    Examples
    --------
    >>> span(0.25, 1234567)
    '0.25 to 1,234,567'
    """
    return f"{number(low)} to {number(high)}"


def number(value: float) -> str:
    """A number; a large one with all its digits.

    Examples
    --------
    >>> number(0.25), number(4.00117e12), number(-2e30)
    ('0.25', '4,001,170,000,000', '-2e+30')
    """
    return f"{value:,.0f}" if 1e6 <= abs(value) < 1e16 else f"{value:g}"


def share(part: float) -> str:
    """A share in percent; never 0% or 100% where it is neither.

    Examples
    --------
    >>> share(0.004), share(0.25), share(0.999), share(1.0)
    ('<1%', '25%', '>99%', '100%')
    """
    if 0 < part < 0.01:
        return "<1%"
    return ">99%" if 0.99 < part < 1 else f"{part:.0%}"


def cut(text: str, most: int = 40) -> str:
    """A value as an example, with its quotes; long ones end in dots.

    Examples
    --------
    >>> cut("a" * 50, 10)
    "'aaaaaaa...'"
    """
    return repr(text if len(text) <= most else f"{text[: most - 3]}...")
