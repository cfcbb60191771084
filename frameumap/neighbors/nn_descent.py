"""Approximate search: NN-descent from a forest, with more trees until a sample of rows finds enough
of its neighbours."""

from __future__ import annotations

import numpy as np

from ..engine.rows import Rows
from ..metrics import Metric
from ..progress import Progress
from .descent import TREES, Descent, leaf_size
from .effort import Trial, rows_to_keep
from .forest import ProjectionTree, grow_forest, join_trees
from .graph_search import GraphSearch, both_directions
from .lists import KNN
from .recall import Recall, Sample, draw_sample
from .sketch import sketch_rows

#: Recall at which the search stops: of all neighbours, and of the very nearest, of which a sample
#: has few.
ENOUGH = Recall(0.95, 0.9)
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
    then enter it.
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
    found = descent.lists()
    forest = join_trees(trees[: max(1, effort.trees)])
    return found, sample.recall(found).all, search.with_lists(found, forest, effort, recall)


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
            forest = [
                tree._replace(members=members[tree.members])
                for tree in grow_forest(sketch, TREES, leaf_size(descent.k), seed + planted)
            ]
            entry = entry or forest
            descent.compare_leaves(forest)
            planted += TREES
        descent.converge()
        found = descent.lists()
        sample = sample or draw_sample(rows, found, seed, progress)
        before, recall = recall, sample.without(kept).recall(found)
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
