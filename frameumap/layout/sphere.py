"""Embedding on the unit sphere: unit vectors internally, latitude and longitude in results."""

from __future__ import annotations

from math import acos, sqrt

import numpy as np

from ..engine.jit import helper
from ..metrics.geo import degrees, unit_vectors


def to_sphere(start: np.ndarray) -> np.ndarray:
    """Points of the plane on the unit sphere, float32 (n, 3): the farthest from the middle is a
    quarter turn away."""
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


@helper
def step_on_sphere(at, other, strength, limit):
    """Move the unit vector `at` along the great circle through `other` by strength * angle, away if
    positive."""
    dot = at[0] * other[0] + at[1] * other[1] + at[2] * other[2]
    angle = acos(min(max(dot, -1.0), 1.0))
    # The component of `other` across `at` points towards it; its length is the sine of the angle.
    tx = other[0] - dot * at[0]
    ty = other[1] - dot * at[1]
    tz = other[2] - dot * at[2]
    sine = sqrt(tx * tx + ty * ty + tz * tz)
    if sine < 1e-12:
        return
    move = -min(max(strength * angle, -limit), limit) / sine
    x = at[0] + move * tx
    y = at[1] + move * ty
    z = at[2] + move * tz
    norm = 1.0 / sqrt(x * x + y * y + z * z)
    at[0] = x * norm
    at[1] = y * norm
    at[2] = z * norm


@helper
def square_angle(x, y):
    """The squared angle between two unit vectors."""
    dot = x[0] * y[0] + x[1] * y[1] + x[2] * y[2]
    angle = acos(min(max(dot, -1.0), 1.0))
    return np.float32(angle * angle)
