"""What the target of a supervised fit counts."""

import numpy as np
import pandas as pd
import pytest

import frameumap


def frame(n=120):
    rng = np.random.default_rng(0)
    label = rng.integers(0, 3, n)
    df = pd.DataFrame({f"x{c}": label * (c == 0) + rng.normal(size=n) for c in range(6)})
    return df, pd.Series(np.array(list("abc"))[label], name="label")


def fit(df, y, **options):
    return frameumap.FrameUMAP(n_epochs=5, **options).fit(df, y)


def spreads(model):
    """Standard deviations of the features' and the target's part of D, over all pairs."""
    from frameumap.engine.pairs import dissimilarities
    from frameumap.engine.rows import leading_groups

    rows, metrics = model._model.packed.rows, model._model.packed.metrics
    first = model._model.n_feature_groups
    left, right = np.triu_indices(len(rows.cells), 1)
    features = dissimilarities(leading_groups(rows, first), metrics[:first], left, right)
    whole = dissimilarities(rows, metrics, left, right)
    return features.std(), (whole - features).std()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_the_target_varies_as_its_share_says(share):
    df, y = frame()
    features, target = spreads(fit(df, y, target_weight=share))
    assert target / (features + target) == pytest.approx(share, abs=1e-3)


def test_classes_part_and_the_target_has_less_than_half_of_the_edges():
    df, y = frame(200)
    plain, model = (frameumap.FrameUMAP().fit(df, t) for t in (None, y))

    def agreement(made):
        gaps = np.linalg.norm(made.embedding_[:, None] - made.embedding_, axis=2)
        near = np.argsort(gaps, axis=1)[:, 1:11]
        return (y.to_numpy()[near] == y.to_numpy()[:, None]).mean()

    assert model.influence_.share["target: label"] < 0.5
    assert agreement(model) > 0.9 > 0.8 > agreement(plain)


def test_two_targets_share_what_one_counts():
    df, y = frame()
    both = pd.DataFrame({"label": y, "amount": df.x0 + df.x1})
    one, two = (fit(df, t).groups_["target: label"].weight for t in (y, both))
    assert two == pytest.approx(one / 2, rel=1e-3)


def test_gaps_of_the_target_hardly_change_what_it_counts():
    df, y = frame(400)
    whole, partly = (fit(df, t).groups_["target: label"].weight for t in (y, y.where(df.x1 > 0)))
    assert partly == pytest.approx(whole, rel=0.1)


@pytest.mark.parametrize("weight", [1, 3])
def test_a_weight_of_the_target_is_a_factor_on_what_a_column_counts(weight):
    df, y = frame()
    named = frameumap.group(metric="hamming_balanced", kind="categorical", weight=weight)
    as_target = fit(df, y, target_schema={"label": named})
    as_column = fit(df.assign(label=y), None, schema={...: ..., "label": named})
    assert as_target.groups_["target: label"].weight == pytest.approx(weight)
    np.testing.assert_allclose(
        as_target.graph_.toarray(), as_column.graph_.toarray(), atol=1e-5, rtol=1e-4
    )


def test_a_target_of_one_class_changes_nothing():
    df, _ = frame()
    plain = frameumap.FrameUMAP(n_epochs=5).fit(df)
    np.testing.assert_allclose(
        fit(df, np.full(len(df), "a")).graph_.toarray(), plain.graph_.toarray(), atol=1e-6
    )


def test_the_target_does_not_take_over_a_frame_of_many_columns():
    rng = np.random.default_rng(1)
    df = pd.DataFrame(rng.normal(size=(300, 20))).rename(columns=lambda c: f"x{c}")
    model = fit(df, pd.Series(np.array(list("ab"))[rng.integers(0, 2, 300)]))
    assert 0.15 < model.influence_["share"].filter(like="target").sum() < 0.5
