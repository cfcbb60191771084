"""Inverse, update and reweight of fitted models."""

import naive
import numpy as np
import pandas as pd
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap import DataError, FrameUMAP, ParameterError
from frameumap.kinds.aggregate import weighted_median, weighted_mode

NEW = mixed(60, seed=3)


def test_points_of_rows_give_the_rows_back():
    df = mixed(200).assign(
        count=np.arange(200) % 13, vector=[[float(i % 5), 1.0] for i in range(200)]
    )
    model = FrameUMAP().fit(df)
    back = model.inverse_transform(model.embedding_)
    assert back.columns.tolist() == df.columns.tolist()
    for column in ("amount", "age", "count", "joined", "lat", "lon"):
        left, right = back[column], df[column]
        if column in ("lat", "lon"):  # half of a place is none
            left, right = left[df["lat"].notna()], right[df["lat"].notna()]
        if column == "joined":
            left, right = (
                s.astype("int64")
                for s in (left.astype("datetime64[s]"), right.astype("datetime64[s]"))
            )
        np.testing.assert_allclose(left, right, rtol=1e-5)
    for column in ("plan", "vip", "name"):
        assert back[column].fillna("-").tolist() == df[column].fillna("-").tolist()
    assert back["grade"].tolist() == df["grade"].tolist()
    assert back["grade"].cat.ordered
    assert [sorted(t) if t is not None else None for t in back["tags"]] == [
        sorted(t) if t is not None else None for t in df["tags"]
    ]
    assert back["count"].dtype == df["count"].dtype
    np.testing.assert_allclose(np.stack(back["vector"]), np.stack(df["vector"]), atol=1e-6)


def test_points_between_give_plausible_rows():
    df = mixed(300)
    model = FrameUMAP().fit(df)
    rng = np.random.default_rng(0)
    points = rng.uniform(model.embedding_.min(0), model.embedding_.max(0), (50, 2))
    back = model.inverse_transform(points)
    assert len(back) == 50
    assert back["amount"].dropna().between(df.amount.min(), df.amount.max()).all()
    assert set(back["plan"].dropna()) <= set(df["plan"].dropna())
    assert set(back["name"].dropna()) <= set(df["name"].dropna())
    assert back["lat"].dropna().between(df.lat.min() - 1e-3, df.lat.max() + 1e-3).all()
    with pytest.raises(DataError, match="finite points of shape"):
        model.inverse_transform([[0, np.nan]])
    with pytest.raises(DataError, match=r"\(m, 2\)"):
        model.inverse_transform([[0, 1, 2]])


@given(
    st.lists(
        st.tuples(st.integers(-3, 3), st.floats(0.01, 1), st.booleans()), min_size=1, max_size=12
    )
)
@settings(deadline=None, max_examples=200)
def test_medians_and_modes_equal_their_naive_twins(entries):
    values, weights, present = (np.array(a) for a in zip(*entries, strict=True))
    weights = weights / weights.sum()
    median, has = weighted_median(
        values[None, :, None].astype(np.float32), weights[None], present[None, :, None]
    )
    mode, _ = weighted_mode(
        values[None, :, None].astype(np.int32), weights[None], present[None, :, None]
    )
    kept = [(float(v), float(w)) for v, w, p in zip(values, weights, present, strict=True) if p]
    assert has[0, 0] == (sum(w for _, w in kept) >= 0.5)
    if kept:
        assert median[0, 0] == naive.weighted_median(kept)
        assert mode[0, 0] in naive.weighted_modes(kept)


@pytest.mark.parametrize("n", [250, 10_400], ids=["exact", "descent"])
def test_rows_are_added(n):
    df = mixed(n)
    model = FrameUMAP(n_epochs=40).fit(df)
    before = model.embedding_.copy()
    assert model.update(NEW) is model
    assert model.embedding_.shape == (n + 60, 2)
    assert model.graph_.shape == (n + 60, n + 60)
    both = pd.concat([df, NEW])
    np.testing.assert_array_equal(model.transform(both), model.embedding_)
    extent = np.ptp(before, axis=0).max()
    assert (
        np.median(np.abs(model.embedding_[:n] - before)) < 0.1 * extent
    )  # the picture is the same
    assert model.neighbor_recall_ > 0.9
    degree = np.diff(model.graph_.indptr)
    assert degree[n:].min() >= 5
    assert (abs(model.graph_ - model.graph_.T) > 1e-6).nnz == 0


def test_a_model_grown_row_by_row_has_the_neighbours_of_one_fit_at_once():
    df = mixed(200, gaps=False)
    model = FrameUMAP(n_epochs=5).fit(df)
    for start in range(0, 60, 20):
        model.update(NEW.iloc[start : start + 20])
    assert len(model.embedding_) == 260
    np.testing.assert_array_equal(model.transform(NEW), model.embedding_[200:])
    names = [
        model._model.packed.rows.payload[a:b].tobytes().decode("utf-32-le")
        for a, b in zip(
            *(
                model._model.packed.rows.offsets[[slice(None, -1), slice(1, None)][i]]
                for i in (0, 1)
            ),
            strict=True,
        )
    ]
    assert set(NEW["name"].dropna()) <= set(names)


def test_a_supervised_model_takes_rows_without_labels():
    df = mixed(200)
    model = FrameUMAP(n_epochs=20).fit(df, df.age)
    model.update(NEW)
    np.testing.assert_array_equal(model.transform(NEW), model.embedding_[200:])


def test_weights_are_changed_without_a_search():
    df = mixed(400)
    model = FrameUMAP().fit(df)
    group = "name"
    plain = model.influence_.share[group]
    edges = {tuple(e) for e in np.column_stack(model.graph_.nonzero()).tolist()}
    model.reweight({group: 20.0})
    assert model.groups_[group].weight == 20.0
    assert model.schema_.groups[group].weight == 20.0
    assert model.influence_.share[group] > plain
    assert {tuple(e) for e in np.column_stack(model.graph_.nonzero()).tolist()} <= edges
    np.testing.assert_array_equal(model.transform(df), model.embedding_)
    model.reweight(combine="union")
    assert np.isfinite(model.transform(NEW)).all()
    for bad, what in (
        ({"nope": 1.0}, "nope"),
        ({group: -1.0}, "number >= 0"),
        (dict.fromkeys(model.groups_, 0.0), "nothing is left"),
    ):
        with pytest.raises(ParameterError, match=what):
            model.reweight(bad)
