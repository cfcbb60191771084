"""Rows that have nothing in common with any other: no edges, a warning, places apart."""

import warnings

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frameumap.metrics import get

import frameumap
from frameumap import FrameUMAP

SETS = [["a", "b"], ["a", "c"]] * 50 + [["x"], ["y"]]
TEXTS = ["abc", "abd", "abe", "acd"] * 25 + ["xyzw", "1234567"]


def flags():
    """Rows of six flags in two halves, and one row of a flag that no other has."""
    values = np.zeros((61, 7))
    values[:60, :6] = np.random.default_rng(0).random((60, 6)) < 0.5
    values[:60, 0] = 1
    values[60, 6] = 1
    return pd.DataFrame(values, columns=list("abcdefg"))


def fitted(schema, df, **parameters):
    with pytest.warns(frameumap.FrameUMAPWarning, match="nothing in common with any other row"):
        return FrameUMAP(schema, n_epochs=20, **parameters).fit(df)


def assert_apart(model, alone):
    xy = model.embedding_
    others = np.setdiff1d(np.arange(len(xy)), alone)
    assert np.isfinite(xy).all()
    assert not np.diff(model.graph_.indptr)[alone].any()
    middle = (xy[others].min(axis=0) + xy[others].max(axis=0)) / 2
    radius = np.linalg.norm(xy[others] - middle, axis=1).max()
    assert (np.linalg.norm(xy[alone] - middle, axis=1) > radius).all()


@pytest.mark.parametrize("metric", ["jaccard", "dice", "overlap", "jaccard_rarity"])
def test_sets(metric):
    model = fitted({"t": metric}, pd.DataFrame({"t": SETS}))
    assert_apart(model, [100, 101])
    assert np.linalg.norm(np.diff(model.embedding_[100:], axis=0)) > 1


@pytest.mark.parametrize("metric", ["cosine", "jaccard", "dice", "hellinger", "braycurtis"])
def test_sparse_rows(metric):
    many = scipy.sparse.random(100, 30, 0.3, random_state=0, format="csr")
    rows = scipy.sparse.block_diag([many, [[1.0, 2.0]], [[3.0]]]).tocsr()
    assert_apart(fitted({...: metric}, rows), [100, 101])


def test_sparse_rows_with_negative_values_have_no_limit():
    rows = scipy.sparse.random(100, 30, 0.3, random_state=0, format="csr")
    rows.data = rows.data - 0.5
    model = FrameUMAP({...: "cosine"}, n_epochs=5).fit(rows)  # warns of nothing
    assert np.diff(model.graph_.indptr).min() > 0


@pytest.mark.parametrize("metric", ["levenshtein", "levenshtein_normalized", "osa", "jaro"])
def test_text(metric):
    assert_apart(fitted({"t": metric}, pd.DataFrame({"t": TEXTS})), [100, 101])


@pytest.mark.parametrize("metric", ["qgram_jaccard", "qgram_cosine"])
def test_bags(metric):
    assert_apart(fitted({"t": metric}, pd.DataFrame({"t": TEXTS})), [100, 101])


@pytest.mark.parametrize(
    "metric", ["jaccard_binary", "dice_binary", "sokal_sneath", "cosine", "hellinger", "braycurtis"]
)
def test_numbers(metric):
    assert_apart(fitted({tuple("abcdefg"): metric}, flags()), [60])


@pytest.mark.parametrize("calibration", ["global", "local"])
@pytest.mark.parametrize("combine", ["intersection", "union", "t | s"])
def test_combinations(combine, calibration):
    df = pd.DataFrame({"t": SETS, "s": TEXTS})
    schema = {"t": "jaccard", "s": "qgram_jaccard"}
    assert_apart(fitted(schema, df, combine=combine, calibration=calibration), [100, 101])


@pytest.mark.parametrize("combine", ["intersection", "union"])
def test_another_group_keeps_the_edges(combine):
    df = pd.DataFrame({"t": SETS, "x": np.arange(102.0)})
    model = FrameUMAP({"t": "jaccard", "x": "numeric"}, combine=combine, n_epochs=5).fit(df)
    assert (np.diff(model.graph_.indptr) > 0).all()


def test_negative_numbers_have_no_limit():
    """Right angles are no limit of a cosine of numbers of both signs."""
    turns = 2 * np.pi * np.arange(3) / 3
    df = pd.DataFrame({"a": np.cos(turns), "b": np.sin(turns)})
    model = FrameUMAP({("a", "b"): "cosine"}, n_neighbors=3, n_epochs=5).fit(df)
    assert (np.diff(model.graph_.indptr) == 2).all()


def test_new_rows_and_updates():
    df = pd.DataFrame({"t": SETS[:100]})
    model = FrameUMAP({"t": "jaccard"}, n_epochs=20).fit(df)
    new = pd.DataFrame({"t": [["q", "r"], ["a"], ["zz"]]})
    with pytest.warns(frameumap.FrameUMAPWarning, match="2 of 3 rows"):
        placed = model.transform(new)
    radius = np.linalg.norm(model.embedding_ - model.embedding_.mean(axis=0), axis=1).max()
    far = np.linalg.norm(placed - model.embedding_.mean(axis=0), axis=1) > radius
    assert far.tolist() == [True, False, True]
    with pytest.warns(frameumap.FrameUMAPWarning, match="1 of 1 rows"):
        np.testing.assert_array_equal(model.transform(new[2:]), placed[2:])  # whatever the batch
    with pytest.warns(frameumap.FrameUMAPWarning, match="nothing in common"):
        model.update(new)
    assert not np.diff(model.graph_.indptr)[[100, 102]].any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a row of the fit is on its own point
        np.testing.assert_array_equal(model.transform(new[2:]), model.embedding_[102:])


@pytest.mark.parametrize(
    ("parameters"),
    [{"n_components": 1}, {"n_components": 3}, {"output_metric": "haversine"}, {"density": 2.0}],
)
def test_places_are_finite_in_every_layout(parameters):
    model = fitted({"t": "jaccard"}, pd.DataFrame({"t": SETS}), **parameters)
    assert np.isfinite(model.embedding_).all()
    assert len(np.unique(model.embedding_[100:].round(3), axis=0)) == 2


def test_all_apart():
    model = fitted({"t": "jaccard"}, pd.DataFrame({"t": [[c] for c in "abcdefgh"]}), n_neighbors=4)
    assert model.graph_.nnz == 0
    assert np.isfinite(model.embedding_).all()


def test_limits_are_the_distance_of_rows_without_anything_in_common():
    rows = {
        "set": ({"a", "b"}, {"c"}),
        "bag": ("ab", "cdef"),
        "path": (("A", "B"), ("C",)),
        "vector": ([1.0, 2.0, 0.0], [0.0, 0.0, 3.0]),
    }
    for name in frameumap.metrics.names():
        metric = get(name)
        if metric.accepts in rows and isinstance(metric.limit, float) and metric.limit < np.inf:
            assert metric(*rows[metric.accepts]) == pytest.approx(metric.limit), name
