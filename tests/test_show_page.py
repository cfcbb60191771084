"""The page as a file: complete, safe, small, and the same every time. What it does in a browser is
in test_show_browser."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.errors import DataError, ParameterError
from frameumap.show.page_file import Page, write_whole
from frameumap.show.payload import Blocks, script_json, small_codes

pytest.importorskip("plotly")


@pytest.fixture(scope="module")
def fitted():
    df = mixed(120, 4)
    schema = {"amount": "numeric", "plan": "categorical", "grade": "ordinal", "tags": "jaccard"}
    return df, frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=5).fit(df)


def manifest_of(text):
    found = re.search(r'<script type="application/json" id="manifest">(.*?)</script>', text, re.S)
    return json.loads(found[1])


def block_of(text, block):
    packed = re.search(rf'<script type="text/plain" id="{block["id"]}">([^<]*)</script>', text)[1]
    data = zlib.decompress(base64.b64decode(packed))
    if block["type"] == "json":
        return json.loads(data)
    dtype = np.dtype(block["type"])
    planes = np.frombuffer(data, np.uint8).reshape(dtype.itemsize, -1)
    return np.ascontiguousarray(planes.T).view(dtype).ravel()


def test_the_page_holds_rows_columns_and_places(fitted):
    df, model = fitted
    text = model.to_html(df=df, segments=None).text
    manifest = manifest_of(text)
    assert manifest["rows"] == len(df)
    np.testing.assert_array_equal(block_of(text, manifest["x"]), model.embedding_[:, 0])
    np.testing.assert_array_equal(block_of(text, manifest["y"]), model.embedding_[:, 1])
    entries = {c["name"]: c for c in manifest["columns"]}
    assert list(entries) == list(df.columns)
    codes, levels = (block_of(text, entries["plan"][k]) for k in ("codes", "levels"))
    plans = [levels[c - 1] if c else "gap" for c in codes]
    assert plans == df["plan"].fillna("gap").tolist()
    codes, levels = (block_of(text, entries["amount"][k]) for k in ("codes", "levels"))
    values = np.append(levels, np.nan)[codes.astype(int) - 1]
    np.testing.assert_array_equal(values, df["amount"])


def test_columns_that_are_not_asked_for_are_not_in_the_file(fitted):
    df, model = fitted
    secret = df.assign(secret=[f"secret-{i}" for i in range(len(df))])
    page = model.to_html(df=secret, columns=["plan", "amount"], segments=None)
    manifest = manifest_of(page.text)
    assert [c["name"] for c in manifest["columns"]] == ["plan", "amount"]
    held = [block_of(page.text, c["levels"]) for c in manifest["columns"]]
    assert "secret" not in json.dumps(manifest) + str(held)


def test_the_file_asks_for_nothing(fitted):
    text = fitted[1].to_html(segments=None).text
    ours = text[: text.index("plotly.js v")] + text[text.rindex("(() => {") :]
    assert not re.search(r"https?://(?!www\.w3\.org/)", ours)
    assert "default-src 'none'" in ours
    assert not re.search(r"<(link|iframe|img|object|embed)\b|\ssrc=|@import|url\(", ours)


def test_the_same_fit_gives_the_same_bytes(fitted):
    df, model = fitted
    assert model.to_html(df=df, segments=None).text == model.to_html(df=df, segments=None).text


def test_segments_come_with_cards_places_and_colours(fitted):
    df, model = fitted
    segments = model.cluster()
    manifest = manifest_of(model.to_html(df=df, segments=segments).text)
    layers = [c for c in manifest["columns"] if c["role"] == "segment"]
    assert len(layers) == len(segments.layers)
    (main,) = [c for c in layers if c["isMain"]]
    assert len(main["cards"]) == len(main["anchors"]) == len(main["colors"]) == segments.n_segments
    assert manifest["columns"][manifest["color"]] == main
    assert all(c["cards"] is None for c in layers if not c["isMain"])  # the page names them


def test_hostile_text_cannot_leave_its_element():
    hostile = "</script><script>alert(1)</script><!-- & \u2028 \u202e {{plotly}}"
    text = script_json({"a": hostile})
    assert not set("<>&\u2028\u202e") & set(text)
    assert json.loads(text) == {"a": hostile}
    blocks = Blocks()
    blocks.json([hostile])
    blocks.finish()
    assert re.fullmatch(
        r'<script type="text/plain" id="b0">[A-Za-z0-9+/=]*</script>', blocks.html()
    )


def test_a_page_that_would_be_too_large_leaves_out_columns_and_says_so():
    rng = np.random.default_rng(0)
    n = 30_000
    df = pd.DataFrame(
        {
            "a": rng.normal(size=n),
            "noise": [rng.bytes(120).hex() for _ in range(n)],
            "b": rng.choice(["x", "y"], n),
        }
    )
    model = frameumap.FrameUMAP({"a": "numeric", "b": "categorical"}, n_epochs=1).fit(df)
    page = model.to_html(df=df, segments=None, max_megabytes=7)
    assert len(page.text) <= 7e6
    manifest = manifest_of(page.text)
    assert [c["name"] for c in manifest["columns"]] == ["a", "b"]
    assert any("would be too large: noise" in line for line in manifest["about"])


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"max_megabytes": 2}, ParameterError, "above 6"),
        ({"color": "nope"}, ParameterError, "nope"),
        ({"columns": ["nope"]}, DataError, "nope"),
    ],
)
def test_what_is_wrong_is_named(fitted, options, error, said):
    with pytest.raises(error, match=said):
        fitted[1].to_html(segments=None, **options)


def test_a_notebook_shows_the_page_inline(fitted):
    cell = fitted[1].to_html(segments=None)._repr_html_()
    inside = re.search(r'srcdoc="([^"]*)"', cell)[1]
    assert html.unescape(inside).startswith("<!doctype html>")
    assert 'sandbox="allow-scripts allow-downloads"' in cell


def test_a_file_is_written_whole_or_not_at_all(tmp_path, fitted):
    path = fitted[1].to_html(tmp_path / "map.html", segments=None)
    assert path.read_text("utf-8").rstrip().endswith("</html>")
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "no folder" / "map.html", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]
    assert repr(Page("x" * 2_500_000)).startswith("Page(2.5 MB")


def test_rows_are_called_by_their_index(fitted):
    df, model = fitted
    text = model.to_html(df=df.set_axis([f"r{i}" for i in range(len(df))]), segments=None).text
    manifest = manifest_of(text)
    assert block_of(text, manifest["labels"])[:2] == ["r0", "r1"]
    assert manifest_of(model.to_html(segments=None).text)["labels"] is None


@pytest.mark.parametrize(
    ("levels", "dtype"), [(3, "uint8"), (254, "uint8"), (255, "uint16"), (70_000, "uint32")]
)
def test_codes_take_the_narrowest_type(levels, dtype):
    codes = small_codes(np.array([-1, 0, levels - 1], np.int32), levels)
    assert codes.dtype == dtype
    assert codes.tolist() == [0, 1, levels]


def test_without_plotly_the_error_says_what_to_install(fitted, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(ParameterError, match=r"frameumap\[html\]"):
        fitted[1].to_html(segments=None)


@pytest.mark.parametrize("components", [1, 3])
def test_maps_of_other_dimensions_have_pages(components):
    df = mixed(60)
    model = frameumap.FrameUMAP({"age": "numeric", "plan": "categorical"}, n_neighbors=5,
                                n_epochs=2, n_components=components).fit(df)  # fmt: skip
    manifest = manifest_of(model.to_html(segments=None).text)
    assert any("dimension" in line for line in manifest["about"])


def test_a_loaded_model_has_the_same_page(tmp_path, fitted):
    _, model = fitted
    model.save(tmp_path / "m.frameumap")
    loaded = frameumap.FrameUMAP.load(tmp_path / "m.frameumap")
    assert loaded.to_html(segments=None).text == model.to_html(segments=None).text


def test_frames_of_other_libraries_show_the_same(fitted):
    polars = pytest.importorskip("polars")
    df = mixed(80, 6).drop(columns=["tags", "grade"])
    other = polars.from_pandas(df)
    schema = {"amount": "numeric", "plan": "categorical"}
    ours = frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=5).fit(df)
    theirs = frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=5).fit(other)
    assert theirs.to_html(df=other, segments=None).text == ours.to_html(df=df, segments=None).text
    assert theirs.report(format="md", trust=False) == ours.report(format="md", trust=False)
    assert theirs._repr_html_() == ours._repr_html_()
