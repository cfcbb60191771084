"""Segments: nested layers, memberships, new rows by the same votes, the same bytes everywhere."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed, python

import frameumap
from frameumap.errors import ParameterError
from frameumap.insight.communities import contract, leiden, make_base, rand_index


@cache
def customers(n=400, **options):
    df = frameumap.datasets.make_customers(n, random_state=0)
    y = df.pop("segment")
    return df, y, frameumap.FrameUMAP(n_epochs=10, **options).fit(df)


@cache
def segments():
    return customers()[2].cluster()


def test_segments_are_what_they_say():
    df, _y, model = customers()
    found = segments()
    n = len(df)
    assert found.labels.dtype == np.int32
    assert (np.diff(found.sizes) <= 0).all()
    assert found.sizes.sum() == n
    assert found.memberships.shape == (n, found.n_segments)
    dense = found.memberships.toarray()
    np.testing.assert_allclose(dense.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(dense[np.arange(n), found.labels], found.membership)
    # Membership, by the slow way.
    graph = model.graph_.toarray()
    own = [graph[i, found.labels == found.labels[i]].sum() / graph[i].sum() for i in range(n)]
    np.testing.assert_allclose(found.membership, own, rtol=1e-5)
    assert (dense.argmax(axis=1) == found.labels).mean() > 0.95


def test_segments_find_what_was_planted():
    from sklearn.metrics import adjusted_mutual_info_score

    _, y, _ = customers()
    assert adjusted_mutual_info_score(y, segments().labels) > 0.5


def test_layers_nest():
    found = segments()
    assert 1 <= len(found.layers) <= 4
    counts = [layer.n_segments for layer in found.layers]
    assert counts == sorted(set(counts))
    for coarse, fine in zip(found.layers, found.layers[1:], strict=False):
        parents = pd.DataFrame({"fine": fine.labels, "coarse": coarse.labels}).drop_duplicates()
        assert parents["fine"].is_unique
    coarsest = found.at(0)
    assert coarsest.n_segments == counts[0]
    assert coarsest.layer == 0
    with pytest.raises(ParameterError, match="layers"):
        found.at(9)


def test_new_rows_are_judged_one_by_one():
    df, _, _ = customers()
    found = segments()
    whole = found.predict(df)
    assert (whole == found.labels).mean() >= 0.98
    np.testing.assert_array_equal(
        whole[:25], np.concatenate([found.predict(df.iloc[[i]]) for i in range(25)])
    )
    new = frameumap.datasets.make_customers(60, random_state=9).drop(columns="segment")
    votes = found.predict_memberships(new)
    assert votes.shape == (60, found.n_segments)
    np.testing.assert_allclose(votes.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(votes.argmax(axis=1), found.predict(new))


@pytest.mark.parametrize("method", ["communities", "density"])
def test_same_bytes_in_any_process_and_on_any_threads(method):
    code = f"""
import hashlib, numba, frameumap
df = frameumap.datasets.make_customers(250, random_state=1).drop(columns="segment")
found = frameumap.FrameUMAP(n_epochs=5).fit(df).cluster("{method}")
print(hashlib.sha256(found.labels.tobytes() + found.membership.tobytes()).hexdigest())
print(*[layer.n_segments for layer in found.layers])
"""
    runs = [
        python(code, NUMBA_NUM_THREADS=str(threads), PYTHONHASHSEED=str(seed))
        for threads, seed in ((1, 0), (2, 1))
    ]
    assert runs[0] == runs[1]


def test_order_of_rows_plays_no_part():
    df, _, _ = customers()
    unlike = df[~df.astype(str).duplicated()]
    shuffled = unlike.sample(frac=1, random_state=5)
    one, two = (
        frameumap.FrameUMAP(n_epochs=0, init="random").fit(d).cluster() for d in (unlike, shuffled)
    )
    at = unlike.index.get_indexer(shuffled.index)
    assert rand_index(one.labels[at], two.labels, np.ones(len(at))) > 0.9


def test_density_leaves_noise_and_still_places_new_rows():
    _df, _, model = customers()
    found = model.cluster("density", min_size=10)
    assert found.n_segments >= 2
    assert found.labels.min() >= -1
    new = frameumap.datasets.make_customers(30, random_state=3).drop(columns="segment")
    assert set(np.unique(found.predict(new))) <= set(range(-1, found.n_segments))


def test_resolution_chooses():
    _, _, model = customers()
    few, many = (model.cluster(resolution=r) for r in (0.1, 5.0))
    assert few.n_segments < many.n_segments
    assert len(few.layers) == 1
    assert model.cluster(resolution=5.0, min_size=20).sizes.min() >= 20


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"method": "kmeans"}, "method"),
        ({"resolution": -1.0}, "resolution"),
        ({"min_size": 0}, "min_size"),
        ({"method": "density", "resolution": 1.0}, "resolution"),
    ],
)
def test_bad_requests(options, error):
    with pytest.raises(ParameterError, match=error):
        customers()[2].cluster(**options)


def test_three_rows_and_identical_rows():
    df = pd.DataFrame({"x": [1.0, 2.0, 9.0], "y": ["a", "a", "b"]})
    found = frameumap.FrameUMAP(n_neighbors=3).fit(df).cluster()
    assert len(found.labels) == 3
    assert len(found.names) == found.n_segments
    same = pd.DataFrame({"x": [1.0] * 30 + [2.0] * 30})
    model = frameumap.FrameUMAP({"x": "numeric"}, n_neighbors=5).fit(same)
    assert (model.cluster().predict(same) == model.cluster().labels).mean() > 0.9


def test_a_loaded_model_has_the_same_segments(tmp_path):
    df, _, model = customers()
    model.save(tmp_path / "m")
    again = frameumap.FrameUMAP.load(tmp_path / "m").cluster()
    np.testing.assert_array_equal(again.labels, segments().labels)
    np.testing.assert_array_equal(again.predict(df.iloc[:20]), segments().predict(df.iloc[:20]))


def test_results_are_plain_values():
    found = segments()
    data = json.loads(found.to_json())
    assert data["sizes"] == found.sizes.tolist()
    table = found.to_frame()
    assert table.index.equals(customers()[0].index)
    assert set(table["name"]) == set(found.names)
    assert len(set(found.names)) == found.n_segments
    assert str(found.n_segments) in str(found)
    assert "<table>" in found._repr_html_()


def test_contraction_keeps_modularity():
    """A partition of communities is worth what it is worth on the rows: inner edges count."""
    rng = np.random.default_rng(0)
    dense = rng.random((60, 60)) * (rng.random((60, 60)) < 0.2)
    graph = scipy.sparse.csr_array(np.triu(dense, 1) + np.triu(dense, 1).T)
    micro = leiden(graph, 8.0, 0)
    small = contract(graph, micro)
    k = micro.max() + 1
    assert small.sum() == pytest.approx(graph.sum())

    def modularity(graph, labels, r):
        degrees = np.asarray(graph.sum(axis=1)).ravel()
        A = graph.toarray()
        same = labels[:, None] == labels[None, :]
        return ((A - r * np.outer(degrees, degrees) / A.sum()) * same).sum() / A.sum()

    coarse = leiden(small, 1.0, 0)
    assert (coarse[:k] == coarse[k:])[np.asarray(small.sum(axis=1)).ravel()[k:] > 0].all()
    whole = np.concatenate([coarse[:k], coarse[:k]])
    assert modularity(graph, coarse[:k][micro], 1.0) == pytest.approx(modularity(small, whole, 1.0))


def test_rand_index_against_scikit_learn():
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(0)
    for _ in range(20):
        a, b = rng.integers(0, 4, 50), rng.integers(0, 3, 50)
        assert rand_index(a, b, np.ones(50)) == pytest.approx(adjusted_rand_score(a, b))


def test_large_graphs_are_cut_into_micro_communities(monkeypatch):
    from frameumap.insight import communities

    df, _y, model = customers()
    expected = model.cluster(resolution=1.0).labels
    monkeypatch.setattr(communities, "LARGE", 100)
    monkeypatch.setattr(communities, "MICRO", 12.0)
    base = make_base(model.graph_, model._model.packed.rows.keys, 0)
    assert len(base.sizes) < len(df)
    assert base.sizes.sum() == len(df)
    whole = model.cluster(resolution=1.0).labels
    assert rand_index(whole, expected, np.ones(len(df))) > 0.5


def test_clusters_of_a_frame_of_every_kind():
    df = mixed(150)
    found = frameumap.FrameUMAP(n_epochs=5).fit(df).cluster()
    assert (found.predict(df) == found.labels).mean() >= 0.98
