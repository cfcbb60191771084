"""How far queries are searched: the fewest comparisons that find enough of a sample's neighbours.

The sample is taken out of the index: rows that are in the graph are easier to find than new ones,
as their neighbours are linked with each other. Counts of comparisons, unlike times, are the
same on every machine, and so is the choice.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..engine.rows import Queries, Rows, as_queries, take_queries
from ..progress import Progress
from .graph_search import GraphSearch
from .lists import KNN
from .recall import nearest_of_all
from .walk import EVERY_ROW, Effort

#: Recall of queries at which an effort suffices: 0.97 and three times the error of the estimate;
#: and the least, below which every row is compared.
ENOUGH, LEAST = 0.98, 0.973
#: The better recall, and as few lost queries as the widest search has, are had where they take at
#: most so many times the comparisons.
WORTH = 1.5
#: A candidate that is kept costs what so many comparisons do: lists are sorted by insertion, and
#: the final candidates compared in full. Measured on customers: 5 to 6.
SPARE_PRICE = 4
#: Rows taken out of the index: at most, and one of how many.
SAMPLE, ONE_OF = 500, 24
#: Distances computed at most to know the true neighbours of some of them; the others are judged by
#: the widest search.
PAIRS = 15_000_000
SPARES = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256)
#: Rows up to which all are compared where no effort suffices.
MOST_ROWS = 400_000
#: Longer lists for rows of the sample, which compare with one another too.
_ROOM = 16


def rows_to_keep(rows: Rows) -> np.ndarray:
    """The rows to keep from the index: those with the largest digests, in any order of rows;
    int64 (any,)."""
    n = len(rows.cells)
    return np.argsort(rows.keys, kind="stable")[n - min(SAMPLE, n // ONE_OF) :]


class Result(NamedTuple):
    """What queries find with an effort.

    Attributes
    ----------
    effort : Effort
    recall : float
    lost : float
        Share of the queries that find less than half of their neighbours: they ended in another
        component.
    cost : float
        Comparisons of a query, and the price of its candidates.
    """

    effort: Effort
    recall: float
    lost: float
    cost: float


class Trial:
    """Searches of rows that are not in the index.

    Attributes
    ----------
    known : KNN
        The nearest rows found by any search.
    """

    def __init__(
        self, search: GraphSearch, rows: Rows, picked: np.ndarray, k: int, progress: Progress
    ) -> None:
        self.search, self.rows, self.k, self.progress = search, rows, k, progress
        self.queries = take_queries(as_queries(rows), picked)
        self.results: dict[Effort, Result] = {}
        self.trees = len(search.index.forest.roots)
        wide = self._walk(Effort(self.trees, SPARES[-1]), k + _ROOM)[0]
        exact = min(len(picked), max(32, PAIRS // len(rows.cells)))
        some = Queries(*(field[:exact] for field in self.queries))
        lists = KNN(*(field[:exact].copy() for field in wide))
        true = nearest_of_all(rows, some, lists, search.seed, progress)
        wide.indices[:exact], wide.distances[:exact] = true
        self.known = _without(wide, picked, k)

    def _walk(self, effort: Effort, k: int) -> tuple[KNN, np.ndarray]:
        arguments = (self.rows, self.queries, k, self.search.seed, effort, self.progress)
        return self.search.walk(*arguments)

    def run(self, effort: Effort) -> Result:
        """What the queries find."""
        if effort in self.results:
            return self.results[effort]
        found, compared = self._walk(effort, self.k)
        # A row as near as the last true neighbour is as good as it.
        hits = (found.distances <= self.known.distances[:, -1:]).mean(axis=1)
        cost = float(compared.mean()) + SPARE_PRICE * effort.spare
        lost = float((hits < 0.5).mean())
        self.results[effort] = Result(effort, float(hits.mean()), lost, cost)
        return self.results[effort]

    def choose(self) -> tuple[Effort, float]:
        """The effort and its recall."""
        enough = self._cheapest(LEAST, 1.0)
        if enough is None:
            if len(self.rows.cells) <= MOST_ROWS:
                return EVERY_ROW, 1.0
            enough = self.run(Effort(self.trees, SPARES[-1]))
        fewest = self.run(Effort(self.trees, SPARES[-1])).lost
        for recall, lost in ((ENOUGH, 1.0), (ENOUGH, fewest)):
            better = self._cheapest(recall, lost)
            if better is not None and better.cost <= WORTH * enough.cost:
                enough = better
        return enough.effort, enough.recall

    def _cheapest(self, recall: float, lost: float) -> Result | None:
        """The cheapest effort that suffices; None if none does.

        With fewer trees a list has to be longer. So all trees are tried with ever longer lists;
        then fewer trees, from the length that sufficed on, as long as they compare fewer rows.
        """
        best: Result | None = None
        shortest, trees = 0, self.trees
        while trees >= 1:
            for length in range(shortest, len(SPARES)):
                result = self.run(Effort(trees, SPARES[length]))
                dear = best is not None and result.cost >= best.cost
                suffices = result.recall >= recall and result.lost <= lost
                if suffices and not dear:
                    best, shortest = result, length
                if suffices or dear:
                    break
            if best is None:  # fewer trees find fewer
                return None
            trees //= 2
        return best


def _without(lists: KNN, rows: np.ndarray, k: int) -> KNN:
    """The first `k` of every list that are not among `rows`."""
    order = np.argsort(np.isin(lists.indices, rows), axis=1, kind="stable")[:, :k]
    return KNN(*(np.take_along_axis(field, order, 1) for field in lists))
