"""The page in a real browser, with every name blocked: what is drawn, clicked, selected, found and
written."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from browser import browser_path, opened, pixels_near
from frames import mixed

import frameumap
from frameumap.engine import pairs as engine
from frameumap.show.column import date_text

HOSTILE = [
    "<script>document.title = 'taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "</script><script>alert(1)</script>",
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\u202egnirts desrever\u202c",
    "line\u2028separator\u2029",
    "{{plotly}} ${1+1} `x`",
    "<a href='javascript:alert(1)'>x</a><b>bold</b>",
    "x" * 100_000,
    "\x00\x07null",
]


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    """Four groups that one column names, two columns of no concern, and their page."""
    browser_path()
    rng = np.random.default_rng(0)
    n = 1200
    which = rng.integers(0, 4, n)
    df = pd.DataFrame(
        {
            "tribe": np.array(["north", "east", "south", "west"])[which],
            "height": which * 3.0 + rng.normal(0, 0.3, n),
            "noise": rng.normal(size=n).round(3),
            "coin": rng.random(n) < 0.5,
        }
    )
    schema = {"height": "numeric", "noise": "numeric", "coin": "boolean", "tribe": "categorical"}
    model = frameumap.FrameUMAP(schema, n_neighbors=10, n_epochs=60).fit(df)
    path = tmp_path_factory.mktemp("page") / "blobs.html"
    model.to_html(path, df=df, color="tribe", segments=model.cluster())
    return SimpleNamespace(df=df, model=model, path=path, which=which)


def test_nothing_is_asked_for_and_every_colour_is_drawn(blobs, tmp_path):
    with opened(blobs.path) as seen:
        seen.page.wait_for_timeout(300)
        picture = tmp_path / "map.png"
        seen.page.uncheck("#named")
        seen.page.locator("#map").screenshot(path=picture)
        colors = seen.page.evaluate("page.colouring.colors.slice(0, 4)")
        assert seen.requests == []
        assert seen.errors == []
    for color in colors:  # points are a little transparent
        assert pixels_near(picture, color) > 50, color


def test_a_click_shows_the_row_and_its_nearest_rows_with_the_parts_of_d(blobs):
    row = 17
    expected = blobs.model.neighbors([row], k=15)
    with opened(blobs.path) as seen:
        seen.page.mouse.click(*seen.place(row))
        shown = int(seen.page.evaluate("page.row"))
        found = seen.page.evaluate("row => page.nearest(row)", row)
        titles = seen.page.locator("#panel h2").first.inner_text()
        assert titles == f"Row {shown}"
        assert np.hypot(*(blobs.model.embedding_[shown] - blobs.model.embedding_[row])) < 0.2
        pairs = seen.page.locator("details.pair")
        assert pairs.count() == 15
        pairs.nth(3).locator("summary").click()
        pairs.nth(3).locator(
            "tr"
        ).first.wait_for()  # the table is made after the click, by an event
        assert "→" in pairs.nth(3).inner_text() or pairs.nth(3).locator("tr").count() == 4
        assert seen.errors == []
    assert {f["row"] for f in found[:10]} == set(expected.indices[0][:10].tolist())
    np.testing.assert_allclose(
        [f["distance"] for f in found], expected.distances[0], rtol=1e-4, atol=1e-5
    )
    for near in found:
        assert sum(p["part"] for p in near["parts"]) == pytest.approx(near["distance"], abs=1e-6)
        why = blobs.model.compare(row, near["row"])["part"]
        assert {p["name"]: p["part"] for p in near["parts"]} == pytest.approx(dict(why), abs=1e-4)


def test_a_lasso_tells_what_sets_the_rows_apart_and_writes_them(blobs, tmp_path):
    embedding = blobs.model.embedding_
    inside = blobs.which == 2
    low, high = embedding[inside].min(axis=0) - 0.2, embedding[inside].max(axis=0) + 0.2
    within = ((embedding >= low) & (embedding <= high)).all(axis=1)
    with opened(blobs.path) as seen:
        seen.lasso([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])])
        chosen = seen.page.evaluate("page.selection.rows")
        first = seen.page.locator("#panel .effect .words").first.inner_text()
        with seen.page.expect_download() as loading:
            seen.page.click("text=Download as CSV")
        written = tmp_path / "selection.csv"
        loading.value.save_as(written)
        assert seen.page.evaluate("document.getElementById('lasso').ariaPressed") == "false"
        assert seen.errors == []
    agree = np.zeros(len(within), bool)
    agree[chosen] = True
    assert (agree == within).mean() > 0.995
    share = (blobs.df["tribe"][chosen] == "south").mean()
    assert first.startswith("tribe = south: ")
    assert f"{share:.0%}" in first or "99+%" in first
    table = pd.read_csv(written)
    assert table["row"].tolist() == chosen
    assert table["tribe"].tolist() == blobs.df["tribe"][chosen].tolist()
    np.testing.assert_allclose(table["height"], blobs.df["height"][chosen])


def test_the_page_counts_effects_as_numpy_does(blobs):
    """Rank shift and shares against their definitions."""
    rows = np.flatnonzero(blobs.which == 1).tolist()
    with opened(blobs.path) as seen:
        effects = seen.page.evaluate("rows => page.effects(rows)", rows)
    found = {e["column"]: e["effect"] for e in effects}
    a, b = blobs.df["height"][rows], blobs.df["height"].drop(rows)
    shift = np.mean(np.sign(a.to_numpy()[:, None] - b.to_numpy()[None, :]))
    assert found["height"] == pytest.approx(shift, abs=1e-3)
    assert abs(found["tribe"]) == pytest.approx(1)
    assert "noise" not in found
    assert "coin" not in found


def test_the_legend_filters_and_search_and_keys_work(blobs):
    with opened(blobs.path) as seen:
        page = seen.page
        page.locator("#legend .level").first.click()
        assert page.evaluate("page.hidden.size") == 1
        hidden = page.evaluate("[...Array(page.data.n).keys()].filter(i => !page.shows(i)).length")
        assert hidden == blobs.df["tribe"].value_counts().max()
        page.locator("#legend .level").first.click()
        page.select_option("#color", label="height")
        assert page.locator("#legend .bar").count() == 1
        page.keyboard.press("/")
        page.keyboard.type("north")
        assert page.locator("#found li").count() >= 1
        page.keyboard.press("Enter")
        assert len(page.evaluate("page.selection.rows")) >= (blobs.df["tribe"] == "north").sum()
        page.locator("#search").fill("#12")
        page.keyboard.press("Enter")
        assert page.evaluate("page.row") == 12
        page.locator("#map").focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("page.row") != 12
        assert "Row" in page.inner_text("#said")
        page.keyboard.press("Escape")
        assert page.evaluate("page.selection") is None
        assert seen.errors == []


def test_segment_cards_select_their_rows_and_names_do_not_overlap(blobs):
    with opened(blobs.path, scheme="dark") as seen:
        page = seen.page
        page.click("#tab-segments")
        page.locator("#panel .card").first.click()
        assert len(page.evaluate("page.selection.rows")) == page.evaluate(
            "Math.max(...page.layers[page.layer].counts.slice(1))"
        )
        boxes = page.evaluate(
            """[...document.querySelectorAll("#labels span")].filter(e => e.style.visibility !== "hidden")
            .map(e => { const b = e.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })"""
        )
        assert len(boxes) >= 3
        for layer in range(page.evaluate("page.layers.length")):
            page.evaluate("layer => page.setLayer(layer)", layer)
            names = page.locator("#panel .card .what").all_inner_texts()
            assert len(set(names)) == len(names) > 0
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                assert a[0] >= b[2] or b[0] >= a[2] or a[1] >= b[3] or b[1] >= a[3]
        assert seen.errors == []


def test_hostile_values_and_names_are_text(tmp_path):
    browser_path()
    rng = np.random.default_rng(0)
    n = 240
    df = pd.DataFrame(
        {
            "<b onclick=alert(1)>name</b>": np.array(HOSTILE, dtype=object)[np.arange(n) % 12],
            "=cmd()": rng.normal(size=n),
            "\u202eemordnilap": rng.choice(["a", "b"], n),
        },
        index=[f"<i>{i}</i>" for i in range(n)],
    )
    first, second, third = df.columns
    schema = {first: "categorical", second: "numeric", third: "categorical"}
    model = frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=20).fit(df)
    path = model.to_html(
        tmp_path / "hostile.html", df=df, color=first, title="</title><script>alert(2)</script>",
        segments=model.cluster(),
    )  # fmt: skip
    with opened(path) as seen:
        page = seen.page
        page.mouse.move(*seen.place(0))
        page.mouse.click(*seen.place(0))
        page.locator("#search").fill("<script>")
        page.wait_for_timeout(200)
        hits = page.locator("#found li").all_inner_texts()
        page.keyboard.press("Enter")
        with page.expect_download() as loading:
            page.click("text=Download as CSV")
        loading.value.save_as(tmp_path / "rows.csv")
        page.click("#tab-about")
        page.click("#tab-segments")
        page.wait_for_timeout(200)
        assert page.inner_text("h1") == "</title><script>alert(2)</script>"
        assert (
            page.locator(
                "#side b, #side i:not(.meter i):not(.parts i), #labels b, #hover i"
            ).count()
            == 0
        )
        assert page.title() == "</title><script>alert(2)</script>"
        assert page.evaluate("document.querySelectorAll('script').length") == page.evaluate(
            "document.querySelectorAll('head script, body > script').length"
        )
        assert page.evaluate("page.data.columns[0].levels.length") == 12
        assert seen.requests == []
        assert seen.errors == []
    assert any("<script>" in hit for hit in hits)
    assert (tmp_path / "hostile.html").stat().st_size < 8e6
    csv = (tmp_path / "rows.csv").read_text("utf-8-sig")
    assert csv.splitlines()[0].startswith("row,<b onclick=alert(1)>name</b>,'=cmd()")


def test_formulas_are_quoted_in_a_csv(blobs):
    with opened(blobs.path) as seen:
        cells = seen.page.evaluate(
            "texts => texts.map(t => page.csvCell(t, false))",
            ["=1+1", "-2", "a,b", '"', "@x", "ok"],
        )
        number = seen.page.evaluate("page.csvCell('-2', true)")
    assert cells == ["'=1+1", "'-2", '"a,b"', '""""', "'@x", "ok"]
    assert number == "-2"


def test_nearest_rows_of_every_kind_with_gaps_are_the_engines(tmp_path):
    browser_path()
    df = mixed(200, 8)
    schema = {
        ("amount", "age"): "manhattan",
        ("plan", "vip"): frameumap.group(metric="hamming_rate", kind="categorical"),
        "grade": "ordinal",
        ("lat", "lon"): "haversine",
        "name": "levenshtein_normalized",
        "joined": "datetime",
        "tags": "jaccard",
    }
    model = frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=5).fit(df)
    path = model.to_html(tmp_path / "kinds.html", df=df, segments=None)
    inner, n = model._model, len(df)
    gapped = np.flatnonzero(df[["amount", "plan", "lat", "name", "tags"]].isna().sum(axis=1) > 1)
    rows = [0, *gapped[:4].tolist()]
    with opened(path) as seen:
        assert seen.page.evaluate("page.data.distance !== null")
        found = seen.page.evaluate("rows => rows.map(row => page.nearest(row))", rows)
        assert seen.errors == []
    for row, nearest in zip(rows, found, strict=True):
        d = engine.dissimilarities(
            inner.feature_rows, inner.feature_metrics, np.full(n, row), np.arange(n)
        )
        d[row] = np.inf
        np.testing.assert_allclose([f["distance"] for f in nearest], np.sort(d)[:15], atol=3e-4)
        for near in nearest[:3]:
            assert near["distance"] == pytest.approx(d[near["row"]], abs=3e-4)
            why = model.compare(row, near["row"])["part"]
            assert {p["name"]: p["part"] for p in near["parts"]} == pytest.approx(
                dict(why), abs=1e-3
            )


def test_lists_stand_in_for_distances_that_the_page_cannot_compute(tmp_path):
    browser_path()
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"a": rng.normal(size=150), "b": rng.choice(["x", "y", "z"], 150)})
    model = frameumap.FrameUMAP(
        {"a": "numeric", "b": "categorical"}, combine="a | b", n_neighbors=8, n_epochs=5
    ).fit(df)
    path = model.to_html(tmp_path / "union.html", df=df, segments=None)
    expected = model.neighbors([3], k=15)
    with opened(path) as seen:
        found = seen.page.evaluate("page.nearest(3)")
        assert seen.errors == []
    assert [f["row"] for f in found] == expected.indices[0].tolist()
    np.testing.assert_allclose([f["distance"] for f in found], expected.distances[0], rtol=1e-5)


def test_a_small_page_is_drawn_soon(blobs):
    import time

    with opened(blobs.path) as seen:
        started = time.perf_counter()
        seen.page.reload()
        seen.page.wait_for_function("document.documentElement.dataset.ready === 'yes'")
        assert time.perf_counter() - started < 15  # 2 s alone; other tests may run beside it


def test_dates_of_any_year_read_the_same_in_page_and_report(tmp_path):
    browser_path()
    days = np.array(["-0300-03-01", "0999-12-31", "2024-02-29T12:30", "20000-01-01"] * 20)
    rng = np.random.default_rng(0)
    when = pd.Series(days.astype("datetime64[s]"))
    df = pd.DataFrame({"when": when, "x": rng.normal(size=80)})
    model = frameumap.FrameUMAP({"when": "datetime", "x": "numeric"}, n_epochs=5).fit(df)
    for suffix in ("md", "json"):
        model.report(tmp_path / f"far.{suffix}")
    assert "-300-03-01 against" in model.compare(0, 3).loc["when", "words"]
    path = model.to_html(tmp_path / "far.html", df=df, color="when")
    with opened(path) as seen:
        found = seen.page.evaluate(
            """(() => { const column = page.data.columns.find((c) => c.name === "when");
            return Array.from(column.levels, (_, level) => column.levelText(level)); })()"""
        )
        assert seen.errors == []
    assert found == ["-300-03-01", "0999-12-31", "2024-02-29 12:30", "20000-01-01"]
    assert [date_text(s) for s in np.unique(when).astype(np.int64)] == found
