"""Dense places of a short layout as segments, the rest as noise."""

from __future__ import annotations

import numpy as np

from ..errors import ParameterError
from ..layout.initialize import initialize_layout
from ..layout.optimize import optimize_layout
from ..layout.options import default_epochs
from ..model.model import Model
from ..neighbors.sketch import sketch_rows
from ..progress import Progress

#: Dimensions of the layout that density is measured in.
DENSITY_DIMENSIONS = 5


def dense_places(model: Model, min_size: int | None) -> np.ndarray:
    """HDBSCAN on a layout without minimal distance, which keeps dense places dense; labels by size,
    -1 for noise."""
    try:
        from sklearn.cluster import HDBSCAN
    except ImportError:
        raise ParameterError(
            "cluster(method='density') needs scikit-learn: pip install 'frameumap[sklearn]'"
        ) from None
    graph = model.graph
    n = graph.shape[0]
    size = max(2, min(n, 15 if min_size is None else int(min_size)))
    if n < 3:
        return np.zeros(n, np.int32)
    dims = min(DENSITY_DIMENSIONS, n - 1)
    options = model.layout_options._replace(
        n_components=dims,
        min_dist=0.0,
        output_metric="euclidean",
        density=0.0,
        n_epochs=max(50, default_epochs(n) // 4),
    )
    progress = Progress()
    sketch = sketch_rows(model.packed.rows, model.packed.metrics, options.seed)
    start = initialize_layout("spectral", graph, sketch, dims, options.seed, progress)
    points = optimize_layout(graph, start, options, progress, multiplicity=model.multiplicity)
    order = np.argsort(model.packed.rows.keys, kind="stable")
    found = np.empty(n, np.int64)
    found[order] = HDBSCAN(min_cluster_size=size, copy=True).fit_predict(
        points[order].astype(np.float64)
    )
    inside = found >= 0
    if not inside.any():
        return np.full(n, -1, np.int32)
    names, labels, counts = np.unique(found[inside], return_inverse=True, return_counts=True)
    rank = np.empty(len(names), np.int32)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
    found[inside] = rank[labels]
    return found.astype(np.int32)
