"""Names on a picture: each near its place, none over another, with a line where it stands aside."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: Directions tried around a place, and distances in heights of the name.
DIRECTIONS = 16
RINGS = (0.0, 1.1, 1.8, 2.7, 3.8, 5.2, 7.0, 9.0, 12.0, 16.0)
#: Room between two names, as a share of a name's height.
ROOM = 0.3


class Placed(NamedTuple):
    """Centre of a name in pixels, and whether a line leads to its place."""

    x: float
    y: float
    aside: bool


def place_names(
    places: np.ndarray, sizes: np.ndarray, frame: tuple[float, float], points: np.ndarray
) -> list[Placed | None]:
    """Where the names go.

    Parameters
    ----------
    places : (m, 2)
        What they name, in pixels, the most important first.
    sizes : (m, 2)
        Width and height of every name in pixels.
    frame : (width, height)
    points : (n, 2)
        Points of the picture in pixels; names avoid them where they can.

    Returns
    -------
    list of Placed
        None for a name that fits nowhere.
    """
    crowd = _Crowd(points, frame)
    taken: list[tuple[float, float, float, float]] = []
    lines: list[np.ndarray] = []
    found: list[Placed | None] = []
    for place, (width, height) in zip(places, sizes, strict=True):
        best, least = None, np.inf
        for x, y, ring in _candidates(place, width, height, frame):
            gap = ROOM * height
            box = (x - width / 2 - gap, y - height / 2 - gap / 2,
                   x + width / 2 + gap, y + height / 2 + gap / 2)  # fmt: skip
            if any(_overlap(box, other) for other in taken):
                continue
            line = np.array([[x, y], place])
            crossed = sum(_crosses(line, other) for other in lines) if ring else 0
            behind = sum(_touches(line, other) for other in taken) if ring else 0
            cost = ring + 1.4 * crowd.share(box) + 2.5 * crossed + 2.5 * behind
            if cost < least:
                best, least = (x, y, ring, box, line), cost
        if best is None:
            found.append(None)
            continue
        x, y, ring, box, line = best
        taken.append(box)
        if ring:
            lines.append(line)
        found.append(Placed(x, y, ring > 0))
    return found


def _candidates(place: np.ndarray, width: float, height: float, frame: Any) -> Any:
    """Centres to try, and how far they are in heights."""
    for ring in RINGS:
        turns = 1 if ring == 0 else DIRECTIONS
        for turn in range(turns):
            angle = 2 * np.pi * turn / turns
            reach_x = (ring * height + width / 2 * (ring > 0)) * np.cos(angle)
            x = place[0] + reach_x
            y = place[1] + ring * height * np.sin(angle)
            inside = width / 2 <= x <= frame[0] - width / 2
            if inside and height / 2 <= y <= frame[1] - height / 2:
                yield x, y, 0.55 * ring


def _overlap(a: Any, b: Any) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _crosses(a: np.ndarray, b: np.ndarray) -> bool:
    def side(p: np.ndarray, q: np.ndarray, r: np.ndarray) -> float:
        return float((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    first = side(a[0], a[1], b[0]) * side(a[0], a[1], b[1]) < 0
    return first and side(b[0], b[1], a[0]) * side(b[0], b[1], a[1]) < 0


def _touches(line: np.ndarray, box: Any) -> bool:
    """Whether a line passes through a box."""
    t = np.linspace(0, 1, 24)[:, None]
    p = line[0] * (1 - t) + line[1] * t
    return bool(
        ((p[:, 0] > box[0]) & (p[:, 0] < box[2]) & (p[:, 1] > box[1]) & (p[:, 1] < box[3])).any()
    )


def leader(name: np.ndarray, place: np.ndarray, size: np.ndarray) -> np.ndarray | None:
    """The line from the border of a name's box to its place, (2, 2); None where there is none."""
    way = place - name
    reach = np.divide(size / 2 + 2, np.abs(way), out=np.full(2, np.inf), where=way != 0).min()
    if reach >= 1 or float(np.hypot(*way)) * (1 - reach) < 5:
        return None
    return np.array([name + reach * way, place])


class _Crowd:
    """How many points lie under a box, by cells of 4 pixels that hold any."""

    cell = 4

    def __init__(self, points: np.ndarray, frame: tuple[float, float]) -> None:
        shape = (int(frame[0] // self.cell) + 2, int(frame[1] // self.cell) + 2)
        used = np.zeros(shape)
        at = np.clip((points / self.cell).astype(int), 0, np.array(shape) - 1)
        used[at[:, 0], at[:, 1]] = 1
        self.sums = np.pad(used.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))

    def share(self, box: tuple[float, float, float, float]) -> float:
        limit = np.array(self.sums.shape) - 1
        a, b = (
            np.clip((np.array(c) / self.cell).astype(int), 0, limit) for c in (box[:2], box[2:])
        )
        b = np.minimum(b + 1, limit)
        area = max(1, int(np.prod(b - a)))
        s = self.sums
        return float(s[b[0], b[1]] - s[a[0], b[1]] - s[b[0], a[1]] + s[a[0], a[1]]) / area
