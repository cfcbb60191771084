"""Sets: columns of lists, or strings of members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..columns.facts import Facts
from ..columns.list_text import split_members
from ..columns.values import is_missing, objects, plain_string, presence
from ..errors import DataError
from .base import Rule, Verdict
from .entries import Entries, numbered
from .say import undo


def _lists(f: Facts) -> Verdict | None:
    return Verdict("set", "lists of values") if f.values == "list" else None


def _strings(f: Facts) -> Verdict | None:
    """Strings whose members recur, at any place."""
    found = f.lists
    if found is None:
        return None
    reason = (
        f"lists in strings, separated by {found.delimiter!r}: {found.members} different members, "
        f"{found.mean:.1f} in a list"
    )
    return Verdict("set", reason, (undo(f.name),), {"delimiter": found.delimiter})


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


class Sets(Entries):
    """Sets of members, in no order and without repeats."""

    name = "set"
    content = "members"
    accepts = ("set",)
    metric = "jaccard"
    described_by = "members"
    rules = (Rule(51, _lists), Rule(77, _strings))

    def read(self, name: Any, series: Any) -> tuple[np.ndarray, list[Any]]:
        rows = zip(objects(series), presence(series), strict=True)
        return numbered(
            self._members(name, series, i, value) if has else None
            for i, (value, has) in enumerate(rows)
        )

    def _members(self, name: Any, series: Any, i: int, value: Any) -> tuple[Any, ...]:
        text = plain_string(value)
        if text is not None and self.group.delimiter:
            return tuple(dict.fromkeys(split_members(text, self.group.delimiter)))
        if not isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
            raise DataError(
                f"column {name!r}, row {series.index[i]!r}: expected a list or set, got "
                f"{value!r}; for strings declare "
                f"frameumap.sets(delimiter=...), for columns of yes and no the metric "
                f"'jaccard_binary' or 'dice_binary'"
            )
        try:
            return tuple(dict.fromkeys(m for m in value if not is_missing(m)))
        except TypeError:  # a member that cannot be one, such as a list
            member = next(m for m in value if not _is_hashable(m))
            raise DataError(
                f"column {name!r}, row {series.index[i]!r}: a {type(member).__name__} cannot be a "
                f"member of a set; "
                f"flatten the lists, or leave the column out with schema {{{name!r}: 'ignored'}}"
            ) from None

    def value_of(self, content: np.ndarray) -> Any:
        return self.known_members(content)

    def members_of(self, value: Any) -> list[Any]:
        return list(self._members(self.name, None, 0, value))

    def say_value(self, value: Any) -> str:
        if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
            return "{" + ", ".join(sorted(map(str, value))) + "}"
        return super().say_value(value)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The members that at least half of the sets have, or else the most frequent one."""
        sets = (
            [self._members(self.name, None, 0, v) for v in values] if self._splits(values) else []
        )
        counts = Counter(str(m) for members in sets for m in members)
        if not counts:
            return super().say_typical(values)
        often = sorted(m for m, count in counts.items() if 2 * count >= len(sets))
        return ", ".join(often or [min(counts, key=lambda m: (-counts[m], m))])

    def _splits(self, values: Sequence[Any]) -> bool:
        """Whether every value is a list, or a string with a delimiter to split it at."""
        lists = all(isinstance(v, (list, tuple, set, frozenset, np.ndarray)) for v in values)
        return lists or (bool(self.group.delimiter) and all(isinstance(v, str) for v in values))

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        if not self._splits([a, b]):
            return super().say_difference(a, b, distance)
        one, two = (set(map(str, self._members(self.name, None, 0, v))) for v in (a, b))
        if one == two:
            return f"both {self.say_value(one)}"
        both = ", ".join(sorted(one & two)) or "nothing"
        return f"{both} in common, {len(one | two) - len(one & two)} not"
