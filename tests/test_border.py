"""Frames of every library in, the same library out, and the same bytes for all."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from frames import mixed

import frameumap
from frameumap import DataError, FrameUMAP, embed

polars = pytest.importorskip("polars")


def plain(n=120):
    """A frame that every library holds alike."""
    df = mixed(n).drop(columns=["grade"])
    df["tags"] = [None if t is None or t is np.nan else list(t) for t in df["tags"]]
    return df


def kinds(df):
    table = pa.Table.from_pandas(df, preserve_index=False)
    return {"pandas": df, "polars": polars.from_arrow(table), "pyarrow": table}


@pytest.mark.parametrize("append", [False, True])
def test_the_same_bytes_and_the_same_kind(append):
    frames = kinds(plain())
    made = {name: embed(frame, n_epochs=20, append=append) for name, frame in frames.items()}
    for name, frame in frames.items():
        assert type(made[name]) is type(frame)
    expected = made["pandas"][["umap_0", "umap_1"]].to_numpy()
    assert made["pyarrow"].column_names[-2:] == made["polars"].columns[-2:] == ["umap_0", "umap_1"]
    np.testing.assert_array_equal(made["polars"][["umap_0", "umap_1"]].to_numpy(), expected)
    np.testing.assert_array_equal(
        np.column_stack([made["pyarrow"]["umap_0"], made["pyarrow"]["umap_1"]]), expected
    )
    if append:
        assert made["polars"].columns[:-2] == frames["polars"].columns
        assert made["pyarrow"].column_names[:-2] == frames["pyarrow"].column_names


def test_a_model_takes_another_kind_than_it_was_fitted_on():
    frames = kinds(plain())
    model = FrameUMAP(n_epochs=20).fit(frames["pandas"])
    for frame in frames.values():
        np.testing.assert_array_equal(model.transform(frame), model.embedding_)


def test_ordered_categories_keep_their_order():
    df = mixed(100)[["grade", "age"]]
    enum = polars.DataFrame(
        {
            "grade": polars.Series(df.grade.astype(str), dtype=polars.Enum(list("DCBA"))),
            "age": df.age,
        }
    )
    np.testing.assert_array_equal(
        embed(enum, n_epochs=10).to_numpy(), embed(df, n_epochs=10).to_numpy()
    )
    assert (
        frameumap.infer_schema(pa.Table.from_pandas(df).to_pandas()).groups.keys()
        == frameumap.infer_schema(df).groups.keys()
    )


class Stream:
    """Something that speaks Arrow and nothing else."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def test_anything_that_speaks_arrow():
    df = plain()
    made = embed(Stream(pa.Table.from_pandas(df, preserve_index=False)), n_epochs=20)
    assert isinstance(made, pa.Table)
    np.testing.assert_array_equal(
        np.column_stack([made["umap_0"], made["umap_1"]]), embed(df, n_epochs=20).to_numpy()
    )


def test_duckdb_relations():
    duckdb = pytest.importorskip("duckdb")
    df = plain()
    table = pa.Table.from_pandas(df, preserve_index=False)
    made = embed(duckdb.from_arrow(table), n_epochs=20)
    assert type(made).__name__ == "DuckDBPyRelation"
    np.testing.assert_array_equal(made.df().to_numpy(), embed(df, n_epochs=20).to_numpy())


def test_arrays_are_numbers():
    X = np.random.default_rng(0).normal(size=(60, 4))
    xy = embed(X, n_epochs=10)
    pd.testing.assert_frame_equal(
        xy, embed(pd.DataFrame(X, columns=["x0", "x1", "x2", "x3"]), n_epochs=10)
    )
    np.testing.assert_array_equal(embed(X.tolist(), n_epochs=10), xy)
    np.testing.assert_array_equal(embed(np.asfortranarray(X), n_epochs=10), xy)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (polars.LazyFrame({"a": [1.0, 2.0]}), "lazy LazyFrame; call .collect"),
        (polars.Series([1.0, 2.0]), "expected a dataframe|2D array"),
        (np.ones((2, 2), complex), "Complex data not supported"),
        (np.ones((0, 2)), r"0 sample\(s\)"),
        (3, "expected a dataframe.*int"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_dataframe_is_named(data, message):
    with pytest.raises(DataError, match=message):
        embed(data)


def test_an_empty_sparse_matrix_is_refused():
    import scipy.sparse

    with pytest.raises(DataError, match="minimum of 1 is required"):
        embed(scipy.sparse.csr_array((0, 5)))
