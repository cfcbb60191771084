"""Shares, numbers and lists in words; what is particular to a kind is in `kinds`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

#: Members of a list that are shown.
SHOWN_MEMBERS = 4


def say_number(x: float) -> str:
    """A number to four digits, grouped by thousands."""
    x = float(x)
    if not math.isfinite(x):
        return str(x)
    if x == int(x) and abs(x) < 1e15:
        return f"{int(x):,}"
    if abs(x) >= 1000:
        return f"{x:,.0f}"
    return f"{x:.4g}"


def say_share(share: float) -> str:
    """A share in percent, never 0% or 100% for what is not."""
    if 0 < share < 0.005:
        return "<1%"
    if 0.995 < share < 1:
        return ">99%"
    return f"{share:.0%}"


def say_one_in(share: float) -> str:
    """ "1 of 9 pairs", "2 of 3 pairs", "no pair"."""
    if share <= 0:
        return "no other pair"
    if share >= 0.995:
        return "nearly all pairs"
    best = min(
        ((abs(share - a / b), b, a) for b in range(2, 13) for a in range(1, b)),
        key=lambda t: (t[0] > 0.02, t[1], t[0]),
    )
    if best[0] <= 0.02:
        return f"{best[2]} of {best[1]} pairs"
    return f"1 of {1 / share:,.0f} pairs" if share < 0.5 else f"{say_share(share)} of pairs"


def is_gap(value: Any) -> bool:
    """Whether there is no value."""
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return isinstance(value, tuple) and len(value) > 0 and all(map(is_gap, value))
    return value is None or bool(pd.isna(value))


def say_list(members: Sequence[Any], shown: int = SHOWN_MEMBERS) -> str:
    """Members, the first few of many."""
    members = [str(m) for m in members]
    rest = len(members) - shown
    return ", ".join(members[:shown]) + (f" and {rest} more" if rest > 0 else "")
