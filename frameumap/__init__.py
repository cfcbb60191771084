"""UMAP for a DataFrame as it is.

    xy = df.pipe(frameumap.embed)                   two columns with the frame's index
    schema = frameumap.infer_schema(df)             kinds, groups, metrics, reasons; editable
    model = frameumap.FrameUMAP(schema).fit(df)     graph_, groups_, influence_, embedding_

The package, in the order of its imports; each folder uses those above it:

    metrics/     distances between rows, and the registry of your own
    engine/      packed rows, the distance of a pair, threads; knows neither pandas nor UMAP
    columns/     dataframes in and out; columns packed into rows of 4-byte words
    kinds/       kinds of columns: numbers, categories, text, coordinates, ...
    schema/      the kind, metric and group of every column, inferred or declared
    neighbors/   the nearest rows under the combined distance
    graph/       memberships, set operations, the combined fuzzy set
    layout/      the start and the gradient descent
    model/       the fitted model: transform, inverse, update, reweight
    store/       the model file
    insight/     questions to a fitted model: compare, cluster, describe, trust
    show/        pictures, a page, a report
    stream/      landmarks of more rows than memory holds, transform of batches, files, partitions
    estimator    `FrameUMAP`, with scikit-learn's contract
    datasets/    generated tables
    api          `embed`, `fit_sample`
    command/     the command `frameumap`, for tables in files
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from .errors import refuse_subinterpreters

#: Module -> its public names. They are loaded when first used, so that `import frameumap` is quick.
_NAMES = {
    "aligned": ("align",),
    "api": ("embed", "fit_sample"),
    "estimator": ("FrameUMAP",),
    "graph_layout": ("layout",),
    "knn_transformer": ("KNeighborsTransformer",),
    "schema.infer": ("infer_schema",),
    "schema.precomputed": ("precomputed",),
    "schema.schema": ("Schema",),
    "schema.group": ("Group",),
    "schema.spec": (
        "categorical", "cyclic", "datetime", "group", "hierarchy", "numeric", "ordinal",
        "register_metric", "sets", "text",
    ),
    "kinds": ("register_kind",),
    "kinds.base": ("Kind",),
    "metrics.registry": ("metric",),
    "errors": (
        "CapacityError", "DataError", "FrameUMAPError", "FrameUMAPWarning", "MetricError",
        "ModelFileError", "NotFittedError", "ParameterError", "SchemaError",
    ),
}  # fmt: skip
_MODULES = ("dask", "datasets", "metrics", "polars", "ray", "spark")
#: Folders that are called like the function of their name.
_CALLED = ("layout",)
_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted([*_HOME, *_MODULES])

if TYPE_CHECKING:  # the same for editors and type checkers; a test compares the two
    from . import dask, datasets, metrics, polars, ray, spark
    from .aligned import align
    from .api import embed, fit_sample
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
    from .graph_layout import layout
    from .kinds import register_kind
    from .kinds.base import Kind
    from .knn_transformer import KNeighborsTransformer
    from .metrics.registry import metric
    from .schema.group import Group
    from .schema.infer import infer_schema
    from .schema.precomputed import precomputed
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

    __version__: str


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("frameumap")
    elif name in _MODULES or name in _CALLED:
        refuse_subinterpreters()
        value = importlib.import_module(f".{name}", __name__)
    elif name in _HOME:
        refuse_subinterpreters()
        value = getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value  # cached for the next access
    return value


def __dir__() -> list[str]:
    return __all__
