"""Given distances: alone and beside other groups, full, sparse and as lists; new rows; files."""

import pickle

import naive_metrics as twin
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.base import clone

import frameumap
from frameumap import DataError, FrameUMAP, FrameUMAPWarning, SchemaError
from frameumap.columns.distances import DistanceRow
from frameumap.engine.pairs import group_distances

N, K = 80, 12
QUICK = {"n_epochs": 10, "n_neighbors": 10}


def points(n=N, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 3)) + 3 * rng.integers(0, 3, n)[:, None]


def matrix(n=N):
    X = points(n)
    return cdist(X, X)


def lists(D, k=K):
    indices = np.argsort(D, axis=1, kind="stable")[:, :k]
    return indices, np.take_along_axis(D, indices, axis=1)


def sparse(D, k=K):
    indices, distances = lists(D, k)
    rows = np.repeat(np.arange(len(D)), indices.shape[1])
    return scipy.sparse.csr_array(
        (distances.ravel(), (rows, indices.ravel())), shape=(len(D), len(D))
    )


def frame(n=N, seed=3):
    rng = np.random.default_rng(seed)
    labels = [f"r{i}" for i in range(n)]
    return pd.DataFrame({"v": rng.normal(size=n), "c": rng.choice(list("abc"), n)}, index=labels)


def beside(given):
    return {"links": given, "v": "numeric", "c": "categorical"}


def packed_distances(model, scale=True):
    packed, n = model._model.packed, len(model.embedding_)
    g = model._model.names.index("links")
    i, j = np.triu_indices(n, 1)
    unit = packed.scales[g] * model._model.encoders[g].unit if scale else 1
    return group_distances(packed.rows, packed.metrics, g, i, j) * unit, i, j


@pytest.mark.parametrize("scale", [1.0, 1e200, 1e-300])
def test_the_distances_are_those_given(scale):
    D = matrix() * scale
    model = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(frame())
    found, i, j = packed_distances(model)
    np.testing.assert_allclose(found, D[i, j], rtol=1e-6)
    plain = FrameUMAP(beside(frameumap.precomputed(matrix())), **QUICK).fit(frame())
    assert abs(model.graph_ - plain.graph_).max() < 1e-4


def test_pairs_that_are_not_known_are_as_far_as_said():
    D = matrix()
    for given in (frameumap.precomputed(sparse(D)), frameumap.precomputed(knn=lists(D))):
        model = FrameUMAP(beside(given), **QUICK).fit(frame())
        found, i, j = packed_distances(model)
        known = (sparse(D) + sparse(D).T).toarray() > 0
        far = lists(D)[1].max()
        np.testing.assert_allclose(found, np.where(known[i, j], D[i, j], far), rtol=2e-5)
    wide = FrameUMAP(beside(frameumap.precomputed(sparse(D), far=50.0)), **QUICK).fit(frame())
    assert packed_distances(wide)[0].max() == pytest.approx(50, rel=2e-5)


def test_lists_alone_give_the_graph_of_the_whole_matrix():
    D, df = matrix(), frame()
    whole = FrameUMAP({"g": frameumap.precomputed(D)}, **QUICK).fit(df)
    for given in (frameumap.precomputed(knn=lists(D)), frameumap.precomputed(sparse(D))):
        model = FrameUMAP({"g": given}, **QUICK).fit(df)
        assert model.plan_.search == "given"
        assert abs(model.graph_ - whole.graph_).max() < 1e-5
    alone = FrameUMAP({...: "precomputed"}, **QUICK).fit(D)
    assert np.array_equal(alone.embedding_, whole.embedding_)
    assert np.array_equal(alone.graph_.data, whole.graph_.data)


@drawn(st.integers(0, 1000), st.integers(2, 25), st.booleans())
@settings(deadline=None, max_examples=30)
def test_neighbours_are_those_of_a_sort(seed, n, by_lists):
    rng = np.random.default_rng(seed)
    D = np.triu(rng.integers(1, 9, (n, n)), 1).astype(float)
    D += D.T
    given = frameumap.precomputed(knn=lists(D, n)) if by_lists else frameumap.precomputed(D)
    k = min(6, n)
    model = FrameUMAP({"g": given}, n_neighbors=k, n_epochs=0, init="random").fit(frame(n))
    knn = model.knn_
    own = model._model.packed.scales[0] * model._model.encoders[0].unit
    weight = model._model.packed.rows.weights[0] / own
    expected = np.sort(np.where(np.eye(n) > 0, -1, D), axis=1)[:, 1:k]
    np.testing.assert_allclose(knn.distances[:, 1:] / weight, expected, rtol=1e-4)
    assert (knn.indices[:, 0] == np.arange(n)).all()


def test_neighbours_and_bandwidths_give_the_graph():
    scaled = FrameUMAP(**QUICK).fit(frame())
    model = FrameUMAP(beside(frameumap.precomputed(matrix())), **QUICK).fit(frame())
    for knn, rho, sigma, graph in (
        (model.knn_, model.rho_, model.sigma_, model.graph_),
        (scaled.scaled_knn_, scaled.rho_, scaled.sigma_, scaled.graph_),
        *((g.neighbors, g.rho, g.sigma, g.graph) for g in model.groups_.values()),
    ):
        indices, distances = knn
        strengths = np.exp(-np.maximum(0, distances - rho[:, None]) / sigma[:, None])
        m = np.zeros((N, N))
        for i in range(N):
            for j, s in zip(indices[i], strengths[i], strict=True):
                if j >= 0 and j != i:
                    m[i, j] = s
        np.testing.assert_allclose(graph.toarray(), m + m.T - m * m.T, atol=2e-5)
    local = FrameUMAP({"v": "numeric"}, calibration="local", **QUICK).fit(frame())
    assert [local.knn_, local.scaled_knn_, local.rho_, local.sigma_] == [None] * 4
    for a, b in zip(model.knn_, model.scaled_knn_, strict=True):  # given distances stay as they are
        assert np.array_equal(a, b)


@pytest.mark.parametrize("form", ["full", "sparse", "lists"])
def test_new_rows_bring_their_distances(form, tmp_path):
    X, D, df = points(), matrix(), frame()
    new = cdist(points(9, seed=5), X)
    given, rows, own = {
        "full": (frameumap.precomputed(D), new, D),
        "sparse": (frameumap.precomputed(sparse(D)), sparse_rows(new), sparse(D)),
        "lists": (frameumap.precomputed(knn=lists(D)), lists(new), lists(D)),
    }[form]
    model = FrameUMAP(beside(given), **QUICK).fit(df)
    assert np.array_equal(model.transform(df, precomputed={"links": own}), model.embedding_)
    placed = model.transform(frame(9, 4), precomputed={"links": rows})
    one = tuple(a[3:4] for a in rows) if form == "lists" else rows[3:4]
    assert np.array_equal(
        model.transform(frame(9, 4)[3:4], precomputed={"links": one}), placed[3:4]
    )
    model.save(tmp_path / "m")
    for other in (FrameUMAP.load(tmp_path / "m"), pickle.loads(pickle.dumps(model))):
        assert np.array_equal(other.transform(frame(9, 4), precomputed={"links": rows}), placed)
    told = model.with_distances(frame(9, 4), {"links": rows})
    assert isinstance(told["links"].iloc[0], DistanceRow)
    assert np.array_equal(model.transform(told), placed)
    nearest = FrameUMAP({"links": given}, **QUICK).fit(df).neighbors(told[["links"]], k=4)
    assert np.array_equal(nearest.indices, np.argsort(new, axis=1)[:, :4])


def sparse_rows(new, k=K):
    indices, distances = lists(new, k)
    at = np.repeat(np.arange(len(new)), k), indices.ravel()
    return scipy.sparse.csr_array((distances.ravel(), at), shape=new.shape)


def test_a_matrix_alone_takes_matrices_of_new_rows(tmp_path):
    D, new = matrix(), cdist(points(9, seed=5), points())
    labels = pd.Index([f"r{i}" for i in range(N)])
    named = pd.DataFrame(D, labels, labels)
    model = FrameUMAP({...: "precomputed"}, **QUICK).fit(named)
    placed = model.transform(new)
    shuffled = pd.DataFrame(new, columns=labels).iloc[:, ::-1]
    assert np.array_equal(model.transform(shuffled), placed)
    model.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    assert np.array_equal(loaded.transform(new), placed)
    assert model.n_features_in_ == N
    assert np.array_equal(model.transform(named), model.embedding_)
    assert np.array_equal(
        FrameUMAP({...: "precomputed"}, **QUICK).fit_transform(sparse(D)),
        frameumap.embed(sparse(D), {...: "precomputed"}, **QUICK).to_numpy(),
    )
    longer = np.hstack([new, cdist(points(9, seed=5), points(9, seed=5))])
    model.update(longer)
    assert model.n_features_in_ == len(model.embedding_) == N + 9
    assert model.transform(np.zeros((1, N + 9))).shape == (1, 2)


@pytest.mark.parametrize("form", ["full", "lists"])
def test_rows_that_are_added_are_found_by_later_ones(form):
    both = np.concatenate([points(), points(20, seed=5)])
    D = cdist(both, both)
    make = (lambda d: lists(d, 10)) if form == "lists" else (lambda d: d)
    first = make(D[:N, :N])
    given = frameumap.precomputed(knn=first) if form == "lists" else frameumap.precomputed(first)
    schema = {"links": given}
    model = FrameUMAP(schema, **QUICK).fit(frame())
    model.update(frame(20, 4), precomputed={"links": make(D[N:])})
    if form == "full":
        whole = FrameUMAP({"links": frameumap.precomputed(D)}, **QUICK).fit(frame(N + 20))
        assert np.array_equal(model.knn_.indices, whole.knn_.indices)
    assert (model.knn_.indices[N:, 1:] >= N).any()
    assert (model.knn_.indices[:N] >= N).any()
    at = model.transform(frame(20, 4), precomputed={"links": make(D[N:])})
    assert np.isfinite(at).all()


def test_a_frame_of_labels_is_matched_by_them():
    D, df = matrix(), frame()
    order = np.random.default_rng(1).permutation(N)
    named = pd.DataFrame(D, df.index, df.index).iloc[order, order[::-1]]
    by_label = FrameUMAP(beside(frameumap.precomputed(named)), **QUICK).fit(df)
    by_order = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(df)
    assert np.array_equal(by_label.embedding_, by_order.embedding_)
    with pytest.raises(DataError, match="lack the label 'r0'"):
        FrameUMAP(beside(frameumap.precomputed(named.rename({"r0": "x"})))).fit(df)
    with pytest.raises(DataError, match="each once"):
        FrameUMAP(beside(frameumap.precomputed(named.rename({"r0": "r1"})))).fit(df)


def changed(i, j, value, mirrored=True):
    D = matrix()
    D[i, j] = value
    if mirrored:
        D[j, i] = value
    return D


def short_lists(**changes):
    indices, distances = (a.copy() for a in lists(matrix()))
    for name, (i, s, value) in changes.items():
        (indices if name == "indices" else distances)[i, s] = value
    return {"knn": (indices, distances)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"matrix": matrix()[:, :-1]}, "80 x 80, got shape"),
        ({"matrix": matrix()[:5, :5]}, "80 x 80, got shape"),
        ({"matrix": changed(3, 5, np.nan)}, "'r3' and 'r5' is NaN"),
        ({"matrix": changed(3, 5, -1.0)}, "'r3' and 'r5' is negative"),
        ({"matrix": changed(3, 5, 99.0, mirrored=False)}, "not symmetric: .*'r3' and 'r5' is 99"),
        ({"matrix": changed(3, 5, np.inf, mirrored=False)}, "not symmetric"),
        ({"matrix": changed(4, 4, 2.0)}, "'r4' is at distance 2 from itself"),
        ({"matrix": matrix().astype(str)}, "real numbers"),
        ({"matrix": matrix().astype(complex)}, "real numbers"),
        ({"matrix": sparse(matrix())[:, :-1]}, "80 x 80, got shape"),
        ({"matrix": sparse(changed(3, 3, 0.5))}, "'r3' is at distance 0.5 from itself"),
        ({"matrix": -sparse(matrix())}, "is negative"),
        (short_lists(indices=(3, 4, 80)), "'r3' names row number 80"),
        (short_lists(indices=(3, 4, -2)), "'r3' names row number -2"),
        (short_lists(indices=(3, 4, lists(matrix())[0][3, 5])), "'r3' names row '.*' twice"),
        (short_lists(distances=(3, 0, 1.0)), "'r3' is at distance 1 from itself"),
        (short_lists(distances=(3, 2, np.nan)), "'r3' and .* is NaN"),
        ({"knn": (lists(matrix())[0], lists(matrix())[1][:, 1:])}, "80 rows and one width"),
        ({"knn": (lists(matrix())[1], lists(matrix())[1])}, "whole numbers"),
    ],
)
def test_wrong_distances_are_told(given, said):
    with pytest.raises(DataError, match=said):
        FrameUMAP(beside(frameumap.precomputed(**given)), **QUICK).fit(frame())


def test_two_directions_of_a_list_have_to_agree():
    indices, distances = (a.copy() for a in lists(matrix()))
    distances[:, 1] *= 1.5
    with pytest.raises(DataError, match="not symmetric"):
        FrameUMAP({"links": frameumap.precomputed(knn=(indices, distances))}).fit(frame())


def test_wrong_uses_are_told():
    D, df = matrix(), frame()
    for wrong in ({}, {"matrix": D, "knn": lists(D)}, {"knn": D}):
        with pytest.raises(SchemaError):
            frameumap.precomputed(**wrong)
    with pytest.raises(SchemaError, match="far is the distance"):
        FrameUMAP(beside(frameumap.precomputed(D, far=0.1))).fit(df)
    with pytest.raises(DataError, match="has a column 'v'"):
        FrameUMAP({"v": frameumap.precomputed(D)}).fit(df)
    with pytest.raises(SchemaError, match="a name of yours"):
        FrameUMAP({...: frameumap.precomputed(D)}).fit(df)
    with pytest.raises(SchemaError, match="frameumap.precomputed"):
        FrameUMAP({"links": "precomputed", "v": "numeric"}).fit(df)
    with pytest.raises(DataError, match="expected given distances"):
        FrameUMAP({"v": "precomputed"}).fit(df)
    with pytest.raises(DataError, match="two dimensions"):
        FrameUMAP({...: "precomputed"}).fit(np.arange(5.0))
    model = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(df)
    with pytest.raises(DataError, match="'links' is precomputed: new rows need"):
        model.transform(df)
    with pytest.raises(DataError, match="the new ones included"):
        model.update(df[:2])
    with pytest.raises(DataError, match="9 x 80, got shape"):
        model.transform(frame(9), precomputed={"links": D[:9, :9]})
    with pytest.raises(DataError, match="did you mean 'links'"):
        model.transform(df, precomputed={"link": D})


def test_rows_without_a_distance_are_told_and_placed_apart():
    links = sparse(matrix()).tolil()
    links[7, :] = 0
    links[:, 7] = 0
    given = scipy.sparse.csr_array(links)
    with pytest.warns(FrameUMAPWarning) as told:
        model = FrameUMAP({"links": frameumap.precomputed(given)}, **QUICK).fit(frame())
    said = [str(w.message) for w in told]
    assert any(
        "1 of 80 rows have no distance to another row, the first at position 7" in s for s in said
    )
    assert model.graph_[[7]].nnz == 0
    assert np.isfinite(model.embedding_).all()


def test_a_schema_may_be_edited_and_goes_without_the_matrix():
    D, df = matrix(), frame()
    schema = frameumap.infer_schema(df)
    schema["links"] = frameumap.precomputed(D, weight=2.0)
    model = FrameUMAP(clone(FrameUMAP(schema, **QUICK)).schema, **QUICK).fit(df)
    again = FrameUMAP({...: ..., "links": frameumap.precomputed(D, weight=2.0)}, **QUICK).fit(df)
    assert np.array_equal(model.embedding_, again.embedding_)
    assert model.groups_["links"].weight == 2.0
    text = frameumap.Schema.from_toml(schema.to_toml())
    with pytest.raises(SchemaError, match="no part of a schema in text"):
        FrameUMAP(text).fit(df)
    del schema["links"]
    assert FrameUMAP(schema, **QUICK).fit(df).schema_.columns == ["v", "c"]


@pytest.mark.parametrize("combine", ["union", "links & (v | c)", "v - links"])
@pytest.mark.parametrize("calibration", ["global", "local"])
def test_it_combines_as_any_set_does(combine, calibration):
    given = frameumap.precomputed(knn=lists(matrix()))
    model = FrameUMAP(beside(given), combine=combine, calibration=calibration, **QUICK)
    assert np.isfinite(model.fit(frame()).embedding_).all()


def test_questions_treat_the_group_as_one_part(tmp_path):
    D, df = matrix(), frame()
    model = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(df)
    parts = model.compare(3, 40)
    assert parts["part"].sum() == pytest.approx(parts.attrs["distance"], rel=1e-5)
    typical = D[np.triu_indices(N, 1)].mean()
    assert parts.loc["links", "distance"] == pytest.approx(D[3, 40] / typical, rel=1e-5)
    assert "links" in model.influence_.index
    assert "links" in model.column_influence_.index
    assert "links near" in str(model.describe(model.cluster()))
    assert "trustworthiness" in str(model.trust())
    assert len(model.disagreement()) == N
    assert model.inverse_transform(model.embedding_[:3]).columns.tolist() == ["v", "c"]
    model.to_html(tmp_path / "m.html", df=df)
    model.report(tmp_path / "m.md")
    assert model.reweight({"links": 3.0}).embedding_.shape == (N, 2)
    labels = model.cluster().predict(model.with_distances(df[:4], {"links": D[:4]}))
    assert len(labels) == 4


def test_a_weight_counts_as_equal_rows_do():
    D, df = matrix(), frame()
    twice = np.repeat(np.arange(N), 2)
    weighted = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK)
    weighted.fit(df, sample_weight=np.full(N, 2.0))
    repeated = FrameUMAP(beside(frameumap.precomputed(D[np.ix_(twice, twice)])), **QUICK)
    repeated.fit(df.iloc[twice].reset_index(drop=True))
    for name, own in weighted.groups_.items():
        assert own.scale == pytest.approx(repeated.groups_[name].scale, rel=0.02)


def test_many_rows_beside_others_find_their_neighbours():
    n = 3_000
    X = points(n)
    D, df = cdist(X, X).astype(np.float32), frame(n)
    model = FrameUMAP(beside(frameumap.precomputed(D)), n_epochs=0, init="random").fit(df)
    assert model.plan_.search == "descent"
    assert model.neighbor_recall_ > 0.95
    near = FrameUMAP(beside(frameumap.precomputed(knn=lists(D, 30))), n_epochs=0, init="random")
    assert near.fit(df).neighbor_recall_ > 0.8


def test_scikit_learns_methods_get_the_given_distances():
    D, df = matrix(), frame()
    nearest = np.sort(D, axis=1)[:, :4]
    for schema, data in (({"links": frameumap.precomputed(D)}, df), ({...: "precomputed"}, D)):
        made = frameumap.KNeighborsTransformer(3, schema=schema)
        graph = made.fit_transform(data)
        assert graph.shape == (N, N)
        ratio = graph.data.reshape(N, 4)[:, 1:] / nearest[:, 1:]
        np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-4)
    by_lists = frameumap.KNeighborsTransformer(
        3, schema={"links": frameumap.precomputed(knn=lists(D))}
    )
    assert by_lists.fit_transform(df).nnz == 4 * N


def test_other_methods_say_how_to_give_distances():
    D, df = matrix(), frame()
    model = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(df)
    segments = model.cluster()
    for ask in (model.neighbors, segments.predict, lambda rows: model.compare(0, rows.iloc[0])):
        with pytest.raises(DataError, match="model.with_distances"):
            ask(df[:2])
    with pytest.raises(SchemaError, match="rows of one frame"):
        frameumap.fit_sample(df, beside(frameumap.precomputed(D)), rows=50)
    with pytest.raises(DataError, match="no columns to give back"):
        FrameUMAP({...: "precomputed"}, **QUICK).fit(D).inverse_transform([[0.0, 0.0]])


def test_results_do_not_hold_the_matrix_of_the_caller():
    D = matrix()
    model = FrameUMAP(beside(frameumap.precomputed(D)), **QUICK).fit(frame())
    before = model.transform(frame(4), precomputed={"links": matrix()[:4]})
    D[:] = 0
    after = model.transform(frame(4), precomputed={"links": matrix()[:4]})
    assert np.array_equal(before, after)


@drawn(st.integers(0, 10_000))
@settings(deadline=None, max_examples=40)
def test_what_new_rows_tell_is_found_from_either_side(seed):
    rng = np.random.default_rng(seed)
    other = {int(j): float(rng.random()) for j in rng.choice(7, rng.integers(0, 7), replace=False)}
    x, y = (-1, other), (int(rng.integers(0, 7)), rng.random(3).tolist())
    found = frameumap.metrics.get("precomputed")(x, y)
    assert found == pytest.approx(twin.precomputed(x, y))
    assert found == frameumap.metrics.get("precomputed")(y, x)
