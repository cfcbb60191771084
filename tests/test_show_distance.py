"""What a page computes D with, against the engine."""

from __future__ import annotations

import numpy as np
import pytest
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap.engine import pairs as engine
from frameumap.show.columns import columns_of
from frameumap.show.distance import distance_rules
from frameumap.show.payload import rounded
from frameumap.show.rules import group_distances

SCHEMA = {
    ("amount", "age"): "manhattan",
    "plan": "categorical",
    "vip": "boolean",
    "grade": "ordinal",
    ("lat", "lon"): "haversine",
    "name": "levenshtein_normalized",
    "joined": "datetime",
    "tags": "jaccard",
}


def fit(schema, seed=0, n=90, **options):
    df = mixed(n, seed)
    return df, frameumap.FrameUMAP(schema, n_neighbors=8, n_epochs=2, **options).fit(df)


def expected(model, left, right):
    inner = model._model
    return engine.dissimilarities(inner.feature_rows, inner.feature_metrics, left, right)


def pairs(n, m=300, seed=0):
    return np.random.default_rng(seed).integers(0, n, (2, m))


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    left_out=st.sets(st.sampled_from([k for k in SCHEMA if isinstance(k, str)]), max_size=5),
)
def test_the_rules_give_d(seed, left_out):
    df, model = fit({k: v for k, v in SCHEMA.items() if k not in left_out}, seed)
    for columns in (columns_of(model), columns_of(model, df=df)):
        rules = distance_rules(model, columns)
        left, right = pairs(len(df), seed=seed)
        total = sum(g.weight * group_distances(g, columns, left, right) for g in rules)
        np.testing.assert_allclose(total, expected(model, left, right), atol=2e-4)


def test_every_kind_has_its_rule():
    _, model = fit(SCHEMA)
    forms = {g.name: [r.form for r in g.rules] for g in distance_rules(model, columns_of(model))}
    assert sorted({f for found in forms.values() for f in found}) == ["line", "sphere", "table"]


@pytest.mark.parametrize("metric", ["euclidean", "manhattan", "gower", "hamming_rate", "goodall"])
def test_other_metrics_are_computed_right_or_left_out(metric):
    columns_of_metric = (
        ("plan", "vip") if metric in ("hamming_rate", "goodall") else ("amount", "age")
    )
    _, model = fit({columns_of_metric: metric, "grade": "ordinal"})
    columns = columns_of(model)
    left, right = pairs(90)
    for g, made in enumerate(distance_rules(model, columns)):
        if made.rules:
            packed = model._model.packed
            out = engine.group_distances(packed.rows, packed.metrics, g, left, right)
            np.testing.assert_allclose(group_distances(made, columns, left, right), out, atol=1e-3)


def test_circles_strings_and_long_lists_of_levels_have_rules():
    df = mixed(700, 3, gaps=False)
    df["hour"] = np.random.default_rng(0).uniform(0, 24, len(df))
    df["zip"] = [f"{z:05d}" for z in np.random.default_rng(1).integers(0, 600, len(df))]
    schema = {"hour": frameumap.cyclic(24), "zip": "categorical", "name": "levenshtein_normalized"}
    model = frameumap.FrameUMAP(schema, n_epochs=2).fit(df)
    columns = columns_of(model)
    rules = distance_rules(model, columns)
    forms = {r.form for g in rules for r in g.rules}
    assert {"circle", "letters"} <= forms
    left, right = pairs(len(df))
    total = sum(g.weight * group_distances(g, columns, left, right) for g in rules if g.rules)
    whole = expected(model, left, right)
    if all(g.rules for g in rules):
        np.testing.assert_allclose(total, whole, atol=1e-3)
    else:
        assert (total <= whole + 1e-6).all()


def test_what_no_rule_fits_is_left_out():
    df = mixed(90)
    _, model = fit({("amount", "age"): frameumap.group(metric="manhattan", prepare="whiten"),
                    "plan": "categorical"})  # fmt: skip
    rules = {g.name: g for g in distance_rules(model, columns_of(model, df=df))}
    assert not rules["amount+age"].rules
    assert rules["plan"].rules


def test_columns_that_the_page_lacks_are_not_compared():
    _, model = fit(SCHEMA)
    rules = {g.name: g for g in distance_rules(model, columns_of(model, ["plan", "lat"]))}
    assert [name for name, g in rules.items() if g.rules] == ["plan"]


def test_an_expression_is_no_sum_over_groups():
    _, model = fit({"plan": "categorical", "age": "numeric"}, combine="plan | age")
    assert distance_rules(model, columns_of(model)) is None


def test_rounded_numbers_change_d_little():
    df = mixed(3000, gaps=False)
    model = frameumap.FrameUMAP({("amount", "age", "lat"): "manhattan"}, n_epochs=2).fit(df)
    columns = [rounded(c, 1500) for c in columns_of(model, df=df[["amount", "age", "lat"]])]
    (made,) = distance_rules(model, columns)
    assert len(made.rules) == 3
    left, right = pairs(len(df))
    off = made.weight * group_distances(made, columns, left, right) - expected(model, left, right)
    assert np.abs(off).max() < 0.05
