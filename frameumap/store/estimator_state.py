"""An estimator as a manifest and arrays, and back: its model, its parameters, and the schema's
ignored columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.json_values import from_json, index_from_json, index_to_json, to_json
from ..errors import ModelFileError
from ..kinds.state import expect
from ..model.sample_report import SampleReport
from ..parameters import check_parameters, plain_params, read_params, read_seed
from ..schema.schema import Schema
from .model_state import assemble, dismantle

if TYPE_CHECKING:
    from ..estimator import FrameUMAP


def dismantle_estimator(estimator: FrameUMAP) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Manifest and arrays of a fitted estimator."""
    manifest, arrays = dismantle(estimator._model)
    ignored = estimator._schema.ignored
    names = estimator._feature_names
    manifest["params"] = estimator._fit_params
    manifest["schema"] = ([to_json(c) for c in ignored], list(ignored.values()))
    manifest["index"] = index_to_json(estimator._row_labels)
    sample = getattr(estimator, "sample_", None)
    manifest["sample"] = None if sample is None else sample.to_json()
    manifest["n_features_in"] = estimator.n_features_in_
    manifest["feature_names_in"] = None if names is None else list(names)
    return manifest, arrays


def assemble_estimator(
    cls: type[FrameUMAP], manifest: dict[str, Any], arrays: dict[str, np.ndarray], where: str
) -> FrameUMAP:
    """The estimator from a manifest and arrays; ModelFileError if they do not fit."""
    try:
        return _assemble(cls, manifest, arrays)
    except ModelFileError:
        raise
    except Exception as error:  # a hostile file may lack anything
        raise ModelFileError(
            f"{where} is inconsistent: {type(error).__name__}: {str(error)[:200]}"
        ) from error


def _assemble(
    cls: type[FrameUMAP], manifest: dict[str, Any], arrays: dict[str, np.ndarray]
) -> FrameUMAP:
    options = manifest["graph_options"]
    if len(options) == 4:  # a model of 0.1, whose calibration is among the parameters alone
        options = [*options, manifest["params"]["calibration"]]
    model = assemble({**manifest, "graph_options": options}, arrays)
    estimator = cls(**read_params(manifest["params"]))
    check_parameters(estimator)
    schema = Schema()
    for group in model.groups[: model.n_feature_groups]:
        schema.add(group)
    columns, reasons = manifest["schema"]
    schema.ignored = dict(zip(map(from_json, columns), map(str, reasons), strict=True))
    seed = read_seed(estimator.random_state)
    expect(model.layout_options == estimator._layout_options(seed), "layout options")
    n_neighbors = model.graph_options.n_neighbors
    expect(model.graph_options == estimator._graph_options(n_neighbors, seed), "graph options")
    estimator._take(model, schema, {})
    estimator._index = index_from_json(manifest.get("index"))
    estimator.n_features_in_ = int(manifest["n_features_in"])
    if manifest.get("sample") is not None:
        estimator.sample_ = SampleReport.from_json(manifest["sample"])
    names = manifest["feature_names_in"]
    if names is not None:
        estimator._feature_names = tuple(map(str, names))
    estimator._fit_params = plain_params(estimator.get_params())
    return estimator
