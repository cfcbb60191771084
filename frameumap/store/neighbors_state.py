"""Neighbours and the index that answers queries, as a plan and named arrays, and back, checked."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engine.rows import Rows, take_rows
from ..kinds.state import Arrays, expect, take_array
from ..model.model import Prepared
from ..neighbors.distinct import Classes
from ..neighbors.effort import SPARES
from ..neighbors.forest import Forest
from ..neighbors.graph_search import GraphSearch, build_index
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, Plan, build_search
from ..neighbors.search import Search
from ..neighbors.sketch import DIMENSIONS
from ..neighbors.walk import Effort


def dismantle_neighbors(neighbors: Neighbors) -> tuple[list[Any], Arrays]:
    """The plan, and arrays; of the indices only a graph is stored, others are built anew."""
    plan, search = neighbors.measured_plan, neighbors.search
    saved = [*plan[:4], list(plan.declined), plan.recall, plan.query_recall]
    arrays: Arrays = {
        "knn.indices": neighbors.knn.indices,
        "knn.distances": neighbors.knn.distances,
    }
    arrays |= {
        f"classes.{name}": np.asarray(field) for name, field in neighbors.classes._asdict().items()
    }
    if isinstance(search, GraphSearch):
        arrays["search.edges"] = search.index.edges
        arrays["search.effort"] = np.array(search.effort, np.int64)
        arrays |= {f"tree.{name}": field for name, field in search.index.forest._asdict().items()}
    return saved, arrays


def assemble_neighbors(prepared: Prepared, saved: list[Any], arrays: Arrays) -> Neighbors:
    """Neighbours and index; ValueError, KeyError or the like if the contents are inconsistent."""
    n = len(prepared.packed.rows.cells)
    search, total, distinct, reason, declined, *recalls = saved
    reasons = tuple(map(str, declined))
    plan = Plan(
        str(search), int(total), int(distinct), str(reason), reasons, *map(float, recalls[:2])
    )
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
    if "search.edges" not in arrays:
        return build_search(plan.search, rows, metrics)
    edges = take_array(arrays, "search.edges", np.int32, (m, None))
    expect(within(edges, -1, m), "edges")
    if "search.effort" not in arrays:  # a model of 0.1, of one tree
        arrays = {**arrays, "search.effort": np.array([1, 8])}
        arrays["tree.roots"] = np.array([0 if len(arrays["tree.planes"]) else ~0], np.int32)
    trees, spare = take_array(arrays, "search.effort", np.int64, (2,)).tolist()
    forest = _forest(arrays, "tree", m)
    expect(0 <= trees <= len(forest.roots) and 0 <= spare <= SPARES[-1], "effort")
    seed, effort = prepared.graph_options.seed, Effort(trees, spare)
    index = build_index(rows, metrics, forest, edges)
    return GraphSearch(index, metrics, seed, effort, plan.query_recall)


def _forest(arrays: Arrays, name: str, m: int) -> Forest:
    roots = take_array(arrays, f"{name}.roots", np.int32, (None,))
    members = take_array(arrays, f"{name}.members", np.int32, (None,))
    borders = take_array(arrays, f"{name}.borders", np.int64, (None,))
    planes = take_array(arrays, f"{name}.planes", np.float32, (None, DIMENSIONS + 1))
    children = take_array(arrays, f"{name}.children", np.int32, (len(planes), 2))
    expect(
        within(members, 0, m) and len(borders) > 1 and borders[0] == 0,
        "tree",
    )
    expect(borders[-1] == len(members), "tree")
    leaves = len(borders) - 1
    expect(
        (np.diff(borders) >= 0).all()
        and within(children, -leaves, len(planes))
        and within(roots, -leaves, len(planes)),
        "tree",
    )
    # Children come after their parent, so that every descent ends.
    expect(((children < 0) | (children > np.arange(len(planes))[:, None])).all(), "tree")
    return Forest(members, borders, planes, children, roots)


def within(values: np.ndarray, low: int, high: int) -> bool:
    """Whether low <= v < high for all values."""
    return len(values) == 0 or values.size == 0 or bool(values.min() >= low and values.max() < high)
