"""Neighbours and the index that answers queries, as a plan and named arrays, and back, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.rows import Rows, take_rows
from ..kinds.state import Arrays, expect, take_array
from ..model.model import Prepared
from ..neighbors.distinct import Classes
from ..neighbors.forest import ProjectionTree
from ..neighbors.graph_search import GraphSearch
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, Plan, choose_search
from ..neighbors.search import Search


def dismantle_neighbors(neighbors: Neighbors) -> tuple[list[Any], Arrays]:
    """The plan, and arrays; of the indices only a graph is stored, others are built anew."""
    plan, search = neighbors.plan, neighbors.search
    saved = [*plan[:4], list(plan.declined), plan.recall]
    arrays: Arrays = {
        "knn.indices": neighbors.knn.indices,
        "knn.distances": neighbors.knn.distances,
    }
    arrays |= {
        f"classes.{name}": np.asarray(field) for name, field in neighbors.classes._asdict().items()
    }
    if isinstance(search, GraphSearch):
        arrays["search.edges"] = search.index.edges
        arrays |= {f"tree.{name}": field for name, field in search.index.tree._asdict().items()}
    return saved, arrays


def assemble_neighbors(prepared: Prepared, saved: list[Any], arrays: Arrays) -> Neighbors:
    """Neighbours and index; ValueError, KeyError or the like if the contents are inconsistent."""
    n = len(prepared.packed.rows.cells)
    search, total, distinct, reason, declined, recall = saved
    reasons = tuple(map(str, declined))
    plan = Plan(str(search), int(total), int(distinct), str(reason), reasons, float(recall))
    indices = take_array(arrays, "knn.indices", np.int32, (n, None))
    knn = KNN(indices, take_array(arrays, "knn.distances", np.float32, indices.shape))
    expect(within(indices, -1, n) and not np.isnan(knn.distances).any(), "neighbours")
    classes = _classes(arrays, n)
    expect(len(classes.first) == plan.distinct and n == plan.rows, "classes")
    rows = take_rows(prepared.whole_rows, classes.first)
    return Neighbors(knn, plan, rows, classes, _search(prepared, plan, rows, arrays))


def _classes(arrays: Arrays, n: int) -> Classes:
    classes = Classes(
        take_array(arrays, "classes.first", np.int64, (None,)),
        take_array(arrays, "classes.of", np.int32, (n,)),
        take_array(arrays, "classes.offsets", np.int64, (None,)),
        take_array(arrays, "classes.members", np.int32, (n,)),
    )
    m, offsets = len(classes.first), classes.offsets
    expect(0 < m <= n and within(classes.first, 0, n) and within(classes.of, 0, m), "classes")
    expect(len(offsets) == m + 1 and offsets[0] == 0 and offsets[-1] == n, "classes")
    expect((np.diff(offsets) > 0).all() and within(classes.members, 0, n), "classes")
    return classes


def _search(prepared: Prepared, plan: Plan, rows: Rows, arrays: Arrays) -> Search:
    """The index over the distinct `rows`."""
    metrics, m = prepared.packed.metrics, len(rows.cells)
    if plan.search != GraphSearch.name:
        _, index = choose_search(rows, metrics, plan.rows)
        if index is None:
            raise ValueError("inconsistent plan")
        return index
    edges = take_array(arrays, "search.edges", np.int32, (m, None))
    expect(within(edges, -1, m), "edges")
    return GraphSearch(rows, _tree(arrays, "tree", m), edges, metrics, prepared.graph_options.seed)


def _tree(arrays: Arrays, name: str, m: int) -> ProjectionTree:
    members = take_array(arrays, f"{name}.members", np.int32, (m,))
    borders = take_array(arrays, f"{name}.borders", np.int64, (None,))
    planes = take_array(arrays, f"{name}.planes", np.float32, (None, None))
    children = take_array(arrays, f"{name}.children", np.int32, (len(planes), 2))
    expect(
        within(members, 0, m) and len(borders) > 1 and borders[0] == 0 and borders[-1] == m, "tree"
    )
    expect(
        (np.diff(borders) >= 0).all() and within(children, -len(borders) + 1, len(planes)), "tree"
    )
    # Children come after their parent, so that every descent ends.
    expect(((children < 0) | (children > np.arange(len(planes))[:, None])).all(), "tree")
    return ProjectionTree(members, borders, planes, children)


def within(values: np.ndarray, low: int, high: int) -> bool:
    """Whether low <= v < high for all values."""
    return len(values) == 0 or values.size == 0 or bool(values.min() >= low and values.max() < high)
