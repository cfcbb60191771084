"""Every metric: axioms as declared, and an oracle."""

import math

import naive
import numpy as np
import pytest
from frameumap.metrics.geo import EARTH_RADIUS_KM, unit_vectors
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from scipy.spatial import distance as scipy_distance

from frameumap import metrics

P = 5
numbers = st.lists(st.floats(-1e3, 1e3, width=32), min_size=P, max_size=P)
coarse = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 1.0, 3.0]), min_size=P, max_size=P)
phases = st.lists(st.floats(0, 1, width=32, exclude_max=True), min_size=P, max_size=P)
codes = st.lists(st.integers(0, 3), min_size=P, max_size=P)
text = st.text(st.characters(codec="utf-8"), max_size=12) | st.text("ab", max_size=150)
members = st.sets(st.integers(0, 12))
places = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(lambda p: unit_vectors(*p).astype(np.float32))

ROWS = {
    "euclidean": numbers | coarse, "manhattan": numbers | coarse, "chebyshev": numbers | coarse,
    "cosine": numbers | coarse, "correlation": numbers | coarse, "angular": numbers | coarse,
    "hamming": codes, "hamming_rate": codes, "levels": coarse, "ranks": phases, "cyclic": phases,
    "haversine": places, "haversine_root": places, "levenshtein": text, "levenshtein_normalized": text, "jaccard": members,
}  # fmt: skip


def test_every_metric_has_rows_to_be_tested_on():
    assert set(metrics.names()) >= set(ROWS)
    assert {n for n in metrics.names() if metrics.get(n).function.py_func.__module__.startswith("frameumap")} == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_axioms(name, data):
    metric = metrics.get(name)
    x, y, z = (data.draw(ROWS[name]) for _ in range(3))
    xy, yx, xz, zy, xx = metric(x, y), metric(y, x), metric(x, z), metric(z, y), metric(x, x)
    assert math.isfinite(xy)
    assert xy >= 0
    assert xy == yx
    assert xx == pytest.approx(0, abs=1e-6 if metric.is_metric else 1e-3)
    if metric.bounded:
        assert xy <= 1 + 1e-6
    if metric.is_metric:
        assert xy <= (xz + zy) * (1 + 1e-5) + 1e-5
        if np.asarray(x, dtype=object).tolist() != np.asarray(y, dtype=object).tolist() and not isinstance(x, np.ndarray):
            assert xy > 0 or name in ("euclidean", "cyclic")  # squares of tiny gaps underflow; phases wrap


@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("euclidean", scipy_distance.euclidean),
        ("manhattan", scipy_distance.cityblock),
        ("levels", scipy_distance.cityblock),
        ("ranks", scipy_distance.cityblock),
        ("chebyshev", scipy_distance.chebyshev),
        ("cyclic", naive.cyclic),
        ("hamming", lambda x, y: P * scipy_distance.hamming(x, y)),
        ("hamming_rate", lambda x, y: P * scipy_distance.hamming(x, y)),
        ("jaccard", naive.jaccard),
        ("levenshtein", naive.levenshtein),
    ],
)
@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_agrees_with_an_oracle(name, oracle, data):
    x, y = data.draw(ROWS[name]), data.draw(ROWS[name])
    assert metrics.get(name)(x, y) == pytest.approx(oracle(x, y), rel=1e-5, abs=1e-6)


@given(numbers | coarse, numbers | coarse)
@settings(deadline=None, max_examples=500)
def test_directions_agree_with_scipy(x, y):
    x, y = np.float32(x).astype(float), np.float32(y).astype(float)
    if np.linalg.norm(x) > 1e-3 and np.linalg.norm(y) > 1e-3:
        assert metrics.get("cosine")(x, y) == pytest.approx(scipy_distance.cosine(x, y), abs=1e-6)
        angle = math.acos(np.clip(1 - scipy_distance.cosine(x, y), -1, 1)) / math.pi
        assert metrics.get("angular")(x, y) == pytest.approx(angle, abs=1e-4)
    if np.std(x) > 1e-2 * max(1, np.abs(x).max()) and np.std(y) > 1e-2 * max(1, np.abs(y).max()):
        assert metrics.get("correlation")(x, y) == pytest.approx(scipy_distance.correlation(x, y), abs=1e-6)


@pytest.mark.parametrize("name", ["cosine", "correlation", "angular"])
def test_zero_and_constant_vectors_have_a_defined_distance(name):
    metric = metrics.get(name)
    flat = np.ones(P) if name == "correlation" else np.zeros(P)
    assert metric(flat, flat) == 0
    assert metric(flat, [1, 2, 3, 4, 6]) == (0.5 if name == "angular" else 1)


def test_weighted_hamming():
    assert metrics.get("hamming")([1, 2, 3], [1, 5, 6], [10, 2, 0.5]) == 2.5


def _strings(rng, alphabet, longest, count):
    points = list(alphabet)
    return ["".join(rng.choice(points, rng.integers(0, longest + 1))) for _ in range(count)]


@pytest.mark.parametrize(
    ("alphabet", "longest", "count"),
    [("ab", 40, 6000), ("abcdefghij ", 70, 4000), ("aß漢字😀é\u0301", 30, 4000), ("abcd漢", 400, 600)],
)
def test_levenshtein_agrees_with_rapidfuzz(alphabet, longest, count):
    rng = np.random.default_rng(len(alphabet))
    left, right = _strings(rng, alphabet, longest, count), _strings(rng, alphabet, longest, count)
    right[::3] = [s[: len(s) // 2] + "b" + s[len(s) // 2 + 1 :] for s in left[::3]]  # near pairs as well as far ones
    edits, normalized = metrics.get("levenshtein"), metrics.get("levenshtein_normalized")
    for x, y in zip(left, right, strict=True):
        expected = Levenshtein.distance(x, y)
        assert edits(x, y) == expected
        length = len(x) + len(y) + expected
        assert normalized(x, y) == pytest.approx(2 * expected / length if length else 0, abs=1e-12)


def test_haversine_agrees_with_a_geodesic_on_the_sphere():
    from pyproj import Geod

    rng = np.random.default_rng(0)
    n = 12_000
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, (2, n)))), rng.uniform(-180, 180, (2, n))
    lat[1, ::3], lon[1, ::3] = lat[0, ::3] + rng.normal(0, 1e-3, n // 3), lon[0, ::3] + rng.normal(0, 1e-3, n // 3)
    lat[1, 1::9], lon[1, 1::9] = -lat[0, 1::9], lon[0, 1::9] + 180  # antipodes
    lat = np.clip(lat, -90, 90)
    sphere = Geod(a=EARTH_RADIUS_KM, b=EARTH_RADIUS_KM)
    _, _, expected = sphere.inv(lon[0], lat[0], lon[1], lat[1])
    x, y = unit_vectors(lat[0], lon[0]), unit_vectors(lat[1], lon[1])
    haversine = metrics.get("haversine")
    for i in range(n):
        shift = x[i]  # stores subtract a common vector before rounding to float32
        found = haversine(np.zeros(3), y[i] - shift) * EARTH_RADIUS_KM
        near_antipode = expected[i] > 0.99 * np.pi * EARTH_RADIUS_KM  # arcsin is flat there: 1e-7 of the chord is 5 km
        assert found == pytest.approx(expected[i], rel=2e-6, abs=8.0 if near_antipode else 1e-4)


@pytest.mark.parametrize("name", ["euclidean", "haversine"])
def test_vectors_of_two_lengths_are_refused(name):
    with pytest.raises(metrics.metric.MetricError, match="one length"):
        metrics.get(name)([1, 2, 3], [1, 2])


def test_an_unknown_metric_names_the_nearest():
    with pytest.raises(metrics.metric.MetricError, match="Did you mean 'manhattan'"):
        metrics.get("manhatan")


def test_a_built_in_name_cannot_be_taken():
    with pytest.raises(metrics.metric.MetricError, match="built-in"):
        metrics.register(metrics.Metric("cosine", metrics.get("euclidean").function, "vector"))
