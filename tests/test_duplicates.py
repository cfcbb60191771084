"""Rows that are equal lie together, rows that differ apart."""

import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

import frameumap
from frameumap.neighbors.distinct import Classes, expand
from frameumap.neighbors.lists import KNN


def fit_and_score(df, kind, schema=None):
    """The model, and the share of the 10 nearest points that are of the row's own kind."""
    model = frameumap.FrameUMAP(schema).fit(df)
    _, near = cKDTree(model.embedding_).query(model.embedding_, 11)
    return model, float((kind[near] == kind[:, None]).mean())


def survey():
    rng = np.random.default_rng(1)
    kind = rng.integers(0, 40, 2000)
    answers = rng.integers(1, 6, (40, 6)).astype(str)
    return pd.DataFrame(answers[kind], columns=list("abcdef")), kind


def flags():
    rng = np.random.default_rng(1)
    p, q = rng.random(400) < 0.5, rng.random(400) < 0.5
    return pd.DataFrame({"p": p, "q": q}), 2 * p + q


def places():
    kind = np.repeat([0, 1, 2], 200)
    return pd.DataFrame({"a": np.array([0.0, 1000, 5000])[kind]}), kind


def two_levels():
    kind = np.arange(200) % 2
    return pd.DataFrame({"c": np.array(["a", "b"])[kind]}), kind


@pytest.mark.parametrize("table", [survey, flags, places, two_levels])
def test_duplicates_are_the_nearest_points_of_the_map(table):
    df, kind = table()
    model, purity = fit_and_score(df, kind)
    assert purity >= 0.98
    graph = model.graph_.tocoo()
    apart = kind[graph.row] != kind[graph.col]
    assert apart.any()  # the classes are still connected
    assert graph.data[apart].max() < 0.85
    assert graph.data[~apart].min() == 1


def memberships_between_different_rows(copies):
    rng = np.random.default_rng(0)
    df = pd.DataFrame(rng.normal(size=(60, 3)), columns=list("xyz"))
    df = df.loc[df.index.repeat(copies)].reset_index(drop=True)
    model = frameumap.FrameUMAP(dict.fromkeys(df, "numeric"), n_epochs=1).fit(df)
    knn = model._model.combined.knn
    own = np.arange(60) * copies
    return [row[row > 0] for row in knn.distances[own]], model


def test_the_number_of_duplicates_does_not_change_who_the_neighbours_are():
    few, _ = memberships_between_different_rows(4)
    many, _ = memberships_between_different_rows(6)
    for a, b in zip(few, many, strict=True):
        m = min(len(a), len(b))
        np.testing.assert_allclose(a[:m] / a[0], b[:m] / b[0], rtol=1e-3)
        assert m >= 7


def classes_of(sizes):
    of = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    return Classes(offsets[:-1].astype(np.int64), of, offsets, np.arange(len(of), dtype=np.int32))


def test_a_large_class_sends_at_most_k_edges_to_each_row_of_another():
    sizes = [5000, *[1] * 20, 3]
    classes, k = classes_of(sizes), 10
    D = np.abs(np.subtract.outer(np.arange(22), np.arange(22))).astype(np.float32)
    np.fill_diagonal(D, np.inf)
    order = np.argsort(D, axis=1, kind="stable")[:, : k - 1].astype(np.int32)
    found = KNN(order, np.take_along_axis(D, order, 1))
    keys = np.random.default_rng(0).integers(0, 2**63, 22).astype(np.uint64)[classes.of]
    knn = expand(classes, keys, found, k)
    sent = np.bincount(knn.indices[:5000].ravel(), minlength=sum(sizes))
    assert (sent[5000:5009] == k).all()  # rows 1 to 9 are its nearest
    assert (sent[5009:] == 0).all()
    assert (np.diff(knn.distances, axis=1) >= 0).all()
    assert all(len(set(row)) == k for row in knn.indices[:5000].tolist())
    assert sent[:5000].max() <= 2 * k


@pytest.mark.parametrize(("kinds", "copies"), [(5, 40), (10, 20), (3, 100)])
def test_duplicates_of_few_rows_are_one_cloud(kinds, copies):
    rng = np.random.default_rng(0)
    rows = pd.DataFrame(rng.normal(size=(kinds, 4)), columns=list("abcd"))
    which = np.repeat(np.arange(kinds), copies)
    model = frameumap.FrameUMAP(dict.fromkeys(rows, "numeric")).fit(rows.iloc[which])
    Y = model.embedding_
    distance = np.linalg.norm(Y[:, None] - Y, axis=2)
    # As many clouds as kinds, side by side: the square root of their number is the ratio of widths.
    assert distance[which[:, None] == which].mean() < 0.8 / np.sqrt(kinds) * distance.mean()


@pytest.mark.parametrize("size", [8, 16, 24, 40, 81, 300])
def test_duplicates_are_linked_without_a_pattern(size):
    classes = classes_of([size])
    keys = np.full(size, np.random.default_rng(0).integers(0, 2**63), np.uint64)
    found = KNN(np.empty((1, 0), np.int32), np.empty((1, 0), np.float32))
    near = expand(classes, keys, found, 15).indices[:, 1:][:, : size - 1]
    linked = np.zeros((size, size))
    np.put_along_axis(linked, near, 1, axis=1)
    assert (linked.sum(axis=0) == near.shape[1]).all()  # each is chosen equally often
    linked = np.maximum(linked, linked.T)
    # The second eigenvalue of a random walk: near 1 where the graph nearly falls into pieces.
    walk = np.sort(np.abs(np.linalg.eigvalsh(linked / linked.sum(axis=1))))
    assert walk[-2] < 0.75
