"""Parts of D: exact sums for every kind, gap and combination, against a slow twin; compare."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from frames import mixed

import frameumap
from frameumap.errors import DataError
from frameumap.insight.compare import typical_parts, unit_names
from frameumap.insight.parts import pair_parts
from frameumap.insight.shapley import combined_parts

KINDS = {
    "manhattan": "numeric",
    "euclidean": frameumap.group(metric="euclidean"),
    "mahalanobis": frameumap.group(metric="mahalanobis"),
    "minkowski": frameumap.group(metric="minkowski", params={"p": 3.0}),
    "chebyshev": frameumap.group(metric="chebyshev"),
    "canberra": frameumap.group(metric="canberra"),
}


def frame(n=160, seed=0):
    df = mixed(n, seed)
    rng = np.random.default_rng(seed)
    df["second"] = rng.normal(size=n)
    df["third"] = rng.normal(size=n)
    df["vector"] = list(rng.normal(size=(n, 3)))
    df["hour"] = rng.integers(0, 24, n).astype(float)
    df["path"] = rng.choice(["a/b/c", "a/b/d", "a/e", "f"], n)
    df.loc[rng.random(n) < 0.2, ["second", "hour"]] = None
    return df


def fitted(df, schema=None, **options):
    return frameumap.FrameUMAP(
        schema, n_epochs=0, init="random", n_neighbors=min(8, len(df)), **options
    ).fit(df)


def random_pairs(n, count=10_000, seed=1):
    return np.random.default_rng(seed).integers(0, n, (2, count))


SCHEMAS = {
    "inferred": None,
    **{
        name: {("amount", "age", "second", "third"): spec, "plan": "categorical"}
        for name, spec in KINDS.items()
    },
    "codes": {("plan", "vip", "name"): frameumap.group(metric="goodall", kind="categorical")},
    "entropy": {("plan", "vip"): frameumap.group(metric="entropy", kind="categorical")},
    "grades": {("grade", "age"): frameumap.group(metric="ordinal_entropy", kind="ordinal")},
    "mixed": {("amount", "plan", "joined", "age"): "mixed"},
    "rest": {
        "vector": "vector",
        "hour": frameumap.cyclic(24),
        "joined": frameumap.datetime("linear", "weekday"),
        "path": "hierarchy",
        ("lat", "lon"): "geo",
        "tags": "set",
        "name": "text",
    },
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_parts_add_up_to_the_whole(name):
    df = frame()
    model = fitted(df, SCHEMAS[name])._model
    found = pair_parts(model, model.feature_rows, *random_pairs(len(df)))
    np.testing.assert_allclose(found.parts.sum(axis=1), found.total, rtol=1e-9, atol=1e-12)
    assert (found.parts >= 0).all()
    assert found.parts.shape[1] == len(unit_names(model))


@pytest.mark.parametrize(
    "combine",
    [
        "union",
        "(plan & tags) | geo",
        "amount - plan",
        "(amount | plan) & (tags - geo)",
        "amount & plan",
    ],
)
def test_parts_add_up_under_every_combination(combine):
    df = frame()
    schema = {
        "amount": "numeric",
        "plan": "categorical",
        "tags": "set",
        "geo": frameumap.group(["lat", "lon"], "haversine", name="geo"),
    }
    model = fitted(df, schema, combine=combine)._model
    found = pair_parts(model, model.feature_rows, *random_pairs(len(df)))
    finite = np.isfinite(found.total)
    sums = found.parts.sum(axis=1)
    np.testing.assert_allclose(sums[finite], found.total[finite], rtol=1e-9, atol=1e-9)
    assert np.isinf(sums[~finite]).all()


def test_shapley_values_are_mean_changes_over_all_orders():
    """The slow twin: every order of joining, in Python."""
    df = frame(60)
    schema = {"amount": "numeric", "plan": "categorical", "tags": "set"}
    model = fitted(df, schema, combine="(amount & plan) | tags")._model
    rng = np.random.default_rng(0)
    v = rng.exponential(size=(20, 3)) + 0.01
    names = model.names
    weights = dict(zip(names, model.packed.rows.weights, strict=True))

    def worth(kept, row):
        u = dict(zip(names, row, strict=True))
        inner = [weights[g] * u[g] for g in ("amount", "plan") if g in kept]
        sides = []  # -log(1 - m) of what is left of either side, weights as exponents
        if inner:
            sides.append(-math.log(-math.expm1(-sum(inner))))
        if "tags" in kept:
            sides.append(weights["tags"] * -math.log(-math.expm1(-u["tags"])))
        return -math.log(-math.expm1(-sum(sides))) if sides else 0.0

    expected = np.zeros_like(v)
    for i, row in enumerate(v):
        for order in itertools.permutations(range(3)):
            before, kept = 0.0, set()
            for g in order:
                kept.add(names[g])
                after = worth(kept, row)
                expected[i, g] += (after - before) / 6
                before = after
    total = expected.sum(axis=1)
    found = combined_parts(model.feature_rows, names, model.expression, v, total)
    np.testing.assert_allclose(found, expected, rtol=1e-7, atol=1e-9)


def test_columns_against_a_slow_twin():
    """Manhattan and mismatches with gaps, straight from the definition."""
    df = frame()
    schema = {
        ("amount", "second", "third"): frameumap.group(metric="manhattan", name="numbers"),
        ("plan", "vip"): frameumap.group(metric="hamming_rate", name="codes", kind="categorical"),
    }
    model = fitted(df, schema)._model
    left, right = random_pairs(len(df), 300)
    found = pair_parts(model, model.feature_rows, left, right)
    names = unit_names(model)
    for group in model.groups:
        g = model.names.index(group.name)
        block = model.encoders[g].encode([df[c] for c in group.columns])
        numeric = group.name == "numbers"
        values = block.cells.view(np.float32).astype(float) if numeric else block.cells
        scale, weight = model.packed.scales[g], model.packed.rows.weights[g]
        for e, (i, j) in enumerate(zip(left, right, strict=True)):
            both = block.present[i] & block.present[j]
            gaps = (
                np.abs(values[i] - values[j])
                if numeric
                else (values[i] != values[j]) * block.weights
            )
            share = block.shares[both].sum()
            d = (gaps[both].sum() / share if both.any() else scale) / scale
            for c, column in enumerate(group.columns):
                own = gaps[c] / scale if both[c] else block.shares[c] * d
                part = found.parts[e, names.index(column)]
                assert part == pytest.approx(weight * own, rel=1e-5, abs=1e-6)


def test_squares_split_a_euclidean_group():
    df = pd.DataFrame({"x": [0.0, 3.0, 9.0, 1.0], "y": [0.0, 4.0, 0.0, 2.0]})
    schema = {("x", "y"): frameumap.group(metric="euclidean", prepare="none")}
    model = fitted(df, schema)._model
    found = pair_parts(model, model.feature_rows, [0], [1])
    assert found.parts[0, 0] / found.parts[0, 1] == pytest.approx(9 / 16, rel=1e-5)


def test_compare_says_why(capsys):
    df = frame().set_axis([f"row {i}" for i in range(160)])
    model = fitted(df)
    table = model.compare("row 3", 40)
    assert table["part"].sum() == pytest.approx(table.attrs["distance"], rel=1e-9)
    assert table.index.is_unique
    assert table["part"].is_monotonic_decreasing
    assert table["words"].str.len().min() > 0
    np.testing.assert_array_equal(table["part"], model.compare("row 40", 3)["part"])
    other = model.compare(df.iloc[3], df.iloc[[40]])
    np.testing.assert_allclose(other["part"], table["part"], rtol=1e-12)
    whole = int(np.flatnonzero(df.notna().all(axis=1))[0])
    assert model.compare(whole, whole).attrs["distance"] == 0
    assert not capsys.readouterr().out


def test_compare_new_rows_with_gaps_and_unknown_values():
    df = frame()
    model = fitted(df)
    new = df.iloc[[7]].copy()
    new["age"] = np.nan
    new["name"] = "Somewhere else entirely"
    table = model.compare(new, 7)
    assert table.loc["age", "distance"] != table.loc["age", "distance"]  # nan: no value
    assert table.loc["name", "part"] > 0
    assert table["part"].sum() == pytest.approx(table.attrs["distance"], rel=1e-9)


@pytest.mark.parametrize(
    ("a", "error"), [("none such", "index label"), (999, "outside"), ([1, 2], "two rows")]
)
def test_compare_names_what_is_wrong(a, error):
    model = fitted(frame(40))
    with pytest.raises(DataError, match=error):
        model.compare(a, 1)


def test_integers_are_positions_unless_asked():
    df = frame(40).set_axis(np.arange(40)[::-1])
    model = fitted(df)
    assert model.compare(0, 1).attrs == model.compare(39, 38, by="label").attrs


def test_typical_parts_do_not_depend_on_the_order_of_rows():
    df = frame(300)
    shuffled = df.sample(frac=1, random_state=3)
    one, two = (typical_parts(fitted(d)._model, 2000).parts.mean(axis=0) for d in (df, shuffled))
    np.testing.assert_allclose(one, two, rtol=0.05)


@pytest.mark.parametrize("row", [-1, 40])
def test_parts_of_no_row_are_refused(row):
    model = fitted(frame(40))._model
    with pytest.raises(DataError, match=f"pair 1 is of rows 3 and {row}"):
        pair_parts(model, model.feature_rows, np.array([0, 3]), np.array([1, row]))
