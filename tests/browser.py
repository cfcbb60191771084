"""A page in a headless browser; tests that need one skip where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: Software rendering, and no name resolves: a request that leaves the page fails and is counted.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-background-networking",
    "--no-first-run",
)


def browser_path() -> str:
    """The browser's program; skips the test where there is none, or no playwright."""
    pytest.importorskip("playwright.sync_api", reason="pip install 'frameumap[browser]'")
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("FRAMEUMAP_BROWSER") or next(filter(None, map(shutil.which, names)), "")
    if not found:
        pytest.skip("no Chromium: apt-get install chromium, or set FRAMEUMAP_BROWSER")
    return found


class Seen:
    """What a page did.

    Attributes
    ----------
    page : playwright's page
    requests : list of str
        All but the file itself.
    errors : list of str
        Errors on the console, exceptions and dialogs.
    """

    def __init__(self, page: Any, path: Path) -> None:
        self.page = page
        self.requests: list[str] = []
        self.errors: list[str] = []
        own = path.as_uri()
        page.on("request", lambda r: None if r.url == own else self.requests.append(r.url[:200]))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("dialog", lambda d: (self.errors.append(f"dialog {d.message}"), d.dismiss()))

    def place(self, row: int) -> tuple[float, float]:
        """Where a row is on the screen."""
        return tuple(
            self.page.evaluate(
                """row => { const box = document.getElementById("stage").getBoundingClientRect();
                const [left, top] = page.map.toPixel(page.data.x[row], page.data.y[row]);
                return [left + box.left, top + box.top]; }""",
                row,
            )
        )

    def lasso(self, corners: list[tuple[float, float]]) -> None:
        """Draw around points of the map's own coordinates with the mouse."""
        screen = self.page.evaluate(
            """corners => { const box = document.getElementById("stage").getBoundingClientRect();
            return corners.map(([x, y]) => page.map.toPixel(x, y))
                .map(([a, b]) => [a + box.left, b + box.top]); }""",
            [list(map(float, c)) for c in corners],
        )
        self.page.click("#lasso")
        mouse = self.page.mouse
        mouse.move(*screen[0])
        mouse.down()
        for left, top in [*screen[1:], screen[0]]:
            mouse.move(left, top, steps=3)
        mouse.up()


@contextmanager
def opened(
    path: Path,
    seconds: float = 60,
    scheme: str = "light",
    ready: bool = True,
    size: tuple[int, int] = (1300, 820),
) -> Iterator[Seen]:
    """A file in the browser; if `ready`, once it has drawn as our pages do."""
    program = browser_path()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=list(FLAGS))
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            accept_downloads=True,
        )
        page = context.new_page()
        page.set_default_timeout(seconds * 1000)
        seen = Seen(page, path)
        page.goto(path.as_uri())
        if ready:
            page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
        yield seen
        browser.close()


def pixels_near(picture: Path, color: str, reach: int = 40) -> int:
    """How many pixels of a picture have nearly a colour, such as "#1f77b4"."""
    import numpy as np
    from matplotlib import image

    pixels = (image.imread(picture)[:, :, :3] * 255).round()
    wanted = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)])
    return int((np.abs(pixels - wanted).max(axis=2) < reach).sum())
