"""A whole model as a JSON manifest and named arrays, and back, every array checked before a kernel
sees it.

Addresses of metrics belong to one process and are never stored: metrics are found by name, and one
of the user's own has to be registered, with the same code, before its model is loaded.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse

from ..columns.json_values import from_json, to_json
from ..columns.pack import Packed
from ..engine.rows import (
    ADDRESS,
    COLUMN,
    COUNT,
    MASK,
    PARAMS,
    PREFIX,
    RAGGED,
    START,
    STORAGE,
    Rows,
    digest_rows,
    take_rows,
)
from ..errors import ModelFileError
from ..graph.combine import GraphOptions
from ..graph.expression import compile_program
from ..kinds import Kind
from ..kinds.encode import kind_of
from ..kinds.state import Arrays, expect, prefixed, take_array, under
from ..layout.optimize import LayoutOptions
from ..metrics import Metric
from ..metrics import get as get_metric
from ..metrics import names as metric_names
from ..metrics.compiled import FAULT, fingerprint
from ..model.model import Model, whole_term
from ..neighbors.distinct import Classes
from ..neighbors.forest import Tree
from ..neighbors.graph_search import Graph
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, Plan, choose_search
from ..schema.group import Group
from .encoders import group_from_json, group_to_json, term_from_json, term_to_json

_ROWS = {
    "cells": np.int32, "groups": np.int64, "gap_power": np.float64, "inverse_scale": np.float64, "weights": np.float64,
    "column_weights": np.int32, "shares": np.float64, "offsets": np.int64, "payload": np.int32, "params": np.float64,
    "tables": np.float32, "table_of": np.int64,
}  # fmt: skip


def dismantle(model: Model) -> tuple[dict[str, Any], Arrays]:
    """Manifest and arrays."""
    packed, graph, combined = model.packed, model.graph, model.combined
    assert graph is not None
    assert model.embedding is not None
    arrays: Arrays = {f"rows.{name}": getattr(packed.rows, name) for name in _ROWS}
    arrays["rows.groups"] = packed.rows.groups.copy()
    arrays["rows.groups"][:, ADDRESS] = 0
    arrays |= {"scales": packed.scales, "embedding": model.embedding}
    arrays |= {
        "graph.indptr": graph.indptr.astype(np.int64),
        "graph.indices": graph.indices.astype(np.int32),
    }
    arrays["graph.data"] = graph.data
    for g, order in enumerate(packed.orders):
        arrays[f"order.{g}"] = order.astype(np.int64)
    manifest = {
        "groups": [group_to_json(group) for group in model.groups],
        "encoders": _kinds_to_json(model.encoders, arrays),
        "metrics": [
            [metric.name, fingerprint(metric.function.py_func)] for metric in packed.metrics
        ],
        "features": model.features,
        "term": term_to_json(model.term),
        "spans": [[column, *span] for column, span in packed.spans.items()],
        "graph_options": list(model.graph_options),
        "layout_options": list(model.layout_options),
        "families": [[to_json(column), name] for column, name in model.families.items()],
        "dtypes": [[to_json(column), name] for column, name in model.dtypes.items()],
        "plan": None
        if combined is None
        else [*combined.plan[:4], list(combined.plan.declined), combined.plan.recall],
    }
    if combined is not None:
        arrays |= {"knn.indices": combined.knn.indices, "knn.distances": combined.knn.distances}
        arrays |= {
            f"classes.{name}": np.asarray(field)
            for name, field in combined.classes._asdict().items()
        }
        if isinstance(combined.search, Graph):
            arrays["search.edges"] = combined.search.edges
            arrays |= {
                f"tree.{name}": field for name, field in combined.search.tree._asdict().items()
            }
    return manifest, arrays


def assemble(manifest: dict[str, Any], arrays: Arrays) -> Model:
    """The model; ValueError, KeyError or the like if something does not fit, ModelFileError if a
    metric is not known."""
    metrics = tuple(_metric(name, digest) for name, digest in manifest["metrics"])
    groups = tuple(group_from_json(data) for data in manifest["groups"])
    names = [group.name for group in groups]
    features = int(manifest["features"])
    expect(0 < features <= len(groups) and len(set(names)) == len(names), "groups")
    expect([m.name for m in metrics] == [group.metric for group in groups], "metrics")
    rows = _rows(arrays, metrics)
    n = len(rows.cells)
    encoders = _kinds_from_json(groups, manifest["encoders"], arrays)
    expect(rows.groups[:, COUNT].tolist() == [kind.width() for kind in encoders], "widths")
    orders = tuple(
        take_array(arrays, f"order.{g}", np.int64, (int(spec[COUNT]),))
        for g, spec in enumerate(rows.groups)
    )
    expect(all((np.sort(order) == np.arange(len(order))).all() for order in orders), "orders")
    spans = {int(column): (int(first), int(last)) for column, first, last in manifest["spans"]}
    _check_entries(rows, spans)
    scales = take_array(arrays, "scales", np.float64, (len(groups),))
    model = Model(
        groups,
        encoders,
        Packed(rows, metrics, scales, orders, spans),
        features,
        term_from_json(manifest["term"], names[:features]),
        GraphOptions(*map(_number, manifest["graph_options"])),
        LayoutOptions(*map(_number, manifest["layout_options"])),
        {from_json(column): str(name) for column, name in manifest["families"]},
        {from_json(column): str(name) for column, name in manifest["dtypes"]},
        graph=_graph(arrays, n),
    )
    embedding = take_array(arrays, "embedding", np.float32, (n, None))
    expect(
        np.isfinite(embedding).all() and embedding.shape[1] == model.layout_options.n_components,
        "embedding",
    )
    model = model.changed(embedding=embedding)
    return (
        model
        if manifest["plan"] is None
        else model.changed(combined=_neighbors(model, manifest, arrays))
    )


def _kinds_to_json(kinds: tuple[Kind, ...], arrays: Arrays) -> list[dict[str, Any]]:
    """The fitted state of the kinds; their arrays go to `arrays`."""
    manifest = []
    for g, kind in enumerate(kinds):
        data, own = kind.to_arrays()
        manifest.append(data)
        arrays.update(prefixed(f"encoder.{g}", own))
    return manifest


def _kinds_from_json(
    groups: tuple[Group, ...], manifest: list[dict[str, Any]], arrays: Arrays
) -> tuple[Kind, ...]:
    kinds = tuple(map(kind_of, groups))
    for g, (kind, data) in enumerate(zip(kinds, manifest, strict=True)):
        kind.from_arrays(data, under(f"encoder.{g}", arrays))
    return kinds


def _number(value: Any) -> Any:
    expect(value is None or isinstance(value, (int, float, str)), "options")
    return value


def _metric(name: str, digest: str) -> Metric:
    if name not in metric_names():
        raise ModelFileError(
            f"the model uses the metric {name!r}, which is not registered; register it, then load again"
        )
    metric = get_metric(name)
    # Built-in ones are the package's own affair: what they compute is part of the format.
    if not metric.is_built_in and fingerprint(metric.function.py_func) != digest:
        raise ModelFileError(
            f"the metric {name!r} is not the one that the model was fitted with: its code has changed"
        )
    return metric


def _rows(arrays: Arrays, metrics: tuple[Metric, ...]) -> Rows:
    g = len(metrics)
    cells = take_array(arrays, "rows.cells", np.int32, (None, None))
    n, width = cells.shape
    groups = take_array(arrays, "rows.groups", np.int64, (g, 8)).copy()
    start, count, mask, column, prefix = (
        groups[:, f] for f in (START, COUNT, MASK, COLUMN, PREFIX)
    )
    columns = int(count.sum())
    words = (count + 31) // 32
    expect(n > 0 and (count > 0).all() and (count <= width).all() and (start >= 0).all(), "cells")
    expect(
        (start + count <= width).all()
        and ((mask == -1) | ((mask >= 0) & (mask + words <= width))).all(),
        "masks",
    )
    expect(
        (column == np.cumsum(count) - count).all()
        and (prefix >= 0).all()
        and (prefix <= count).all(),
        "columns",
    )
    ragged = np.array([metric.is_ragged for metric in metrics])
    expect((groups[:, STORAGE] == np.where(ragged, RAGGED, 0)).all(), "storage")
    groups[:, ADDRESS] = [metric.address for metric in metrics]
    params = take_array(arrays, "rows.params", np.float64, (None,)).copy()
    for metric, first in zip(metrics, groups[:, PARAMS].tolist(), strict=True):
        last = first + FAULT + len(metric.values({}))
        expect(
            0 <= first <= last <= len(params) and np.isfinite(params[first:last]).all(),
            "parameters",
        )
        params[first : first + FAULT] = 0
    offsets = take_array(arrays, "rows.offsets", np.int64, (None,))
    payload = take_array(arrays, "rows.payload", np.int32, (None,))
    expect(
        len(offsets) > 0
        and offsets[0] == 0
        and (np.diff(offsets) >= 0).all()
        and offsets[-1] == len(payload),
        "offsets",
    )
    shapes = {
        "gap_power": g,
        "inverse_scale": g,
        "weights": g,
        "column_weights": columns,
        "shares": columns,
    }
    own = {
        name: take_array(arrays, f"rows.{name}", _ROWS[name], (size,))
        for name, size in shapes.items()
    }
    expect(
        all(
            np.isfinite(a.view(np.float32) if a.dtype == np.int32 else a).all()
            for a in own.values()
        ),
        "weights",
    )
    tables = take_array(arrays, "rows.tables", np.float32, (None,))
    table_of = take_array(arrays, "rows.table_of", np.int64, (columns, 3))
    for first, size, entry in table_of.tolist():
        expect(
            first == -1
            or (first >= 0 and 0 <= size < 2**31 and first + size * size <= len(tables)),
            "tables",
        )
        expect(first == -1 or 0 <= entry <= entry + size < len(offsets), "tables")
    return Rows(
        cells,
        digest_rows(cells),
        groups,
        own["gap_power"],
        own["inverse_scale"],
        own["weights"],
        own["column_weights"],
        own["shares"],
        offsets,
        payload,
        params,
        tables,
        table_of,
        np.empty((0, 2), np.int64),
        np.empty(0),
    )


def _check_entries(rows: Rows, spans: dict[int, tuple[int, int]]) -> None:
    """Every cell of strings or sets is the number of an entry of its column."""
    for spec in rows.groups:
        if spec[STORAGE] == RAGGED:
            for c in range(spec[COUNT]):
                first, last = spans[int(spec[COLUMN]) + c]
                own = rows.cells[:, spec[START] + c]
                expect(0 <= first <= last < len(rows.offsets), "entries")
                expect(own.min() >= first and own.max() < last, "entries")


def _graph(arrays: Arrays, n: int) -> scipy.sparse.csr_array:
    indptr = take_array(arrays, "graph.indptr", np.int64, (n + 1,))
    indices = take_array(arrays, "graph.indices", np.int32, (None,))
    data = take_array(arrays, "graph.data", np.float32, (len(indices),))
    expect(indptr[0] == 0 and indptr[-1] == len(indices) and (np.diff(indptr) >= 0).all(), "graph")
    expect(_within(indices, 0, n) and np.isfinite(data).all(), "graph")
    graph = scipy.sparse.csr_array((data, indices, indptr), shape=(n, n))
    if len(indices) < np.iinfo(np.int32).max:
        graph.indptr = graph.indptr.astype(np.int32)
    return graph


def _neighbors(model: Model, manifest: dict[str, Any], arrays: Arrays) -> Neighbors:
    rows, metrics = model.packed.rows, model.packed.metrics
    n = len(rows.cells)
    search, total, distinct, reason, declined, recall = manifest["plan"]
    plan = Plan(
        str(search),
        int(total),
        int(distinct),
        str(reason),
        tuple(map(str, declined)),
        float(recall),
    )
    indices = take_array(arrays, "knn.indices", np.int32, (n, None))
    knn = KNN(indices, take_array(arrays, "knn.distances", np.float32, indices.shape))
    expect(_within(indices, -1, n) and not np.isnan(knn.distances).any(), "neighbours")
    classes = Classes(
        take_array(arrays, "classes.first", np.int64, (None,)),
        take_array(arrays, "classes.of", np.int32, (n,)),
        take_array(arrays, "classes.offsets", np.int64, (None,)),
        take_array(arrays, "classes.members", np.int32, (n,)),
    )
    m = len(classes.first)
    expect(
        0 < m == plan.distinct <= n == plan.rows
        and _within(classes.first, 0, n)
        and _within(classes.of, 0, m),
        "classes",
    )
    expect(
        len(classes.offsets) == m + 1 and classes.offsets[0] == 0 and classes.offsets[-1] == n,
        "classes",
    )
    expect((np.diff(classes.offsets) > 0).all() and _within(classes.members, 0, n), "classes")
    program, constants = compile_program(whole_term(model), model.names, rows.weights)
    own = take_rows(rows._replace(program=program, constants=constants), classes.first)
    if plan.search != "descent":
        _, index = choose_search(own, metrics, n)
        expect(index is not None, "plan")
        assert index is not None
        return Neighbors(knn, plan, own, classes, index)
    edges = take_array(arrays, "search.edges", np.int32, (m, None))
    expect(_within(edges, -1, m), "edges")
    graph = Graph(own, _tree(arrays, "tree", m), edges, metrics, model.graph_options.seed)
    return Neighbors(knn, plan, own, classes, graph)


def _tree(arrays: Arrays, name: str, m: int) -> Tree:
    members = take_array(arrays, f"{name}.members", np.int32, (m,))
    borders = take_array(arrays, f"{name}.borders", np.int64, (None,))
    planes = take_array(arrays, f"{name}.planes", np.float32, (None, None))
    children = take_array(arrays, f"{name}.children", np.int32, (len(planes), 2))
    expect(
        _within(members, 0, m) and len(borders) > 1 and borders[0] == 0 and borders[-1] == m, "tree"
    )
    expect(
        (np.diff(borders) >= 0).all() and _within(children, -len(borders) + 1, len(planes)), "tree"
    )
    # A child stands after its parent, so that every descent ends.
    expect(((children < 0) | (children > np.arange(len(planes))[:, None])).all(), "tree")
    return Tree(members, borders, planes, children)


def _within(values: np.ndarray, low: int, high: int) -> bool:
    return len(values) == 0 or values.size == 0 or bool(values.min() >= low and values.max() < high)
