"""A million rows in the page: bytes, seconds and memory of writing it, and what the browser makes of
it. FRAMEUMAP_LARGE=1 asks for it: it takes 8 GB and about five minutes."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from browser import browser_path, opened, pixels_near

import frameumap

ROWS = 1_000_000
pytestmark = pytest.mark.skipif(
    "FRAMEUMAP_LARGE" not in os.environ, reason="FRAMEUMAP_LARGE=1 asks for it"
)


class _PeakMemory:
    """The largest resident memory of this process above that at the start, in bytes."""

    def __enter__(self):
        self.start, self.extra, self.over = self._now(), 0, threading.Event()
        self.watcher = threading.Thread(target=self._watch)
        self.watcher.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.watcher.join()

    def _watch(self):
        while not self.over.wait(0.02):
            self.extra = max(self.extra, self._now() - self.start)

    @staticmethod
    def _now():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    browser_path()
    df = frameumap.datasets.make_customers(ROWS, random_state=0)
    model = frameumap.FrameUMAP(n_epochs=20).fit(df.drop(columns="segment"))
    path = tmp_path_factory.mktemp("large") / "large.html"
    with _PeakMemory() as memory:
        started = time.perf_counter()
        model.to_html(path, df=df, segments=None, color="segment")
        seconds = time.perf_counter() - started
    return SimpleNamespace(df=df, model=model, path=path, seconds=seconds, extra=memory.extra)


def test_the_page_of_a_million_rows_is_written_soon_and_small(large):
    assert large.df.shape[1] == 21  # 20 that are embedded, and the segment
    assert large.path.stat().st_size <= 60e6
    assert large.extra < 4e9
    assert large.seconds <= 20


def test_a_million_rows_are_drawn_selected_and_compared(large, tmp_path):
    started = time.perf_counter()
    with opened(large.path, 240) as seen:
        took = time.perf_counter() - started
        page = seen.page
        picture = tmp_path / "map.png"
        page.locator("#map").screenshot(path=picture)
        colors = page.evaluate("page.colouring.colors.slice(0, page.data.columns[0].size)")
        corners = _box(large.model.embedding_, (large.df["segment"] == "industry").to_numpy())
        seen.lasso(corners)
        chosen = np.array(page.evaluate("page.selection.rows"))
        first = page.locator("#panel .effect .words").first.inner_text()
        page.keyboard.press("Escape")
        row = _alone(large.model.embedding_)
        page.mouse.click(*seen.place(row))
        page.locator("#tab-row[aria-selected=true]").wait_for()
        clicked = page.evaluate("page.row")
        found = page.evaluate("row => page.nearest(row)", clicked)
        assert page.locator("details.pair").count() == 15
        assert seen.requests == []
        assert seen.errors == []
    for color in colors:
        assert pixels_near(picture, color) > 50, color
    effects = _effects(large.df, chosen)
    strongest = max(effects, key=effects.get)
    assert first.startswith(strongest), (first, sorted(effects.items(), key=lambda e: -e[1])[:4])
    own = large.model.neighbors([clicked], k=15)  # the search may miss some, the page none
    assert all(
        near["distance"] <= d + 0.05 for near, d in zip(found, own.distances[0], strict=True)
    )
    for near in found[:5]:
        why = large.model.compare(clicked, near["row"])["part"]
        assert near["distance"] == pytest.approx(why.sum(), abs=0.02)
    assert took <= 20


def _box(points, inside):
    """Corners of the middle of a group of points."""
    low, high = np.quantile(points[inside], [0.25, 0.75], axis=0)
    return [(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])]


def _alone(points):
    """The row farthest from the middle: a click hits it and no other."""
    return int(np.hypot(*(points - np.median(points, axis=0)).T).argmax())


def _effects(df, rows):
    """Column -> size of its strongest effect, by the definitions."""
    inside = np.zeros(len(df), bool)
    inside[rows] = True
    return {name: max(_sizes(df[name], inside)) for name in df.columns}


def _sizes(column, inside):
    yield abs(column.isna()[inside].mean() - column.isna()[~inside].mean())
    present, within = column.dropna(), inside[column.notna()]
    ordered = isinstance(column.dtype, pd.CategoricalDtype) and column.cat.ordered
    if ordered or (present.dtype.kind in "iufM"):
        values = present.cat.codes if ordered else present
        ranks = values.rank().to_numpy()
        n, m = within.sum(), (~within).sum()
        yield abs((2 * ranks[within].sum() - n * (n + 1)) / (n * m) - 1)
        return
    is_list = isinstance(present.iloc[0], (list, tuple, np.ndarray))
    members = present.explode() if is_list else present.astype(str)
    held = pd.Series(within, index=present.index).reindex(members.index)
    shares = [
        members[held == side].value_counts() / (within == side).sum() for side in (True, False)
    ]
    yield float(shares[0].sub(shares[1], fill_value=0).abs().max())
