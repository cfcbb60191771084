"""The graph does not depend on orders, names, units and labels."""

import numpy as np
import pandas as pd
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap import FrameUMAP

N = 90


def graph(df, **parameters):
    return FrameUMAP(n_epochs=0, n_neighbors=8, **parameters).fit(df).graph_.toarray()


seeds = st.integers(0, 50)


@given(seeds, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=15)
def test_row_order(seed, random):
    df = mixed(N, seed)
    order = list(range(N))
    random.shuffle(order)
    shuffled = graph(df.iloc[order])
    np.testing.assert_allclose(shuffled, graph(df)[np.ix_(order, order)], atol=2e-5)


@given(seeds, st.permutations(list(mixed(2).columns)))
@settings(deadline=None, max_examples=15)
def test_column_order(seed, columns):
    df = mixed(N, seed)
    np.testing.assert_array_equal(graph(df[columns]), graph(df))


@given(seeds, st.permutations("abcdefgh"))
@settings(deadline=None, max_examples=15)
def test_column_names(seed, letters):
    df = mixed(N, seed)
    others = [c for c in df if c not in ("lat", "lon")]  # these two names mean something
    renamed = df.rename(columns=dict(zip(others, letters, strict=True)))
    np.testing.assert_allclose(graph(renamed), graph(df), atol=2e-5)


@pytest.mark.parametrize("metric", [None, "euclidean", "manhattan", "chebyshev"])
@given(seeds, st.sampled_from([0.001, 2.54, 1609.344]), st.sampled_from([0.0, -32.0, 273.15]))
@settings(deadline=None, max_examples=10)
def test_units_of_numbers(metric, seed, factor, shift):
    df = mixed(N, seed, gaps=False)
    schema = None if metric is None else {("amount", "age"): metric, "plan": "categorical"}
    other = df.assign(amount=df["amount"] * factor + shift, age=df["age"] * 12)
    # Distances that are equal but for rounding may change places at the end of a list.
    same = np.isclose(graph(other, schema=schema), graph(df, schema=schema), atol=1e-4)
    assert same.mean() > 0.998


@given(seeds)
@settings(deadline=None, max_examples=15)
def test_labels_of_categories(seed):
    df = mixed(N, seed)
    other = df.assign(plan=df["plan"].map({"free": "z", "team": "a", "pro": "m"}))
    np.testing.assert_allclose(graph(other), graph(df), atol=2e-5)


@pytest.mark.parametrize("calibration", ["global", "local"])
def test_the_index_and_the_dtype_do_not_matter(calibration):
    df = mixed(N)
    other = df.convert_dtypes().set_axis(pd.Index([f"r{i}" for i in range(N)]), axis=0)
    other["tags"] = df["tags"].to_numpy()
    np.testing.assert_array_equal(
        graph(other, calibration=calibration), graph(df, calibration=calibration)
    )
