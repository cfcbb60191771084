"""Sparse matrices: the same distances as full rows, in `fit`, `transform`, `update` and files."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import python
from scipy.spatial.distance import cdist

import frameumap
from frameumap import DataError, FrameUMAP, SchemaError
from frameumap.columns.sparse import SparseRow, sparse_frame
from frameumap.engine.pairs import group_distances

QUICK = {"n_epochs": 10}


def counts(n=120, p=300, seed=0):
    rng = np.random.default_rng(seed)
    X = scipy.sparse.random_array((n, p), density=0.05, rng=rng, format="csr")
    X.data = np.ceil(9 * X.data)
    return X


def jaccard(a, b):
    return 1 - np.sum((a != 0) & (b != 0)) / np.sum((a != 0) | (b != 0))


ORACLES = {
    "cosine": "cosine", "euclidean": "euclidean", "manhattan": "cityblock",
    "chebyshev": "chebyshev", "braycurtis": "braycurtis", "jaccard": jaccard,
    "dice": lambda a, b: (2 * jaccard(a, b) - jaccard(a, b)) / (2 - jaccard(a, b)),
    "hellinger": lambda a, b: np.sqrt(
        max(0, 1 - np.sum(np.sqrt(a * b)) / np.sqrt(a.sum() * b.sum()))
    ),
}  # fmt: skip


@pytest.mark.parametrize("metric", ORACLES)
def test_distances_are_those_of_full_rows(metric):
    X = counts(60)
    packed = FrameUMAP({...: metric}, **QUICK).fit(X)._model.packed
    i, j = np.triu_indices(60, 1)
    found = group_distances(packed.rows, packed.metrics, 0, i, j) * packed.scales[0]
    full = X.toarray()
    np.testing.assert_allclose(
        found, cdist(full, full, ORACLES[metric])[i, j], atol=2e-6, rtol=1e-5
    )


def test_every_format_and_dtype_is_the_same_and_is_left_alone():
    X = counts()
    expected = FrameUMAP(**QUICK).fit_transform(X)
    assert expected.shape == (120, 2)
    for made in (X.tocsc(), X.tocoo(), X.tolil(), scipy.sparse.csr_matrix(X), X.astype(np.int16)):
        before = made.copy()
        assert np.array_equal(FrameUMAP(**QUICK).fit_transform(made), expected)
        assert abs(before - made).nnz == 0
    twice = scipy.sparse.coo_array(
        (np.concatenate([X.data / 2] * 2), tuple(np.tile(c, 2) for c in X.tocoo().coords)), X.shape
    )
    assert np.array_equal(FrameUMAP(**QUICK).fit_transform(twice), expected)
    flags = FrameUMAP({...: "jaccard"}, **QUICK)
    assert np.array_equal(flags.fit_transform(X != 0), flags.fit_transform(X))


def test_new_rows_are_placed_alone_as_in_any_batch(tmp_path):
    X, new = counts(), counts(30, seed=1)
    model = FrameUMAP(**QUICK).fit(X)
    assert np.array_equal(model.transform(X), model.embedding_)
    placed = model.transform(new)
    assert np.array_equal(model.transform(new[7:8]), placed[7:8])
    assert np.array_equal(model.transform(new.toarray()), placed)
    model.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    assert np.array_equal(loaded.transform(new), placed)
    assert loaded.n_features_in_ == 300
    assert loaded.update(new).embedding_.shape == (150, 2)
    row = loaded.inverse_transform(loaded.embedding_[:1]).iloc[0, 0]
    assert isinstance(row, SparseRow)


def test_a_frame_of_sparse_columns_is_a_sparse_matrix():
    X = counts(80, 40)
    df = pd.DataFrame.sparse.from_spmatrix(X, index=range(100, 180))
    found = frameumap.embed(df, **QUICK)
    assert list(found.index) == list(df.index)
    assert np.array_equal(found.to_numpy(), FrameUMAP(**QUICK).fit_transform(X))


def test_sparse_columns_beside_others_are_filled_in():
    df = pd.DataFrame({"a": np.arange(60) % 7 * 1.5, "b": ["x", "y", "z"] * 20})
    thin = df.assign(a=df["a"].astype(pd.SparseDtype(float, 0)))
    pd.testing.assert_frame_equal(frameumap.embed(df, **QUICK), frameumap.embed(thin, **QUICK))


def test_equal_rows_and_rows_without_a_value():
    X = scipy.sparse.vstack([counts(60), counts(60)[:5], scipy.sparse.csr_array((3, 300))])
    with pytest.warns(frameumap.FrameUMAPWarning, match="nothing in common with any other row"):
        model = FrameUMAP(unique=True, **QUICK).fit(X, sample_weight=np.full(68, 2.0))
    assert np.array_equal(model.embedding_[60:65], model.embedding_[:5])
    assert len(np.unique(model.embedding_[65:], axis=0)) == 1


def test_neighbours_of_many_rows_are_found():
    code = """
import numpy as np, scipy.sparse, frameumap, sys
sys.path.insert(0, '.')
from test_sparse import counts
import frameumap.neighbors.plan as plan
plan.EXACT_ROWS = 500
rng = np.random.default_rng(0)
topics = np.repeat(np.arange(10), 120)
words = topics[:, None] * 30 + rng.integers(0, 30, (1200, 12))
X = scipy.sparse.csr_array(
    (np.ones(words.size), (np.repeat(np.arange(1200), 12), words.ravel())), (1200, 300))
model = frameumap.FrameUMAP(n_epochs=5).fit(X)
near = model._model.combined.knn.indices[:, 1:]
print(model.plan_.search, model.neighbor_recall_ > 0.9, (topics[near] == topics[:, None]).mean() > 0.99)
"""
    assert python(code).split() == ["descent", "True", "True"]


def broken(value):
    X = counts().astype(float)
    X.data[X.indptr[5]] = value
    return X


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: counts().astype(complex), "Complex data not supported"),
        (lambda: broken(np.nan), r"row 5, column \d+: nan is NaN, infinity"),
        (lambda: broken(1e300), r"row 5, column \d+: inf is NaN, infinity or too large"),
        (lambda: scipy.sparse.csr_array((0, 5)), r"0 sample\(s\)"),
        (lambda: scipy.sparse.csr_array((5, 0)), r"0 feature\(s\)"),
    ],
)
def test_matrices_that_cannot_be_embedded_are_refused(make, said):
    with pytest.raises(DataError, match=said):
        FrameUMAP().fit(make())


def test_what_does_not_go_together_is_refused():
    model = FrameUMAP(**QUICK).fit(counts())
    with pytest.raises(DataError, match="X has 7 features, but FrameUMAP is expecting 300"):
        model.transform(counts(5, 7))
    dense = FrameUMAP(**QUICK).fit(counts().toarray()[:, :4])
    with pytest.raises(DataError, match=r"fitted on full rows.*X.toarray\(\)"):
        dense.transform(counts(5, 4))
    with pytest.raises(SchemaError, match="'levenshtein' does not take a sparse row; it takes cos"):
        FrameUMAP({...: "levenshtein"}).fit(counts())
    X = counts(20).tolil()
    X[3, 1] = -2
    with pytest.raises(DataError, match=r"row 3, column 1: -2 is negative, and sparse_hellinger"):
        FrameUMAP({...: "hellinger"}).fit(X)


def test_a_sparse_row_shows_its_values():
    df = sparse_frame(scipy.sparse.csr_array([[0, 1.5, 0], [0, 0, 0]]))
    assert repr(df.loc[0, "x"]) == "{1: 1.5}"
    assert df.loc[0, "x"] != df.loc[1, "x"]
