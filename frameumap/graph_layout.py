"""`layout`: the layout of a graph of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd
import scipy.sparse

from .errors import DataError, ParameterError
from .estimator import FrameUMAP
from .graph.membership import edge_tails
from .layout.initialize import _noise, connected_components, given_start, named_start
from .layout.optimize import optimize_layout
from .neighbors.sketch import DIMENSIONS
from .parameters import check_parameters, read_init, read_seed
from .progress import Progress


class LayoutParameters(TypedDict, total=False):
    """Parameters of `layout` after the graph, with `FrameUMAP`'s names and meanings."""

    n_components: int
    min_dist: float
    spread: float
    n_epochs: int | None
    negative_sample_rate: int | None
    repulsion_strength: float
    learning_rate: float
    init: str | np.ndarray
    output_metric: str
    random_state: int | np.random.RandomState | np.random.Generator | None
    verbose: bool


def layout(
    graph: Any,
    *,
    callback: Callable[[int, np.ndarray], None] | None = None,
    **parameters: Unpack[LayoutParameters],
) -> np.ndarray:
    """Lay out a graph of your own as `FrameUMAP` lays out its graph.

    Parameters
    ----------
    graph : scipy.sparse matrix or array (n, n)
        Symmetric, the weights of edges in (0, 1], no edge from a vertex to itself. It may be in
        several pieces, with single vertices.
    callback : callable, optional
        Called about ten times a second with the epoch and a copy of the positions.
    **parameters
        n_components, min_dist, spread, n_epochs, negative_sample_rate, repulsion_strength,
        learning_rate, init ("spectral", "random" or positions), output_metric, random_state,
        verbose: as for `FrameUMAP`.

    Returns
    -------
    float32 (n, n_components)
        The same bytes for the same graph and seed, whatever its sparse format.

    Raises
    ------
    DataError
        If the graph is not square or not symmetric, or a weight is outside (0, 1]; the message
        names the edge.
    ParameterError

    Examples
    --------
    >>> import frameumap, scipy.sparse
    >>> ring = scipy.sparse.diags_array([1.0, 1.0], offsets=[1, -1], shape=(50, 50))
    >>> frameumap.layout(ring, n_epochs=10).shape
    (50, 2)
    """
    allowed = list(LayoutParameters.__annotations__)
    if unknown := [name for name in parameters if name not in allowed]:
        raise ParameterError(
            f"layout has no parameter {unknown[0]!r}; it has: {', '.join(allowed)}"
        )
    checked = FrameUMAP(**parameters)
    check_parameters(checked)
    edges = read_graph(graph)
    n = edges.shape[0]
    init = read_init(checked, pd.DataFrame(index=range(n)))
    if isinstance(init, str) and init == "pca":
        raise ParameterError("init='pca' needs the values of rows; a graph has 'spectral'")
    options = checked._layout_options(read_seed(checked.random_state))
    progress = Progress(checked.verbose)
    # Nothing tells how far apart the pieces are: their places are random.
    _, piece = connected_components(edges)
    places = _noise(int(piece.max()) + 1, DIMENSIONS, np.uint64(options.seed))[piece]
    if isinstance(init, str):
        start = named_start(init, edges, places.astype(np.float32), options, progress)
    else:
        start = given_start(init, options)
    return optimize_layout(edges, start, options, progress, callback)


def read_graph(graph: Any) -> scipy.sparse.csr_array:
    """The graph as float32 CSR with ascending indices and no explicit zeros; the caller's own is
    not changed.

    Raises
    ------
    DataError
    """
    if not scipy.sparse.issparse(graph):
        raise DataError(
            f"layout takes a scipy.sparse matrix, got {type(graph).__name__}; "
            "for a full matrix scipy.sparse.csr_array(graph), for networkx "
            "networkx.to_scipy_sparse_array(graph)"
        )
    matrix: Any = graph  # the stubs narrow it to a class without attributes
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise DataError(f"a graph is a square matrix, got shape {matrix.shape}")
    if matrix.dtype.kind not in "fiub":
        raise DataError(f"the weights of edges must be real numbers, got {matrix.dtype}")
    edges: Any = scipy.sparse.csr_array(matrix.astype(np.float64))
    edges.sum_duplicates()
    _check_weights(edges)
    edges.eliminate_zeros()
    edges.sort_indices()
    _check_symmetric(edges)
    return edges.astype(np.float32)


def _check_weights(edges: scipy.sparse.csr_array) -> None:
    tails = edge_tails(edges)
    for bad, said in (
        (~np.isfinite(edges.data), "a weight is a number in (0, 1]"),
        (edges.data < 0, "a weight is a number in (0, 1]"),
        (edges.data > 1, "weights are in (0, 1]; divide by the largest: graph / graph.max()"),
        (
            (tails == edges.indices) & (edges.data != 0),
            "a vertex has no edge to itself; use graph.setdiag(0)",
        ),
    ):
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            raise DataError(
                f"edge ({tails[at]}, {edges.indices[at]}) has weight {edges.data[at]:g}: {said}"
            )


def _check_symmetric(edges: scipy.sparse.csr_array) -> None:
    other = edges.T.tocsr()
    difference = abs(edges - other).tocoo()
    if difference.nnz and difference.data.max() > 1e-6:
        at = int(difference.data.argmax())
        i, j = int(difference.row[at]), int(difference.col[at])
        raise DataError(
            f"the graph is not symmetric: edge ({i}, {j}) has weight {edges[i, j]:g} and edge "
            f"({j}, {i}) {edges[j, i]:g}; take e.g. graph.maximum(graph.T)"
        )
