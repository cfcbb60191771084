"""Levels by how they begin: 'code starts with 02' holds for codes that no row has shown yet."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: Longest beginning, and levels below which a column is told by its levels.
LONGEST, FEW_LEVELS = 4, 8
#: Levels that share a beginning on average, at least.
SHARED = 2.0
#: Beginnings that one condition names.
MOST_STARTS = 3


class Starts(NamedTuple):
    """Levels by their first letters.

    Attributes
    ----------
    names : list of str
    of : int64 (n_levels,)
        Beginning of every level, as a number.
    """

    names: list[str]
    of: np.ndarray


def level_starts(labels: list[Any]) -> list[Starts]:
    """Beginnings of one to `LONGEST` letters by which levels, all of them text, fall into groups;
    those that tell as little as a shorter one left out."""
    if len(labels) < FEW_LEVELS or not all(isinstance(label, str) for label in labels):
        return []
    found: list[Starts] = []
    count = 1
    for length in range(1, LONGEST + 1):
        names, of = np.unique([label[:length] for label in labels], return_inverse=True)
        if len(names) * SHARED > len(labels):
            break
        if len(names) > count:
            found.append(Starts([str(name) for name in names], of))
            count = len(names)
    return found
