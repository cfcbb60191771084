"""Approximate search: NN-descent from a forest, with more trees until a sample of rows finds enough
of its neighbours."""

from __future__ import annotations

import numpy as np

from ..engine.rows import Rows, as_queries
from ..metrics import Metric
from ..progress import Progress
from .all_pairs import AllPairsSearch
from .descent import TREES, Descent, leaf_size
from .effort import MOST_ROWS, SPARES, Trial, rows_to_keep
from .forest import ProjectionTree, grow_forest, join_trees
from .graph_search import GraphSearch, both_directions
from .lists import KNN
from .recall import Recall, Sample, draw_sample
from .search import Search
from .sketch import sketch_rows
from .walk import EVERY_ROW, Effort

#: Recall at which the search stops: of all neighbours, and of the very nearest, of which a sample
#: has few.
ENOUGH = Recall(0.95, 0.9)
#: Recall below which every row is searched once more, as a query.
FINAL = 0.98
#: Share of the rows that a walk may compare; comparing all in their order is faster than that.
SHARE = 0.4
#: Rows up to which all are compared with all where no walk suffices.
MOST_PAIRED = 10_000
#: How often at most the number of trees is doubled.
ATTEMPTS = 4


def search_graph(
    rows: Rows,
    metrics: tuple[Metric, ...],
    k: int,
    seed: int,
    progress: Progress,
    start: KNN | None = None,
) -> tuple[KNN, float, GraphSearch]:
    """Neighbours of the rows by NN-descent, their estimated recall, and the index for later
    queries.

    Some rows are kept from the graph at first: they tell how far queries have to be searched, and
    then enter it. Where the descent misses neighbours, as among independent numbers, every row is
    searched once more as queries are, which find enough.
    """
    descent = Descent(rows, k, seed, progress)
    kept = rows_to_keep(rows)
    if start is not None:
        descent.offer(_without(start, kept))
    trees, sample = _descend(descent, metrics, kept)
    search = GraphSearch(rows, join_trees(trees), both_directions(descent.lists()), metrics, seed)
    trial = Trial(search, rows, kept, k, progress)
    effort, recall = trial.choose()
    descent.enter(kept, trial.known)
    descent.converge()
    forest = join_trees(trees[: max(1, effort.trees)])
    search = search.with_lists(descent.lists(), forest, effort, recall)
    if sample.recall(descent.lists()).all < FINAL and len(rows.cells) <= MOST_ROWS:
        entered = search.with_lists(descent.lists(), join_trees(trees), effort, recall)
        descent.offer(_searched_again(entered, rows, k, progress))
        search = search.with_lists(descent.lists(), forest, effort, recall)
    found = descent.lists()
    return found, sample.recall(found).all, search


def _searched_again(search: GraphSearch, rows: Rows, k: int, progress: Progress) -> KNN:
    """Neighbours of every row, searched as those of queries are; by the widest walk where those of
    many rows would be compared with every row."""
    queries = as_queries(rows)
    if search.effort != EVERY_ROW or len(rows.cells) <= MOST_PAIRED:
        return search.search(rows, queries, k, search.seed, progress)
    widest = Effort(len(search.index.forest.roots), SPARES[-1])
    return search.walk(rows, queries, k, search.seed, widest, progress)[0]


def index_lists(
    rows: Rows, metrics: tuple[Metric, ...], found: KNN, seed: int, progress: Progress
) -> Search:
    """The index of rows whose true neighbours are known: their graph, where a walk compares few
    enough of them."""
    kept, k = rows_to_keep(rows), found.indices.shape[1]
    members = np.delete(np.arange(len(rows.cells), dtype=np.int32), kept)
    trees = _plant(sketch_rows(rows, metrics, seed)[members], members, k, seed)
    edges = both_directions(_without(found, kept))
    search = GraphSearch(rows, join_trees(trees), edges, metrics, seed)
    trial = Trial(search, rows, kept, k, progress)
    effort, recall = trial.choose()
    if effort == EVERY_ROW or trial.run(effort).cost > SHARE * len(rows.cells):
        return AllPairsSearch()
    return search.with_lists(found, join_trees(trees[: effort.trees]), effort, recall)


def _plant(sketch: np.ndarray, members: np.ndarray, k: int, seed: int) -> list[ProjectionTree]:
    """Trees over the sketch of the rows `members`."""
    return [
        tree._replace(members=members[tree.members])
        for tree in grow_forest(sketch, TREES, leaf_size(k), seed)
    ]


def _descend(
    descent: Descent, metrics: tuple[Metric, ...], kept: np.ndarray
) -> tuple[list[ProjectionTree], Sample]:
    """Fill the lists of all rows but those `kept` back; returns the trees that lead to the first
    candidates, and a sample of rows with their true neighbours.

    Where the recall is low, as among long texts, nearly all of which are equally far, more trees
    give the descent more candidates, until the recall suffices or no longer increases.
    """
    rows, seed, progress = descent.rows, descent.seed, descent.progress
    members = np.delete(np.arange(len(rows.cells), dtype=np.int32), kept)
    sketch = sketch_rows(rows, metrics, seed)[members]
    entry: list[ProjectionTree] = []
    recall, planted = Recall(0.0, 0.0), 0
    sample: Sample | None = None
    for attempt in range(ATTEMPTS):
        for _ in range(1 << attempt):
            forest = _plant(sketch, members, descent.k, seed + planted)
            entry = entry or forest
            descent.compare_leaves(forest)
            planted += TREES
        descent.converge()
        found = descent.lists()
        sample = sample or draw_sample(rows, found, seed, progress)
        before, recall = recall, sample.recall(found, unknown=kept)
        enough = recall.all >= ENOUGH.all and recall.nearest >= ENOUGH.nearest
        if enough or (attempt > 0 and min(recall) - min(before) < 0.2 * (1 - min(before))):
            break
    assert sample is not None
    return entry, sample


def _without(lists: KNN, rows: np.ndarray) -> KNN:
    """The lists of all rows without the given ones, which have none."""
    indices = np.where(np.isin(lists.indices, rows), -1, lists.indices)
    indices[rows] = -1
    return lists._replace(indices=indices)
