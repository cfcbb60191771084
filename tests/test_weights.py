"""`sample_weight`: a row of weight w counts as w equal rows do."""

import naive
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap.graph.combine import calibrate
from frameumap.graph.copies import mean_distance, with_copies
from frameumap.layout.multiplicity import Multiplicity, draw_table, repeats, weighted_graph
from frameumap.neighbors.lists import KNN

QUICK = {"n_epochs": 20}


@pytest.fixture(scope="module")
def fits():
    """A frame, whole weights, its weighted fit and the fit of the frame with repeated rows."""
    df = mixed(90)
    weights = np.random.default_rng(1).integers(1, 6, len(df))
    weighted = frameumap.FrameUMAP(**QUICK).fit(df, sample_weight=weights)
    often = df.iloc[np.repeat(np.arange(len(df)), weights)].reset_index(drop=True)
    repeated = frameumap.FrameUMAP(weighted.schema_, **QUICK).fit(often)
    return df, weights, weighted._model, repeated._model


def test_whole_weights_are_repeated_rows_in_units_scales_and_words(fits):
    _, weights, weighted, repeated = fits
    first = np.cumsum(weights) - weights
    assert np.array_equal(weighted.packed.rows.cells, repeated.packed.rows.cells[first])
    assert np.array_equal(weighted.packed.scales, repeated.packed.scales)
    assert np.array_equal(weighted.packed.units, repeated.packed.units)


def test_whole_weights_are_repeated_rows_in_neighbours_rho_and_sigma(fits):
    _, weights, weighted, repeated = fits
    first = np.cumsum(weights) - weights
    options = weighted.graph_options
    assert options == repeated.graph_options
    lists = with_copies(weighted.combined.knn, weights.astype(float))
    assert np.array_equal(lists.distances, repeated.combined.knn.distances[first])
    ours = calibrate(weighted.combined.knn, options, True, weights.astype(float)).bandwidths
    theirs = calibrate(repeated.combined.knn, options, True).bandwidths
    np.testing.assert_allclose(ours.rho, theirs.rho[first], rtol=1e-6)
    np.testing.assert_allclose(ours.sigma, theirs.sigma[first], rtol=1e-5)
    alone = calibrate(weighted.combined.knn, options, True).bandwidths
    assert not np.allclose(ours.sigma, alone.sigma, rtol=1e-3)


def test_weights_of_one_change_no_byte():
    df = mixed(60)
    plain = frameumap.embed(df, **QUICK)
    pd.testing.assert_frame_equal(plain, frameumap.embed(df, sample_weight=[1] * 60, **QUICK))
    other = frameumap.embed(df, sample_weight=np.arange(1, 61), **QUICK)
    assert not plain.equals(other)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_weighted_graph_against_its_twin(data):
    n, k = data.draw(st.integers(2, 8)), data.draw(st.integers(2, 6))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    upper = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.6), 1).astype(np.float32)
    weights = rng.choice([0.25, 1, 1.5, 2, 3, 7, 100], n)
    graph = weighted_graph(scipy.sparse.csr_array(upper + upper.T), Multiplicity(weights, k))
    assert graph.data.max(initial=0) <= 1
    totals = graph.toarray()  # sums the entries of one place
    expected = naive.weighted_graph(upper + upper.T, weights, k)
    np.testing.assert_allclose(totals, expected, rtol=1e-4, atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_lists_with_copies_are_those_of_repeated_rows(data):
    n, k = data.draw(st.integers(2, 9)), data.draw(st.integers(2, 7))
    weights = np.array(data.draw(st.lists(st.integers(1, 9), min_size=n, max_size=n)))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    points = rng.permutation(100)[:n].astype(float)
    D = np.abs(points[:, None] - points)
    order = np.argsort(D, axis=1, kind="stable")[:, :k].astype(np.int32)
    lists = KNN(np.full((n, k), -1, np.int32), np.full((n, k), np.inf, np.float32))
    lists.indices[:, : order.shape[1]] = order
    lists.distances[:, : order.shape[1]] = np.take_along_axis(D, order, axis=1)
    owner = np.repeat(np.arange(n), weights)
    expected = naive.nearest_with_duplicates(D[owner][:, owner], owner, k)
    found = with_copies(lists, weights.astype(float)).distances
    np.testing.assert_array_equal(found[owner], expected.astype(np.float32))
    finite = np.where(np.isfinite(lists.distances), lists.distances, np.nan)
    assert mean_distance(lists, weights.astype(float)) == pytest.approx(np.nanmean(finite[owner]))


def test_rows_are_drawn_in_proportion_to_their_weights():
    assert draw_table(None).size == 0
    assert draw_table(Multiplicity(np.array([2.0, 1.0, 3.0]), 15)).tolist() == [0, 0, 1, 2, 2, 2]
    weights = np.array([0.3, 0.9, 30.0])
    counts = np.bincount(draw_table(Multiplicity(weights, 15)))
    np.testing.assert_allclose(counts / counts.sum(), weights / weights.sum(), rtol=1e-3)
    assert repeats(np.array([1e-9, 1e9])).tolist() == [1, 200_000]
    assert repeats(np.array([0.5, 0.5])).tolist() == [1, 1]


def test_weighted_model_is_saved_updated_and_reweighed(tmp_path):
    df = mixed(70)
    weights = pd.Series(np.arange(1, 61) % 4 + 1.5, index=df.index[:60])
    model = frameumap.FrameUMAP(**QUICK).fit(df[:60], sample_weight=weights)
    model.save(tmp_path / "m")
    loaded = frameumap.FrameUMAP.load(tmp_path / "m")
    assert np.array_equal(loaded._model.weights, weights)
    assert np.array_equal(loaded.transform(df), model.transform(df))
    assert np.array_equal(model.transform(df[:60]), model.embedding_)
    model.update(df[60:], sample_weight=np.full(10, 2.0))
    assert model._model.weights.tolist() == [*weights, *[2.0] * 10]
    model.reweight({"age": 2})
    assert model._model.weights.shape == (70,)
    plain = frameumap.FrameUMAP(**QUICK).fit(df[:60]).update(df[60:], sample_weight=[3] * 10)
    assert plain._model.weights.tolist() == [*[1.0] * 60, *[3.0] * 10]


def test_weights_count_under_local_calibration_and_with_labels():
    df, y = mixed(60), np.repeat(["a", "b", "c"], 20)
    weights = np.tile([1, 4], 30)
    for options in ({"calibration": "local"}, {"combine": "union"}, {"n_components": 3}):
        model = frameumap.FrameUMAP(**options, **QUICK)
        plain = model.fit_transform(df, y)
        assert not np.array_equal(plain, model.fit_transform(df, y, sample_weight=weights))
        assert np.isfinite(model.embedding_).all()


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0, 2.0], "60 numbers, one a row"),
        (np.ones((60, 2)), "60 numbers, one a row"),
        (["heavy"] * 60, "60 numbers, one a row"),
        ([True] * 60, "60 numbers, one a row"),
        ([1.0] * 59 + [0.0], r"row 59 is .*above zero; leave such rows out"),
        ([1.0] * 59 + [np.nan], "row 59"),
        ([np.inf] + [1.0] * 59, "row 0"),
        (pd.Series(np.ones(60), index=range(1, 61)), "another index than the frame"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, said):
    with pytest.raises(frameumap.DataError, match=said):
        frameumap.embed(mixed(60), sample_weight=weights)


def test_weights_with_a_density_term_are_refused():
    with pytest.raises(frameumap.ParameterError, match="sample_weight needs density=0"):
        frameumap.embed(mixed(60), sample_weight=[2] * 60, density=2.0)
