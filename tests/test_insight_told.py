"""What segments say of columns, and walks of two steps, against slow twins."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import groups_beside_chance

import frameumap
from frameumap.insight import two_steps
from frameumap.insight.information import adjusted_information
from frameumap.insight.partitions import canonical
from frameumap.insight.told import columns_told


@pytest.mark.parametrize(("n", "a", "b"), [(1, 1, 1), (30, 3, 4), (200, 40, 7), (500, 2, 500)])
def test_information_against_scikit_learns(n, a, b):
    from sklearn.metrics import adjusted_mutual_info_score

    rng = np.random.default_rng(n)
    one = rng.integers(0, a, n)
    other = np.where(rng.random(n) < 0.5, one % b, rng.integers(0, b, n))
    expected = adjusted_mutual_info_score(one, other)
    assert adjusted_information(one, other) == pytest.approx(expected, abs=1e-9)


def test_information_of_the_same_and_of_chance():
    rng = np.random.default_rng(0)
    one = rng.integers(0, 5, 3000)
    assert adjusted_information(one, (one + 3) % 5) == pytest.approx(1)
    assert abs(adjusted_information(one, rng.integers(0, 8, 3000))) < 0.01
    assert adjusted_information(one, np.zeros(3000, int)) == 0


@pytest.mark.parametrize("kept", [3, 60])
def test_two_steps_against_the_product(kept, monkeypatch):
    monkeypatch.setattr(two_steps, "KEPT", kept)
    rng = np.random.default_rng(1)
    dense = rng.random((40, 40)) * (rng.random((40, 40)) < 0.1)
    dense = dense + dense.T
    dense[7] = dense[:, 7] = 0  # a vertex without edges
    degree = dense.sum(axis=1)
    walks = dense @ np.diag(1 / np.where(degree > 0, degree, 1)) @ dense
    strongest = np.zeros_like(walks)
    for i, line in enumerate(walks):
        first = np.argsort(-line, kind="stable")[:kept]
        strongest[i, first] = line[first]
    expected = dense + np.maximum(strongest, strongest.T)
    found = two_steps.with_two_steps(canonical(scipy.sparse.csr_array(dense)))
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-12)
    assert found.has_canonical_format


@pytest.mark.parametrize("levels", [4, 40])
def test_a_category_of_chance_is_no_layer(levels):
    df, group = groups_beside_chance(
        lambda rng, n: [f"id {v}" for v in rng.integers(levels, size=n)]
    )
    found = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df).cluster()
    assert adjusted_information(found.labels.astype(int), group) > 0.95
    chance = pd.factorize(df["chance"])[0]
    assert max(adjusted_information(a.labels.astype(int), chance) for a in found.layers) < 0.8


def test_segments_that_many_columns_show_say_more_than_one_column():
    rng = np.random.default_rng(0)
    n = 600
    place = rng.integers(0, 4, n)
    df = pd.DataFrame({f"x{c}": place * 3 + rng.normal(size=n) for c in range(4)})
    df["plan"] = rng.choice(list("abcd"), n)
    df.loc[:20, "x0"] = np.nan
    model = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df)
    told = columns_told(model._model)
    alone = told(pd.factorize(df["plan"])[0])
    assert told(place) > 0.6
    assert alone < 0.2  # it has nothing to do with the others
    assert told(np.zeros(n, int)) == 0
    few = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df[["x0", "x1"]])
    assert columns_told(few._model) is None
