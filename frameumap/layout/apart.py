"""Places for rows without an edge: around the layout, apart from its clusters and each other.

No force acts on them, so they would stay where the start put them, inside a cluster perhaps.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse

from .sphere import to_degrees, to_vectors

#: The ring of such rows, in radii of the layout.
_INNER, _OUTER = 1.15, 1.45
#: Turns between two points that follow each other: the golden angle fills a ring evenly.
_GOLDEN = (3 - 5**0.5) / 2
_PLACES = 512


def without_edges(graph: scipy.sparse.csr_array) -> np.ndarray:
    """Rows without an edge, bool (n,)."""
    return np.diff(graph.indptr) == 0


def place_apart(
    embedding: np.ndarray, alone: np.ndarray, keys: np.ndarray, on_sphere: bool
) -> np.ndarray:
    """The embedding with the rows without an edge placed around the others.

    Parameters
    ----------
    embedding : float32 (n, n_components)
    alone : bool (n,)
    keys : uint64 (n,)
        Digests of the rows' contents, which decide the places.
    on_sphere : bool
    """
    if not alone.any() or alone.all():
        return embedding
    rank = np.empty(int(alone.sum()), np.int64)
    rank[np.argsort(keys[alone], kind="stable")] = np.arange(len(rank))
    result = embedding.copy()
    turns = (rank * _GOLDEN) % 1.0
    result[alone] = around(embedding[~alone], turns, (rank + 0.5) / len(rank), on_sphere)
    return result


def around(
    embedding: np.ndarray, turns: np.ndarray, depth: np.ndarray, on_sphere: bool
) -> np.ndarray:
    """Places around a layout, float32 (m, n_components): `turns` and `depth`, in [0, 1), are where
    on the ring."""
    if on_sphere:
        return _emptiest(embedding, turns)
    low, high = embedding.min(axis=0), embedding.max(axis=0)
    middle = (low + high) / 2
    radius = max(1.0, float(np.linalg.norm(embedding - middle, axis=1).max()))
    distance = radius * (_INNER + (_OUTER - _INNER) * depth)
    towards = np.zeros((len(turns), embedding.shape[1]))
    if embedding.shape[1] == 1:
        towards[:, 0] = np.where(turns < 0.5, -1.0, 1.0)
    else:
        towards[:, 0], towards[:, 1] = np.cos(2 * np.pi * turns), np.sin(2 * np.pi * turns)
    return (middle + distance[:, None] * towards).astype(np.float32)


def _emptiest(embedding: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Places of the sphere that are far from all rows."""
    from scipy.spatial import cKDTree

    at = np.arange(_PLACES)
    z, turn = 1 - (2 * at + 1) / _PLACES, 2 * np.pi * _GOLDEN * at
    flat = np.sqrt(1 - z**2)
    places = np.column_stack([flat * np.cos(turn), flat * np.sin(turn), z])
    gaps, _ = cKDTree(to_vectors(embedding)).query(places)
    order = np.argsort(-np.asarray(gaps), kind="stable")[: _PLACES // 8]
    return to_degrees(places[order[(turns * len(order)).astype(np.int64)]])
