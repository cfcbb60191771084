"""Chooses a search for the rows at hand and says why."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..progress import Progress
from ..rows import Rows, take_rows
from .descent import search_descent
from .distinct import expand, identical_rows
from .exact import search_exact
from .heap import KNN
from .sketch import sketch_rows

#: Up to here all pairs are compared: about 4 s on two cores with 30 columns.
EXACT_ROWS = 10_000


class Plan(NamedTuple):
    """What was chosen for one search.

    Attributes
    ----------
    search : {"exact", "descent", "none"}
    rows, distinct : int
        Rows of the frame, and how many of them differ.
    reason : str
    """

    search: str
    rows: int
    distinct: int
    reason: str


def plan_search(n: int, distinct: int) -> Plan:
    """The search for `distinct` different rows among `n`."""
    if distinct <= 1:
        return Plan("none", n, distinct, "all rows are identical")
    if distinct <= EXACT_ROWS:
        return Plan("exact", n, distinct, f"{distinct} distinct rows <= {EXACT_ROWS}: every pair is compared")
    return Plan("descent", n, distinct, f"{distinct} distinct rows > {EXACT_ROWS}: NN-descent from a forest")


def find_neighbors(
    rows: Rows, modes: np.ndarray, n_neighbors: int, seed: int, progress: Progress, start: KNN | None = None
) -> tuple[KNN, Plan]:
    """The `n_neighbors` nearest rows of every row under D, itself first.

    Parameters
    ----------
    modes : int (n_groups,)
        How groups enter the sketch, see `sketch`.
    start : KNN, optional
        Neighbours of all rows known from elsewhere, for the approximate search to begin from.
    """
    classes = identical_rows(rows)
    plan = plan_search(len(rows.cells), len(classes.first))
    progress.say(f"neighbors: {plan.search}, {plan.reason}")
    distinct = take_rows(rows, classes.first)
    k = min(n_neighbors - 1, plan.distinct - 1)
    if plan.search == "none" or k == 0:
        found = KNN(np.empty((plan.distinct, 0), np.int32), np.empty((plan.distinct, 0), np.float32))
    elif plan.search == "exact":
        found = search_exact(distinct, k, seed, progress)
    else:
        begin = None
        if start is not None:
            known = start.indices[classes.first]
            begin = KNN(np.where(known >= 0, classes.of[known], -1).astype(np.int32), start.distances[classes.first])
        found = search_descent(distinct, k, seed, progress, sketch_rows(distinct, modes, seed), begin)
    return expand(classes, rows.keys, found, n_neighbors), plan
