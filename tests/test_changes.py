"""Rows that leave a model or are replaced: the others stay, and the graph is that of the rest."""

import numpy as np
import pandas as pd
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap import DataError, FrameUMAP
from frameumap.engine.pairs import dissimilarities

N = 70
QUICK = {"n_epochs": 10, "n_neighbors": 10}


def table(n=N, seed=0):
    return mixed(n, seed=seed).set_axis([f"r{i}" for i in range(n)])


def everything(model):
    """D of all pairs, (n, n)."""
    inner, n = model._model, len(model.embedding_)
    i, j = (a.ravel() for a in np.indices((n, n)))
    rows = inner.whole_rows
    return dissimilarities(rows, inner.packed.metrics, i, j).reshape(n, n)


def check_lists(model):
    """The lists are those of a sort of all distances."""
    D, knn = everything(model), model.knn_
    np.fill_diagonal(D, -1)
    k = min(10, len(D))
    expected = np.sort(D, axis=1)[:, 1:k]
    np.testing.assert_allclose(knn.distances[:, 1:k], expected, rtol=1e-5, atol=1e-6)
    at = np.arange(len(D))[:, None]
    np.testing.assert_allclose(D[at, knn.indices[:, 1:k]], expected, rtol=1e-5, atol=1e-6)


@given(st.data())
@settings(deadline=None, max_examples=8)
def test_the_rest_is_a_model_of_the_rest(data):
    df = table()
    model = FrameUMAP(**QUICK).fit(df)
    before, whole = model.embedding_, everything(model)
    gone = data.draw(st.lists(st.integers(0, N - 1), unique=True, min_size=1, max_size=N - 1))
    kept = np.setdiff1d(np.arange(N), gone)
    model.remove(gone)
    assert model.embedding_.tobytes() == before[kept].tobytes()
    np.testing.assert_allclose(everything(model), whole[np.ix_(kept, kept)], rtol=1e-6)
    check_lists(model)
    assert model._row_labels.tolist() == df.index[kept].tolist()
    assert model.transform(df.iloc[kept]).tobytes() == model.embedding_.tobytes()


def test_lists_that_lost_no_row_are_as_before():
    model = FrameUMAP(**QUICK).fit(table())
    before, rho = model.knn_, model.rho_
    model.remove([5, 6])
    kept = np.delete(np.arange(N), [5, 6])
    number = np.full(N, -1)
    number[kept] = np.arange(N - 2)
    untouched = ~np.isin(before.indices[kept], [5, 6]).any(axis=1)
    assert 0 < untouched.sum() < N - 2
    assert (model.knn_.indices[untouched] == number[before.indices[kept]][untouched]).all()
    # A row's scaled list takes part of the lists of the rows in it, and of those that hold it.
    joined = np.zeros((N, N), bool)
    joined[np.arange(N)[:, None], before.indices] = True
    joined |= joined.T
    near = (joined.astype(int) @ joined.astype(int) @ joined[:, [5, 6]].astype(int)).any(axis=1)
    same = ~near[kept]
    assert (model.rho_[same] == rho[kept][same]).all()


def test_rows_are_named_by_position_label_or_mask():
    df = table()
    expected = FrameUMAP(**QUICK).fit(df).remove([3, 7]).embedding_
    mask = np.isin(np.arange(N), [3, 7])
    for rows in (["r3", "r7"], mask, mask.tolist(), np.array([7, 3]), [-63, 3]):
        assert np.array_equal(FrameUMAP(**QUICK).fit(df).remove(rows).embedding_, expected)
    numbered = df.set_axis(range(100, 100 + N))
    by_label = FrameUMAP(**QUICK).fit(numbered).remove([103, 107], by="label")
    assert np.array_equal(by_label.embedding_, expected)
    one = FrameUMAP(**QUICK).fit(df).remove("r3").remove("r7")
    assert np.array_equal(one.embedding_, expected)


def test_wrong_rows_are_told():
    df = table()
    model = FrameUMAP(**QUICK).fit(df)
    for rows, said in (
        ([70], "outside the 70 rows"),
        (["x"], "no row of the fit has the index label 'x'"),
        ([3, "r3"], "'r3' is named twice"),
        (range(N), "at least one"),
        (np.ones(N, bool), "at least one"),
        (np.ones(5, bool), "a mask has one value a row, 70; got 5"),
    ):
        with pytest.raises(DataError, match=said):
            model.remove(list(rows) if isinstance(rows, range) else rows)
    with pytest.raises(DataError, match="5 new rows cannot replace 2"):
        model.replace(df[:5], [1, 2])
    with pytest.raises(DataError, match="no row of the fit has the index label 'a'"):
        model.replace(df[:1].set_axis(["a"]))
    with pytest.raises(DataError, match="no index"):
        model.replace(df[:1].to_dict("list") and __import__("polars").DataFrame({"age": [1]}))
    with pytest.raises(DataError, match="use fit"):
        model.replace(df)
    assert len(model.embedding_) == N


def test_replaced_rows_are_placed_and_the_others_stay():
    df, other = table(), table(seed=4)
    model = FrameUMAP(**QUICK).fit(df)
    before, at = model.embedding_, [2, 40, 11]
    names = [f"r{i}" for i in at]
    by_label = FrameUMAP(**QUICK).fit(df).replace(other.loc[names])
    model.replace(other.iloc[at], at)
    assert by_label.embedding_.tobytes() == model.embedding_.tobytes()
    kept = np.delete(np.arange(N), at)
    assert model.embedding_[kept].tobytes() == before[kept].tobytes()
    rest = FrameUMAP(**QUICK).fit(df).remove(at)
    assert np.array_equal(model.embedding_[at], rest.transform(other.iloc[at]))
    assert model._row_labels.tolist() == df.index.tolist()
    check_lists(model)
    assert np.array_equal(model.transform(other.iloc[at]), model.embedding_[at])
    same = FrameUMAP(**QUICK).fit(df)
    again = same.replace(df.iloc[at], at)
    np.testing.assert_allclose(everything(again), everything(FrameUMAP(**QUICK).fit(df)), rtol=1e-6)


def test_what_only_removed_rows_held_is_not_in_the_file(tmp_path):
    df = pd.DataFrame({"name": [f"person number {i:03}" for i in range(40)], "v": range(40)})
    model = FrameUMAP({"name": "text", "v": "numeric"}, **QUICK).fit(df)

    def texts(model):
        return set(model._model.packed.rows.payload.tobytes().decode("utf-32-le").split("person "))

    assert any("017" in part for part in texts(model))
    model.remove([17])
    assert not any("017" in part for part in texts(model))
    model.replace(df.iloc[[3]].assign(name="person anonymous"), [3])
    assert not any("003" in part for part in texts(model))
    model.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    assert loaded.transform(df[5:9]).tobytes() == model.transform(df[5:9]).tobytes()
    assert loaded.remove([0]).embedding_.tobytes() == model.remove([0]).embedding_.tobytes()


@pytest.mark.parametrize(
    "options",
    [
        {"combine": "union"},
        {"calibration": "local"},
        {"unique": True},
        {"output_metric": "haversine"},
        {"density": 1.0},
    ],
)
def test_every_mode(options, tmp_path):
    df = table()
    model = FrameUMAP(**QUICK, **options).fit(df, pd.Series(np.arange(N) % 3, df.index))
    before = model.embedding_
    model.remove([1, 2]).replace(table(seed=2).iloc[[0]], ["r5"])
    kept = np.delete(np.arange(N), [1, 2, 5])
    assert np.delete(model.embedding_, 3, axis=0).tobytes() == before[kept].tobytes()
    assert np.isfinite(model.embedding_).all()
    assert model.graph_.shape == (N - 2, N - 2)
    model.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    assert np.array_equal(loaded.transform(df[:5]), model.transform(df[:5]))
    assert model.update(table(7, seed=3)).embedding_.shape == (N + 5, 2)
    assert len(model.cluster().labels) == N + 5


def test_gaps_where_the_fit_had_none_beside_a_target():
    df = table()
    full = df.fillna({"age": 40, "plan": "free", "name": "x"}).drop(columns=["tags", "lat", "lon"])
    full = full.assign(plan=full["plan"].astype(str))
    gapped = full.iloc[[3]].assign(age=np.nan, plan=None)
    model = FrameUMAP(**QUICK).fit(full, pd.Series(np.arange(N) % 3, df.index))
    alone = FrameUMAP(**QUICK).fit(full)
    for one in (model, alone):
        one.update(gapped.set_axis(["new"]))
        one.replace(gapped)
    inner, plain = model._model, alone._model
    i, j = np.triu_indices(N + 1, 1)
    np.testing.assert_allclose(
        dissimilarities(inner.feature_rows, inner.feature_metrics, i, j),
        dissimilarities(plain.whole_rows, plain.packed.metrics, i, j),
        rtol=1e-6,
    )


def test_weights_duplicates_and_gaps():
    df = pd.concat([table(30), table(30)]).reset_index(drop=True)
    weights = np.arange(1.0, 61)
    model = FrameUMAP(**QUICK).fit(df, sample_weight=weights)
    model.remove([0, 31])
    assert model._model.weights.tolist() == np.delete(weights, [0, 31]).tolist()
    assert model.knn_.distances[29, 1] > 0  # row 30, whose duplicate, row 0, is gone
    assert model.knn_.distances[30, 1] == 0  # row 32 and row 2
    model.replace(df.iloc[[4]], [10])
    assert model._model.weights[10] == 12


def test_given_distances_leave_and_come():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N + 1, 3))
    D = np.linalg.norm(X[:, None] - X, axis=2)
    model = FrameUMAP({...: "precomputed"}, **QUICK).fit(D[:N, :N])
    model.remove([3])
    assert model.n_features_in_ == N - 1
    kept = np.delete(np.arange(N), 3)
    check_lists(model)
    replaced = kept.copy()
    replaced[5] = N
    row = D[np.ix_([N], replaced)]
    model.replace(row, [5])
    unit = model._model.encoders[0].unit / model._model.packed.rows.weights[0]
    unit *= model._model.packed.scales[0]
    np.testing.assert_allclose(everything(model) * unit, D[np.ix_(replaced, replaced)], atol=1e-5)
    check_lists(model)


def test_many_rows_are_searched_as_a_fit_does():
    df = frameumap.datasets.make_customers(2_700, random_state=0).drop(columns="segment")
    model = FrameUMAP(n_epochs=0, init="random").fit(df)
    gone = np.random.default_rng(0).choice(len(df), 100, replace=False)
    model.remove(gone)
    assert model.plan_.search == "descent"
    assert model.neighbor_recall_ > 0.9
    own, D = model.knn_, everything_of(model, np.arange(40))
    truth = np.sort(D, axis=1)[:, 1:15]
    found = own.distances[:40, 1:]
    assert (found <= truth.max(axis=1, keepdims=True) * (1 + 1e-6)).mean() > 0.95


def everything_of(model, some):
    inner, n = model._model, len(model.embedding_)
    i, j = np.repeat(some, n), np.tile(np.arange(n), len(some))
    rows = inner.whole_rows
    return dissimilarities(rows, inner.packed.metrics, i, j).reshape(len(some), n)
