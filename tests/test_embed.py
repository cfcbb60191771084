"""`embed`: results, edge cases, error messages."""

import warnings

import numba
import numpy as np
import pandas as pd
import pytest
from frames import mixed
from scipy.spatial import cKDTree

import frameumap
from frameumap import (
    DataError,
    FrameUMAP,
    FrameUMAPWarning,
    MetricError,
    ParameterError,
    SchemaError,
    embed,
)


def test_index_is_kept_and_columns_are_named():
    df = mixed(60).set_index(
        pd.MultiIndex.from_product([["x", "y"], range(30)], names=["part", "number"])
    )
    xy = df.pipe(embed, n_components=3)
    assert xy.columns.tolist() == ["umap_0", "umap_1", "umap_2"]
    pd.testing.assert_index_equal(xy.index, df.index)
    assert (xy.dtypes == np.float32).all()


def test_append_returns_the_frame_with_the_new_columns_and_leaves_it_alone():
    df = mixed(60)
    before = df.copy(deep=True)
    joined = df.pipe(embed, append=True)
    assert joined.columns.tolist() == [*df.columns, "umap_0", "umap_1"]
    pd.testing.assert_frame_equal(joined[df.columns], before)
    pd.testing.assert_frame_equal(df, before)
    with pytest.raises(DataError, match="umap_0"):
        joined.pipe(embed, append=True)


@pytest.mark.parametrize("n", [1, 2, 3, 10])
def test_tiny_frames_work_with_one_warning(n):
    df = pd.DataFrame({"x": np.arange(n) * 1.5, "c": list("ababababab")[:n]})
    schema = {"x": "numeric", "c": "categorical"}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        xy = embed(df, schema)
    assert [w.category for w in caught] == [FrameUMAPWarning]
    assert "clamped" in str(caught[0].message)
    assert xy.shape == (n, 2)


@pytest.mark.parametrize("n_components", [1, 2, 5, 20, 100])
def test_any_number_of_components(n_components):
    xy = embed(mixed(80), n_components=n_components, n_epochs=30)
    assert xy.shape == (80, n_components)
    assert (xy.std() > 0).all()


def mean_distances(model, pairs):
    """Mean distance in the layout of the given pairs (i, j), and of all pairs."""
    Y = model.embedding_
    distance = np.linalg.norm(Y[:, None] - Y, axis=2)
    return distance[pairs].mean(), distance.mean()


def test_identical_rows_are_one_round_cloud():
    df = pd.DataFrame({"x": np.ones(100), "c": ["a"] * 100})
    model = FrameUMAP({"x": "numeric", "c": "categorical"}).fit(df)
    assert model.plan_.distinct == 1
    assert (model.graph_.data == 1).all()
    assert (model.graph_.sum(axis=1) >= 14).all()
    spread = np.linalg.eigvalsh(np.cov(model.embedding_.T))
    assert spread[0] > 0.3 * spread[1]


def test_duplicates_land_together():
    df = mixed(10, gaps=False)
    which = np.repeat(np.arange(10), 20)
    model = FrameUMAP().fit(df.iloc[which].reset_index(drop=True))
    together, every = mean_distances(model, np.nonzero(which[:, None] == which))
    assert together < 0.18 * every
    nearest = cKDTree(model.embedding_).query(model.embedding_, 2)[1][:, 1]
    assert (which[nearest] == which).mean() > 0.75


def test_a_column_without_values_is_ignored_with_a_warning():
    df = mixed(40).assign(empty=np.nan)
    with pytest.warns(FrameUMAPWarning, match="empty"):
        xy = embed(df)
    pd.testing.assert_frame_equal(xy, embed(mixed(40)))
    with pytest.warns(FrameUMAPWarning, match="empty"):
        embed(df, {"age": "numeric", "empty": "numeric"})


@pytest.mark.parametrize(
    ("df", "schema", "error", "parts"),
    [
        (pd.DataFrame({"x": []}), None, DataError, ["empty"]),
        (pd.DataFrame(index=range(3)), None, DataError, ["empty"]),
        (
            pd.DataFrame({"x": [1.0, np.inf, 2.0]}, index=["p", "q", "r"]),
            None,
            SchemaError,
            ["no column", "'x'", "'q'", "inf", "finite"],
        ),
        (
            pd.DataFrame({"x": [1.0, np.inf, 2.0]}, index=["p", "q", "r"]),
            {"x": "numeric"},
            DataError,
            [
                "'x'",
                "'q'",
                "inf",
                "finite",
                "df['x'] = df['x'].where(df['x'].abs() < float('inf'))",
            ],
        ),
        (
            pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])),
            None,
            DataError,
            ["MultiIndex", "flatten"],
        ),
        (np.ones(3), None, DataError, ["2D array", "Reshape"]),
        ("text", None, DataError, ["expected a dataframe", "str"]),
        (
            pd.DataFrame({"x": [1, pd.Timestamp(0), 2.5]}),
            None,
            SchemaError,
            ["no column", "'x'", "int in row 0", "Timestamp in row 1"],
        ),
        (pd.DataFrame({"x": [1 + 2j, 2, 3]}), None, SchemaError, ["no column", "'x'", "complex"]),
        (pd.DataFrame({"x": [1 + 2j, 2, 3]}), {"x": "numeric"}, DataError, ["'x'", "complex"]),
        (pd.DataFrame({"x": [1, 1, 1]}), None, SchemaError, ["no column", "constant"]),
        (mixed(10), {"plam": "categorical"}, SchemaError, ["'plam'", "did you mean 'plan'"]),
        (mixed(10), {"plan": "categoric"}, SchemaError, ["'plan'", "did you mean 'categorical'"]),
        (mixed(10), {"plan": "numeric"}, DataError, ["'plan'", "row 0", "expected a number"]),
        (mixed(10), {("lon", "lat", "age"): "haversine"}, SchemaError, ["two columns"]),
        (
            pd.DataFrame({"lat": [1.0, 99.0], "lon": [1.0, 2.0]}),
            {("lat", "lon"): "haversine"},
            DataError,
            ["'lat'", "row 1", "99.0"],
        ),
        (
            mixed(10),
            {"plan": frameumap.ordinal(["free", "team"])},
            DataError,
            ["'plan'", "'pro'", "levels"],
        ),
        (mixed(10), {"plan": "ordinal"}, SchemaError, ["'plan'", "order"]),
        (mixed(10), {"age": "cyclic"}, SchemaError, ["'age'", "period"]),
        (mixed(10), {"age": "levenshtein"}, DataError, ["'age'", "expected a string"]),
        (mixed(10), {"plan": "jaccard"}, DataError, ["'plan'", "expected a list"]),
        (mixed(10), {"plan": "datetime"}, DataError, ["'plan'", "expected a date", "row 0"]),
    ],
)
def test_bad_input_is_a_named_error(df, schema, error, parts):
    with pytest.raises(error) as caught:
        embed(df, schema)
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_neighbors", 1),
        ("n_neighbors", 2.5),
        ("n_components", 0),
        ("n_components", 101),
        ("min_dist", -1),
        ("min_dist", 2),
        ("spread", 0),
        ("n_epochs", -1),
        ("negative_sample_rate", -1),
        ("learning_rate", -0.5),
        ("set_op_mix_ratio", 1.5),
        ("random_state", -1),
        ("calibration", "row"),
        ("combine", 3),
        ("combine", "a & b"),
    ],
)
def test_bad_parameters_are_named(name, value):
    with pytest.raises(ParameterError, match=name):
        embed(mixed(20), **{name: value})


def test_unknown_parameters_are_refused():
    with pytest.raises(TypeError, match="n_neighbours"):
        embed(mixed(20), n_neighbours=3)
    with pytest.raises(ParameterError, match="did you mean 'n_neighbors'"):
        FrameUMAP().set_params(n_neighbours=3)


def test_parameters_can_be_read_and_set():
    model = FrameUMAP(n_neighbors=7).set_params(min_dist=0.5)
    assert model.get_params()["n_neighbors"] == 7
    assert repr(model) == "FrameUMAP(n_neighbors=7, min_dist=0.5)"


def test_repeated_and_other_names():
    df = pd.concat([mixed(40)[["age", "plan"]], mixed(40, seed=1)[["age"]]], axis=1)
    with pytest.warns(FrameUMAPWarning, match="age.1"):
        xy = embed(df, {"age": "numeric", "age.1": "numeric", "plan": "categorical"})
    expected = embed(
        df.set_axis(["age", "plan", "age.1"], axis=1),
        {"age": "numeric", "age.1": "numeric", "plan": "categorical"},
    )
    pd.testing.assert_frame_equal(xy, expected)
    named = mixed(40)[["age", "plan"]]
    numbered = named.set_axis([0, 1.5], axis=1)
    np.testing.assert_array_equal(embed(numbered), embed(named))


def test_what_the_inference_leaves_out_is_said_once():
    df = mixed(40).assign(
        id=range(40), when=[f"{1 + i % 12}/{1 + i % 11}/2020 10:{i:02d}" for i in range(40)]
    )
    with pytest.warns(
        FrameUMAPWarning, match=r"left out: 'id' \(consecutive.*'when' \(strings.*dates"
    ) as caught:
        embed(df, n_epochs=0)
    assert len(caught) == 1
    embed(df, {"age": "numeric"}, n_epochs=0)  # columns excluded on purpose are not reported


def test_the_rest_of_a_mapping_can_be_inferred():
    model = FrameUMAP({"age": "cosine", ...: "infer"}, n_epochs=2).fit(mixed(40))
    assert model.groups_["age"].metric == "cosine"
    assert len(model.schema_.columns) == 10
    named = FrameUMAP({"age": "numeric"}, n_epochs=2).fit(mixed(40))
    assert named.schema_.ignored["plan"] == "not named in the schema"


@numba.njit(cache=True)
def taxicab(x, y):
    total = 0.0
    for c in range(x.shape[0]):
        total += abs(x[c] - y[c])
    return total


@numba.njit(cache=True)
def length_gap(x, y):
    return abs(len(x) - len(y))


@numba.njit
def lopsided(x, y):
    return max(0.0, x[0] - y[0])


@numba.njit
def negative(x, y):
    return -abs(x[0] - y[0])


@numba.njit
def selfish(x, y):
    return 1.0


@numba.njit
def not_a_number(x, y):
    return np.nan


@numba.njit
def out_of_bounds(x, y):
    return abs(x[5] - y[5])


@numba.njit
def lonely(x):
    return 0.0


@pytest.mark.parametrize(
    ("metric", "what"),
    [
        (lopsided, "symmetric"),
        (negative, "not negative"),
        (selfish, "must be 0"),
        (not_a_number, "finite"),
        (out_of_bounds, "IndexError"),
        (lonely, "parameters"),
    ],
)
def test_a_broken_metric_is_named_with_rows_and_value(metric, what):
    df = pd.DataFrame({"x": np.arange(30.0), "y": 1.0}, index=[f"r{i}" for i in range(30)])
    with pytest.raises(MetricError) as caught:
        embed(df, {("x", "y"): frameumap.group(metric=metric)})
    assert metric.py_func.__name__ in str(caught.value)
    assert what in str(caught.value)
    assert metric is lonely or "'r0'" in str(caught.value)


def test_a_user_metric_gives_what_the_built_in_gives():
    df = mixed(80, gaps=False)
    frameumap.register_metric("taxicab", taxicab, gap_power=1.0, prepare="scores")
    # Alone: beside others it counts as its columns do together, which only a sum can be split into.
    mine = FrameUMAP({("amount", "age"): "taxicab"}, n_epochs=5).fit(df)
    built_in = FrameUMAP({("amount", "age"): "manhattan"}, n_epochs=5).fit(df)
    assert abs(mine.graph_ - built_in.graph_).max() < 1e-5
    by_value = embed(df, {"name": frameumap.group(metric=length_gap, accepts="text")})
    pd.testing.assert_frame_equal(by_value, embed(df, {"name": frameumap.text("length_gap")}))


def test_what_is_no_function_is_refused():
    with pytest.raises(MetricError, match="a function of two rows, got str"):
        frameumap.register_metric("plain", "x - y")


def test_a_vector_metric_over_columns_of_lists():
    rng = np.random.default_rng(0)
    df = pd.DataFrame({"v": list(rng.normal(size=(50, 6)))})
    assert frameumap.infer_schema(df).groups["v"].kind == "vector"
    flat = pd.DataFrame(np.stack(df["v"]))
    listed = FrameUMAP({"v": "euclidean"}, n_epochs=5).fit(df)
    plain = FrameUMAP(
        {tuple(flat): frameumap.group(metric="euclidean", prepare="none")}, n_epochs=5
    ).fit(flat)
    assert abs(listed.graph_ - plain.graph_).max() < 1e-5
