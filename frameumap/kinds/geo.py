"""Places on the Earth: latitude and longitude in degrees, optionally altitude in metres."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns, float_block
from ..columns.facts import Facts
from ..columns.values import numbers
from ..engine.rows import Rows
from ..errors import DataError, SchemaError
from ..metrics import Metric
from ..metrics.geo import EARTH_RADIUS_KM, unit_vectors
from .aggregate import Nearest, mean
from .base import Kind, Verdict
from .state import Arrays, take_array

if TYPE_CHECKING:
    from ..schema.group import Group

_LATITUDE = re.compile(
    r"(^|[_\W])(lat|latitude|lattitude|latitud|latitudine|breite|breitengrad)$", re.IGNORECASE
)
_LONGITUDE = re.compile(
    r"(^|[_\W])(lon|lng|long|longitude|longtitude|longitud|longitudine|l(?:ä|ae)nge|l(?:ä|ae)ngengrad)$",
    re.IGNORECASE,
)


def place_columns(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of columns named like latitude and longitude, whatever they hold.

    Examples
    --------
    >>> place_columns(["from_lat", "lon", "from_lng", "age"])
    [('from_lat', 'from_lng')]
    """
    pairs = []
    for lat in filter(_LATITUDE.search, names):
        prefix = _LATITUDE.sub("", lat)
        for lon in filter(_LONGITUDE.search, names):
            if _LONGITUDE.sub("", lon) == prefix:
                pairs.append((lat, lon))
                break
    return pairs


class Geo(Kind):
    """Coordinates in degrees: unit vectors less their mean, so that float32 keeps small distances;
    then the altitude, if there is one, in radians of the Earth's radius.
    """

    name = "geo"
    content = "places"
    accepts = ("vector",)
    metric = "haversine_root"
    prepares = ("sphere",)
    joint = True

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.center = np.empty(0)

    @classmethod
    def find_groups(cls, seen: Mapping[Any, Facts]) -> Iterator[dict[Any, Verdict]]:
        """Pairs of columns named like latitude and longitude whose numbers fit."""
        taken: set[Any] = set()
        for lat, f in seen.items():
            if not _fits(f, _LATITUDE, 90) or f.distinct < 2:
                continue
            prefix = _LATITUDE.sub("", str(lat))
            for lon, g in seen.items():
                fits = _fits(g, _LONGITUDE, 360) and _LONGITUDE.sub("", str(lon)) == prefix
                if fits and lon not in taken:
                    taken.add(lon)
                    yield _pair(f, g)
                    break

    @classmethod
    def check_columns(cls, columns: Sequence[Any], metric: Metric, where: str) -> None:
        count = 3 if metric.name == "haversine_altitude" else 2
        if len(columns) not in (0, count):
            what = "two columns, (latitude, longitude)"
            if count == 3:
                what = "three columns, (latitude, longitude, metres)"
            raise SchemaError(f"{where}: {metric.name} takes {what}; got {len(columns)}")

    def fit(self, columns: Columns) -> None:
        vectors, present = self._read(columns)
        # Rounded to float32, so that the order of rows has no effect.
        middle = vectors[present].mean(axis=0) if present.any() else np.zeros(vectors.shape[1])
        self.center = middle.astype(np.float32).astype(float)

    def width(self, columns: Columns | None = None) -> int:
        return len(self.group.columns) + 1

    def _read(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        names = self.group.columns
        (lat, has_lat), (lon, has_lon), *rest = (
            numbers(n, s) for n, s in zip(names, columns, strict=True)
        )
        for name, series, values, has, limit in (
            (names[0], columns[0], lat, has_lat, 90),
            (names[1], columns[1], lon, has_lon, 360),
        ):
            outside = has & (np.abs(values) > limit)
            if outside.any():
                at = int(np.flatnonzero(outside)[0])
                raise DataError(
                    f"column {name!r}, row {series.index[at]!r}: {values[at]} is outside "
                    f"-{limit}..{limit} degrees; "
                    f"geo takes (latitude, longitude) in that order"
                )
        vectors, present = unit_vectors(lat, lon), has_lat & has_lon
        for metres, has in rest:
            height = metres / (1000 * EARTH_RADIUS_KM)
            vectors, present = np.column_stack([vectors, height]), present & has
        return vectors, present

    def encode(self, columns: Columns) -> Block:
        vectors, present = self._read(columns)
        return float_block(
            vectors - self.center, np.repeat(present[:, None], vectors.shape[1], axis=1)
        )

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Latitudes and longitudes in degrees, and metres, of packed vectors, which need not be of
        unit length, (m, 3 or 4)."""
        x, y, z, *rest = (cells.astype(np.float64) + self.center).T
        metres = [1000 * EARTH_RADIUS_KM * height for height in rest]
        return [np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x)), *metres]

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        return {}, {"center": self.center}

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        self.center = take_array(arrays, "center", np.float64, (self.width(),))

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        return mean(nearest)

    def say_radius(self, radius: float) -> str:
        kilometres = 2 * EARTH_RADIUS_KM * np.arcsin(min(1.0, radius / 2))
        return (
            f"{1000 * kilometres:.0f} m"
            if kilometres < 1
            else f"{kilometres:.{'0' if kilometres >= 10 else '1'}f} km"
        )

    def say_value(self, value: Any) -> str:
        if not isinstance(value, (tuple, list, np.ndarray)):
            return super().say_value(value)
        if any(np.isnan(np.asarray(value, np.float64))):
            return "none"
        lat, lon, *metres = map(float, value)
        north, east = "N" if lat >= 0 else "S", "E" if lon >= 0 else "W"
        said = [f"{abs(lat):.3f}° {north}", f"{abs(lon):.3f}° {east}"]
        return ", ".join(said + [f"{height:.0f} m" for height in metres])

    def say_typical(self, values: Sequence[Any]) -> str:
        """The mean place."""
        if not len(values):
            return "none"
        lat, lon = np.asarray(values, np.float64)[:, :2].T
        x, y, z = unit_vectors(lat, lon).mean(axis=0)
        place = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
        return f"around {self.say_value(place)}"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        ends = np.asarray([a[:2], b[:2]], np.float64)
        if np.isnan(ends).any():
            return super().say_difference(a, b, distance)
        one, two = unit_vectors(ends[:, 0], ends[:, 1])
        chord = float(np.linalg.norm(one - two))
        kilometres = 2 * EARTH_RADIUS_KM * np.arcsin(min(1.0, chord / 2))
        return f"{kilometres:.3g} km apart"


def _fits(f: Facts, name: re.Pattern[str], limit: float) -> bool:
    named = f.values == "number" and name.search(str(f.name)) is not None
    return named and max(map(abs, f.range)) <= limit


def _pair(f: Facts, g: Facts) -> dict[Any, Verdict]:
    radians = max(map(abs, f.range)) <= np.pi / 2 and max(map(abs, g.range)) <= 2 * np.pi
    warnings = ("values would fit radians too; they are read as degrees",) if radians else ()
    reason = "latitude and longitude, by names and ranges, together with"
    return {
        f.name: Verdict("geo", f"{reason} {g.name!r}", warnings),
        g.name: Verdict("geo", f"{reason} {f.name!r}", warnings),
    }
