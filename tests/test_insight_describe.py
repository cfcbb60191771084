"""Cards of segments: planted columns are found, noise is not, rules hold on rows kept aside."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.errors import DataError, ParameterError
from frameumap.insight import prefixes
from frameumap.insight.rules import find_rules
from frameumap.insight.tell import distinct_names


@cache
def customers(n=600):
    df = frameumap.datasets.make_customers(n, random_state=0)
    y = df.pop("segment")
    return df, y, frameumap.FrameUMAP(n_epochs=0, init="random").fit(df)


def noise(n, seed):
    """Twenty columns of every kind that know nothing of each other."""
    rng = np.random.default_rng(seed)
    columns = {f"number {i}": rng.lognormal(size=n) for i in range(5)}
    columns |= {f"count {i}": rng.poisson(3, n).astype(float) for i in range(2)}
    columns |= {f"level {i}": rng.choice(list("abcdefg"), n) for i in range(4)}
    columns |= {f"flag {i}": rng.random(n) < 0.4 for i in range(2)}
    columns["grade"] = pd.Categorical.from_codes(rng.integers(0, 4, n), list("DCBA"), ordered=True)
    columns["when"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(
        rng.integers(0, 10**8, n), unit="s"
    )
    columns["hour"] = rng.uniform(0, 24, n)
    columns["lat"], columns["lon"] = rng.uniform(40, 55, n), rng.uniform(0, 20, n)
    words = ["north", "south", "east", "west", "red", "green", "blue", "old", "new", "far"]
    columns["name"] = [" ".join(rng.choice(words, 3)) for _ in range(n)]
    columns["tags"] = [list(rng.choice(list("uvwxyz"), 2, replace=False)) for _ in range(n)]
    df = pd.DataFrame(columns)
    df.loc[rng.random(n) < 0.1, ["number 0", "level 0", "lat", "name"]] = None
    return df


PLANTED = (
    "number 1",
    "count 0",
    "level 1",
    "flag 0",
    "grade",
    "when",
    "hour",
    "lat",
    "name",
    "tags",
)


def model_of(df):
    schema = {"hour": frameumap.cyclic(24), "name": "text", ...: ...}
    return frameumap.FrameUMAP(schema, n_epochs=0, init="random").fit(df)


def plant(df, column, rows, seed):
    """Make the rows differ from the others in a column."""
    rng = np.random.default_rng(seed)
    n = int(rows.sum())
    df = df.copy()
    if column == "number 1":
        df.loc[rows, column] *= 4
    elif column == "count 0":
        df.loc[rows, column] += 3
    elif column == "level 1":
        df.loc[rows, column] = rng.choice(list("abg"), n, p=[0.45, 0.45, 0.1])
    elif column == "flag 0":
        df.loc[rows, column] = rng.random(n) < 0.95
    elif column == "grade":
        df.loc[rows, column] = pd.Categorical.from_codes(
            rng.choice([2, 3], n), list("DCBA"), ordered=True
        )
    elif column == "when":
        df.loc[rows, column] = pd.Timestamp("2021-06-01") + pd.to_timedelta(
            rng.integers(0, 10**7, n), unit="s"
        )
    elif column == "hour":
        df.loc[rows, column] = rng.normal(8, 1.5, n) % 24
    elif column == "lat":
        df.loc[rows, "lat"], df.loc[rows, "lon"] = rng.normal(48, 1, n), rng.normal(11, 1, n)
    elif column == "name":
        df.loc[rows, column] = [f"harbour {w}" for w in rng.choice(["red", "old", "far"], n)]
    else:
        own = [["u", rng.choice(list("vwx"))] for _ in range(n)]
        df.loc[rows, column] = pd.Series(own, index=df.index[rows])
    return df


@pytest.mark.parametrize("seed", range(5))
def test_planted_columns_lead(seed):
    rng = np.random.default_rng(seed)
    two = [PLANTED[seed], PLANTED[seed + 5]]
    rows = rng.random(500) < 0.25
    df = noise(500, seed)
    for column in two:
        df = plant(df, column, rows, seed)
    card = model_of(df).describe(rows).cards[0]
    top = [column for effect in card.effects[:3] for column in effect.columns]
    assert set(two) <= set(top)
    assert all(e.significant for e in card.effects[:2])


def test_noise_is_not_called_significant():
    df = noise(400, 3)
    model = model_of(df)
    rng = np.random.default_rng(0)
    wrong, segments = 0, 0
    for _ in range(8):
        for card in model.describe(rng.integers(0, 5, len(df)), rows=0, effects=30):
            segments += 1
            wrong += any(effect.significant for effect in card.effects)
    assert wrong <= 0.05 * segments


def test_shift_is_cliffs_delta():
    """The slow twin: every pair of rows."""
    rng = np.random.default_rng(1)
    df = pd.DataFrame({"x": rng.integers(0, 30, 200).astype(float), "y": rng.normal(size=200)})
    inside = (df["x"] + rng.normal(0, 5, 200) > 18).to_numpy()
    model = frameumap.FrameUMAP({"x": "numeric", "y": "numeric"}, n_epochs=0, init="random").fit(df)
    effect = next(e for e in model.describe(inside).cards[0].effects if e.column == "x")
    x = df["x"].to_numpy()
    gaps = np.sign(x[inside][:, None] - x[~inside][None, :])
    assert effect.statistic == "shift"
    assert effect.effect == pytest.approx(gaps.mean(), abs=1e-9)
    assert effect.inside == pytest.approx(np.median(x[inside]), abs=1)


def test_both_numbers_are_right():
    df, _, model = customers()
    inside = (df["city"] == "Milan").to_numpy() | (np.arange(600) % 10 == 0)
    effect = next(e for e in model.describe(inside).cards[0].effects if e.column == "city")
    known = df["city"].notna().to_numpy()
    for number, rows in ((effect.inside, inside & known), (effect.outside, ~inside & known)):
        assert number == pytest.approx((df.loc[rows, "city"] == "Milan").mean())
    assert effect.words.startswith("city = Milan: ")


def test_rules_hold_on_rows_kept_aside():
    _, y, model = customers()
    cards = model.describe(y)
    assert [card.label for card in cards] == sorted(y.unique(), key=str)
    for card in cards:
        assert card.rule is not None
        assert 1 <= len(card.rule.conditions) <= 3
        assert card.rule.coverage >= 0.7
        assert card.rule.precision >= 0.8


def test_rules_of_chance_do_not_hold():
    df, _, model = customers()
    mask = np.random.default_rng(99).random(len(df)) < 0.2
    rule = model.describe(mask).cards[0].rule
    assert rule is None or rule.precision < 0.5


def test_typical_rows_are_medoids():
    df, y, model = customers()
    card = model.describe(y, rows=2)["retail"]
    assert len(card.positions) == 2
    own = np.flatnonzero(y == "retail")
    assert set(card.positions) <= set(own)
    assert card.typical.index.tolist() == df.index[list(card.positions)].tolist()
    from frameumap.engine.pairs import dissimilarities

    rows, metrics = model._model.feature_rows, model._model.feature_metrics
    D = dissimilarities(rows, metrics, np.repeat(own, len(own)), np.tile(own, len(own)))
    mean = D.reshape(len(own), -1).mean(axis=1)
    assert mean[np.isin(own, card.positions)].max() < np.median(mean)


def test_labels_of_every_form():
    _df, y, model = customers()
    by_array = model.describe(y.to_numpy())
    assert by_array.names == model.describe(y.sample(frac=1, random_state=0)).names
    lasso = np.flatnonzero(y == "public")
    assert str(model.describe(lasso)) == str(model.describe((y == "public").to_numpy()))
    assert [card.label for card in model.describe("plan")] == [
        "business",
        "enterprise",
        "free",
        "team",
    ]
    assert all("plan" not in e.columns for c in model.describe("plan") for e in c.effects)
    gaps = y.astype(object).where(y != "public")
    assert len(model.describe(gaps)) == 4
    noise_labels = pd.factorize(y)[0] - 1
    assert [card.label for card in model.describe(noise_labels)] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("labels", "error"),
    [
        ("none", "no column"),
        (np.zeros((3, 2)), "one-dimensional"),
        (["a"] * 7, "one a row"),
        ([1, 10**6], "positions"),
    ],
)
def test_labels_that_do_not_fit(labels, error):
    with pytest.raises(DataError, match=error):
        customers()[2].describe(labels)


def test_bad_numbers():
    with pytest.raises(ParameterError, match="rows"):
        customers()[2].describe("plan", rows=-1)


def test_many_segments_and_one():
    _df, _, model = customers()
    many = model.describe(np.arange(600) % 300, rows=1)
    assert len(many) == 300
    assert len(set(many.names)) == 300
    one = model.describe(np.zeros(600, int))
    assert one.cards[0].size == 600
    assert not any(e.significant for e in one.cards[0].effects)


def test_three_rows():
    df = pd.DataFrame({"x": [1.0, 2.0, 9.0], "y": ["a", "a", "b"]})
    cards = frameumap.FrameUMAP(n_neighbors=3).fit(df).describe([0, 0, 1])
    assert [card.size for card in cards] == [2, 1]
    assert all(card.rule is None for card in cards)


def test_a_loaded_model_describes_as_it_did(tmp_path):
    _, y, model = customers()
    model.save(tmp_path / "m")
    again = frameumap.FrameUMAP.load(tmp_path / "m")
    assert again.describe(y.to_numpy()).to_json() == model.describe(y.to_numpy()).to_json()


def test_results_are_plain_and_escaped():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"<b>x</b>": rng.choice(["<i>a</i>", "b"], 120), "z": rng.normal(size=120)})
    model = frameumap.FrameUMAP({"<b>x</b>": "categorical", "z": "numeric"}, n_epochs=0).fit(df)
    cards = model.describe(df["<b>x</b>"])
    page = cards._repr_html_()
    assert "<b>x" not in page
    assert "<i>a" not in page
    data = json.loads(cards.to_json())
    assert data["cards"][0]["size"] == cards.cards[0].size
    frame = cards.to_frame()
    assert set(frame["label"]) == {"<i>a</i>", "b"}
    with pytest.raises(KeyError):
        cards["none"]


def test_own_kinds_and_metrics_are_described_by_nearness():
    @frameumap.metric("gap_of_roots")
    def gap_of_roots(x, y):
        return abs(np.sqrt(abs(x[0])) - np.sqrt(abs(y[0])))

    rng = np.random.default_rng(0)
    inside = rng.random(300) < 0.3
    df = pd.DataFrame(
        {
            "a": np.where(inside, rng.normal(50, 1, 300), rng.uniform(0, 100, 300)),
            "b": rng.normal(size=300),
        }
    )
    schema = {"a": frameumap.group(metric="gap_of_roots"), "b": "numeric"}
    card = frameumap.FrameUMAP(schema, n_epochs=0, init="random").fit(df).describe(inside).cards[0]
    assert card.effects[0].column == "a"
    assert card.effects[0].significant


def test_every_kind_is_described():
    df = mixed(200)
    model = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df)
    card = model.describe((df["age"] > 50).to_numpy(), effects=20).cards[0]
    told = {column for effect in card.effects for column in effect.columns}
    assert told == set(df.columns)


def test_names_differ():
    names = distinct_names([["a", "b"], ["a", "c"], ["a", "c"], []], [0, 1, 2, 3])
    assert len(set(names)) == 4
    assert names[0] == "a · b"
    assert names[3] == "segment 3"


def test_few_rows_have_no_rule():
    from frameumap.insight.statistics import Split

    split = Split(np.array([0, 1]), 2, np.array([True, False]), np.array([1, 1]))
    assert find_rules([], split, None) == [None, None]


def test_a_column_of_nearly_unique_levels_makes_no_rule_fail():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"code": [f"c{i // 2}" for i in range(3000)], "x": rng.normal(size=3000)})
    model = frameumap.FrameUMAP(
        {"code": "categorical", "x": "numeric"}, n_epochs=0, init="random"
    ).fit(df)
    assert len(model.describe(df["x"] > 0)) == 1


def test_levels_are_told_by_how_they_begin():
    rng = np.random.default_rng(0)
    n = 400
    branch = rng.integers(1, 5, n)
    code = np.array([f"{b:02d}{rng.integers(1, 60):02d}" for b in branch])
    df = pd.DataFrame({"code": code, "x": rng.normal(size=n)})
    schema = {"code": "categorical", "x": "numeric"}
    model = frameumap.FrameUMAP(schema, n_epochs=0, init="random").fit(df)
    found = model.describe(branch)
    for card in found:
        assert card.rule.conditions == (f"code starts with 0{card.label}",)
        assert card.rule.coverage == card.rule.precision == 1.0
    two = model.describe(np.where(np.isin(branch, [2, 3]), "both", "rest"))
    assert two["both"].rule.conditions == ("code starts with 02 or 03",)


def test_beginnings_of_levels():
    labels = [f"{a}{b}" for a in ("red", "green") for b in range(6)]
    found = prefixes.level_starts(labels)
    assert [starts.names for starts in found] == [["g", "r"]]  # longer ones tell no more
    assert [found[0].names[c] for c in found[0].of] == [label[0] for label in labels]
    assert prefixes.level_starts(labels[:5]) == []
    assert prefixes.level_starts([1.5, *labels]) == []
    assert prefixes.level_starts([chr(65 + c) for c in range(26)]) == []
