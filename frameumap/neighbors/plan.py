"""Chooses a search for the rows at hand, says why, and keeps what answers queries of new rows."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np

from ..engine.faults import raise_faults
from ..engine.rows import Queries, Rows, as_queries, take_rows
from ..errors import FrameUMAPWarning
from ..metrics import Metric
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .distinct import Classes, expand, identical_rows
from .graph_search import search_graph
from .kdtree import KDTreeSearch
from .lists import KNN
from .matrix import MatrixSearch
from .one_column import OrderedSearch
from .search import Search
from .strings import StringSearch

#: Up to here all pairs are compared: about 4 s on two cores with 30 columns.
EXACT_ROWS = 10_000
#: Below this estimate a warning tells what to raise.
FAIR_RECALL = 0.9

#: Exact searches by name, in the order in which they are tried; each says whether the rows suit it.
EXACT_SEARCHES: dict[
    str, type[OrderedSearch] | type[KDTreeSearch] | type[StringSearch] | type[MatrixSearch]
] = {
    "ordered": OrderedSearch,
    "kdtree": KDTreeSearch,
    "text": StringSearch,
    "matrix": MatrixSearch,
}


class Plan(NamedTuple):
    """What was chosen for one search.

    Attributes
    ----------
    search : {"ordered", "kdtree", "text", "matrix", "exact", "descent", "none"}
    rows, distinct : int
        Rows of the frame, and how many of them differ.
    reason : str
    declined : tuple of str
        Searches that were tried first, and what kept them from being chosen.
    recall : float
        Share of the true neighbours that were found: 1 for exact searches, else an estimate from a
        sample of rows.
    """

    search: str
    rows: int
    distinct: int
    reason: str
    declined: tuple[str, ...] = ()
    recall: float = 1.0

    def __str__(self) -> str:
        head = f"{self.search}: {self.reason}; recall {self.recall:.3f}" + (
            " (estimated)" if self.search == "descent" else ""
        )
        return "\n".join([head, *(f"  not {line}" for line in self.declined)])


class Neighbors(NamedTuple):
    """The neighbours of a frame's rows, and what finds those of others.

    Attributes
    ----------
    knn : KNN
        Of all rows, themselves first.
    plan : Plan
    distinct : Rows
        One row of every class of identical ones.
    classes : Classes
    search : Search
    """

    knn: KNN
    plan: Plan
    distinct: Rows
    classes: Classes
    search: Search


def choose_search(rows: Rows, metrics: tuple[Metric, ...], n: int) -> tuple[Plan, Search | None]:
    """The search for distinct `rows` of a frame of `n`; None stands for NN-descent."""
    m = len(rows.cells)
    if m <= 1:
        return Plan("none", n, m, "all rows are identical"), AllPairsSearch()
    declined = []
    for name, search in EXACT_SEARCHES.items():
        if m > _LIMITS.get(name, m):
            declined.append(f"{name}: {m} distinct rows > {_LIMITS[name]}")
            continue
        built = search.build(rows, metrics)
        if not isinstance(built, str):
            return Plan(name, n, m, _REASONS[name], tuple(declined)), built
        declined.append(f"{name}: {built}")
    if m <= EXACT_ROWS:
        reason = f"{m} distinct rows <= {EXACT_ROWS}: every pair is compared"
        return Plan("exact", n, m, reason, tuple(declined)), AllPairsSearch()
    return Plan(
        "descent",
        n,
        m,
        f"{m} distinct rows > {EXACT_ROWS}: NN-descent from a forest",
        tuple(declined),
    ), None


_LIMITS = {"matrix": 20_000}
_REASONS = {
    "ordered": "one ordered column: sorted once, neighbours stand side by side",
    "kdtree": "few columns under a distance that boxes bound: a k-d tree looks at few rows",
    "text": "distinct strings compared in the order of a bound from their letters",
    "matrix": "many columns under a Euclidean distance or an angle: a matrix product rules rows out",
}


def find_neighbors(
    rows: Rows,
    metrics: tuple[Metric, ...],
    n_neighbors: int,
    seed: int,
    progress: Progress,
    start: KNN | None = None,
) -> Neighbors:
    """The `n_neighbors` nearest rows of every row under D, itself first; MetricError if a metric
    failed on a pair.

    Parameters
    ----------
    metrics : tuple of Metric
        One a group.
    start : KNN, optional
        Neighbours of all rows known from elsewhere, for the approximate search to begin from.
    """
    classes = identical_rows(rows)
    distinct = take_rows(rows, classes.first)
    plan, search = choose_search(distinct, metrics, len(rows.cells))
    progress.say(f"neighbors: {plan.search}, {plan.reason}")
    k = min(n_neighbors - 1, plan.distinct - 1)
    if k == 0:
        found = KNN(
            np.empty((plan.distinct, 0), np.int32), np.empty((plan.distinct, 0), np.float32)
        )
    elif search is not None:
        found = search.search(distinct, as_queries(distinct), k, seed, progress)
    else:
        found, recall, search = search_graph(
            distinct, metrics, k, seed, progress, _among(classes, start)
        )
        plan = plan._replace(recall=recall)
        if plan.recall < FAIR_RECALL:
            warnings.warn(
                f"about {plan.recall:.0%} of the true neighbours were found; raise n_neighbors (longer lists search wider), or "
                f"leave out groups whose distances are nearly all equal",
                FrameUMAPWarning,
                stacklevel=2,
            )
    assert search is not None
    raise_faults(distinct, metrics, which=classes.first)
    return Neighbors(
        expand(classes, rows.keys, found, n_neighbors), plan, distinct, classes, search
    )


def _among(classes: Classes, start: KNN | None) -> KNN | None:
    """Neighbours of all rows as those of the distinct ones."""
    if start is None:
        return None
    known = start.indices[classes.first]
    return KNN(
        np.where(known >= 0, classes.of[known], -1).astype(np.int32), start.distances[classes.first]
    )


def query_neighbors(
    index: Neighbors, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress
) -> KNN:
    """The `k` nearest of the distinct rows for each query; `rows` are those of the index, with the
    queries' strings."""
    k = min(k, index.plan.distinct)
    return index.search.search(rows, queries, k, seed, progress)
