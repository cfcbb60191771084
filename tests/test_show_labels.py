"""Names of segments on ten tables: in pictures and pages none lies over another, and each is near
what it names."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from browser import browser_path, opened

import frameumap
from frameumap import datasets

mpl = pytest.importorskip("matplotlib")
mpl.use("agg")

TABLES = ("customers", "films", "flights", "listings", "machines", "orders", "patients", "payments",
          "survey", "tickets")  # fmt: skip
ROWS = 320
#: A name stands at most so many pixels from the place that it names, where a line leads to it.
FARTHEST = 160

_BOXES = """() => page.map.anchors.filter(a => a.element.style.visibility === "visible").map(a => {
    const box = a.element.getBoundingClientRect(), stage = page.map.box.getBoundingClientRect();
    const [x, y] = page.map.toPixel(a.x, a.y).map((v, i) => v + [stage.left, stage.top][i]);
    return [box.left, box.top, box.right, box.bottom, x, y]; })"""


@pytest.fixture(scope="module")
def fitted():
    made = {}
    for name in TABLES:
        df = getattr(datasets, f"make_{name}")(ROWS, random_state=0)
        model = frameumap.FrameUMAP(n_neighbors=8, n_epochs=60).fit(df)
        made[name] = model, model.cluster()
    assert max(len(segments.names) for _, segments in made.values()) >= 10
    return made


def overlapping(boxes):
    return [
        (a, b)
        for a, b in itertools.combinations(boxes, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]


@pytest.mark.parametrize("name", TABLES)
def test_no_two_names_overlap_in_a_picture(fitted, name):
    from matplotlib import pyplot as plt

    model, segments = fitted[name]
    assert 1 < len(segments.names) <= 40
    ax = model.plot(segments)
    ax.figure.canvas.draw()
    renderer = ax.figure.canvas.get_renderer()
    boxes = [t.get_window_extent(renderer).extents for t in ax.texts if t.get_gid() == "name"]
    frame = ax.get_window_extent(renderer)
    plt.close("all")
    assert len(boxes) == len(segments.names)
    assert overlapping(boxes) == []
    assert min(b[0] for b in boxes) >= frame.x0 - 1
    assert max(b[2] for b in boxes) <= frame.x1 + 1


@pytest.mark.parametrize("width", [1300, 390])
def test_no_two_names_overlap_in_a_page(fitted, tmp_path, width):
    browser_path()
    for name in TABLES[:: 2 if width > 400 else 4]:
        model, segments = fitted[name]
        path = tmp_path / f"{name}.html"
        model.to_html(path, segments=segments)
        with opened(path, size=(width, 820)) as seen:
            boxes = seen.page.evaluate(_BOXES)
            errors = seen.errors
        assert errors == []
        assert overlapping(boxes) == []
        assert len(boxes) >= (0.9 if width > 400 else 0.5) * len(segments.names)
        for left, top, right, bottom, x, y in boxes:
            gap = np.hypot(x - np.clip(x, left, right), y - np.clip(y, top, bottom))
            assert gap <= FARTHEST
