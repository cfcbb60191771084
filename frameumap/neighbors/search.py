"""`Search`, the base class of searches, and functions shared by searches of a single group."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar, NamedTuple, Self

import numpy as np

from ..engine.distance import dissimilarity
from ..engine.jit import inlined
from ..engine.rows import COUNT, MASK, Queries, Rows
from ..metrics import Metric
from ..progress import Progress
from .lists import KNN, insert


class Search(ABC):
    """Finds the nearest of distinct rows; built on them once, then never changed.

    The rows are handed to `search` again because new rows may bring new strings to the ragged
    store.

    Attributes
    ----------
    name : str
        Its name in `Plan.search` and in model files.
    reason : str
        The reason for the choice, see `Plan.reason`.
    limit : int or None
        Distinct rows beyond which it is not tried.
    recall : float
        Share of the true neighbours of new rows that it finds.
    """

    name: ClassVar[str]
    reason: ClassVar[str] = ""
    limit: ClassVar[int | None] = None

    @property
    def recall(self) -> float:
        """Share of the true neighbours of new rows that it finds."""
        return 1.0

    @classmethod
    def suits(cls, metric: Metric) -> bool:
        """Whether it applies to a single group under `metric`."""
        return True

    @classmethod
    def build(cls, rows: Rows, metrics: tuple[Metric, ...]) -> Self | str:
        """The index of distinct rows, or the reason why there is none."""
        raise NotImplementedError

    @abstractmethod
    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """The `k` nearest rows of every query under D, ascending; a query is no neighbour of its
        own."""


@inlined
def offer(rows, queries, q, j, found, seed):
    """Compare query q with row j and keep j if it is among the nearest; returns its slot or -1."""
    j = np.int64(j)  # one type everywhere, so that what is called compiles once
    if j == queries.query_row[q]:
        return -1
    bound = np.float64(found.distances[q, found.distances.shape[1] - 1])
    d = np.float32(dissimilarity(rows, queries.cells, q, rows.cells, j, bound))
    return insert(found.indices, found.distances, q, j, d, queries.keys[q], rows.keys, seed)


class Column(NamedTuple):
    """The rows of one group, complete ones apart from those that lack the group.

    Attributes
    ----------
    complete, absent : int64
        Row numbers. Rows that lack the group are identical, so of distinct rows there is one at
        most.
    """

    complete: np.ndarray
    absent: np.ndarray


def whole_rows(rows: Rows) -> Column | None:
    """Which rows have the one group of `rows`; None if some have a part of it."""
    count, mask = int(rows.groups[0, COUNT]), int(rows.groups[0, MASK])
    if mask < 0:
        return Column(np.arange(len(rows.cells)), np.empty(0, np.int64))
    present = present_columns(rows.cells, count, mask)
    if (present.any(axis=1) != present.all(axis=1)).any():
        return None
    return Column(np.flatnonzero(present[:, 0]), np.flatnonzero(~present[:, 0]))


def present_columns(cells: np.ndarray, count: int, mask: int) -> np.ndarray:
    """Presence of the group's columns, bool (n, count), from the mask words."""
    if mask < 0:
        return np.ones((len(cells), count), bool)
    words = np.ascontiguousarray(cells[:, mask : mask + (count + 31) // 32])
    return np.unpackbits(words.view(np.uint8), axis=1, bitorder="little")[:, :count].astype(bool)


def is_single(rows: Rows, metrics: tuple[Metric, ...]) -> bool:
    """Whether D is the distance of one group, times a weight."""
    return len(metrics) == 1 and len(rows.program) == 0
