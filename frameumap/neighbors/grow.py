"""Add rows to a finished neighbour graph; pairs of old rows are not compared again."""

from __future__ import annotations

import numpy as np

from ..engine.rows import Rows, as_queries, take_queries
from ..metrics import Metric
from ..progress import Progress
from .descent import EXTRA, Descent, leaf_size
from .forest import grow_forest, join_trees
from .graph_search import GraphSearch, both_directions, build_index
from .lists import KNN
from .plan import Neighbors
from .recall import draw_sample
from .sketch import sketch_rows


def grow_neighbors(
    old: Neighbors,
    rows: Rows,
    metrics: tuple[Metric, ...],
    n_neighbors: int,
    seed: int,
    progress: Progress,
) -> Neighbors:
    """Neighbours of distinct `rows`, which begin with those of `old`, found by NN-descent.

    Lists of old rows are kept; new rows start with the neighbours found by a query, in both
    directions; rounds of the descent follow the changes.
    """
    n, m = len(rows.cells), len(old.distinct.cells)
    k = n_neighbors - 1
    descent = Descent(rows, k, seed, progress)
    of = old.classes.of
    known = old.knn.indices[old.classes.first]
    others = np.where(known >= 0, of[known], -1)
    own = np.arange(m)[:, None]
    descent.adopt(
        KNN(
            np.where(others == own, -1, others).astype(np.int32),
            old.knn.distances[old.classes.first],
        )
    )
    if n > m:
        queries = take_queries(as_queries(rows), np.arange(m, n))
        placed = old.search.search(
            rows,
            queries._replace(query_row=np.full(n - m, -1, np.int32)),
            k + EXTRA,
            seed,
            progress,
        )
        descent.enter(np.arange(m, n), placed)
        descent.converge()
    found = descent.lists()
    recall = draw_sample(rows, found, seed, progress).recall(found).all
    assert isinstance(old.search, GraphSearch)
    effort, query_recall = old.search.effort, old.search.recall
    sketch = sketch_rows(rows, metrics, seed)
    forest = join_trees(grow_forest(sketch, max(1, effort.trees), leaf_size(k), seed))
    return old._replace(
        knn=found,
        plan=old.plan._replace(distinct=n, recall=recall),
        distinct=rows,
        search=GraphSearch(
            build_index(rows, metrics, forest, both_directions(found)),
            metrics,
            seed,
            effort,
            query_recall,
        ),
    )
