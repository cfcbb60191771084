"""Every question to every sort of model: loaded, with gaps, own kinds, few rows, many segments."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from frames import mixed, python

import frameumap


def ask_everything(model, df):
    """What `insight` offers, each answer checked for its shape."""
    n = len(df)
    why = model.compare(0, n - 1)
    assert why["part"].sum() == pytest.approx(why.attrs["distance"], rel=1e-9, abs=1e-9)
    near = model.neighbors(k=min(4, n - 1))
    assert near.indices.shape == (n, min(4, n - 1))
    segments = model.cluster()
    assert segments.sizes.sum() == n
    assert len(set(segments.names)) == segments.n_segments
    assert (segments.predict(df) == segments.labels).mean() >= 0.98
    cards = model.describe(segments)
    assert sorted(card.size for card in cards) == sorted(segments.sizes)
    trust = model.trust()
    assert trust.rows["flagged"].mean() <= 0.2
    assert np.isfinite(trust.rows[["moved", "elsewhere", "remoteness", "hubness"]]).all(axis=None)
    score = model.disagreement()["score"]
    assert np.isfinite(score).all()
    report = json.loads(model.report(format="json"))
    assert report
    return segments, trust.rows


def test_gaps_and_a_loaded_model(tmp_path):
    df = mixed(150)
    model = frameumap.FrameUMAP(n_epochs=20).fit(df)
    segments, rows = ask_everything(model, df)
    model.save(tmp_path / "m")
    again, judged = ask_everything(frameumap.FrameUMAP.load(tmp_path / "m"), df)
    np.testing.assert_array_equal(again.labels, segments.labels)
    assert again.names == segments.names
    pd.testing.assert_frame_equal(judged, rows)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_few_rows(n):
    df = pd.DataFrame({"x": [1.0, 2.0, 9.0, 4.0][:n], "y": ["a", "a", "b", None][:n]})
    model = frameumap.FrameUMAP({"x": "numeric", "y": "categorical"}, n_neighbors=n).fit(df)
    ask_everything(model, df)


def test_copies_of_one_row_are_one_segment():
    df = pd.DataFrame({"x": [1.0] * 30, "y": ["a"] * 30})
    model = frameumap.FrameUMAP({"x": "numeric", "y": "categorical"}, n_neighbors=5).fit(df)
    segments, _ = ask_everything(model, df)
    assert segments.n_segments == 1


def test_five_hundred_segments():
    n = 1500
    rng = np.random.default_rng(0)
    of = np.arange(n) // 3
    place = rng.uniform(-1000, 1000, (500, 2))[of] + rng.normal(0, 0.1, (n, 2))
    df = pd.DataFrame({"x": place[:, 0], "y": place[:, 1], "code": [f"c{g}" for g in of]})
    model = frameumap.FrameUMAP({("x", "y"): "euclidean", "code": "categorical"}, n_neighbors=3)
    model.fit(df)
    segments = model.cluster(resolution=200.0, min_size=1)
    assert segments.n_segments >= 400
    assert len(set(segments.names)) == segments.n_segments
    assert (segments.predict(df) == segments.labels).mean() >= 0.98
    cards = model.describe(of, rows=1)
    assert len(cards.cards) == 500
    assert {card.size for card in cards} == {3}
    assert len(set(cards.names)) == 500
    assert model.cluster().n_segments <= 100


def test_an_own_metric_and_an_own_kind(tmp_path):
    examples = Path(__file__).parent.parent / "examples"
    code = f"""
import sys
sys.path[:0] = [{str(examples)!r}, {str(Path(__file__).parent)!r}]
import frameumap, own_kind
from test_insight_whole import ask_everything
df, network = own_kind.visits(200, seed=0)
model = frameumap.FrameUMAP(n_epochs=20).fit(df)
assert model.schema_["ip"].kind == "address", model.schema_
segments, _ = ask_everything(model, df)
card = model.describe(network).cards[0]
assert card.effects[0].column == "ip", card
model.save({str(tmp_path / "m")!r})
again, _ = ask_everything(frameumap.FrameUMAP.load({str(tmp_path / "m")!r}), df)
assert (again.labels == segments.labels).all()
print("done")
"""
    assert python(code).strip().endswith("done")
