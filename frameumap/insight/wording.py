"""How values of each kind, and the difference between two, are put in words; and which statistic tells a segment by them.

One class a kind, and a base class whose answers hold for any kind, a user's own included.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..metrics.geo import EARTH_RADIUS_KM, unit_vectors

#: Members of a list or letters of a string that are shown.
SHOWN_MEMBERS, SHOWN_LETTERS = 4, 40


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
    best = min(((abs(share - a / b), b, a) for b in range(2, 13) for a in range(1, b)), key=lambda t: (t[0] > 0.02, t[1], t[0]))
    if best[0] <= 0.02:
        return f"{best[2]} of {best[1]} pairs"
    return f"1 of {1 / share:,.0f} pairs" if share < 0.5 else f"{say_share(share)} of pairs"


def is_gap(value: Any) -> bool:
    """Whether there is no value."""
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        return isinstance(value, tuple) and len(value) > 0 and all(map(is_gap, value))
    return value is None or bool(pd.isna(value))


class Wording:
    """Words for any kind.

    Attributes
    ----------
    form : {"ordered", "levels", "items", "ball"}
        What a segment is told by: where its values lie in an order, its levels, its members, or how near its rows are to its
        middle under the group's own metric.
    """

    form = "ball"

    def say(self, value: Any) -> str:
        """A value."""
        text = str(value)
        return text if len(text) <= SHOWN_LETTERS else text[: SHOWN_LETTERS - 1] + "…"

    def difference(self, name: str, a: Any, b: Any, distance: float) -> str:
        """How the values of two rows differ; "" where the words for the same value do."""
        return f"{self.say(a)} against {self.say(b)}"

    def same(self, name: str, a: Any) -> str:
        """That two rows have one value."""
        return f"same {name}"


class NumberWording(Wording):
    """Numbers and durations."""

    form = "ordered"

    def say(self, value: Any) -> str:
        if isinstance(value, (pd.Timedelta, np.timedelta64)):
            return say_span(float(pd.Timedelta(value) / pd.Timedelta(seconds=1)))
        try:
            return say_number(float(value))
        except (TypeError, ValueError):
            return super().say(value)

    def same(self, name: str, a: Any) -> str:
        return f"both {self.say(a)}"


class LevelWording(Wording):
    """Categories and flags."""

    form = "levels"


class GradeWording(Wording):
    """Grades."""

    form = "ordered"

    def say(self, value: Any) -> str:
        return say_number(value) if isinstance(value, (int, float, np.number)) and not isinstance(value, bool) else str(value)

    def same(self, name: str, a: Any) -> str:
        return f"both {self.say(a)}"


class DateWording(Wording):
    """Dates."""

    form = "ordered"

    def say(self, value: Any) -> str:
        when = pd.Timestamp(value)
        return str(when.date()) if when == when.normalize() else str(when.floor("min"))[:16]

    def difference(self, name: str, a: Any, b: Any, distance: float) -> str:
        try:
            gap = abs(pd.Timestamp(a) - pd.Timestamp(b)) / pd.Timedelta(seconds=1)
        except (TypeError, ValueError):
            return super().difference(name, a, b, distance)
        return f"{say_span(gap)} apart"


class PlaceWording(Wording):
    """Latitude and longitude, and metres."""

    def say(self, value: Any) -> str:
        latitude, longitude = (float(v) for v in list(value)[:2])
        return f"{abs(latitude):.1f}°{'N' if latitude >= 0 else 'S'} {abs(longitude):.1f}°{'E' if longitude >= 0 else 'W'}"

    def difference(self, name: str, a: Any, b: Any, distance: float) -> str:
        x, y = (unit_vectors(*([float(v)] for v in list(one)[:2]))[0] for one in (a, b))
        km = 2 * math.asin(min(1.0, 0.5 * float(np.linalg.norm(x - y)))) * EARTH_RADIUS_KM
        return f"{say_km(km)} apart"

    def same(self, name: str, a: Any) -> str:
        return "same place"


class CycleWording(NumberWording):
    """Numbers with a period, and parts of dates."""

    form = "ball"

    def say(self, value: Any) -> str:
        return DateWording().say(value) if isinstance(value, (pd.Timestamp, np.datetime64)) else super().say(value)


class TextWording(Wording):
    """Strings, told by their words."""

    form = "items"

    def say(self, value: Any) -> str:
        return f"'{super().say(value)}'"


class SetWording(Wording):
    """Lists of members."""

    form = "items"

    def say(self, value: Any) -> str:
        return say_list(value if not isinstance(value, str) else [value]) or "none"

    def difference(self, name: str, a: Any, b: Any, distance: float) -> str:
        if isinstance(a, str) or isinstance(b, str):
            return super().difference(name, a, b, distance)
        one, two = dict.fromkeys(a), dict.fromkeys(b)
        shared = say_list([m for m in one if m in two])
        apart = len(set(one) ^ set(two))
        return f"share {shared or 'nothing'}, differ in {apart}"


class PathWording(Wording):
    """Paths from the widest level to the narrowest."""

    form = "items"

    def say(self, value: Any) -> str:
        return " / ".join(str(v) for v in value if not is_gap(v)) if isinstance(value, tuple) else super().say(value)


class VectorWording(Wording):
    """Lists of numbers."""

    def say(self, value: Any) -> str:
        return f"[{', '.join(say_number(v) for v in list(value)[:3])}{', …' if len(value) > 3 else ''}]"

    def difference(self, name: str, a: Any, b: Any, distance: float) -> str:
        return f"{say_number(distance)} times as far as an average pair"


WORDINGS: dict[str, Wording] = {
    "numeric": NumberWording(),
    "categorical": LevelWording(),
    "boolean": LevelWording(),
    "ordinal": GradeWording(),
    "geo": PlaceWording(),
    "text": TextWording(),
    "datetime": DateWording(),
    "cyclic": CycleWording(),
    "set": SetWording(),
    "hierarchy": PathWording(),
    "vector": VectorWording(),
}


def wording_of(kind: str) -> Wording:
    """The words of a kind; those of any kind for one that has none of its own."""
    return WORDINGS.get(kind) or Wording()


def say_list(members: Sequence[Any], shown: int = SHOWN_MEMBERS) -> str:
    """Members, the first few of many."""
    members = [str(m) for m in members]
    rest = len(members) - shown
    return ", ".join(members[:shown]) + (f" and {rest} more" if rest > 0 else "")


def say_km(km: float) -> str:
    """A distance on the ground."""
    return f"{1000 * km:.0f} m" if km < 1 else f"{km:.2g} km" if km < 10 else f"{km:,.0f} km"


def say_span(seconds: float) -> str:
    """A length of time in the largest unit of which there are two."""
    for unit, length in (("years", 365.25 * 86400), ("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{say_number(round(seconds / length, 1 if seconds < 10 * length else 0))} {unit}"
    return f"{say_number(round(seconds))} seconds"
