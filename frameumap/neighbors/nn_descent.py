"""Approximate search: NN-descent from a forest, with more trees until a sample of rows finds enough
of its neighbours."""

from __future__ import annotations

from ..engine.rows import Rows
from ..metrics import Metric
from ..progress import Progress
from .descent import TREES, Descent, leaf_size
from .forest import ProjectionTree, grow_forest
from .graph_search import GraphSearch
from .lists import KNN
from .recall import Recall, estimate_recall
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

    Where the recall is low, as among long texts, nearly all of which are equally far, more trees
    give the descent more candidates, until the recall suffices or no longer increases.
    """
    descent = Descent(rows, k, seed, progress)
    sketch = sketch_rows(rows, metrics, seed)
    if start is not None:
        descent.offer(start)
    entry: list[ProjectionTree] = []
    recall, planted = Recall(0.0, 0.0), 0
    for attempt in range(ATTEMPTS):
        for _ in range(1 << attempt):
            forest = grow_forest(sketch, TREES, leaf_size(k), seed + planted)
            entry = entry or forest[:1]
            descent.compare_leaves(forest)
            planted += TREES
        descent.converge()
        before, recall = recall, estimate_recall(rows, descent.lists(), seed, progress)
        enough = recall.all >= ENOUGH.all and recall.nearest >= ENOUGH.nearest
        if enough or (attempt > 0 and min(recall) - min(before) < 0.2 * (1 - min(before))):
            break
    found = descent.lists()
    return found, recall.all, GraphSearch.of(rows, entry[0], found, metrics, seed)
