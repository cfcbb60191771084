"""Nearest rows under D: against all pairs, with copies; and scikit-learn's contract for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.engine.pairs import dissimilarities
from frameumap.engine.rows import as_queries
from frameumap.errors import NotFittedError, ParameterError
from frameumap.neighbors.graph_search import GraphSearch
from frameumap.neighbors.walk import Effort
from frameumap.progress import Progress


def with_copies(n=120):
    df = mixed(n)
    return pd.concat([df, df.iloc[:5], df.iloc[:3]], ignore_index=True)


@pytest.fixture(scope="module")
def model():
    return frameumap.FrameUMAP(n_epochs=0, init="random", n_neighbors=8).fit(with_copies())


def all_pairs(model):
    rows, n = model._model.feature_rows, len(model.embedding_)
    left, right = np.repeat(np.arange(n), n), np.tile(np.arange(n), n)
    return dissimilarities(rows, model._model.feature_metrics, left, right).reshape(n, n)


@pytest.mark.parametrize("k", [1, 4, 20])
def test_rows_of_the_fit_against_all_pairs(model, k):
    D = all_pairs(model)
    np.fill_diagonal(D, np.inf)
    found = model.neighbors(k=k)
    np.testing.assert_allclose(found.distances, np.sort(D, axis=1)[:, :k], rtol=1e-5, atol=1e-5)
    n = len(D)
    assert (found.indices != np.arange(n)[:, None]).all()
    own = D[np.arange(n)[:, None], found.indices]
    np.testing.assert_allclose(own, found.distances, rtol=1e-5, atol=1e-5)
    some = model.neighbors([3, 121], k=k)
    np.testing.assert_array_equal(some.indices, found.indices[[3, 121]])


def test_new_rows_find_themselves_and_their_copies(model):
    df = with_copies()
    found = model.neighbors(df.iloc[[0, 50]], k=3)
    assert found.indices[0].tolist() == [0, 120, 125]
    assert found.indices[1, 0] == 50
    np.testing.assert_array_equal(found.distances[0], 0)
    again = model.neighbors(df.iloc[50], k=3)
    np.testing.assert_array_equal(again.indices[0], found.indices[1])


def test_more_than_there_are(model):
    found = model.neighbors(k=500)
    assert (found.indices[:, -1] == -1).all()
    assert np.isinf(found.distances[:, -1]).all()
    assert (np.sort(found.indices[0])[-127:] == np.delete(np.arange(128), 0)).all()


def islands(n=1200, size=40):
    """Rows in islands smaller than the lists asked for, enough of them for a walk."""
    rng = np.random.default_rng(0)
    island = np.arange(n) // size
    columns = {f"island_{c}": (island * (2 * c + 1)).astype(str) for c in range(6)}
    return pd.DataFrame({**columns, "x": rng.normal(size=n), "y": rng.normal(size=n)})


def test_lists_longer_than_an_island_are_full():
    df = islands()
    schema = dict.fromkeys(df.columns[:6], "hamming")
    schema |= dict.fromkeys("xy", frameumap.numeric(weight=0.1))
    model = frameumap.FrameUMAP(schema, n_epochs=0, init="random", n_neighbors=8).fit(df)
    index, seed = model._model.index, model._model.graph_options.seed
    walk = GraphSearch(index.search.index, index.search.metrics, seed, Effort(1, 0), 0.9)
    model._model.__dict__["index"] = index = index._replace(search=walk)
    walked = walk.search(index.distinct, as_queries(index.distinct), 600, seed, Progress())
    short = np.flatnonzero((walked.indices < 0).any(axis=1))[:20]
    assert len(short)  # else the case says nothing
    D = all_pairs(model)[short]
    D[np.arange(len(short)), short] = np.inf
    found = model.neighbors(short, k=600)
    np.testing.assert_allclose(found.distances, np.sort(D, axis=1)[:, :600], rtol=1e-5, atol=1e-5)
    assert (model.neighbors(df.iloc[short], k=600).indices >= 0).all()


def test_rows_by_label():
    df = with_copies().set_axis([f"r{i}" for i in range(128)])
    model = frameumap.FrameUMAP(n_epochs=0, init="random", n_neighbors=8).fit(df)
    np.testing.assert_array_equal(
        model.neighbors("r7", k=2).indices, model.neighbors(7, k=2).indices
    )


@pytest.mark.parametrize("k", [0, 2.5, True])
def test_k_is_a_number_of_rows(model, k):
    with pytest.raises(ParameterError, match="k must be"):
        model.neighbors(k=k)


def test_a_search_by_descent_finds_the_same():
    df = frameumap.datasets.make_customers(300, random_state=0).drop(columns="segment")
    model = frameumap.FrameUMAP(
        {"revenue": "numeric", "orders": "numeric", "tags": "set"}, n_epochs=0, init="random"
    )
    found = model.fit(df).neighbors(k=5)
    new = model.neighbors(df, k=6)
    # As a new row each finds itself, or a copy of itself, first.
    np.testing.assert_allclose(new.distances[:, 0], 0)
    np.testing.assert_allclose(new.distances[:, 1:], found.distances, rtol=1e-5)


def test_transformer_keeps_scikit_learns_contract():
    from sklearn.base import clone
    from sklearn.cluster import DBSCAN
    from sklearn.neighbors import KNeighborsClassifier

    df = frameumap.datasets.make_customers(240, random_state=0)
    y = df.pop("segment").astype(str)
    maker = frameumap.KNeighborsTransformer(n_neighbors=7)
    with pytest.raises(NotFittedError):
        maker.transform(df)
    graph = clone(maker).fit_transform(df)
    assert graph.shape == (240, 240)
    assert (np.diff(graph.indptr) == 8).all()
    for row in range(240):
        assert (np.diff(graph.data[graph.indptr[row] : graph.indptr[row + 1]]) >= 0).all()
    ones = frameumap.KNeighborsTransformer(n_neighbors=7, mode="connectivity").fit_transform(df)
    assert (np.diff(ones.indptr) == 7).all()
    assert set(ones.data) == {1.0}
    labels = DBSCAN(eps=float(np.median(graph.data)), metric="precomputed").fit(graph).labels_
    assert len(labels) == 240
    fitted = frameumap.KNeighborsTransformer(n_neighbors=5).fit(df.iloc[:160])
    classifier = KNeighborsClassifier(5, metric="precomputed")
    classifier.fit(fitted.transform(df.iloc[:160]), y.iloc[:160])
    assert classifier.score(fitted.transform(df.iloc[160:]), y.iloc[160:]) > 0.6
