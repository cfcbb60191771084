"""Aligned maps: rows whose neighbours stay keep their places, each map is as good as one alone."""

import naive
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.manifold import trustworthiness

import frameumap
from frameumap import DataError, FrameUMAP, ParameterError
from frameumap.model.moves import fill_places, shared_neighbors

QUICK = {"n_epochs": 60, "n_neighbors": 10}


def drifting(slices=3, n=400, moving=0.1, seed=0):
    """Clusters of rows, some of which wander off, with new noise in every slice."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6)) + 4 * np.eye(6)[rng.integers(0, 6, n)]
    drift = rng.normal(size=X.shape) * 1.5 * (rng.random(n) < moving)[:, None]
    labels = [f"r{i}" for i in range(n)]
    return [
        pd.DataFrame(X + t * drift + 0.02 * rng.normal(size=X.shape), labels, list("abcdef"))
        for t in range(slices)
    ]


def moves(before, after):
    """Moves of the rows that both have, as shares of the width of the map before, and the overlap
    of their neighbours."""
    old = before._row_labels.get_indexer(after._row_labels)
    overlap = shared_neighbors(before.graph_, after.graph_, old)
    width = np.ptp(before.embedding_, axis=0).max()
    both = old >= 0
    gaps = after.embedding_[both] - before.embedding_[old[both]]
    return np.linalg.norm(gaps, axis=1) / width, overlap[both]


def test_rows_whose_neighbours_stay_keep_their_places():
    frames = drifting()
    models = frameumap.align(frames)
    alone = [FrameUMAP().fit(df) for df in frames]
    for before, after, df, other in zip(
        models[:-1], models[1:], frames[1:], alone[1:], strict=True
    ):
        moved, overlap = moves(before, after)
        assert np.median(moved[overlap > 0.7]) < 0.03
        assert np.median(moved[overlap > 0.7]) < np.median(moved[overlap < 0.4])
        kept = trustworthiness(df, after.embedding_, n_neighbors=15)
        assert kept > trustworthiness(df, other.embedding_, n_neighbors=15) - 0.012
    assert np.array_equal(models[0].embedding_, alone[0].embedding_)
    assert np.median(moves(alone[0], alone[1])[0]) > 0.05  # that is what align is for


def test_hold_decides_how_far_rows_move():
    frames = drifting(slices=2)
    far = [np.median(moves(*frameumap.align(frames, hold=hold))[0]) for hold in (0, 0.5, 1)]
    assert far[0] > far[1] > far[2]
    still = frameumap.align([frames[0], frames[0]], hold=1)
    assert np.allclose(still[0].embedding_, still[1].embedding_)


def test_rows_come_and_go_and_columns_differ():
    first, second = drifting(slices=2)
    later = second.iloc[50:].rename(columns={"f": "last"})
    new = later.iloc[:20].set_axis(range(20)) + 0.1
    models = frameumap.align([first, pd.concat([new, later.iloc[::-1]])])
    assert len(models[1].embedding_) == 370
    moved, overlap = moves(*models)
    assert len(moved) == 350
    assert np.median(moved[overlap > 0.6]) < 0.05
    # New rows lie with those that they are like.
    places = pd.DataFrame(models[1].embedding_, models[1]._row_labels)
    gaps = places.loc[list(range(20))].to_numpy() - places.loc[later.index[:20]].to_numpy()
    assert np.median(np.linalg.norm(gaps, axis=1)) < 0.05 * np.ptp(models[0].embedding_)
    later = later.assign(plan=np.random.default_rng(1).choice(list("xy"), 350))
    schemas = [{"a": "numeric", "b": "numeric"}, {"a": "numeric", "plan": "categorical"}]
    assert frameumap.align([first, later], schemas, **QUICK)[1].schema_.columns == ["a", "plan"]


def test_a_known_map_is_followed_and_each_model_is_whole(tmp_path):
    first, second = drifting(slices=2)
    known = FrameUMAP(**QUICK).fit(first)
    before = known.embedding_
    models = frameumap.align([known, second], **QUICK)
    assert models[0] is known
    assert np.array_equal(known.embedding_, before)
    fresh = frameumap.align([first, second], **QUICK)[1]
    assert fresh.embedding_.tobytes() == models[1].embedding_.tobytes()
    fresh.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    assert loaded.get_params()["n_epochs"] == 60
    assert np.array_equal(loaded.transform(second[:9]), fresh.embedding_[:9])


def test_frames_without_an_index_have_a_column_of_labels():
    polars = pytest.importorskip("polars")
    frames = [df.reset_index(names="id") for df in drifting(slices=2, n=150)]
    expected = frameumap.align([df.set_index("id") for df in frames], **QUICK)
    for made in (frames, [polars.from_pandas(df) for df in frames]):
        found = frameumap.align(made, on="id", **QUICK)
        assert "id" not in found[1].schema_
        for a, b in zip(expected, found, strict=True):
            assert np.array_equal(a.embedding_, b.embedding_)
    with pytest.raises(DataError, match="frame 0 has no index"):
        frameumap.align([polars.from_pandas(df) for df in frames])


def test_mixed_frames_and_modes():
    frames = [mixed(60, seed=0), mixed(60, seed=0).assign(age=lambda df: df["age"] + 1)]
    for options in ({"unique": True}, {"combine": "union"}, {"n_components": 3}, {"n_epochs": 0}):
        models = frameumap.align(frames, **(QUICK | options))
        assert np.isfinite(models[1].embedding_).all()
        if options == {"n_epochs": 0}:
            assert np.array_equal(models[0].embedding_, models[1].embedding_)


def test_wrong_uses_are_told():
    first, second = drifting(slices=2, n=30)
    fitted = FrameUMAP(**QUICK).fit(first)
    other = second.set_axis(range(30))
    for frames, options, error, said in (
        (first, {}, DataError, "two or more frames, got DataFrame"),
        ([first], {}, DataError, "got list of 1"),
        ([first, other], {}, DataError, "frame 1 shares no row label"),
        ([first, pd.concat([second, second])], {}, DataError, "frame 1: the label 'r0' repeats"),
        ([first, fitted], {}, DataError, "only the first may be one"),
        ([first, second], {"hold": 2}, ParameterError, "hold must be"),
        ([first, second], {"hold": "much"}, ParameterError, "hold must be"),
        ([first, second], {"output_metric": "haversine"}, ParameterError, "euclidean"),
        ([first, second], {"on": "id"}, DataError, "frame 0 has no column 'id'"),
        ([first, second], {"schema": [None]}, DataError, "1 schemas for 2 frames"),
        ([fitted, second], {"n_components": 3}, ParameterError, "2 components"),
        ([FrameUMAP(), second], {}, frameumap.NotFittedError, "not fitted"),
    ):
        with pytest.raises(error, match=said):
            frameumap.align(frames, **(QUICK | options))


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=60)
def test_shares_and_places_agree_with_loops(seed):
    rng = np.random.default_rng(seed)
    n, m = rng.integers(1, 9, 2)

    def graph(size):
        upper = np.triu(rng.random((size, size)) * (rng.random((size, size)) < 0.4), 1)
        return scipy.sparse.csr_array((upper + upper.T).astype(np.float32))

    before, now = graph(n), graph(m)
    old = np.full(m, -1)
    both = rng.permutation(min(n, m))[: rng.integers(0, min(n, m) + 1)]
    old[rng.permutation(m)[: len(both)]] = both
    np.testing.assert_allclose(
        shared_neighbors(before, now, old), naive.shared_neighbors(before, now, old)
    )
    places = rng.normal(size=(m, 2)).astype(np.float32)
    places[rng.random(m) < 0.5] = np.nan
    if np.isfinite(places).all(axis=1).any():
        np.testing.assert_allclose(
            fill_places(now, places), naive.fill_places(now, places), rtol=1e-4, atol=1e-5
        )
