"""Neighbours of new rows in a finished graph; how far each is searched is measured on rows of the
graph.

A graph of many clusters has many components, and a walk does not leave the one in which it starts.
So queries start in the leaves of several trees, and keep more candidates than they return. How many
suffice depends on the data: a sample of rows is searched as if they were new, and of several
efforts the one with the fewest comparisons that finds enough is kept.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import STACK_WORDS
from ..engine.rows import Queries, Rows, is_slow
from ..engine.threads import parallel_for
from ..metrics import Metric
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .forest import Forest
from .lists import KNN, empty
from .quantized import quantize_queries, quantize_rows
from .search import Search
from .sketch import sketch_rows
from .walk import EVERY_ROW, Batch, Effort, GraphIndex, answer, both_ways, find_leaves

#: Edges of a row at most, for lists of k: its neighbours and rows that it is a neighbour of.
WIDTH = 3
#: Share of the average D by which a walk may rank candidates.
RANKING = 0.7


def both_directions(found: KNN) -> np.ndarray:
    """The lists in both directions, reverse edges truncated to the width."""
    n, k = found.indices.shape
    edges = np.full((n, WIDTH * k), -1, np.int32)
    both_ways(found.indices, edges)
    return edges


def ranking_groups(rows: Rows) -> int:
    """Groups of `Rows.order` by which a walk ranks candidates: all but slow ones, where those that
    are left average most of D; else all."""
    slow = is_slow(rows.groups, rows.table_of)
    ranked = len(rows.program) == 0 and len(slow) <= STACK_WORDS
    if ranked and rows.weights[~slow].sum() >= RANKING * rows.weights.sum():
        return int((~slow).sum())
    return len(slow)


def build_index(
    rows: Rows, metrics: tuple[Metric, ...], forest: Forest, edges: np.ndarray
) -> GraphIndex:
    """The index of the rows."""
    return GraphIndex(forest, edges, quantize_rows(rows, metrics), ranking_groups(rows))


class GraphSearch(Search):
    """The neighbour graph of the rows, and trees that lead to the first candidates."""

    name = "descent"

    def __init__(
        self,
        index: GraphIndex,
        metrics: tuple[Metric, ...],
        seed: int,
        effort: Effort = EVERY_ROW,
        recall: float = 1.0,
    ) -> None:
        self.index, self.metrics, self.seed = index, metrics, seed
        self._chosen = effort, recall

    @property
    def effort(self) -> Effort:
        """How far queries are searched."""
        return self._chosen[0]

    @property
    def recall(self) -> float:
        """Share of the true neighbours of new rows that are found, estimated."""
        return self._chosen[1]

    def with_lists(self, found: KNN, forest: Forest, effort: Effort, recall: float) -> GraphSearch:
        """The index of the same rows with other lists, trees and effort."""
        index = self.index._replace(forest=forest, edges=both_directions(found))
        return GraphSearch(index, self.metrics, self.seed, effort, recall)

    def search(self, rows: Rows, queries: Queries, k: int, seed: int, progress: Progress) -> KNN:
        """See `Search`."""
        if self.effort == EVERY_ROW:
            return AllPairsSearch().search(rows, queries, k, seed, progress)
        return self.walk(rows, queries, k, seed, self.effort, progress)[0]

    def walk(
        self,
        rows: Rows,
        queries: Queries,
        k: int,
        seed: int,
        effort: Effort,
        progress: Progress,
    ) -> tuple[KNN, np.ndarray]:
        """The lists found with the given effort, and how many rows each query was compared with,
        int32 (m,)."""
        m, index = len(queries.cells), self.index
        found = empty(m, k + effort.spare)
        sketch = sketch_rows(rows, self.metrics, self.seed, queries.cells)
        leaves = np.empty((m, effort.trees), np.int32)
        parallel_for(find_leaves, m, sketch, index.forest, leaves)
        # Queries of one leaf look at the same rows, which then are in the cache.
        order = np.argsort(leaves[:, 0], kind="stable")
        codes = quantize_queries(index.quantized, rows, queries.cells)
        compared = np.zeros(m, np.int32)
        for first in progress.steps(range(0, m, 4096), "neighbors"):
            batch = Batch(order[first : first + 4096], leaves, codes, k, effort.patience, compared)
            arguments = (rows, queries, index, batch, found, np.uint64(seed))
            parallel_for(answer, len(batch.picked), *arguments)
        return KNN(*(np.ascontiguousarray(field[:, :k]) for field in found)), compared
