"""Columns that say nearly the same are told, naming both; others are not."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

import frameumap
from frameumap.columns.near_copies import _correlation, _lambda, find_near_copies

N = 1000
NAMES = np.array(["north", "east", "south", "west"])


def change(values, share, rng):
    """The values with a share of them drawn anew from the others."""
    rows = rng.random(len(values)) < share
    return np.where(rows, rng.permutation(values), values)


def table(share=0.01):
    rng = np.random.default_rng(0)
    x, level, flag = rng.normal(size=N), rng.integers(0, 4, N), rng.random(N) < 0.5
    return pd.DataFrame(
        {
            "kilos": x,
            "pounds": -np.exp(x + 0.02 * rng.normal(size=N)),
            "region": NAMES[level],
            "branch": change(NAMES[level], share, rng),
            "paid": flag,
            "settled": change(flag, share, rng),
            "other": rng.normal(size=N),
        }
    )


def told(df):
    notes = frameumap.infer_schema(df).notes
    return {c: [w for w in note.warnings if "nearly the same" in w] for c, note in notes.items()}


def test_near_copies_are_told_with_both_names():
    said = told(table())
    for one, other in (("kilos", "pounds"), ("region", "branch"), ("paid", "settled")):
        assert repr(other) in said[one][0]
        assert repr(one) in said[other][0]
    assert said["other"] == []


def test_columns_that_differ_in_a_tenth_of_the_rows_are_not_told():
    said = told(table(0.1))
    assert said["region"] == said["branch"] == said["paid"] == said["settled"] == []


def test_rare_flags_that_agree_in_nearly_all_rows_tell_nothing_of_each_other():
    rng = np.random.default_rng(1)
    df = pd.DataFrame({"lapsed": rng.random(N) < 0.01, "fraud": rng.random(N) < 0.01})
    assert (df["lapsed"] == df["fraud"]).mean() > 0.95
    assert not any(told(df).values())


def test_copies_are_told_as_copies_only():
    df = pd.DataFrame({"x": np.arange(50) ** 2 % 97.0}).assign(y=lambda d: 2 * d["x"])
    notes = frameumap.infer_schema(df).notes["y"].warnings
    assert any("says the same as 'x'" in note for note in notes)
    assert not any("nearly" in note for note in notes)


def test_few_common_rows_tell_nothing():
    x = np.arange(100.0)
    df = pd.DataFrame({"x": np.where(x < 55, x, np.nan), "y": np.where(x > 45, x, np.nan)})
    assert find_near_copies(df, dict.fromkeys(df, "numbers")) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_rank_correlation_is_that_of_scipy(seed, noise):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 30, 60).astype(float)
    b = a + noise * rng.normal(size=60)
    a[rng.random(60) < 0.1] = np.nan
    both = ~np.isnan(a)
    assert _correlation(a, b) == pytest.approx(spearmanr(a[both], b[both]).statistic)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(0, 1))
def test_lambda_is_the_share_of_errors_saved(seed, share):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 4, 200)
    b = change(a, share, rng)

    def saved(given, guessed):
        cross = pd.crosstab(given, guessed).to_numpy()
        without = 200 - cross.sum(axis=0).max()
        return (without - (200 - cross.max(axis=1).sum())) / without

    assert _lambda(a, b) == pytest.approx(min(saved(a, b), saved(b, a)))
