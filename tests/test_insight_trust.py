"""Which points to trust, which records disagree, and how groups are balanced."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from frames import mixed
from scipy.spatial.distance import cdist

import frameumap
from frameumap.engine.pairs import dissimilarities
from frameumap.errors import ParameterError
from frameumap.insight import drift, quick_parts, ranks, ratios, trust
from frameumap.insight.parts import pair_parts


@cache
def customers(n=400):
    df = frameumap.datasets.make_customers(n, random_state=0).drop(columns="segment")
    return df, frameumap.FrameUMAP(n_epochs=100).fit(df)


@cache
def judged():
    return customers()[1].trust(k=10)


def test_trustworthiness_against_scikit_learns():
    from sklearn.manifold import trustworthiness

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(150, 4)), columns=list("abcd"))
    schema = {tuple("abcd"): frameumap.group(metric="euclidean", prepare="none")}
    model = frameumap.FrameUMAP(schema, n_epochs=50).fit(X)
    found = model.trust(k=8)
    expected = trustworthiness(X.to_numpy(), model.embedding_, n_neighbors=8)
    assert found.overall.loc["map", "trustworthiness"] == pytest.approx(expected, abs=1e-6)
    # Continuity is the same question with the two spaces exchanged.
    swapped = trustworthiness(model.embedding_, X.to_numpy(), n_neighbors=8)
    assert found.overall.loc["map", "continuity"] == pytest.approx(swapped, abs=1e-6)


def test_the_map_beats_its_baselines():
    overall = judged().overall
    assert overall.loc["map", "trustworthiness"] > overall.loc["pca", "trustworthiness"]
    assert overall.loc["random", "trustworthiness"] == pytest.approx(0.5, abs=0.05)
    assert overall.loc["random", "continuity"] == pytest.approx(0.5, abs=0.05)


def test_ranks_among_some_rows_are_nearly_those_among_all(monkeypatch):
    monkeypatch.setattr(ranks, "ALL_ROWS", 100)
    monkeypatch.setattr(ranks, "SOME_ROWS", 150)
    some = customers()[1].trust(k=10)
    gaps = (some.rows["trustworthiness"] - judged().rows["trustworthiness"]).abs()
    assert gaps.mean() < 0.02


def test_rows_that_are_moved_by_hand_are_flagged():
    df, _ = customers()
    model = frameumap.FrameUMAP(n_epochs=100).fit(df)
    moved = np.array([3, 77, 150, 222, 301])
    span = np.ptp(model.embedding_, axis=0).max()
    model._model.embedding[moved] += np.float32(span)
    rows = model.trust(k=10).rows
    assert rows["flagged"].iloc[moved].all()
    assert (rows["moved"].iloc[moved] > 1).all()
    assert rows["reason"].iloc[moved].str.len().min() > 0
    assert rows["flagged"].mean() <= 0.2


def test_edges_that_lead_elsewhere_against_the_definition():
    _, model = customers()
    rows, points = judged().rows, model.embedding_.astype(float)
    gaps = cdist(points, points)
    usual = np.median(np.sort(gaps, axis=1)[:, 10])  # the ten nearest, itself left out
    graph = model.graph_.toarray().astype(float)
    for i in (0, 17, 203):
        expected = graph[i, gaps[i] > 2 * usual].sum() / graph[i].sum()
        assert rows["elsewhere"].iloc[i] == pytest.approx(expected)
    flagged = rows["flagged"].to_numpy()
    assert ((rows["elsewhere"] > 0.1) | (rows["drift"] > 0.35))[flagged].all()
    assert flagged.mean() <= 0.2
    assert flagged.any()


def test_drift_against_the_definition():
    _, model = customers()
    rows, points = judged().rows, model.embedding_.astype(float)
    gaps = cdist(points, points)
    others = [drift.short_layout(model._model, drift.NEXT_SEED + t) for t in range(drift.LAYOUTS)]
    again = drift.short_layout(model._model, drift.NEXT_SEED)
    np.testing.assert_array_equal(again, others[0])
    assert not np.array_equal(again, others[1])
    for i in (0, 17, 203):
        near = np.argsort(gaps[i])[1:11]
        away = [np.linalg.norm(o[i] - np.median(o[near], axis=0)) for o in others]
        assert rows["drift"].iloc[i] == pytest.approx(np.mean(away) / gaps[i, near[-1]])
    np.testing.assert_array_equal(points, model.embedding_)  # the map stays


def test_rows_that_other_seeds_put_elsewhere_are_flagged():
    df = frameumap.datasets.make_customers(300, random_state=2).drop(columns="segment")
    model = frameumap.FrameUMAP().fit(df)
    near = ranks.nearest_points(model.embedding_.astype(float), 15)[0]
    radius = np.linalg.norm(model.embedding_[near[:, -1]] - model.embedding_, axis=1)
    left, away = np.zeros(300), np.zeros(300)
    for seed in range(1, 8):
        other = frameumap.FrameUMAP(random_state=seed).fit(df).embedding_
        places = other[near]
        middle = np.median(places, axis=1)
        reach = np.linalg.norm(places - middle[:, None], axis=2).max(axis=1)
        left += np.linalg.norm(other - middle, axis=1) > reach
        away += np.linalg.norm(other - middle, axis=1) / radius / 7
    flagged = model.trust().rows["flagged"].to_numpy()
    often = left >= 4
    assert often.any()
    assert flagged[often].mean() >= 0.8
    assert (away > 1).any()
    assert flagged[away > 1].mean() >= 0.7
    assert flagged.mean() <= 0.2


def test_leave_one_out_is_what_transform_does():
    """A row that is left out of the neighbours lands where a row with its neighbours lands."""
    _, model = customers()
    landed = trust.without_own_point(model._model)
    gaps = np.linalg.norm(landed - model.embedding_, axis=1)
    assert np.median(gaps) < 0.1 * np.ptp(model.embedding_, axis=0).max()
    np.testing.assert_array_equal(landed, trust.without_own_point(model._model))


def test_trust_is_plain_values():
    found = judged()
    data = json.loads(found.to_json())
    assert len(data["rows"]["moved"]) == 400
    assert data["share_flagged"] == found.share_flagged
    assert "trustworthiness" in str(found)
    assert "<table>" in found._repr_html_()
    assert found.rows.index.equals(customers()[0].index)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_trust_of_few_rows(n):
    df = pd.DataFrame({"x": np.arange(n, dtype=float), "y": list("abcde")[:n]})
    model = frameumap.FrameUMAP({"x": "numeric", "y": "categorical"}, n_neighbors=n).fit(df)
    assert len(model.trust().rows) == n
    assert len(model.disagreement()) == n


def test_trust_on_a_sphere_and_after_loading(tmp_path):
    df, _ = customers()
    model = frameumap.FrameUMAP(output_metric="haversine", n_epochs=30).fit(df)
    assert model.trust(k=5).overall.loc["map", "trustworthiness"] > 0.7
    model.save(tmp_path / "m")
    again = frameumap.FrameUMAP.load(tmp_path / "m").trust(k=5)
    pd.testing.assert_frame_equal(again.rows, model.trust(k=5).rows)


def linked(n=500, seed=0):
    """Three columns that tell each other, and two that know nothing."""
    rng = np.random.default_rng(seed)
    place = rng.integers(0, 12, n)
    return pd.DataFrame(
        {
            "city": np.array([f"city {c}" for c in range(12)])[place],
            "lat": 40 + place + rng.normal(0, 0.05, n),
            "lon": 5 + 3 * (place % 4) + rng.normal(0, 0.05, n),
            "price": place * 10 + rng.normal(0, 1, n),
            "noise": rng.lognormal(size=n),
            "flag": rng.random(n) < 0.02,
        }
    )


def test_swapped_records_disagree():
    from sklearn.metrics import roc_auc_score

    df = linked()
    rng = np.random.default_rng(1)
    rows = rng.choice(500, 8, replace=False)
    far = (df["lat"].to_numpy()[rows] + 6 - 40) % 12 + 40
    df.loc[rows, "lat"] = far
    table = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df).disagreement()
    assert list(table.columns) == ["score", "near", "far", "words"]
    wrong = np.isin(np.arange(500), rows)
    assert roc_auc_score(wrong, table["score"]) > 0.95
    told = table["near"] + table["far"]
    assert told.iloc[rows].str.contains("lat").mean() >= 0.5
    assert table["words"].str.len().min() > 0


@pytest.mark.parametrize("tabled", [256, 40, 0])
def test_ratios_against_a_slow_twin(tabled, monkeypatch):
    monkeypatch.setattr(quick_parts, "TABLED", tabled)
    df = linked(80)
    df.loc[[3, 9], "price"] = [-0.0, np.nan]
    df.loc[[4, 11, 12], "city"] = None
    schema = {"city": "categorical", ("lat", "lon"): "haversine", "price": "numeric"}
    model = frameumap.FrameUMAP(schema, n_epochs=0, init="random").fit(df)._model
    found = ratios.pair_ratios(model, 5)
    left, right = np.repeat(np.arange(80), 80), np.tile(np.arange(80), 80)
    v = pair_parts(model, model.feature_rows, left, right).distance.reshape(80, 80, 3)
    place, price = model.names.index("lat+lon"), model.names.index("price")
    compared = 0
    for u, w in ((place, price), (price, place), (price, model.names.index("city"))):
        for i in range(80):
            others = np.delete(np.arange(80), i)
            others = others[~np.isnan(v[i, others, u])]
            if len(others) == 0:
                assert np.isnan(found[i, u, w])
                continue
            near = others[np.argsort(v[i, others, u], kind="stable")]
            near = near[v[i, near, u] <= ratios.NEAR * v[i, others, u].mean()]
            if len(near) > 5 and v[i, near[4], u] == v[i, near[5], u]:
                continue  # a tie, drawn by contents
            near = near[:5]
            to = v[i, near, w]
            rest = v[i, np.delete(np.arange(80), i), w]
            known = (~np.isnan(to)).sum() > 1
            expected = np.nanmean(to) / np.nanmean(rest) if known else np.nan
            np.testing.assert_allclose(found[i, u, w], expected, rtol=1e-4)
            compared += 1
    assert compared > 150


def test_distances_of_strings_are_found_when_asked_for(monkeypatch):
    df = linked(90)
    df["name"] = [f"{c} {i % 7}" for i, c in enumerate(df["city"])]
    df = df[["city", "name", "price"]]
    schema = {"city": "categorical", "name": "text", "price": "numeric"}
    model = frameumap.FrameUMAP(schema, n_epochs=0, init="random").fit(df)._model
    monkeypatch.setattr(quick_parts, "TABLED", 0)
    city, name = model.names.index("city"), model.names.index("name")
    every = ratios.pair_ratios(model, 5)
    monkeypatch.setattr(quick_parts, "FEW", 50)
    some = ratios.pair_ratios(model, 5)
    # The same rows are near in the city; the usual distance of names is that to fewer rows.
    both = ~np.isnan(every[:, city, name]) & ~np.isnan(some[:, city, name])
    assert both.mean() > 0.5
    factor = some[both, city, name] / every[both, city, name]
    assert np.abs(factor - 1).mean() < 0.15
    price = model.names.index("price")
    np.testing.assert_array_equal(some[:, city, price], every[:, city, price])


def test_disagreement_of_every_kind():
    df = mixed(120)
    table = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df).disagreement(k=5)
    assert table.index.equals(df.index)
    assert np.isfinite(table["score"]).all()
    assert (table["score"] >= 0).all()


def noisy(n=400):
    df = linked(n)
    rng = np.random.default_rng(5)
    letters = np.array(list("abcdefghij"))
    df["comment"] = ["".join(rng.choice(letters, 8)) for _ in range(n)]
    return df


NOISY = {
    "city": "categorical",
    ("lat", "lon"): "haversine",
    "price": "numeric",
    "comment": "text",
}


def test_balance_takes_weight_from_noise_and_says_why():
    model = frameumap.FrameUMAP(NOISY, balance="auto", n_epochs=0, init="random").fit(noisy())
    table = model.balance_
    assert list(table.columns) == ["before", "weight", "agreement", "drop_one", "reason"]
    assert table.loc["comment", "weight"] < 0.6 * table.loc["comment", "before"]
    assert table["agreement"].idxmin() == "comment"
    rest = table.drop(index="comment")
    assert (rest["weight"] == rest["before"]).all()
    assert "nothing foretells it" in table.loc["comment", "reason"]
    assert model.groups_["comment"].weight == table.loc["comment", "weight"]
    assert model.schema_.groups["comment"].weight == table.loc["comment", "weight"]


def test_without_balance_nothing_changes(tmp_path):
    model = frameumap.FrameUMAP(NOISY, n_epochs=0, init="random").fit(noisy())
    assert model.balance_ is None
    with pytest.raises(ParameterError, match="balance"):
        frameumap.FrameUMAP(balance="often").fit(noisy())
    balanced = frameumap.FrameUMAP(NOISY, balance="auto", n_epochs=0, init="random").fit(noisy())
    balanced.save(tmp_path / "m")
    again = frameumap.FrameUMAP.load(tmp_path / "m")
    np.testing.assert_array_equal(again.transform(noisy()), balanced.transform(noisy()))
    assert again.groups_["comment"].weight == balanced.groups_["comment"].weight


def test_balance_of_one_group_and_of_few_rows():
    one = frameumap.FrameUMAP({"price": "numeric"}, balance="auto", n_epochs=0, init="random")
    assert one.fit(linked(50)).balance_["weight"].tolist() == one.balance_["before"].tolist()
    few = pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"], "z": [3.0, 1.0]})
    schema = {"x": "numeric", "y": "categorical", "z": "numeric"}
    frameumap.FrameUMAP(schema, balance="auto", n_neighbors=2).fit(few)


def test_scores_use_the_mixed_distance():
    """D, not the distance of a sketch: the nearest of the map's rows are ranked by all pairs."""
    df, model = customers()
    rows, n = model._model.feature_rows, len(df)
    left, right = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    D = dissimilarities(rows, model._model.feature_metrics, left, right).reshape(n, n)
    on_map = cdist(model.embedding_.astype(float), model.embedding_.astype(float))
    np.fill_diagonal(on_map, np.inf)
    np.fill_diagonal(D, np.inf)
    k, i = 10, 17
    near = np.argsort(on_map[i], kind="stable")[:k]
    ranks = (D[i][None, :] < D[i][near][:, None]).sum(axis=1) + 1
    worst = k * (n - 1 - k) - k * (k - 1) / 2
    assert judged().rows["trustworthiness"].iloc[i] == pytest.approx(
        1 - np.maximum(0, ranks - k).sum() / worst
    )


@pytest.mark.parametrize("second", ["categorical", "numeric"])
def test_disagreement_names_two_groups_or_nothing(second):
    rng = np.random.default_rng(0)
    a = rng.normal(size=60)
    df = pd.DataFrame({"a": a, "b": (a > 0) ^ (rng.random(60) < 0.1)}).astype(float)
    model = frameumap.FrameUMAP({"a": "numeric", "b": second}, n_neighbors=5, n_epochs=0).fit(df)
    found = model.disagreement()
    named = found["near"] != ""
    assert named.any()
    assert (found["near"] != found["far"])[named].all()
    assert not found["words"].str.contains("nan").any()
    assert (found["words"] == "nothing unusual").eq(~named).all()
    assert (found["score"][~named] == 0).all()


def test_gaps_of_typical_rows_are_empty_cells():
    df = pd.DataFrame({"a": [1.0, None, 3.0, 4.0] * 20, "b": list("wxyz") * 20})
    model = frameumap.FrameUMAP(n_neighbors=5, n_epochs=0).fit(df)
    described = model.describe(np.arange(80) % 4)
    assert "nan" not in described._repr_html_()
