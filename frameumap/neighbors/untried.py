"""The index of a fit, whose effort is chosen when the first query, or the file of the model, asks:
most fits are never asked."""

from __future__ import annotations

import threading

import numpy as np

from ..engine.faults import watch_faults
from ..engine.rows import Rows
from ..errors import warn
from ..metrics import Metric
from ..progress import Progress
from .effort import Trial, rows_to_keep
from .forest import Forest, ProjectionTree, join_trees
from .graph_search import WIDTH, GraphSearch, both_directions, build_index
from .lists import KNN
from .walk import EVERY_ROW, Effort, GraphIndex

#: Below this estimate a warning suggests what to change.
FAIR_RECALL = 0.9
#: One trial at a time: of two threads that ask, the second finds the result of the first.
_TRYING = threading.Lock()


class UntriedSearch(GraphSearch):
    """The graph of the rows with all of its trees, until `effort` or `recall` is asked for.

    Then some rows are taken out of the graph and searched as if they were new, see `Trial`.

    Parameters
    ----------
    found : KNN
        Neighbours of the rows.
    most : float
        Share of the rows that a walk may compare; beyond it every row is compared.
    """

    def __init__(
        self,
        rows: Rows,
        trees: list[ProjectionTree],
        found: KNN,
        metrics: tuple[Metric, ...],
        seed: int,
        most: float = 1.0,
    ) -> None:
        index = build_index(rows, metrics, join_trees(trees), both_directions(found))
        super().__init__(index, metrics, seed)
        self._rows, self._trees, self._most = rows, trees, most
        self._tried: tuple[Effort, float] | None = None

    @property
    def effort(self) -> Effort:
        """See `GraphSearch`."""
        return self._result()[0]

    @property
    def recall(self) -> float:
        """See `GraphSearch`."""
        return self._result()[1]

    def _result(self) -> tuple[Effort, float]:
        with _TRYING:
            if self._tried is None:
                with watch_faults(self._rows, self.metrics):
                    effort, recall = self._try()
                forest = join_trees(self._trees[: max(1, effort.trees)])
                self.index, self._trees = self.index._replace(forest=forest), []
                self._tried = effort, recall
                _tell(recall)
            return self._tried

    def _try(self) -> tuple[Effort, float]:
        rows, k = self._rows, self.index.edges.shape[1] // WIDTH
        kept = rows_to_keep(rows)
        search = GraphSearch(take_out(self.index, k, kept), self.metrics, self.seed)
        trial = Trial(search, rows, kept, k, Progress())
        effort, recall = trial.choose()
        if effort != EVERY_ROW and trial.run(effort).cost > self._most * len(rows.cells):
            return EVERY_ROW, 1.0
        return effort, recall


def take_out(index: GraphIndex, k: int, kept: np.ndarray) -> GraphIndex:
    """The index as if the rows `kept` were not in it: no list and no leaf holds them."""
    indices = index.edges[:, :k]
    indices = np.where(np.isin(indices, kept), -1, indices)
    indices[kept] = -1
    edges = both_directions(KNN(indices, np.empty((0, 0), np.float32)))
    return index._replace(edges=edges, forest=_pruned(index.forest, kept))


def _pruned(forest: Forest, kept: np.ndarray) -> Forest:
    """The trees whose leaves do not hold the rows `kept`."""
    stay = ~np.isin(forest.members, kept)
    borders = np.concatenate([[0], np.cumsum(stay)])[forest.borders]
    return forest._replace(members=forest.members[stay], borders=borders)


def _tell(recall: float) -> None:
    if recall < FAIR_RECALL:
        warn(
            f"about {recall:.0%} of the true neighbours of new rows will be found by transform; "
            "raise n_neighbors (longer lists search wider), or leave out groups whose distances "
            "are nearly all equal"
        )
