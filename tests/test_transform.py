"""New rows: placed independently, the same in any batch; rows of the fit keep their positions."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from frames import mixed, python

import frameumap
from frameumap import DataError, FrameUMAP, FrameUMAPWarning, NotFittedError
from frameumap.model import transform

NEW = mixed(40, seed=7)


@pytest.fixture(scope="module")
def model():
    return FrameUMAP(n_epochs=50).fit(mixed(300))


def rows(model, df):
    """Each row alone."""
    return np.concatenate([model.transform(df.iloc[i : i + 1]) for i in range(len(df))])


def test_rows_of_the_fit_land_on_their_own_points(model):
    order = np.random.default_rng(0).permutation(300)
    np.testing.assert_array_equal(model.transform(mixed(300).iloc[order]), model.embedding_[order])


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"calibration": "local"},
        {"combine": "union"},
        {"n_components": 3},
        {"output_metric": "haversine"},
        {"schema": {("lat", "lon"): "haversine"}},
        {"schema": {"name": "text"}},
        {"schema": {"amount": "numeric"}},
        {"schema": {"tags": "jaccard", "plan": "categorical"}},
    ],
    ids=str,
)
def test_a_row_is_placed_the_same_alone_and_in_any_batch(parameters):
    model = FrameUMAP(n_epochs=30, **parameters).fit(mixed(250))
    state = hashlib.sha256(
        b"".join(
            a.tobytes() for a in (model.embedding_, model.graph_.data, *model._model.index.knn)
        )
    )
    placed = model.transform(NEW)
    assert placed.dtype == np.float32
    assert np.isfinite(placed).all()
    np.testing.assert_array_equal(rows(model, NEW), placed)
    order = np.random.default_rng(1).permutation(len(NEW))
    np.testing.assert_array_equal(model.transform(NEW.iloc[order]), placed[order])
    after = hashlib.sha256(
        b"".join(
            a.tobytes() for a in (model.embedding_, model.graph_.data, *model._model.index.knn)
        )
    )
    assert after.digest() == state.digest()


def test_large_models_answer_from_their_graph():
    model = FrameUMAP(n_epochs=10).fit(mixed(10_600))
    assert model.plan_.search == "descent"
    np.testing.assert_array_equal(rows(model, NEW), model.transform(NEW))
    some = mixed(10_600).iloc[::500]
    np.testing.assert_array_equal(model.transform(some), model.embedding_[::500])


CODE = """
import hashlib, frameumap
from frames import mixed
model = frameumap.FrameUMAP(n_epochs=20).fit(mixed(300))
print(hashlib.sha256(model.transform(mixed(40, seed=7)).tobytes()).hexdigest())
"""


def test_the_same_bytes_on_any_number_of_threads():
    assert len({python(CODE, NUMBA_NUM_THREADS=threads) for threads in "124"}) == 1


def test_gaps_where_the_fit_had_none():
    whole = mixed(300, gaps=False)
    model = FrameUMAP(n_epochs=30).fit(whole)
    np.testing.assert_array_equal(rows(model, NEW), model.transform(NEW))
    np.testing.assert_array_equal(model.transform(whole), model.embedding_)
    hollow = NEW.astype(object).mask(np.ones(NEW.shape, bool)).iloc[:2]
    assert np.isfinite(model.transform(hollow)).all()


def test_new_rows_lie_where_their_like_lies():
    rng = np.random.default_rng(0)

    def sample(n):
        kind = rng.integers(0, 3, n)
        return kind, pd.DataFrame(
            {
                "x": rng.normal(size=n) + 8 * kind,
                "c": np.array(list("abc"))[kind],
                "s": np.array(["Nord", "Ost Gmbh", "Westwind AG"])[kind],
            }
        )

    kind, df = sample(600)
    model = FrameUMAP({"x": "numeric", "c": "categorical", "s": "text"}).fit(df)
    other, new = sample(200)
    gaps = np.linalg.norm(model.transform(new)[:, None] - model.embedding_, axis=2)
    assert (kind[gaps.argmin(axis=1)] == other).mean() > 0.98


def test_unknown_categories_are_told_once(model):
    with pytest.warns(FrameUMAPWarning, match=r"not seen.*'plan' \(2 rows\)") as caught:
        placed = model.transform(NEW.assign(plan=["other"] * 2 + ["free"] * 38))
    assert len(caught) == 1
    assert np.isfinite(placed).all()


def test_columns_are_found_by_name(model):
    placed = model.transform(NEW)
    shuffled = NEW[NEW.columns[::-1]].assign(extra=1)
    np.testing.assert_array_equal(model.transform(shuffled), placed)
    with pytest.raises(DataError, match=r"lacks columns \['plan'\]"):
        model.transform(NEW.drop(columns="plan"))
    with pytest.raises(
        DataError, match="'age' held numbers when the model was fitted and holds strings"
    ):
        model.transform(NEW.assign(age=NEW.age.astype(str)))
    with pytest.raises(DataError, match="'joined' held dates.*numbers"):
        model.transform(NEW.assign(joined=1.5))


def test_before_the_fit_nothing_is_known():
    for call in (
        lambda m: m.transform(NEW),
        lambda m: m.save("x"),
        lambda m: m.inverse_transform([[0, 0]]),
        lambda m: m.update(NEW),
    ):
        with pytest.raises(NotFittedError, match="call fit first"):
            call(FrameUMAP())


def test_a_user_metric_serves_new_rows():
    import numba

    @numba.njit
    def gap_of_sums(x, y):
        return abs(x.sum() - y.sum())

    model = FrameUMAP({("amount", "age"): gap_of_sums}, n_epochs=20).fit(mixed(200, gaps=False))
    new = mixed(20, seed=9, gaps=False)
    np.testing.assert_array_equal(rows(model, new), model.transform(new))


# Supervision


def test_labels_draw_their_rows_together():
    df = mixed(400)
    y = pd.Series(np.where(df.age > 50, "old", "young"), index=df.index)
    plain, taught = FrameUMAP().fit(df), FrameUMAP().fit(df, y)

    def purity(model):
        D = np.linalg.norm(model.embedding_[:, None] - model.embedding_, axis=2) + np.eye(400) * 1e9
        return (y.to_numpy()[D.argsort(axis=1)[:, :10]] == y.to_numpy()[:, None]).mean()

    assert purity(taught) > max(0.97, purity(plain))
    np.testing.assert_array_equal(taught.transform(df), taught.embedding_)
    assert taught.transform(NEW).shape == (40, 2)


def test_targets_of_every_form():
    df = mixed(150)
    age = df.pop("age")
    forms = {
        "array": age.to_numpy(), "list": age.tolist(), "series": age, "strings": df["plan"].fillna("none"),
        "partly": age.where(age > 40), "frame": pd.DataFrame({"a": age, "b": df["vip"]}), "two": np.column_stack([age, age]),
        "grade": df["grade"],
    }  # fmt: skip
    shapes = {name: FrameUMAP(n_epochs=5).fit(df, y).groups_ for name, y in forms.items()}
    assert [g for g in shapes["series"] if g.startswith("target")] == ["target: age"]
    assert sum(g.startswith("target") for g in shapes["frame"]) == 2
    assert shapes["grade"]["target: grade"].kind == "ordinal"
    np.testing.assert_array_equal(
        *(FrameUMAP(n_epochs=5).fit(df, forms[f]).embedding_ for f in ("array", "list"))
    )
    unknown = FrameUMAP(n_epochs=5).fit(df, np.full(150, np.nan)).embedding_
    np.testing.assert_array_equal(unknown, FrameUMAP(n_epochs=5).fit(df).embedding_)
    nothing = FrameUMAP(n_epochs=5, target_weight=0).fit(df, age).embedding_
    np.testing.assert_array_equal(nothing, unknown)


def test_targets_that_do_not_fit():
    df = mixed(30)
    with pytest.raises(DataError, match="y has 29 rows and the frame 30"):
        FrameUMAP().fit(df, np.ones(29))
    with pytest.raises(DataError, match="another index"):
        FrameUMAP().fit(df, df.age.iloc[::-1])
    with pytest.raises(frameumap.ParameterError, match="target_weight"):
        FrameUMAP(target_weight=1).fit(df, df.age)


def test_a_target_with_a_schema_of_its_own():
    df = mixed(120)
    y = pd.DataFrame({"site": df.name, "size": df.age})
    model = FrameUMAP(target_schema={"site": "levenshtein", "size": "numeric"}, n_epochs=5).fit(
        df.drop(columns=["name", "age"]), y
    )
    assert model.groups_["target: site"].metric == "levenshtein"


# The start of new rows


def naive_start(heads, strengths, positions):
    """The neighbour with the largest sum_j w_j / (1 + d_ij^2), moved to the mean of all with these
    weights."""
    placed = []
    for row, weights in zip(heads, strengths, strict=True):
        known = row >= 0
        near, w = positions[row[known]], weights[known]
        closeness = 1 / (1 + ((near[:, None] - near) ** 2).sum(axis=2))
        at = (closeness * w).sum(axis=1).argmax()
        placed.append(np.average(near, axis=0, weights=w * closeness[at]))
    return np.array(placed)


def test_new_rows_start_amid_the_densest_of_their_neighbours():
    rng = np.random.default_rng(0)
    positions = rng.normal(size=(60, 2)).astype(np.float32)
    positions[::2] += 20  # two clusters
    heads = rng.permuted(np.tile(np.arange(60, dtype=np.int32), (50, 1)), axis=1)[:, :7].copy()
    strengths = rng.random((50, 7)).astype(np.float32) + np.float32(0.1)
    heads[::3, 5:] = -1
    placed = np.empty((50, 2), np.float32)
    transform._start(0, 50, heads, strengths, positions, placed)
    np.testing.assert_allclose(placed, naive_start(heads, strengths, positions), atol=1e-3)
    # Within one of the clusters, never between them.
    assert np.minimum(abs(placed).max(axis=1), abs(placed - 20).max(axis=1)).max() < 5


@pytest.mark.parametrize("kind", ["levenshtein", "jaccard", "hierarchical"])
def test_a_row_without_a_string_is_placed_alike_in_any_batch(kind):
    """Rows of the fit stay on their points, also where all strings of the batch are new."""
    words = pd.Series(["a/b", None, "a/c", "b", None, "c/d/e"] * 5, dtype=object)
    df = pd.DataFrame(
        {"x": np.arange(30.0), "s": words.map(lambda w: list(w) if kind == "jaccard" and w else w)}
    )
    model = frameumap.FrameUMAP({"x": "numeric", "s": kind}, n_epochs=5).fit(df)
    fresh = ["z", "q"] if kind == "jaccard" else "z/q"
    batch = pd.concat([df.iloc[[1]], pd.DataFrame({"x": [50.0], "s": [fresh]})], ignore_index=True)
    for rows in (df, df.iloc[[1]], batch):
        placed = np.asarray(model.transform(rows))
        np.testing.assert_array_equal(placed[1 if len(rows) == 30 else 0], model.embedding_[1])
