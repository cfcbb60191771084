"""Rows that are equal lie together, rows that differ apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

import frameumap
from frameumap.neighbors.distinct import Classes, expand
from frameumap.neighbors.lists import KNN


def fitted(df, kind, schema=None, **options):
    """The model, and how often the 10 nearest points are of the row's own kind."""
    model = frameumap.FrameUMAP(schema, **options).fit(df)
    xy = np.asarray(model.embedding_)
    _, near = cKDTree(xy).query(xy, 11)
    return model, float((kind[near] == kind[:, None]).mean())


def survey(kinds=40, rows=2000, questions=6):
    rng = np.random.default_rng(1)
    kind = rng.integers(0, kinds, rows)
    answers = rng.integers(1, 6, (kinds, questions)).astype(str)
    return pd.DataFrame(answers[kind], columns=list("abcdef")[:questions]), kind


def flags():
    rng = np.random.default_rng(1)
    p, q = rng.random(400) < 0.5, rng.random(400) < 0.5
    return pd.DataFrame({"p": p, "q": q}), 2 * p + q


def places():
    kind = np.repeat([0, 1, 2], 200)
    return pd.DataFrame({"a": np.array([0.0, 1000, 5000])[kind]}), kind


@pytest.mark.parametrize("table", [survey, flags, places])
def test_copies_are_the_nearest_points_of_the_map(table):
    df, kind = table()
    model, purity = fitted(df, kind)
    assert purity >= 0.98
    graph = model.graph_.tocoo()
    apart = kind[graph.row] != kind[graph.col]
    assert apart.any()  # the crowds are still tied to one another
    assert graph.data[apart].max() < 0.8
    assert graph.data[~apart].min() == 1


def test_how_many_copies_there_are_changes_no_membership_between_rows_that_differ():
    rng = np.random.default_rng(0)
    df = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("xyz"))
    schema = {c: frameumap.numeric("none") for c in df}
    sigmas = []
    for copies in (2, 5):
        many = df.loc[df.index.repeat(copies)].reset_index(drop=True)
        model = frameumap.FrameUMAP(schema, n_neighbors=15, n_epochs=1).fit(many)
        knn = model._model.combined.knn
        first = np.arange(60) * copies
        others = [row[row > 0][:8] for row in knn.distances[first]]
        sigmas.append(np.array(others))
    # Scales are means over random pairs, copies among them; only ratios of distances compare.
    ratios = sigmas[0] / sigmas[1]
    np.testing.assert_allclose(ratios, ratios.mean(), rtol=1e-4)


def test_one_distinct_row_lies_at_one_place():
    df = pd.DataFrame({"x": np.ones(100), "c": ["a"] * 100})
    model = frameumap.FrameUMAP({"x": "numeric", "c": "categorical"}).fit(df)
    assert model.graph_.data.min() == 1
    assert np.diff(model.graph_.indptr).min() >= 14


def test_two_distinct_rows_make_two_islands():
    kind = np.arange(200) % 2
    model, purity = fitted(pd.DataFrame({"c": np.array(["a", "b"])[kind]}), kind)
    assert purity == 1
    assert len(np.unique(model.embedding_, axis=0)) > 2


def classes_of(sizes):
    of = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    return Classes(offsets[:-1].astype(np.int64), of, offsets, np.arange(len(of), dtype=np.int32))


def test_a_crowd_sends_no_neighbour_more_than_k_edges_a_copy():
    sizes = [5000, *[1] * 20, 3]
    classes = classes_of(sizes)
    m, k = len(sizes), 10
    D = np.abs(np.subtract.outer(np.arange(m), np.arange(m))).astype(np.float32)
    np.fill_diagonal(D, np.inf)
    order = np.argsort(D, axis=1, kind="stable")[:, : k - 1].astype(np.int32)
    found = KNN(order, np.take_along_axis(D, order, 1))
    keys = np.random.default_rng(0).integers(0, 2**63, m).astype(np.uint64)[classes.of]
    knn = expand(classes, keys, found, k)
    received = np.bincount(knn.indices[:5000].ravel(), minlength=sum(sizes))
    assert (received[5000:5020][order[0, order[0] <= 20] - 1] == k).all()
    assert all(len(set(row)) == k for row in knn.indices.tolist())
    assert (np.diff(knn.distances, axis=1) >= 0).all()
    # Each copy is chosen by about as many others.
    among = np.bincount(knn.indices[:5000][:, 1:].ravel(), minlength=sum(sizes))[:5000]
    assert among.min() >= k // 2
    assert among.max() <= 2 * k
