"""Names on a picture: each near its place, none over another, with a line where it stands aside."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: Directions tried around a place, and distances in lines of text.
DIRECTIONS = 20
RINGS = (0.0, 1.1, 1.7, 2.4, 3.2, 4.2, 5.4, 6.8, 8.5, 10.5, 13.0, 16.0)
#: Room between two names, as a share of a name's height.
ROOM = 0.3
#: What it costs to hide all points that a name is for, in the unit of `_candidates`.
HIDING = 2.0
#: And to cross a line or a name.
CROSSING = 2.5
#: Pixels below which no line is needed.
SHORT = 14
#: Points of a name that are looked at.
SAMPLE = 300


class Placed(NamedTuple):
    """Centre of a name in pixels, and whether a line leads to its place."""

    x: float
    y: float
    aside: bool


def place_names(
    places: np.ndarray,
    sizes: np.ndarray,
    frame: tuple[float, float],
    points: np.ndarray,
    owners: np.ndarray | None = None,
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
    owners : int (n,), optional
        The name of every point, -1 for none; a name that would hide most of its own points stands
        beside them.

    Returns
    -------
    list of Placed
        None for a name that fits nowhere.
    """
    layout = _Layout(points, frame, float(sizes[:, 1].min()) if len(sizes) else 1.0)
    nothing = np.empty((0, 2))
    found: list[Placed | None] = []
    for m, (place, size) in enumerate(zip(places, sizes, strict=True)):
        own = nothing if owners is None else points[owners == m]
        found.append(layout.add(place, size, own[:: 1 + len(own) // SAMPLE]))
    return found


class _Layout:
    """The names placed so far, and where the next one fits best."""

    def __init__(self, points: np.ndarray, frame: tuple[float, float], unit: float) -> None:
        self.crowd, self.frame, self.unit = _Crowd(points, frame), frame, unit
        self.taken: list[tuple[float, float, float, float]] = []
        self.lines: list[np.ndarray] = []

    def add(self, place: np.ndarray, size: np.ndarray, own: np.ndarray) -> Placed | None:
        """Place a name; `own` are the points that it is for."""
        best, least = None, np.inf
        gap = ROOM * self.unit
        half = size / 2 + (gap, gap / 2)
        for x, y, far in _candidates(place, float(size[0]), float(size[1]), self.unit, self.frame):
            if far >= least:
                break
            box = (x - half[0], y - half[1], x + half[0], y + half[1])
            if any(_overlap(box, other) for other in self.taken):
                continue
            line = np.array([[x, y], place])
            cost = far + 1.4 * self.crowd.share(box) + HIDING * _share_within(own, box)
            cost += CROSSING * self._crossings(line) if far else 0.0
            if cost < least:
                best, least = (x, y, far, box, line), cost
        if best is None:
            return None
        x, y, far, box, line = best
        self.taken.append(box)
        if far:
            self.lines.append(line)
        return Placed(x, y, far > 0)

    def _crossings(self, line: np.ndarray) -> int:
        """Lines and names that a line would run across."""
        crossed = sum(_crosses(line, other) for other in self.lines)
        return crossed + sum(_touches(line, other) for other in self.taken)


def _candidates(place: np.ndarray, width: float, height: float, unit: float, frame: Any) -> Any:
    """Centres to try, within the frame, and what their distance costs; near ones first."""
    low, high = np.array([width, height]) / 2, np.array(frame) - np.array([width, height]) / 2
    for ring in RINGS:
        for turn in range(DIRECTIONS if ring else 1):
            angle = 2 * np.pi * turn / DIRECTIONS
            aside = bool(ring) * np.array([width / 2, (height - unit) / 2])
            at = place + (ring * unit + aside) * np.array([np.cos(angle), np.sin(angle)])
            x, y = np.clip(at, np.minimum(low, high), np.maximum(low, high))
            yield float(x), float(y), 0.55 * ring


def _overlap(a: Any, b: Any) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _share_within(points: np.ndarray, box: tuple[float, float, float, float]) -> float:
    """Share of the points that lie in a box."""
    if not len(points):
        return 0.0
    x, y = points[:, 0], points[:, 1]
    return float(((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])).mean())


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
    if reach >= 1 or float(np.hypot(*way)) * (1 - reach) < SHORT:
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
