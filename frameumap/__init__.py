"""UMAP for a DataFrame as it is.

    xy = df.pipe(frameumap.embed)                   two columns under the frame's index
    schema = frameumap.infer_schema(df)             kinds, groups, metrics, and why; editable
    model = frameumap.FrameUMAP(schema).fit(df)     graph_, groups_, influence_, embedding_

The way of the data, one folder a stage:

    frame/      a dataframe in, columns packed into rows of 4-byte words, the same kind out
    schema/     what every column means, and which metric it gets
    neighbors/  the nearest rows under the combined dissimilarity
    graph/      memberships, set algebra, the combined fuzzy set
    layout/     the start and the gradient descent
    metrics     distances between rows, and the registry for your own
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import datasets, metrics
    from .api import embed
    from .errors import (
        CapacityError,
        DataError,
        FrameUMAPError,
        FrameUMAPWarning,
        MetricError,
        ModelFileError,
        NotFittedError,
        ParameterError,
        SchemaError,
    )
    from .estimator import FrameUMAP
    from .kinds import register_kind
    from .kinds.base import Kind
    from .metrics.registry import metric
    from .schema.group import Group
    from .schema.infer import infer_schema
    from .schema.schema import Schema
    from .schema.spec import (
        categorical,
        cyclic,
        datetime,
        group,
        hierarchy,
        numeric,
        ordinal,
        register_metric,
        sets,
        text,
    )

__version__ = "0.1.0"

# Public name -> module. Loaded when first used, so that `import frameumap` costs next to nothing.
_HOME = {
    "embed": "api",
    "FrameUMAP": "estimator",
    "infer_schema": "schema.infer",
    "Schema": "schema.schema",
    "metric": "metrics.registry",
    "Group": "schema.group",
    "Kind": "kinds.base",
    "register_kind": "kinds",
    **dict.fromkeys(
        [
            "categorical",
            "cyclic",
            "datetime",
            "group",
            "hierarchy",
            "numeric",
            "ordinal",
            "register_metric",
            "sets",
            "text",
        ],
        "schema.spec",
    ),
    **dict.fromkeys(
        [
            "CapacityError",
            "DataError",
            "FrameUMAPError",
            "FrameUMAPWarning",
            "MetricError",
            "ModelFileError",
            "NotFittedError",
            "ParameterError",
            "SchemaError",
        ],
        "errors",
    ),
}
_MODULES = ("datasets", "metrics")

__all__ = [
    "CapacityError",
    "DataError",
    "FrameUMAP",
    "FrameUMAPError",
    "FrameUMAPWarning",
    "Group",
    "Kind",
    "MetricError",
    "ModelFileError",
    "NotFittedError",
    "ParameterError",
    "Schema",
    "SchemaError",
    "categorical",
    "cyclic",
    "datasets",
    "datetime",
    "embed",
    "group",
    "hierarchy",
    "infer_schema",
    "metric",
    "metrics",
    "numeric",
    "ordinal",
    "register_kind",
    "register_metric",
    "sets",
    "text",
]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    if name in _HOME:
        # Bound here, so that the next look-up finds it at once.
        value = globals()[name] = getattr(
            importlib.import_module(f".{_HOME[name]}", __name__), name
        )
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
