"""The start of the layout: a multilevel spectral embedding of all components at once.

The graph is coarsened; on the smallest level the slowest modes of the lazy random walk (the
eigenvectors of the normalised Laplacian with the smallest eigenvalues) are found by orthogonal
iteration; each finer level starts from its parent's coordinates and runs a few more steps.
Orthogonality is kept within every component, so a graph in pieces needs no special case. Components
are placed by the means of their rows in the sketch. BLAS is not used: its sums depend on the
threads.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from ..engine.jit import kernel, mix, unit
from ..engine.threads import parallel_for
from ..progress import Progress
from .coarsen import coarsen
from .options import LayoutOptions
from .sphere import to_sphere, to_vectors

COARSEST = 64
RADIUS = 10.0
#: Steps on fewer vertices take less time than it takes to wake other threads.
SHARED = 1024
#: Further modes carry little of the shape; their coordinates are noise.
MAX_MODES = 16


@kernel
def _diffuse(first, last, indptr, heads, weights, degree, old, new):
    """One step of the lazy random walk: new = (old + D^-1 A old) / 2."""
    dims = old.shape[1]
    for i in range(first, last):
        for c in range(dims):
            new[i, c] = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            for c in range(dims):
                new[i, c] += weights[e] * old[heads[e], c]
        for c in range(dims):
            new[i, c] = 0.5 * (old[i, c] + new[i, c] / degree[i])


@kernel
def _orthonormalize(members, borders, degree, X):
    """Within every component: subtract the mean and run Gram-Schmidt over the columns, in the inner
    product of D."""
    dims = X.shape[1]
    for piece in range(borders.shape[0] - 1):
        rows = members[borders[piece] : borders[piece + 1]]
        total = 0.0
        for i in rows:
            total += degree[i]
        for c in range(dims):
            mean = 0.0
            for i in rows:
                mean += degree[i] * X[i, c]
            mean /= total
            before = 0.0
            for i in rows:
                before += degree[i] * X[i, c] ** 2
                X[i, c] -= mean
            for b in range(c):
                dot = 0.0
                for i in rows:
                    dot += degree[i] * X[i, b] * X[i, c]
                for i in rows:
                    X[i, c] -= dot * X[i, b]
            norm = 0.0
            for i in rows:
                norm += degree[i] * X[i, c] ** 2
            # A piece of m vertices has m - 1 modes; what is left of the others is rounding.
            factor = 1.0 / np.sqrt(norm) if norm > 1e-18 * before and norm > 0 else 0.0
            for i in rows:
                X[i, c] *= factor


@kernel
def _noise(n, dims, seed):
    """Numbers in [-1, 1) hashed from (seed, row, column)."""
    X = np.empty((n, dims))
    for i in range(n):
        for c in range(dims):
            X[i, c] = 2.0 * unit(mix(seed ^ np.uint64(i * dims + c))) - 1.0
    return X


@kernel
def _components(indptr, heads, labels):
    """Number the components of a symmetric graph by first vertex; return how many there are."""
    stack = np.empty(labels.shape[0], np.int64)
    count = 0
    for start in range(labels.shape[0]):
        if labels[start] >= 0:
            continue
        labels[start] = count
        stack[0] = start
        top = 0
        while top >= 0:
            i = stack[top]
            top -= 1
            for e in range(indptr[i], indptr[i + 1]):
                j = heads[e]
                if labels[j] < 0:
                    labels[j] = count
                    top += 1
                    stack[top] = j
        count += 1
    return count


def connected_components(graph: scipy.sparse.csr_array) -> tuple[int, np.ndarray]:
    """Number of components and the component of every vertex, int64 (n,)."""
    labels = np.full(graph.shape[0], -1)
    count = _components(graph.indptr.astype(np.int64), graph.indices.astype(np.int32), labels)
    return int(count), labels


def _by_piece(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    members = np.argsort(labels, kind="stable")
    return members, np.concatenate([[0], np.cumsum(np.bincount(labels))])


def _iterate(
    graph: scipy.sparse.csr_array, labels: np.ndarray, X: np.ndarray, rounds: int, steps: int
) -> np.ndarray:
    """`rounds` times: `steps` steps of the walk, then orthonormalise."""
    members, borders = _by_piece(labels)
    degree = np.maximum(graph.sum(axis=1), 1e-12).astype(np.float64)
    arrays = (
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data.astype(np.float64),
        degree,
    )
    other = np.empty_like(X)
    _orthonormalize(members, borders, degree, X)
    for _ in range(rounds):
        for _ in range(steps):
            if len(X) < SHARED:
                _diffuse(0, len(X), *arrays, X, other)
            else:
                parallel_for(_diffuse, len(X), *arrays, X, other)
            X, other = other, X
        _orthonormalize(members, borders, degree, X)
    return X


def spectral_modes(
    graph: scipy.sparse.csr_array, labels: np.ndarray, dims: int, seed: int
) -> np.ndarray:
    """Approximate slowest modes of every component, float64 (n, dims), orthonormal in the degrees'
    inner product.

    Parameters
    ----------
    labels : int (n,)
        Component of every vertex.
    """
    levels = coarsen(graph, COARSEST)
    pieces = [labels]
    for _, parent in levels[:-1]:
        coarse = np.empty(parent.max() + 1, labels.dtype)
        coarse[parent] = pieces[-1]
        pieces.append(coarse)
    graph, _ = levels[-1]
    X = _noise(graph.shape[0], dims, np.uint64(seed))
    X = _iterate(graph, pieces[-1], X, rounds=100, steps=10)
    for (finer, parent), piece in zip(levels[-2::-1], pieces[-2::-1], strict=True):
        # Noise splits components that were one coarse vertex; it is negligible elsewhere.
        X = X[parent] + 1e-9 * _noise(len(parent), dims, np.uint64(seed))
        X = _iterate(finer, piece, X, rounds=4, steps=3)
    return X


def principal_axes(sketch: np.ndarray, weights: np.ndarray, dims: int) -> np.ndarray:
    """Projection of `sketch` on its `dims` principal axes, float64 (n, dims); columns past its rank
    are 0.

    The covariance is summed in a fixed order, and signs are fixed by each axis' largest entry.
    """
    X = sketch - np.average(sketch, axis=0, weights=weights)
    covariance = np.einsum("ia,ib,i->ab", X, X, weights, optimize=False) / weights.sum()
    _, vectors = np.linalg.eigh(covariance)
    vectors = vectors[:, ::-1][:, :dims]
    vectors = vectors * np.sign(
        vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])]
    )
    out = np.zeros((len(X), dims))
    out[:, : vectors.shape[1]] = np.einsum("ia,ab->ib", X, vectors, optimize=False)
    return out


#: What `init` may be called; an array is taken as it is.
INITS = ("spectral", "pca", "random")


def given_start(places: np.ndarray, options: LayoutOptions) -> np.ndarray:
    """Start positions from places of the embedding, float32 (n, n_components): those that several
    rows share are moved by noise of a thousandth of the whole's extent, as no force leads away from
    one point; on the sphere unit vectors (n, 3).
    """
    if options.n_epochs != 0 and options.learning_rate > 0:
        places = _part(places, options.seed)
    return to_vectors(places) if options.on_sphere else places


def named_start(
    init: str,
    graph: scipy.sparse.csr_array,
    sketch: np.ndarray,
    options: LayoutOptions,
    progress: Progress,
) -> np.ndarray:
    """Start positions by an entry of `INITS`, see `initialize_layout`; on the sphere unit vectors
    (n, 3)."""
    dims, seed = options.n_components, options.seed
    start = initialize_layout(init, graph, sketch, dims, seed, progress)
    return to_sphere(start) if options.on_sphere else start


def _part(places: np.ndarray, seed: int) -> np.ndarray:
    _, group, count = np.unique(places, axis=0, return_inverse=True, return_counts=True)
    shared = count[group.ravel()] > 1
    extent = float(np.abs(places - places.mean(axis=0)).max()) or RADIUS
    noise = 1e-3 * extent * _noise(*places.shape, np.uint64(seed + 1))
    return np.where(shared[:, None], places + noise, places).astype(np.float32)


def initialize_layout(
    init: str,
    graph: scipy.sparse.csr_array,
    sketch: np.ndarray,
    n_components: int,
    seed: int,
    progress: Progress,
) -> np.ndarray:
    """Start positions of all vertices in the plane or space, by an entry of `INITS`.

    Returns
    -------
    float32 (n, n_components)
        Within about 10 of the origin, as umap-learn scales its start.
    """
    n = graph.shape[0]
    noise = RADIUS * _noise(n, n_components, np.uint64(seed + 1))
    if init == "random":
        return noise.astype(np.float32)
    if init == "pca":
        axes = principal_axes(sketch.astype(np.float64), np.ones(n), n_components)
        largest = np.abs(axes).max()
        return (axes * (RADIUS / largest if largest > 0 else 1) + 1e-3 * noise).astype(np.float32)
    return (spectral_start(graph, sketch, n_components, seed, progress) + 1e-3 * noise).astype(
        np.float32
    )


def spectral_start(
    graph: scipy.sparse.csr_array,
    sketch: np.ndarray,
    n_components: int,
    seed: int,
    progress: Progress,
) -> np.ndarray:
    """Spectral modes of every component, placed by the sketch.

    Parameters
    ----------
    graph : csr_array
        Symmetric, float32 (n, n); any number of components, isolated vertices too.
    sketch : float32 (n, d)
        Numbers per row; their means give the positions of components.

    Returns
    -------
    float64 (n, n_components)
    """
    n = graph.shape[0]
    count, labels = connected_components(graph)
    progress.say(f"start: {count} component{'s' if count > 1 else ''}")
    dims = min(n_components, MAX_MODES)
    modes = np.zeros((n, n_components))
    modes[:, :dims] = spectral_modes(graph, labels, dims, seed)
    # Every component fills a disc of an area that fits its share of the rows.
    sizes = np.bincount(labels)
    extent = np.zeros(count)
    np.maximum.at(extent, labels, np.abs(modes).max(axis=1))
    shrink = RADIUS if count == 1 else RADIUS / 2
    radius = shrink * np.sqrt(sizes / n)
    modes *= (radius / np.where(extent > 0, extent, 1))[labels][:, None]
    if count > 1:
        means = np.stack(
            [np.bincount(labels, weights=column) / sizes for column in sketch.T], axis=1
        )
        centers = principal_axes(means, sizes.astype(float), n_components)
        width = np.sqrt(np.average((centers**2).sum(axis=1), weights=sizes))
        if width > 0:
            # Limit the distance of single outliers, which the layout could not bring back.
            centers *= RADIUS / width
            length = np.linalg.norm(centers, axis=1)
            centers *= (np.minimum(length, 2 * RADIUS) / np.where(length > 0, length, 1))[:, None]
        modes += centers[labels]
    return modes
