"""Great-circle distances between points on the Earth."""

from __future__ import annotations

from math import asin, sqrt

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric

#: Mean radius of the Earth in km (IUGG R1, Moritz 2000): central angle times this is a distance in
#: km.
EARTH_RADIUS_KM = 6371.0088


@metric(
    "haversine",
    prepare="sphere",
    increases_with="minkowski2",
    cost="1",
    description="2 arcsin(|u-v|/2) on the unit sphere",
)
@metric_kernel
def haversine(x, y):
    """Central angle in radians between two points on the unit sphere, given as unit vectors (3,).

    2 arcsin(|x - y| / 2), the haversine formula (Sinnott 1984) in Cartesian form. It is invariant
    to translation: rows are stored less their mean, so that float32 resolves millimetres within a
    city.
    """
    total = np.float64(0)
    for c in range(x.shape[0]):
        gap = np.float64(x[c]) - np.float64(y[c])
        total += gap * gap
    return 2.0 * asin(min(1.0, 0.5 * sqrt(total)))


@metric(
    "haversine_root",
    prepare="sphere",
    increases_with="minkowski2",
    cost="1",
    description="sqrt of the central angle",
)
@metric_kernel
def haversine_root(x, y):
    """Square root of the central angle (a snowflake metric), which resolves short distances.

    In a table that spans a country, distances within a city are negligible under `haversine`; under
    the root a hundredth of the distance still counts a tenth.
    """
    return sqrt(haversine(x, y))


@metric(
    "haversine_altitude",
    prepare="sphere",
    params={"vertical": 1.0},
    cost="1",
    description="sqrt(great circle^2 + (vertical rise)^2); (latitude, longitude, metres)",
)
@metric_kernel
def haversine_altitude(x, y, vertical):
    """sqrt(g^2 + (vertical (h_x - h_y))^2), g the central angle and h the altitude in radians of
    the Earth's mean radius.

    Rows are unit vectors followed by h, (4,). To first order the length of the straight line
    between two points above a sphere; `vertical` is the weight of altitudes.
    """
    angle = haversine(x[:3], y[:3])
    rise = vertical * (np.float64(x[3]) - np.float64(y[3]))
    return sqrt(angle * angle + rise * rise)


def unit_vectors(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
    """Points on the unit sphere, float64 (n, 3), from degrees."""
    lat, lon = np.deg2rad(np.asarray(latitude, float)), np.deg2rad(np.asarray(longitude, float))
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=-1)


def degrees(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Latitude and longitude in degrees, float64 (n,) each, of unit vectors (n, 3)."""
    x, y, z = np.asarray(vectors, float).T
    return np.degrees(np.arcsin(np.clip(z, -1, 1))), np.degrees(np.arctan2(y, x))
