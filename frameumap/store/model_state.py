"""A whole model as a JSON manifest and named arrays, and back, every array checked before a kernel
sees it.

Addresses of metrics belong to one process and are never stored: metrics are found by name, and one
of the user's own has to be registered, with the same code, before its model is loaded.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import scipy.sparse

from ..columns.json_values import from_json, to_json
from ..columns.pack import Packed
from ..columns.restore import Source, source_from_json, source_to_json
from ..engine.rows import COUNT
from ..errors import ModelFileError
from ..graph.combine import GraphOptions
from ..graph.expression import expression_from_json, expression_to_json
from ..kinds import KINDS, Kind
from ..kinds.encode import kind_of
from ..kinds.state import Arrays, expect, prefixed, take_array, under
from ..layout.options import LayoutOptions
from ..metrics import Metric
from ..metrics import get as get_metric
from ..metrics import names as metric_names
from ..metrics.compiled import fingerprint
from ..model.model import Combined, Model, Prepared
from ..schema.group import Group
from .neighbors_state import assemble_neighbors, dismantle_neighbors, within
from .rows_state import assemble_rows, check_entries, dismantle_rows


def dismantle(model: Model) -> tuple[dict[str, Any], Arrays]:
    """Manifest and arrays."""
    packed, graph, combined = model.packed, model.graph, model.combined
    arrays = dismantle_rows(packed.rows)
    arrays |= {"scales": packed.scales, "units": packed.units, "embedding": model.embedding}
    arrays |= {
        "graph.indptr": graph.indptr.astype(np.int64),
        "graph.indices": graph.indices.astype(np.int32),
    }
    arrays["graph.data"] = graph.data
    if model.weights is not None:
        arrays["weights"] = model.weights
    for g, order in enumerate(packed.orders):
        arrays[f"order.{g}"] = order.astype(np.int64)
    manifest = {
        "groups": [_group_to_json(group) for group in model.groups],
        "encoders": _kinds_to_json(model.encoders, arrays),
        "metrics": [
            [metric.name, fingerprint(metric.function.py_func)] for metric in packed.metrics
        ],
        "features": model.n_feature_groups,
        "term": expression_to_json(model.expression),
        "spans": [[column, *span] for column, span in packed.spans.items()],
        "graph_options": list(model.graph_options),
        "layout_options": list(model.layout_options),
        "families": [[to_json(column), name] for column, name in model.families.items()],
        "dtypes": [[to_json(column), name] for column, name in model.dtypes.items()],
        "sources": [
            [to_json(column), source_to_json(source)] for column, source in model.sources.items()
        ],
        "plan": None,
    }
    if combined is not None:
        manifest["plan"], further = dismantle_neighbors(combined)
        arrays |= further
    return manifest, arrays


def assemble(manifest: dict[str, Any], arrays: Arrays) -> Model:
    """The model; ValueError, KeyError or the like if the contents are inconsistent, ModelFileError
    if a metric is unknown."""
    metrics = tuple(_metric(name, digest) for name, digest in manifest["metrics"])
    groups = tuple(_group_from_json(data) for data in manifest["groups"])
    names = [group.name for group in groups]
    features = int(manifest["features"])
    expect(0 < features <= len(groups) and len(set(names)) == len(names), "groups")
    expect([m.name for m in metrics] == [group.metric for group in groups], "metrics")
    rows = assemble_rows(arrays, metrics)
    n = len(rows.cells)
    encoders = _kinds_from_json(groups, manifest["encoders"], arrays)
    expect(rows.groups[:, COUNT].tolist() == [kind.width() for kind in encoders], "widths")
    orders = tuple(
        take_array(arrays, f"order.{g}", np.int64, (int(spec[COUNT]),))
        for g, spec in enumerate(rows.groups)
    )
    expect(all((np.sort(order) == np.arange(len(order))).all() for order in orders), "orders")
    spans = {int(column): (int(first), int(last)) for column, first, last in manifest["spans"]}
    check_entries(rows, spans)
    scales = take_array(arrays, "scales", np.float64, (len(groups),))
    if "units" not in arrays:  # a model of 0.1, in which a weight was what a group weighs in D
        arrays = {**arrays, "units": rows.weights / [group.factor for group in groups]}
    units = take_array(arrays, "units", np.float64, (len(groups),))
    expect((units > 0).all() and np.isfinite(units).all(), "units")
    prepared = Prepared(
        groups=groups,
        encoders=encoders,
        packed=Packed(rows, metrics, scales, units, orders, spans),
        n_feature_groups=features,
        expression=expression_from_json(manifest["term"], names[:features]),
        graph_options=GraphOptions(*map(_number, manifest["graph_options"])),
        layout_options=LayoutOptions(*map(_number, manifest["layout_options"])),
        families={from_json(column): str(name) for column, name in manifest["families"]},
        dtypes={from_json(column): str(name) for column, name in manifest["dtypes"]},
        sources=_sources(manifest),
        weights=_weights(arrays, n),
    )
    embedding = take_array(arrays, "embedding", np.float32, (n, None))
    fits = embedding.shape[1] == prepared.layout_options.n_components
    expect(fits and np.isfinite(embedding).all(), "embedding")
    graph = _graph(arrays, n)
    plan = manifest["plan"]
    neighbors = None if plan is None else assemble_neighbors(prepared, plan, arrays)
    return Model.of(prepared, Combined(graph, neighbors, {}), embedding)


def _sources(manifest: dict[str, Any]) -> dict[Any, Source]:
    if "sources" not in manifest:  # a model of 0.1, with the names of dtypes alone
        names = ((from_json(column), str(name)) for column, name in manifest["dtypes"])
        return {column: source_from_json([name, None, "", "", 0]) for column, name in names}
    return {from_json(column): source_from_json(data) for column, data in manifest["sources"]}


def _group_to_json(group: Group) -> dict[str, Any]:
    """All fields as tagged JSON."""
    return {f.name: to_json(getattr(group, f.name)) for f in fields(Group)}


def _group_from_json(data: dict[str, Any]) -> Group:
    """A group; its kind and metric are checked as a schema's are."""
    made = {name: from_json(value) for name, value in data.items()}
    if made["kind"] not in KINDS:
        raise ModelFileError(
            f"the model uses the kind {made['kind']!r}, which is not registered; register it, "
            f"then load again"
        )
    return Group(**made)


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


def _weights(arrays: Arrays, n: int) -> np.ndarray | None:
    if "weights" not in arrays:
        return None
    weights = take_array(arrays, "weights", np.float64, (n,))
    # Repelling samples are drawn from a table with an entry a repeat.
    expect((np.isfinite(weights) & (weights > 0)).all(), "weights")
    return weights


def _number(value: Any) -> Any:
    expect(value is None or isinstance(value, (int, float, str)), "options")
    return value


def _metric(name: str, digest: str) -> Metric:
    if name not in metric_names():
        raise ModelFileError(
            f"the model uses the metric {name!r}, which is not registered; "
            "register it, then load again"
        )
    metric = get_metric(name)
    # A built-in name has one definition; its code may change between versions.
    if not metric.is_built_in and fingerprint(metric.function.py_func) != digest:
        raise ModelFileError(
            f"the metric {name!r} is not the one that the model was fitted with: "
            "its code has changed"
        )
    return metric


def _graph(arrays: Arrays, n: int) -> scipy.sparse.csr_array:
    indptr = take_array(arrays, "graph.indptr", np.int64, (n + 1,))
    indices = take_array(arrays, "graph.indices", np.int32, (None,))
    data = take_array(arrays, "graph.data", np.float32, (len(indices),))
    expect(indptr[0] == 0 and indptr[-1] == len(indices) and (np.diff(indptr) >= 0).all(), "graph")
    expect(within(indices, 0, n) and np.isfinite(data).all(), "graph")
    graph = scipy.sparse.csr_array((data, indices, indptr), shape=(n, n))
    if len(indices) < np.iinfo(np.int32).max:
        graph.indptr = graph.indptr.astype(np.int32)
    return graph
