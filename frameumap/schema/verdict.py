"""What a rule of inference says of a column."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..columns.facts import Facts


class Verdict(NamedTuple):
    """A kind and why.

    Attributes
    ----------
    kind : str
    reason : str
    warnings : tuple of str
        What to look at, and the line that changes it.
    options : dict
        Fields of the group.
    rival : tuple of (str, str) or None
        Where another kind was close: why, and the value that `schema[column] = ...` takes for it.
    """

    kind: str
    reason: str
    warnings: tuple[str, ...] = ()
    options: dict[str, Any] = {}  # noqa: RUF012
    rival: tuple[str, str] | None = None


Rule = Callable[[Facts], Verdict | None]


def line(column: Any, value: str) -> str:
    """The line to paste that makes `column` what `value` says.

    Examples
    --------
    >>> line("day", "frameumap.datetime(dayfirst=True)")
    "schema['day'] = frameumap.datetime(dayfirst=True)"
    """
    return f"schema[{column!r}] = {value}"


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
