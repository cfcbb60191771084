"""Reports: what they say, in three formats, and that every value in them is text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.errors import ParameterError
from frameumap.show.document import Document
from frameumap.show.render import to_html, to_markdown
from frameumap.show.report_parts import _cell

HOSTILE = "<script>alert(1)</script> | `x` [a](javascript:b) \u202eabc & *b*\n# head"


@pytest.fixture(scope="module")
def fitted():
    df = mixed(150, 5)
    schema = {"amount": "numeric", "age": "numeric", "plan": "categorical", "grade": "ordinal"}
    model = frameumap.FrameUMAP(schema, n_neighbors=10, n_epochs=30).fit(df)
    return model, model.cluster()


@pytest.fixture(scope="module")
def facts(fitted):
    model, segments = fitted
    return json.loads(model.report(format="json", segments=segments))


class Tags(HTMLParser):
    """Names of all tags, and all text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data):
        self.text.append(data)


def test_json_says_what_the_model_says(fitted, facts):
    model, segments = fitted
    assert facts["rows"] == 150
    assert [s["column"] for s in facts["schema"]] == model.schema_.table()["column"].tolist()
    assert {g["group"]: g["share"] for g in facts["groups"]} == pytest.approx(
        dict(model.influence_["share"])
    )
    cards = facts["segments"]["cards"]
    assert [c["size"] for c in cards] == segments.sizes.tolist()
    assert [c["name"] for c in cards] == list(segments.names)
    assert facts["trust"]["overall"][0]["what"] == "this map"
    assert facts["versions"]["frameumap"] == frameumap.__version__


def test_the_line_to_reproduce_it_does(fitted, facts):
    model, _ = fitted
    schema = frameumap.Schema.from_toml(facts["schema_toml"])
    df = mixed(150, 5)
    again = eval(facts["reproduce"], {"frameumap": frameumap, "schema": schema, "df": df})
    np.testing.assert_array_equal(again.embedding_, model.embedding_)


def test_html_and_markdown_tell_the_same(fitted, facts):
    model, segments = fitted
    page = Tags(model.report(segments=segments, trust=False))
    text = " ".join(page.text)
    markdown = model.report(format="md", segments=segments, trust=False)
    assert "script" not in page.tags
    for heading in ("Segments", "What drives the map", "What went in", "How far to trust it",
                    "To make it again"):  # fmt: skip
        assert heading in text
        assert f"## {heading}" in markdown
    for card in facts["segments"]["cards"]:
        assert card["name"] in text
    assert "img" in page.tags


def test_trust_is_told_where_it_was_asked_for(fitted, facts):
    model, segments = fitted
    assert "Rows were not checked" in model.report(format="md", segments=segments, trust=False)
    assert facts["trust"]["share_flagged"] == pytest.approx(model.trust().share_flagged)


def test_the_format_follows_the_path(fitted, tmp_path):
    model, segments = fitted
    for name, start in (("a.html", "<!doctype"), ("a.md", "# A map of 150"), ("a.json", "{")):
        path = model.report(tmp_path / name, segments=segments, trust=False)
        assert path.read_text("utf-8").startswith(start)
    with pytest.raises(ParameterError, match="format="):
        model.report(tmp_path / "a.docx", segments=segments)
    with pytest.raises(ParameterError, match="html"):
        model.report(format="pdf", segments=segments)


def test_every_value_is_text_in_both_formats():
    document = Document(HOSTILE)
    document.heading(HOSTILE)
    document.text(HOSTILE)
    document.bars([(HOSTILE, 0.5)])
    document.table((HOSTILE, "share"), [(HOSTILE, "12%"), (HOSTILE, "")], bar=1)
    document.code(HOSTILE + "\n```\nend")
    page = Tags(to_html(document, None))
    assert not {"script", "a", "b", "em"} & set(page.tags)
    assert "".join(page.text).count("<script>alert(1)</script>") == 9
    markdown = to_markdown(document)
    lines = [line for line in markdown.splitlines() if not line.startswith(("`", "#"))]
    outside = "\n".join(lines[: next(i for i, x in enumerate(lines) if "12%" in x) + 1])
    assert "<script>" not in outside
    assert "\u202e" not in outside
    assert not re.search(r"(?<!\\)[\[`*]", outside)
    assert markdown.count("\n# ") <= 1  # only within the code
    assert "````" in markdown


def test_columns_of_a_table_without_any_value_are_left_out():
    document = Document("x")
    document.table(("a", "empty", "b"), [("1", "", "50%"), ("2", "", "25%")], bar=2)
    (block,) = document.blocks
    assert block.head == ("a", "b")
    assert block.option == 1
    document.table(("a",), [])
    assert len(document.blocks) == 1


def test_hostile_names_and_values_in_a_report():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"<img src=x onerror=alert(1)>": rng.choice(["<b>x</b>", "=1+1"], 90),
                       "n": rng.normal(size=90)})  # fmt: skip
    model = frameumap.FrameUMAP(n_neighbors=8, n_epochs=20).fit(df)
    text = model.report(trust=False)
    assert set(Tags(text).tags) <= {
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "bdi",
        "img", "div", "table", "thead", "tbody", "tr", "th", "td", "ul", "li", "span", "i", "pre",
        "code", "details", "summary",
    }  # fmt: skip
    assert text.count("<img") == 1  # the picture


def test_a_notebook_shows_the_model_with_its_groups(fitted):
    model, _ = fitted
    cell = model._repr_html_()
    for name in model.groups_:
        assert name in cell
    assert "not fitted" in frameumap.FrameUMAP()._repr_html_()
    assert "<script" not in cell


def test_segments_and_cards_show_themselves(fitted):
    model, segments = fitted
    assert "<table" in segments._repr_html_()
    assert "<" in model.describe(segments)._repr_html_()
    assert "<table" in model.schema_._repr_html_()


def test_gaps_of_every_dtype_are_empty_cells():
    """Tables from files have nullable dtypes, whose gap is neither true nor false."""
    gaps = [None, np.nan, float("nan"), pd.NA, pd.NaT, np.datetime64("NaT")]
    assert [_cell(value) for value in gaps] == [""] * len(gaps)
    assert [_cell(value) for value in ("nan", 2.5, ["a", "b"], pd.Timestamp("2024-03-01"))] == [
        "nan", "2.5", "a, b", "2024-03-01",
    ]  # fmt: skip
    rng = np.random.default_rng(0)
    df = pd.DataFrame({
        "count": pd.array(rng.integers(0, 50, 120), "Int64"), "flag": pd.array([True, False] * 60, "boolean"),
        "name": pd.array(rng.choice(["ash", "birch", "cedar"], 120), "string"),
    })  # fmt: skip
    df.iloc[::2, 0] = df.iloc[::3, 1] = df.iloc[::5, 2] = pd.NA
    model = frameumap.FrameUMAP(n_neighbors=8, n_epochs=20).fit(df)
    assert "ash" in model.report(format="md", trust=False)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("54.69", "54.69"),
        ("1. not a list", "1\\. not a list"),
        ("2) nor this", "2\\) nor this"),
        ("- nor this", "\\- nor this"),
        ("-0.5", "\\-0.5"),
        ("a_b", "a\\_b"),
    ],
)
def test_numbers_are_not_escaped_in_markdown(text, markdown):
    document = Document("t")
    document.text(text)
    assert to_markdown(document).splitlines()[2] == markdown
