"""Chooses a search for given rows, with the reason, and keeps its index for new rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.faults import watch_faults
from ..engine.rows import Queries, Rows, as_queries, take_queries, take_rows
from ..errors import warn
from ..metrics import Metric
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .distinct import Classes, expand, identical_rows
from .given import GivenSearch
from .graph_search import GraphSearch
from .kdtree import KDTreeSearch
from .lists import KNN, empty
from .matrix import MatrixSearch
from .nn_descent import index_lists, search_graph
from .one_column import OrderedSearch
from .search import Search
from .strings import StringSearch
from .untried import FAIR_RECALL

#: Up to here all pairs are compared, which costs what NN-descent does. Both grow with the price of
#: a distance alike, so the border is a number of rows: 2,000 on flights and on customers.
EXACT_ROWS = 2_500
#: From here on new rows walk along the graph of the true neighbours where that compares fewer rows.
WALK_ROWS = 1_000

#: Exact searches in the order in which they are tried.
EXACT_SEARCHES: tuple[type[Search], ...] = (
    OrderedSearch,
    KDTreeSearch,
    StringSearch,
    MatrixSearch,
    GivenSearch,
)


def exact_searches(metric: Metric) -> list[str]:
    """Names of the exact searches that a group under `metric`, on its own, can use.

    Examples
    --------
    >>> from frameumap import metrics
    >>> exact_searches(metrics.get("euclidean"))
    ['ordered', 'kdtree', 'matrix']
    """
    return [search.name for search in EXACT_SEARCHES if search.suits(metric)]


class Plan(NamedTuple):
    """The chosen search and its reasons.

    Attributes
    ----------
    search : str
        `name` of a class in `EXACT_SEARCHES`, or "exact" (all pairs), "descent", "none".
    rows, distinct : int
        Rows of the frame, and how many of them differ.
    reason : str
    declined : tuple of str
        Searches that were tried first, each with the reason against it.
    recall : float
        Share of the true neighbours found: 1 for exact searches, else an estimate from a sample of
        rows.
    query_recall : float
        The same for new rows, from rows that were taken out of the index and searched as if they
        were new; measured when it is asked for, see `Neighbors.measured_plan`.
    """

    search: str
    rows: int
    distinct: int
    reason: str
    declined: tuple[str, ...] = ()
    recall: float = 1.0
    query_recall: float = 1.0

    def __str__(self) -> str:
        head = f"{self.search}: {self.reason}; recall {self.recall:.3f}"
        if self.query_recall < 1 or self.recall < 1:
            head += f", of new rows {self.query_recall:.3f} (estimated)"
        return "\n".join([head, *(f"  not {line}" for line in self.declined)])


class Neighbors(NamedTuple):
    """The neighbours of a frame's rows, and the index for those of other rows.

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

    @property
    def query_recall(self) -> float:
        """Share of the true neighbours that new rows find, estimated."""
        return self.search.recall

    @property
    def measured_plan(self) -> Plan:
        """The plan with the recall of new rows."""
        return self.plan._replace(query_recall=self.query_recall)


def choose_search(rows: Rows, metrics: tuple[Metric, ...], n: int) -> tuple[Plan, Search | None]:
    """The search for distinct `rows` of a frame of `n`; None for NN-descent."""
    m = len(rows.cells)
    if m <= 1:
        return Plan("none", n, m, "all rows are identical"), AllPairsSearch()
    declined = []
    for search in EXACT_SEARCHES:
        if search.limit is not None and m > search.limit:
            declined.append(f"{search.name}: {m} distinct rows > {search.limit}")
            continue
        built = search.build(rows, metrics)
        if not isinstance(built, str):
            return Plan(search.name, n, m, search.reason, tuple(declined)), built
        declined.append(f"{search.name}: {built}")
    if m <= EXACT_ROWS:
        reason = f"{m} distinct rows <= {EXACT_ROWS}: every pair is compared"
        return Plan(AllPairsSearch.name, n, m, reason, tuple(declined)), AllPairsSearch()
    reason = f"{m} distinct rows > {EXACT_ROWS}: NN-descent from a forest"
    return Plan(GraphSearch.name, n, m, reason, tuple(declined)), None


def build_search(name: str, rows: Rows, metrics: tuple[Metric, ...]) -> Search:
    """The exact search called `name`, whatever would be chosen for `rows` today; KeyError or
    ValueError if there is none or the rows do not suit it."""
    known: dict[str, type[Search]] = {search.name: search for search in EXACT_SEARCHES}
    search = (known | {AllPairsSearch.name: AllPairsSearch, "none": AllPairsSearch})[name]
    built = search.build(rows, metrics)
    if isinstance(built, str) or (search.limit is not None and len(rows.cells) > search.limit):
        raise ValueError(f"{name}: not for these rows")
    return built


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
        Known neighbours of all rows, a start for the approximate search.
    """
    classes = identical_rows(rows)
    distinct = take_rows(rows, classes.first)
    plan, search = choose_search(distinct, metrics, len(rows.cells))
    progress.say(f"neighbors: {plan.search}, {plan.reason}")
    k = min(n_neighbors - 1, plan.distinct - 1)
    with watch_faults(distinct, metrics, which=classes.first):
        if search is None:
            found, recall, search = search_graph(
                distinct, metrics, k, seed, progress, _among(classes, start)
            )
            plan = plan._replace(recall=recall)
        elif k == 0:
            found = empty(plan.distinct, 0)
        else:
            found = search.search(distinct, as_queries(distinct), k, seed, progress)
            if isinstance(search, AllPairsSearch) and plan.distinct > WALK_ROWS:
                search = index_lists(distinct, metrics, found, seed)
    if plan.recall < FAIR_RECALL:
        warn(
            f"about {plan.recall:.0%} of the true neighbours were found; raise n_neighbors "
            "(longer lists search wider), or leave out groups whose distances are nearly all equal"
        )
    knn = expand(classes, rows.keys, found, n_neighbors)
    return Neighbors(knn, plan, distinct, classes, search)


def _among(classes: Classes, start: KNN | None) -> KNN | None:
    """Neighbours of all rows reduced to the distinct ones."""
    if start is None:
        return None
    known = start.indices[classes.first]
    return KNN(
        np.where(known >= 0, classes.of[known], -1).astype(np.int32), start.distances[classes.first]
    )


def query_neighbors(
    index: Neighbors,
    rows: Rows,
    metrics: tuple[Metric, ...],
    queries: Queries,
    k: int,
    seed: int,
    progress: Progress,
) -> KNN:
    """The `k` nearest of the distinct rows for each query; MetricError if a metric failed.

    Parameters
    ----------
    rows : Rows
        Those of the index, with the queries' strings.
    """
    k = min(k, index.plan.distinct)
    with watch_faults(rows, metrics):
        found = index.search.search(rows, queries, k, seed, progress)
        _complete(found, index, rows, queries, seed, progress)
    return found


def _complete(
    found: KNN, index: Neighbors, rows: Rows, queries: Queries, seed: int, progress: Progress
) -> None:
    """Lists with fewer rows than there are, as of queries whose component of the graph is smaller
    than the list, are found anew among all rows."""
    others = index.plan.distinct - (queries.query_row >= 0)
    short = np.flatnonzero(
        (found.indices >= 0).sum(axis=1) < np.minimum(len(found.indices.T), others)
    )
    if len(short) and not isinstance(index.search, AllPairsSearch):
        whole = AllPairsSearch().search(
            rows, take_queries(queries, short), found.indices.shape[1], seed, progress
        )
        found.indices[short], found.distances[short] = whole
