"""Approximate search: NN-descent from a forest, with more trees until a sample of rows finds enough
of its neighbours."""

from __future__ import annotations

from ..engine.rows import Rows, as_queries
from ..metrics import Metric
from ..progress import Progress
from .descent import TREES, Descent, leaf_size
from .effort import MOST_ROWS, SPARES
from .forest import ProjectionTree, grow_forest
from .graph_search import GraphSearch
from .lists import KNN
from .recall import Recall, Sample, draw_sample
from .sketch import sketch_rows
from .untried import UntriedSearch
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

    Where the descent misses neighbours, as among independent numbers, every row is searched once
    more as queries are, which find enough.
    """
    descent = Descent(rows, k, seed, progress)
    if start is not None:
        descent.offer(start)
    trees, sample = _descend(descent, metrics)
    found = descent.lists()
    search: GraphSearch = UntriedSearch(rows, trees, found, metrics, seed)
    if sample.recall(found).all < FINAL and len(rows.cells) <= MOST_ROWS:
        descent.offer(_searched_again(search, rows, k, progress))
        found = descent.lists()
        search = search.with_lists(found, search.index.forest, search.effort, search.recall)
    return found, sample.recall(found).all, search


def _searched_again(search: GraphSearch, rows: Rows, k: int, progress: Progress) -> KNN:
    """Neighbours of every row, searched as those of queries are; by the widest walk where those of
    many rows would be compared with every row."""
    queries, whole = as_queries(rows), search.index  # with all trees, until the effort is known
    if search.effort == EVERY_ROW and len(rows.cells) > MOST_PAIRED:
        widest = Effort(len(whole.forest.roots), SPARES[-1])
        search = GraphSearch(whole, search.metrics, search.seed, widest)
    return search.search(rows, queries, k, search.seed, progress)


def index_lists(rows: Rows, metrics: tuple[Metric, ...], found: KNN, seed: int) -> UntriedSearch:
    """The index of rows whose true neighbours are known: their graph, where a walk compares few
    enough of them."""
    trees = grow_forest(
        sketch_rows(rows, metrics, seed), TREES, leaf_size(found.indices.shape[1]), seed
    )
    return UntriedSearch(rows, trees, found, metrics, seed, SHARE)


def _descend(descent: Descent, metrics: tuple[Metric, ...]) -> tuple[list[ProjectionTree], Sample]:
    """Fill the lists of all rows; returns the trees that lead to the first candidates, and a sample
    of rows with their true neighbours.

    Where the recall is low, as among long texts, nearly all of which are equally far, more trees
    give the descent more candidates, until the recall suffices or no longer increases.
    """
    rows, seed, progress = descent.rows, descent.seed, descent.progress
    sketch = sketch_rows(rows, metrics, seed)
    entry: list[ProjectionTree] = []
    recall, planted = Recall(0.0, 0.0), 0
    sample: Sample | None = None
    for attempt in range(ATTEMPTS):
        for _ in range(1 << attempt):
            forest = grow_forest(sketch, TREES, leaf_size(descent.k), seed + planted)
            entry = entry or forest
            descent.compare_leaves(forest)
            planted += TREES
        descent.converge()
        found = descent.lists()
        sample = sample or draw_sample(rows, found, seed, progress)
        before, recall = recall, sample.recall(found)
        enough = recall.all >= ENOUGH.all and recall.nearest >= ENOUGH.nearest
        if enough or (attempt > 0 and min(recall) - min(before) < 0.2 * (1 - min(before))):
            break
    assert sample is not None
    return entry, sample
