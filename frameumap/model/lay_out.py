"""The layout of a prepared frame: its rows, or one point for every class of equal rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse

from ..layout.initialize import given_start, named_start
from ..layout.multiplicity import Multiplicity
from ..layout.optimize import optimize_layout
from ..layout.options import LayoutOptions
from ..layout.unique import class_graph
from ..neighbors.distinct import identical_rows
from ..neighbors.sketch import sketch_rows
from ..progress import Progress
from .model import Prepared, edge_radii
from .transform import keep_apart


def lay_out(
    prepared: Prepared,
    graph: scipy.sparse.csr_array,
    init: str | np.ndarray,
    options: LayoutOptions,
    progress: Progress,
    callback: Callable[[int, np.ndarray], None] | None = None,
) -> np.ndarray:
    """The embedding of `graph` from `init`, float32 (n, n_components).

    Positions given as `init` are as in the embedding: latitudes and longitudes on the sphere. With
    `options.unique` the rows of a class start where its first row does, and are moved as one;
    `callback` gets the positions of all rows.
    """
    packed, counts = prepared.packed, prepared.multiplicity
    first: Any = slice(None)
    of = None
    if options.unique:
        classes = identical_rows(prepared.whole_rows)
        first, of = classes.first, classes.of
        weights = np.bincount(of, weights=prepared.weights)
        graph = class_graph(graph, of)
        if (weights != 1).any():
            counts = Multiplicity(weights, prepared.graph_options.n_neighbors)
    if isinstance(init, str):
        sketch = sketch_rows(packed.rows, packed.metrics, options.seed)[first]
        start = named_start(init, graph, sketch, options, progress)
    else:
        start = given_start(init[first], options)
    radii = edge_radii(prepared, graph) if options.density > 0 else None
    shown = callback
    if of is not None and callback is not None:
        shown = lambda epoch, Y: callback(epoch, Y[of])  # noqa: E731
    embedding = optimize_layout(graph, start, options, progress, shown, radii, counts)
    embedding = keep_apart(graph, embedding, packed.rows.keys[first], options.on_sphere)
    return embedding if of is None else embedding[of]
