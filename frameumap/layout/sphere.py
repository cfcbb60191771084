"""Embedding on the unit sphere: unit vectors internally, latitude and longitude in results."""

from __future__ import annotations

from math import asin, sqrt

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
def angle_of(square):
    """The angle between unit vectors whose squared distance is `square`: the arc cosine of their
    product is 0 below 3e-4 in float32."""
    return 2 * asin(min(0.5 * sqrt(square), 1.0))


@helper
def step_on_sphere(at, other, strength, limit):
    """Move the unit vector `at` along the great circle through `other` by strength * angle, away if
    positive."""
    dx = other[0] - at[0]
    dy = other[1] - at[1]
    dz = other[2] - at[2]
    square = dx * dx + dy * dy + dz * dz
    angle = angle_of(square)
    # The component of `other` across `at` points towards it, its length is the sine of the angle;
    # the product of `at` with the difference is -square / 2.
    tx = dx + 0.5 * square * at[0]
    ty = dy + 0.5 * square * at[1]
    tz = dz + 0.5 * square * at[2]
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
    dx = x[0] - y[0]
    dy = x[1] - y[1]
    dz = x[2] - y[2]
    angle = angle_of(dx * dx + dy * dy + dz * dz)
    return np.float32(angle * angle)
