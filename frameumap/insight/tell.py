"""Findings in words, one a column and segment, the strongest first; and names."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from ..kinds import KINDS
from .describe import Effect
from .effects import Finding
from .views import View
from .wording import is_gap, say_list, say_share

#: p below which an effect is called significant, after correction.
LEVEL = 0.05
#: Levels or words that a name lists.
_IN_A_NAME = 2


def tell(view: View, finding: Finding, tests: int, place: Any) -> Effect:
    """A finding as an effect; `tests` is the number of tests that p is corrected for, `place`
    decodes a row or point."""
    p = min(1.0, finding.p_value * tests)
    words, short, value, numbers = _TELLERS[finding.statistic](view, finding, place)
    return Effect(
        view.name, view.unit.columns, view.group.kind, finding.statistic, finding.effect, value,
        *numbers, p, p < LEVEL, words, short,
    )  # fmt: skip


Told = tuple[str, str, Any, tuple[Any, Any]]


def _both(finding: Finding) -> str:
    return f"{say_share(finding.inside)} against {say_share(finding.outside)}"


def _shares(finding: Finding) -> tuple[float, float]:
    return finding.inside, finding.outside


def _shift(view: View, finding: Finding, place: Any) -> Told:
    one, other = finding.chosen or (None, None)
    say = view.kind.say_value
    dates = isinstance(one, (pd.Timestamp, np.datetime64))
    low, high = ("early", "late") if dates else ("low", "high")
    direction = high if finding.effect > 0 else low
    words = f"{view.name}: median {say(one)} against {say(other)}"
    if say(one) == say(other):
        words += (
            f", mostly {'later' if dates else 'higher'}"
            if finding.effect > 0
            else f", mostly {'earlier' if dates else 'lower'}"
        )
    return words, f"{direction} {view.name}", None, (_plain(one), _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, (float, np.floating)):
        return float(value)
    return (
        int(value) if isinstance(value, np.integer) else str(value) if value is not None else None
    )


def _concentration(view: View, finding: Finding, place: Any) -> Told:
    low, high = finding.chosen
    say = view.kind.say_value
    a, b = say(view.low[low]), say(view.high[high])
    where = f"{view.name} = {a}" if a == b else f"{view.name} from {a} to {b}"
    if finding.effect < 0:
        return (
            f"{view.name} below {a} or above {b}: {_both(finding)}",
            f"extreme {view.name}",
            None,
            _shares(finding),
        )
    return f"{where}: {_both(finding)}", where, None, _shares(finding)


def _level(view: View, finding: Finding, place: Any) -> Told:
    levels = [view.labels[c] for c in finding.chosen]
    if not levels:
        return f"{view.name}: as everywhere", view.name, (), _shares(finding)
    words = f"{view.name} = {one_of(levels)}: {_both(finding)}"
    return words, level_name(view, levels), tuple(levels), _shares(finding)


def one_of(values: list[Any], shown: int = 3) -> str:
    names = [str(v) for v in values]
    if len(names) > shown + 1:
        return say_list(names, shown)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


#: Levels of a flag whose column says what they mean; others, such as "female", say it themselves.
_YES, _NO = frozenset(["true", "yes", "y", "t", "1"]), frozenset(["false", "no", "n", "f", "0"])


def level_name(view: View, levels: list[Any]) -> str:
    said = str(levels[0]).lower()
    if KINDS[view.group.kind].content == "flags" or levels[0] in (True, False):
        if said in _YES:
            return str(view.name)
        if said in _NO:
            return f"not {view.name}"
    names = [str(v) for v in levels[:_IN_A_NAME]]
    more = "/…" if len(levels) > _IN_A_NAME else ""
    telling = all(any(c.isalpha() for c in name) and len(name) >= 3 for name in names)
    return "/".join(names) + more if telling else f"{view.name} {'/'.join(names)}{more}"


def _item(view: View, finding: Finding, place: Any) -> Told:
    items = [str(view.labels[i]) for i in finding.chosen]
    has = "without" if finding.effect < 0 else "with"
    words = f"{view.name} {has} {one_of(items)}: "
    if finding.effect < 0:
        words += f"{say_share(1 - finding.inside)} against {say_share(1 - finding.outside)}"
        return words, f"no {items[0]}", tuple(items), (1 - finding.inside, 1 - finding.outside)
    return words + _both(finding), "/".join(items[:_IN_A_NAME]), tuple(items), _shares(finding)


def _gap(view: View, finding: Finding, place: Any) -> Told:
    has = "no " if finding.effect > 0 else ""
    return f"{view.name} missing: {_both(finding)}", f"{has}{view.name}", None, _shares(finding)


def _radius(view: View, finding: Finding, place: Any) -> Told:
    centre, radius = finding.chosen
    value = place(view, centre)
    told = "the middle" if is_gap(value) else view.kind.say_value(value)
    if finding.effect < 0:
        words = f"{view.name} far from {told}: {_both(finding)} are near"
        return words, f"{view.name} varied", value, _shares(finding)
    short = near_words(view, value) if not is_gap(value) else f"alike {view.name}"
    return (
        f"{view.name} {radius_words(view, value, radius)}: {_both(finding)}",
        short,
        value,
        _shares(finding),
    )


def radius_words(view: View, value: Any, radius: float) -> str:
    """ "within 12 km of 45.5°N 9.2°E", or "near" where a radius has no unit."""
    told = "the middle" if is_gap(value) else view.kind.say_value(value)
    unit = view.kind.say_radius(radius) if view.points is not None else ""
    return f"within {unit} of {told}" if unit else f"near {told}"


def near_words(view: View, value: Any) -> str:
    """For a name; digits beyond the first after a point are left out."""
    told = re.sub(r"(\.\d)\d+", r"\1", view.kind.say_value(value))
    return f"near {told}" if view.kind.joint else f"{view.name} near {told}"


_TELLERS = {
    "shift": _shift,
    "concentration": _concentration,
    "level": _level,
    "word": _item,
    "tag": _item,
    "gap": _gap,
    "radius": _radius,
}


def distinct_names(terms: list[list[str]], labels: list[Any]) -> list[str]:
    """A short name of every segment from its terms, strongest first: as many as it takes to differ
    from the others."""
    terms = [list(dict.fromkeys(own)) for own in terms]
    depth = [min(1, len(own)) for own in terms]
    for _ in range(3):
        keys = [frozenset(own[:d]) for own, d in zip(terms, depth, strict=True)]
        for s, key in enumerate(keys):
            if keys.count(key) > 1 and depth[s] < len(terms[s]):
                depth[s] += 1
    seen: dict[str, int] = {}
    made = []
    for own, d, label in zip(terms, depth, labels, strict=True):
        name = " · ".join(own[:d]) or f"segment {label}"
        seen[name] = seen.get(name, 0) + 1
        made.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return made
