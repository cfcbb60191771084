"""Offsets and units that a metric does not see change no neighbour, at any size."""

import decimal

import numpy as np
import pandas as pd
import pytest
from frameumap.metrics import get

import frameumap
from frameumap import FrameUMAP

R = np.random.default_rng(0)
LABEL = R.integers(0, 3, 90)
X = np.round(R.normal(size=(90, 3)) + 4 * LABEL[:, None] * [1, -1, 0.5], 3)
#: Multiples of 2^-10 stay exact when 1e12 is added, so that only our rounding can show.
X = np.round(X * 1024) / 1024
VECTOR_METRICS = [
    name
    for name in frameumap.metrics.names()
    if get(name).accepts == "vector" and (get(name).ignores_units or get(name).ignores_shift)
    if not name.startswith("haversine")
]


def edges(df, schema):
    model = FrameUMAP(schema, n_epochs=0, n_neighbors=8).fit(df)
    return model.graph_.toarray() > 0


def shared(a, b):
    return (a & b).sum() / (a | b).sum()


def columns(values):
    return pd.DataFrame(values, columns=list("abc")), {("a", "b", "c"): None}


def lists(values):
    return pd.DataFrame({"v": list(values)}), {"v": None}


def nearest(form, values, metric):
    """Distances to the neighbours, in terms of the first: ties may be listed in any order."""
    df, schema = form(values)
    model = FrameUMAP(dict.fromkeys(schema, metric), n_epochs=0, n_neighbors=8).fit(df)
    return model._model.combined.knn.distances


def assert_same(form, changed, values, metric):
    np.testing.assert_allclose(
        nearest(form, changed, metric), nearest(form, values, metric), rtol=2e-3, atol=2e-5
    )


@pytest.mark.parametrize("form", [columns, lists])
@pytest.mark.parametrize("metric", [m for m in VECTOR_METRICS if get(m).ignores_shift])
def test_offsets(metric, form):
    if form is lists and get(metric).prepare in ("levels", "ranks", "whiten", "entropy"):
        pytest.skip("not for lists")
    for offset in (1e6, 1e12):
        assert_same(form, X + offset, X, metric)


@pytest.mark.parametrize("form", [columns, lists])
@pytest.mark.parametrize("metric", [m for m in VECTOR_METRICS if get(m).ignores_units])
def test_units(metric, form):
    if form is lists and get(metric).prepare in ("levels", "ranks", "whiten", "entropy"):
        pytest.skip("not for lists")
    values = np.abs(X) if not get(metric).ignores_shift else X
    for unit in (2.0**-1000, 2.0**1000):
        assert_same(form, values * unit, values, metric)


@pytest.mark.parametrize("prepare", ["scores", "standard", "robust", "ranks", "none"])
@pytest.mark.parametrize("change", [lambda x: x + 1e12, lambda x: x * 1e200, lambda x: x * 1e-300])
def test_preparations(prepare, change):
    group = frameumap.group(metric="euclidean", prepare=prepare)
    assert_same(columns, change(X), X, group)


def test_a_metric_of_raw_numbers_names_the_column_that_float32_cannot_hold():
    df = pd.DataFrame({"a": np.arange(20.0), "b": np.arange(20.0)})
    df.loc[7, "b"] = 1e60
    with pytest.raises(frameumap.DataError, match=r"column 'b', row at position 7.*float32"):
        FrameUMAP({("a", "b"): "dirichlet"}).fit(df)


def test_gower_of_dates_and_numbers_far_from_zero():
    ms, c = R.integers(0, 100_000, 90), np.array(list("xyz"))[LABEL]
    schema = {("t", "c"): "mixed"}
    plain = edges(pd.DataFrame({"t": ms, "c": c}), schema)
    for t in (
        pd.Timestamp("2024-01-01") + pd.to_timedelta(ms, unit="ms"),
        pd.Timestamp("2024-01-01", tz="Asia/Tokyo") + pd.to_timedelta(ms, unit="ms"),
        ms + 10.0**12,
    ):
        assert shared(edges(pd.DataFrame({"t": t, "c": c}), schema), plain) > 0.99


OFFSETS = {
    "int64": lambda k: k.astype("int64") + 2**62,
    "negative": lambda k: k.astype("int64") - 2**62,
    "uint64": lambda k: k.astype("uint64") + np.uint64(2**63),
    "Int64": lambda k: pd.array(k.astype("int64") + 2**62, dtype="Int64"),
    "int64[pyarrow]": lambda k: pd.array(k.astype("int64") + 2**62, dtype="int64[pyarrow]"),
    "ints": lambda k: np.array([int(v) + 2**70 for v in k], object),
    "decimals": lambda k: np.array(
        [decimal.Decimal("12345678901234567.25") + int(v) for v in k], object
    ),
}


@pytest.mark.parametrize("form", OFFSETS)
@pytest.mark.parametrize(
    "kind", ["ordinal", "numeric", "levels", "gower", frameumap.group(metric="ordinal_entropy")]
)
def test_whole_numbers_beyond_2_53(kind, form):
    k, a = R.integers(0, 9, 90), X[:, 0]
    schema = {"k": kind, "a": "numeric"}
    far = pd.DataFrame({"k": OFFSETS[form](k), "a": a})
    near = pd.DataFrame({"k": k, "a": a})
    assert np.array_equal(edges(far, schema), edges(near, schema))
    model = FrameUMAP(schema, n_epochs=5).fit(far)
    np.testing.assert_array_equal(model.transform(far[:5]), model.embedding_[:5])
    back = model.inverse_transform(model.embedding_[:5])["k"]
    assert back.dtype == far["k"].dtype
    assert set(back) <= set(far["k"])


def test_numbers_that_cannot_be_told_apart_are_told():
    k = np.concatenate([np.arange(40), 2**62 + np.arange(40)])
    with pytest.warns(frameumap.FrameUMAPWarning, match=r"column 'k': \d+ of 80 different numbers"):
        FrameUMAP({"k": "numeric"}, n_epochs=1).fit(pd.DataFrame({"k": k}))


def test_nanoseconds_are_told_apart():
    ns = R.integers(0, 90, 90)
    t = np.datetime64("2024-05-01T12:00", "ns") + ns.astype("timedelta64[ns]")
    assert np.array_equal(
        edges(pd.DataFrame({"t": t}), {"t": "datetime"}),
        edges(pd.DataFrame({"t": ns}), {"t": frameumap.group(metric="manhattan")}),
    )
