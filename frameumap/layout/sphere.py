"""An embedding on the unit sphere: unit vectors inside, latitude and longitude in degrees outside."""

from __future__ import annotations

import numpy as np

from ..metrics.geo import degrees, unit_vectors


def to_sphere(start: np.ndarray) -> np.ndarray:
    """Points of the plane on the unit sphere, float32 (n, 3): the farthest from the middle is put
    a quarter turn away."""
    centered = start - start.mean(axis=0)
    radius = np.linalg.norm(centered, axis=1)
    angle = radius * (np.pi / 2 / max(radius.max(), 1e-12))
    towards = centered / np.maximum(radius, 1e-12)[:, None]
    return np.column_stack([towards * np.sin(angle)[:, None], np.cos(angle)]).astype(np.float32)


def to_vectors(places: np.ndarray) -> np.ndarray:
    """Unit vectors, float32 (n, 3), of latitude and longitude in degrees, (n, 2)."""
    return unit_vectors(*places.astype(np.float64).T).astype(np.float32)


def to_degrees(positions: np.ndarray) -> np.ndarray:
    """Latitude and longitude in degrees, float32 (n, 2), of vectors of any length above 0."""
    norms = np.maximum(np.linalg.norm(positions, axis=1, keepdims=True), 1e-30)
    return np.column_stack(degrees((positions / norms).astype(np.float64))).astype(np.float32)
