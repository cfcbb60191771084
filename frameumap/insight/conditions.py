"""A condition of a rule, what meets it, and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .tell import level_name, near_words, radius_words
from .views import View
from .wording import say_list

#: Levels that one condition names.
MOST_LEVELS = 20


@dataclass(frozen=True)
class Condition:
    """What a rule asks of one column: codes that fit, items of which one is had, or a distance."""

    view: View
    codes: np.ndarray | None = None
    centre: np.ndarray | None = None
    radius: float = 0.0
    words: str = ""
    short: str = ""
    named: int = 1

    def holds(self, which: np.ndarray) -> np.ndarray:
        """Which of the rows `which` meet it, bool."""
        present = self.view.present[which]
        if self.codes is not None:
            return present & self.codes[self.view.codes[which]]
        points = self.view.points
        assert points is not None
        return present & (((points[which] - self.centre) ** 2).sum(axis=1) <= self.radius**2)


def say_condition(condition: Condition, place: Callable[[View, Any], Any]) -> str:
    """A condition in words."""
    view, codes = condition.view, condition.codes
    say = view.kind.say_value
    if codes is None:
        return f"{view.name} {radius_words(view, place(view, condition.centre), condition.radius)}"
    if view.form == "members":
        return f"{view.name} with {condition.words}"
    if view.form == "levels" and condition.words:
        return f"{view.name} {condition.words}"
    chosen = np.flatnonzero(codes)
    if view.form == "levels":
        names = [str(view.labels[c]) for c in chosen]
        return (
            f"{view.name} = {names[0]}"
            if len(names) == 1
            else f"{view.name} in {{{say_list(names, MOST_LEVELS)}}}"
        )
    low, high = int(chosen[0]), int(chosen[-1])
    if low == high and say(view.low[low]) == say(view.high[low]):
        return f"{view.name} = {say(view.low[low])}"
    if low == 0:
        return f"{view.name} ≤ {say(view.high[high])}"
    if high == view.count - 1:
        return f"{view.name} ≥ {say(view.low[low])}"
    return f"{view.name} from {say(view.low[low])} to {say(view.high[high])}"


def short_condition(condition: Condition, place: Callable[[View, Any], Any]) -> str:
    """A condition in the few words that a name takes."""
    view, codes = condition.view, condition.codes
    say = view.kind.say_value
    if codes is None:
        value = place(view, condition.centre)
        return near_words(view, value) if value is not None else f"alike {view.name}"
    if condition.short:
        return condition.short
    chosen = np.flatnonzero(codes)
    if view.form == "levels":
        return level_name(view, [view.labels[c] for c in chosen])
    low, high = int(chosen[0]), int(chosen[-1])
    dates = isinstance(view.low[low], pd.Timestamp)
    if low == 0:
        return f"{'early' if dates else 'low'} {view.name}"
    if high == view.count - 1:
        return f"{'late' if dates else 'high'} {view.name}"
    if low == high and say(view.low[low]) == say(view.high[low]):
        return f"{view.name} {say(view.low[low])}"
    return f"{view.name} {say(view.low[low])} to {say(view.high[high])}"
