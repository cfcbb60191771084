"""Names on a picture: each near its place, none over another, with a line where it stands aside."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

#: Directions tried around a place, and distances in lines of text.
DIRECTIONS = 20
RINGS = (0.0, 1.1, 1.7, 2.4, 3.2, 4.2, 5.4, 6.8, 8.5, 10.5, 13.0, 16.0)
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
    line_height = float(sizes[:, 1].min()) if len(sizes) else 1.0
    taken: list[tuple[float, float, float, float]] = []
    lines: list[np.ndarray] = []
    found: list[Placed | None] = []
    for place, (width, height) in zip(places, sizes, strict=True):
        best, least = None, np.inf
        gap = ROOM * line_height
        for x, y, ring in _candidates(place, width, height, line_height, frame):
            if ring >= least:
                break
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
