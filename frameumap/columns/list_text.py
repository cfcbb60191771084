"""Lists and hierarchies in strings, told by how their members recur.

A list shares its members with other lists, at any place in it: "Dramas, Comedies" and "Comedies,
Action". A path shares its beginning, and a name below belongs to one name above: "Food/Fruit",
"Food/Fish". A title with commas shares nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

#: What may stand between members, and between the levels of a path, in the order tried.
LIST_DELIMITERS = ("|", ";", ",", "\n", "/", "&", "+", ". ")
PATH_DELIMITERS = ("/", ">", "»", "→", "\\", "::", "|", "-", ".")
#: Members are used this often, over different strings, on average, or the strings are no lists.
RECURRENCE = 2.0
#: The same for signs that are not used in prose and names.
RECURRENCE_OF_BARS = 1.2
#: Share of the strings that hold more than one member.
MULTIPLE = 0.25
#: Members are names, not clauses.
MOST_WORDS = 5
_BRACKETS = {"[": "]", "{": "}", "(": ")"}


class Lists(NamedTuple):
    """Strings as lists: what is between members, how many different ones there are, and how many on
    average."""

    delimiter: str
    members: int
    mean: float


class Paths(NamedTuple):
    """Strings as paths: what is between levels, and how many beginnings there are."""

    delimiter: str
    beginnings: int


def split_members(text: str, delimiter: str) -> list[str]:
    """Members of a list in a string, without brackets and quotes.

    Examples
    --------
    >>> split_members("Dramas, Comedies", ","), split_members("['a', 'b c']", ",")
    (['Dramas', 'Comedies'], ['a', 'b c'])
    """
    text = text.strip()
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1]
    members = (m.strip().strip("'\"").strip() for m in text.split(delimiter))
    return [m for m in members if m]


def find_list(strings: Sequence[str]) -> Lists | None:
    """How distinct strings are lists, if they are.

    Examples
    --------
    >>> find_list(["a;b", "b", "c;a", "b;c;a", "c", "a;d", "d;b"])
    Lists(delimiter=';', members=4, mean=1.8571428571428572)
    >>> find_list(["Smith, John", "Jones, Mary", "Brown, Ann"]) is None
    True
    """
    if len(strings) < 3:
        return None
    for delimiter in LIST_DELIMITERS:
        if sum(delimiter in s for s in strings) < MULTIPLE * len(strings):
            continue
        split = [split_members(s, delimiter) for s in strings]
        sizes = [len(members) for members in split]
        if len(set(sizes)) < 2 or sum(size > 1 for size in sizes) < MULTIPLE * len(sizes):
            continue
        counts = Counter(m for members in split for m in set(members))
        uses = sum(counts.values())
        words = [len(m.split()) for m in counts]
        least = RECURRENCE_OF_BARS if delimiter in "|;" else RECURRENCE
        if uses >= least * len(counts) and np.mean(words) <= MOST_WORDS and _moves(split):
            return Lists(delimiter, len(counts), float(np.mean(sizes)))
    return None


def _moves(split: list[list[str]]) -> bool:
    """Whether members that recur stand at different places, and not one always first, as the town
    before its state."""
    places: dict[str, set[int]] = {}
    counts: Counter[str] = Counter()
    for members in split:
        for place, member in enumerate(members):
            places.setdefault(member, set()).add(place)
            counts[member] += 1
    recurring = {m: times for m, times in counts.items() if times > 1}
    moving = sum(times for m, times in recurring.items() if len(places[m]) > 1)
    return moving >= 0.5 * sum(recurring.values())


def find_path(strings: Sequence[str]) -> Paths | None:
    """How distinct strings are paths, if they are.

    Examples
    --------
    >>> find_path(["Food/Ham", "Food/Fish", "Food/Rye", "Home/Lamp", "Home/Chair", "Home/Bed"])
    Paths(delimiter='/', beginnings=2)
    """
    if len(strings) < 6:
        return None
    for delimiter in PATH_DELIMITERS:
        paths = [[p.strip() for p in s.strip(f"{delimiter} ").split(delimiter)] for s in strings]
        deep = [p for p in paths if len(p) > 1 and all(p) and all(map(_is_name, p))]
        if len(deep) < 0.8 * len(paths):
            continue
        parents: dict[str, set[str]] = {}
        for path in deep:
            parents.setdefault(path[1], set()).add(path[0])
        beginnings = Counter(path[0] for path in deep)
        shared = sum(times for times in beginnings.values() if times > 1)
        single = sum(len(above) == 1 for above in parents.values())
        if (
            2 <= len(beginnings) <= len(deep) / 2
            and shared >= 0.8 * len(deep)
            and single >= 0.9 * len(parents)
            and not set(beginnings) & set(parents)
        ):
            return Paths(delimiter, len(beginnings))
    return None


def _is_name(part: str) -> bool:
    return any(c.isalpha() for c in part) and len(part.split()) <= MOST_WORDS
