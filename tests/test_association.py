"""Weights of columns by association: against scipy, and what must not change them."""

import numpy as np
import pandas as pd
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats.contingency import crosstab

import frameumap
from frameumap.kinds.encode import encode_frame
from frameumap.schema.association import associations, column_weights, level_codes, number_codes


def tschuprow(a, b):
    """From the chi-squared of the contingency table, with Bergsma's correction."""
    table = crosstab(a, b).count
    n, (r, c) = table.sum(), table.shape
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = ((table - expected) ** 2 / expected).sum() / n
    freedom = (r - 1) * (c - 1)
    return (
        min(1.0, np.sqrt(max(0.0, phi - freedom / (n - 1)) / np.sqrt(freedom))) if freedom else 0.0
    )


@given(st.integers(0, 10**6))
@settings(deadline=None, max_examples=100)
def test_associations_are_those_of_the_contingency_tables(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(5, 80))
    a = rng.integers(0, 4, n)
    codes = [a, (a + (rng.random(n) < 0.3)) % 4, rng.integers(0, 3, n), np.zeros(n, int)]
    T = associations(codes)
    for i in range(4):
        for j in range(i):
            assert (
                T[i, j]
                == pytest.approx(T[j, i])
                == pytest.approx(tschuprow(codes[i], codes[j]), abs=1e-6)
            )


def test_what_others_confirm_weighs_more_than_noise():
    rng = np.random.default_rng(0)
    size = rng.normal(size=2000)
    df = pd.DataFrame({f"size {i}": size + rng.normal(0, 0.3, 2000) for i in range(4)})
    df["noise"], df["more noise"] = rng.normal(size=2000), rng.integers(0, 50, 2000)
    weights = frameumap.infer_schema(df).groups["numbers"]
    by_column = dict(zip(weights.columns, weights.column_weights, strict=True))
    assert min(w for c, w in by_column.items() if "size" in c) > 2 * max(
        by_column["noise"], by_column["more noise"]
    )
    assert np.mean(weights.column_weights) == pytest.approx(1, abs=0.01)


def test_order_and_units_do_not_matter():
    df = mixed(300)
    schema = frameumap.infer_schema(df)
    rng = np.random.default_rng(1)
    shuffled = df.iloc[rng.permutation(len(df)), rng.permutation(df.shape[1])]
    other = frameumap.infer_schema(shuffled)
    scaled = frameumap.infer_schema(df.assign(amount=df["amount"] * 1000 + 7))
    for name, group in schema.groups.items():
        assert dict(zip(group.columns, group.column_weights or [], strict=False)) == dict(
            zip(other.groups[name].columns, other.groups[name].column_weights or [], strict=False)
        )
        assert group.column_weights == scaled.groups[name].column_weights


def test_long_frames_are_sampled_by_content():
    rng = np.random.default_rng(0)
    a = rng.integers(0, 5, 20_000)
    codes = [a, (a + (rng.random(20_000) < 0.2)) % 5, rng.integers(0, 4, 20_000)]
    order = rng.permutation(20_000)
    np.testing.assert_array_equal(associations(codes), associations([c[order] for c in codes]))


def test_few_columns_weigh_alike():
    codes = [np.arange(10) % 2, np.arange(10) % 3]
    assert column_weights(codes, [1, 1]) == [1.0, 1.0]


def test_codes():
    assert number_codes(
        np.array([5.0, 1.0, 3.0, 0.0]), np.array([True, True, True, False])
    ).tolist() == [6, 1, 4, 8]
    assert level_codes(pd.Series(["b", "a", "b", None])).tolist() == [0, 1, 0, 16]


def test_a_weight_scales_a_column_of_a_sum():
    df = pd.DataFrame({"x": [0.0, 1.0, 2.0, 4.0], "y": [0.0, 5.0, 1.0, 3.0]})
    plain, double = (
        encode_frame(df, [frameumap.group(["x", "y"], "manhattan", column_weights=w)])[
            1
        ].rows.cells.view(np.float32)
        for w in (None, [2, 1])
    )
    np.testing.assert_allclose(double, plain * [2, 1], rtol=1e-6)
