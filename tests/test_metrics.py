"""Every metric: axioms as declared, and an oracle."""

import math

import naive
import naive_metrics as twin
import numpy as np
import pytest
from frameumap.metrics.geo import EARTH_RADIUS_KM, unit_vectors
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, Jaro, JaroWinkler, Levenshtein
from scipy.spatial import distance as scipy_distance
from scipy.stats import wasserstein_distance

from frameumap import metrics
from frameumap.errors import MetricError

P = 5


def rows_of(values, size=P):
    return st.lists(values, min_size=size, max_size=size)


numbers = rows_of(st.floats(-1e3, 1e3, width=32)) | rows_of(
    st.sampled_from([-1.0, 0.0, 0.25, 1.0, 3.0])
)
coarse = rows_of(st.sampled_from([-1.0, 0.0, 0.25, 1.0, 3.0]))
answers = rows_of(st.sampled_from([0.0, 1.0]), 6)
phases = rows_of(st.floats(0, 1, width=32, exclude_max=True))
three_phases = rows_of(st.floats(0, 1, width=32, exclude_max=True), 3)
counts = rows_of(st.integers(0, 40))
shares = rows_of(st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0])) | rows_of(st.floats(0, 1e3, width=32))
within = rows_of(st.floats(-0.375, 0.375, width=32))
codes = rows_of(st.integers(0, 3))
doubled = rows_of(st.integers(0, 3), 4)
text = (
    st.text(st.characters(codec="utf-8"), max_size=12)
    | st.text("abé ", max_size=12)
    | st.text("ab", max_size=150)
)
names = st.text("ab e", max_size=16) | st.lists(
    st.sampled_from(["new", "york", "mets", "é", "x"]), max_size=5
).map(" ".join)
members = st.sets(st.integers(0, 12))
paths = st.lists(st.integers(0, 2), max_size=5)
thin = rows_of(st.sampled_from([0.0, 0.0, 0.0, 0.5, 1.0, 3.0])) | rows_of(
    st.floats(0, 1e3, width=32)
)
places = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(
    lambda p: unit_vectors(*p).astype(np.float32)
)
shares_of_far = st.floats(0, 1, width=32)
told = st.tuples(
    st.integers(0, 5),
    st.dictionaries(st.integers(0, 6), shares_of_far) | st.lists(shares_of_far, max_size=7),
)
heights = st.tuples(places, st.floats(-(2**-10), 2**-10, width=32)).map(
    lambda p: np.append(p[0], np.float32(p[1]))
)

ROWS = {
    "euclidean": numbers, "sqeuclidean": numbers, "manhattan": numbers, "chebyshev": numbers, "minkowski": numbers,
    "mahalanobis": numbers, "canberra": numbers, "braycurtis": numbers, "cosine": numbers, "correlation": numbers,
    "angular": numbers, "spearman": numbers, "ts_ss": numbers, **dict.fromkeys(twin.BINARY, answers),
    "hellinger": shares, "jensen_shannon": shares, "symmetric_kl": shares, "wasserstein": shares,
    "wasserstein_circular": shares, "dirichlet": counts, "poisson": counts, "poincare": within, "hyperboloid": numbers,
    "hamming": codes, "hamming_balanced": codes, "hamming_rate": codes, "hamming_likeness": doubled, "eskin": codes, "goodall": doubled, "entropy": doubled, "gower": numbers,
    "levels": coarse, "ranks": phases, "ordinal_entropy": coarse, "cyclic": phases, "calendar": three_phases,
    "haversine": places, "haversine_root": places, "haversine_altitude": heights,
    "levenshtein": text, "levenshtein_normalized": text, "osa": text, "osa_normalized": text, "jaro": text,
    "jaro_winkler": text, "token_set": names, "qgram": text, "qgram_cosine": text, "qgram_jaccard": text,
    "jaccard": members, "dice": members, "overlap": members, "jaccard_rarity": members, "dice_rarity": members,
    "overlap_rarity": members, "hierarchical": paths, "path_length": paths,
    **{name: thin for name in twin.built_in() if metrics.get(name).accepts == "sparse"},
    "precomputed": told,
}  # fmt: skip
#: Squares of tiny gaps underflow, phases wrap, canonical forms of one string differ in code points.
NEARLY_EQUAL = (
    "euclidean",
    "mahalanobis",
    "minkowski",
    "cyclic",
    "calendar",
    "hyperboloid",
    "poincare",
    "canberra",
    "gower",
    "sparse_euclidean",
    "sparse_hellinger",
)


def test_every_metric_has_rows_to_be_tested_on():
    assert twin.built_in() == set(ROWS)


@pytest.mark.parametrize("name", ROWS)
@given(data=st.data())
@settings(deadline=None, max_examples=300)
def test_axioms(name, data):
    metric = metrics.get(name)
    x, y, z = (data.draw(ROWS[name]) for _ in range(3))
    xy, yx, xz, zy, xx = metric(x, y), metric(y, x), metric(x, z), metric(z, y), metric(x, x)
    assert math.isfinite(xy)
    assert xy >= 0
    assert xy == pytest.approx(yx, rel=1e-6, abs=1e-9)
    assert xx == pytest.approx(0, abs=1e-6 if metric.is_metric else 1e-3)
    if metric.bounded:
        assert xy <= 1 + 1e-6
    if metric.is_metric:
        assert xy <= (xz + zy) * (1 + 1e-5) + 1e-5
        if np.asarray(x, dtype=object).tolist() != np.asarray(
            y, dtype=object
        ).tolist() and not isinstance(x, np.ndarray):
            assert xy > 0 or name in NEARLY_EQUAL


ORACLES = {
    "euclidean": scipy_distance.euclidean, "sqeuclidean": scipy_distance.sqeuclidean, "manhattan": scipy_distance.cityblock,
    "levels": scipy_distance.cityblock, "ranks": scipy_distance.cityblock, "chebyshev": scipy_distance.chebyshev,
    "canberra": twin.canberra, "braycurtis": twin.braycurtis, "spearman": twin.spearman, "ts_ss": twin.ts_ss,
    "mahalanobis": scipy_distance.euclidean, **twin.BINARY,
    "hellinger": twin.hellinger, "jensen_shannon": twin.jensen_shannon, "wasserstein": twin.wasserstein,
    "wasserstein_circular": twin.wasserstein_circular, "poincare": twin.poincare, "hyperboloid": twin.hyperboloid,
    "sparse_euclidean": scipy_distance.euclidean, "sparse_manhattan": scipy_distance.cityblock,
    "sparse_chebyshev": scipy_distance.chebyshev, "sparse_braycurtis": twin.braycurtis, "sparse_hellinger": twin.hellinger,
    "sparse_cosine": twin.cosine, "sparse_jaccard": twin.sparse_jaccard, "sparse_dice": twin.sparse_dice,
    "precomputed": twin.precomputed, "cyclic": naive.cyclic, "hamming": lambda x, y: P * scipy_distance.hamming(x, y),
    "hamming_rate": lambda x, y: P * scipy_distance.hamming(x, y), "eskin": lambda x, y: P * scipy_distance.hamming(x, y),
    "jaccard": naive.jaccard, "dice": twin.dice, "overlap": twin.overlap,
    "levenshtein": naive.levenshtein, "osa": OSA.distance, "hierarchical": twin.hierarchical, "path_length": twin.path_length,
}  # fmt: skip
LOOSE = {"hyperboloid": 2e-3, "ts_ss": 1e-3, "spearman": 1e-5}


@pytest.mark.parametrize("name", ORACLES)
@given(data=st.data())
@settings(deadline=None, max_examples=1000)
def test_agrees_with_an_oracle(name, data):
    x, y = data.draw(ROWS[name]), data.draw(ROWS[name])
    assert metrics.get(name)(x, y) == pytest.approx(
        ORACLES[name](x, y), rel=LOOSE.get(name, 2e-5), abs=LOOSE.get(name, 1e-6)
    )


WITH_PARAMETERS = {
    "minkowski": (numbers, twin.minkowski, {"p": st.sampled_from([1.0, 1.5, 2.0, 3.0])}),
    "symmetric_kl": (shares, twin.symmetric_kl, {"floor": st.sampled_from([1e-6, 1e-3, 1.0])}),
    "dirichlet": (counts, twin.dirichlet, {"prior": st.sampled_from([0.5, 1.0, 4.0])}),
    "poisson": (counts, twin.poisson, {"rate": st.sampled_from([0.5, 1.0, 9.0])}),
    "calendar": (
        three_phases,
        twin.calendar,
        {n: st.sampled_from([0.5, 1.0, 4.0]) for n in ("time", "weekday", "season")},
    ),
    "qgram": (text, twin.qgram, {"q": st.integers(1, 4)}),
    "qgram_cosine": (text, twin.qgram_cosine, {"q": st.integers(1, 4)}),
    "qgram_jaccard": (text, twin.qgram_jaccard, {"q": st.integers(1, 4)}),
}


@pytest.mark.parametrize("name", WITH_PARAMETERS)
@given(data=st.data())
@settings(deadline=None, max_examples=1000)
def test_agrees_with_an_oracle_for_all_parameters(name, data):
    rows, oracle, parameters = WITH_PARAMETERS[name]
    x, y = data.draw(rows), data.draw(rows)
    params = {parameter: data.draw(values) for parameter, values in parameters.items()}
    assert metrics.get(name)(x, y, **params) == pytest.approx(
        oracle(x, y, **params), rel=1e-4, abs=2e-4
    )


@given(numbers, numbers)
@settings(deadline=None, max_examples=1000)
def test_directions_agree_with_scipy(x, y):
    x, y = np.float32(x).astype(float), np.float32(y).astype(float)
    if np.linalg.norm(x) > 1e-3 and np.linalg.norm(y) > 1e-3:
        assert metrics.get("cosine")(x, y) == pytest.approx(scipy_distance.cosine(x, y), abs=1e-6)
        angle = math.acos(np.clip(1 - scipy_distance.cosine(x, y), -1, 1)) / math.pi
        assert metrics.get("angular")(x, y) == pytest.approx(angle, abs=1e-4)
    if np.std(x) > 1e-2 * max(1, np.abs(x).max()) and np.std(y) > 1e-2 * max(1, np.abs(y).max()):
        assert metrics.get("correlation")(x, y) == pytest.approx(
            scipy_distance.correlation(x, y), abs=1e-6
        )


@given(answers, answers)
@settings(deadline=None, max_examples=1000)
def test_rows_of_yes_and_no_agree_with_scipy(x, y):
    a, b = np.array(x, bool), np.array(y, bool)
    assume(a.any() and b.any())
    for name in ("jaccard", "dice", "yule"):
        ours = name if name == "yule" else f"{name}_binary"
        assert metrics.get(ours)(x, y) == pytest.approx(getattr(scipy_distance, name)(a, b))
    assert metrics.get("rogers_tanimoto")(x, y) == pytest.approx(
        scipy_distance.rogerstanimoto(a, b)
    )
    assert metrics.get("sokal_sneath")(x, y) == pytest.approx(scipy_distance.sokalsneath(a, b))
    if x != y:
        assert metrics.get("russell_rao")(x, y) == pytest.approx(scipy_distance.russellrao(a, b))


@given(shares, shares)
@settings(deadline=None, max_examples=1000)
def test_histograms_agree_with_scipy(x, y):
    p, q = np.float32(x).astype(float), np.float32(y).astype(float)
    assume(p.sum() > 1e-3 and q.sum() > 1e-3)
    js = scipy_distance.jensenshannon(p, q, base=2)
    assert metrics.get("jensen_shannon")(x, y) == pytest.approx(
        0 if math.isnan(js) else js, abs=1e-6
    )
    bins = np.arange(P)
    assert metrics.get("wasserstein")(x, y) == pytest.approx(
        wasserstein_distance(bins, bins, p, q), abs=1e-6
    )


@given(members, members, st.lists(st.floats(0.125, 5, width=32), min_size=13, max_size=13))
@settings(deadline=None, max_examples=1000)
def test_rare_members_count_more(x, y, weights):
    terms = tuple([weights[m] for m in sorted(s)] for s in (x, y))
    for name in ("jaccard_rarity", "dice_rarity", "overlap_rarity"):
        assert metrics.get(name)(x, y, side_values=terms) == pytest.approx(
            getattr(twin, name)(x, y, weights), abs=1e-5
        )
        plain = metrics.get(name.removesuffix("_rarity"))(x, y)
        assert metrics.get(name)(x, y) == pytest.approx(plain, abs=1e-6)


@given(
    doubled,
    doubled,
    st.lists(st.lists(st.integers(1, 50), min_size=4, max_size=4), min_size=4, max_size=4),
)
@settings(deadline=None, max_examples=1000)
def test_categories_and_grades_agree_with_their_definitions(x, y, counts):
    shares = [dict(enumerate(np.array(c) / sum(c))) for c in counts]
    entropies = [[-f * math.log(f) / math.log(4) for f in s.values()] for s in shares]

    def by_value(of):
        return tuple([of(c, row[c]) for c in range(4)] for row in (x, y))

    goodall = metrics.get("goodall")(
        x, y, side_values=by_value(lambda c, level: shares[c][level] ** 2)
    )
    assert goodall == pytest.approx(twin.goodall(x, y, shares), abs=1e-5)
    places = [[0.5 * level - 0.4 * c * level for level in range(4)] for c in range(4)]
    likeness = metrics.get("hamming_likeness")(
        x, y, side_values=by_value(lambda c, level: places[c][level])
    )
    assert likeness == pytest.approx(twin.hamming_likeness(x, y, places), abs=1e-5)
    own = by_value(lambda c, level: entropies[c][level])
    assert metrics.get("entropy")(x, y, side_values=own) == pytest.approx(
        twin.entropy(x, y, shares), abs=1e-5
    )
    middle = by_value(lambda c, level: sum(entropies[c][:level]) + entropies[c][level] / 2)
    found = metrics.get("ordinal_entropy")(*middle, side_values=own)
    assert found == pytest.approx(twin.ordinal_entropy(x, y, shares), abs=1e-4)
    weights = [2 / (len(s) ** 2 + 2) for s in shares]
    assert metrics.get("eskin")(x, y, weights) == pytest.approx(twin.eskin(x, y, shares), abs=1e-5)


@given(numbers, numbers, st.lists(st.sampled_from([-2.0, -1.0, 0.5, 1.0]), min_size=P, max_size=P))
@settings(deadline=None, max_examples=1000)
def test_gower_agrees_with_its_definition(x, y, weights):
    assert metrics.get("gower")(x, y, weights) == pytest.approx(
        twin.gower(x, y, weights), rel=1e-5, abs=1e-6
    )


@given(text, text)
@settings(deadline=None, max_examples=1000)
def test_strings_agree_with_rapidfuzz(x, y):
    edits = OSA.distance(x, y)
    length = len(x) + len(y) + edits
    assert metrics.get("osa_normalized")(x, y) == pytest.approx(2 * edits / length if length else 0)
    # Jaro's greedy matches may depend on the order of the pair; ours is symmetric.
    assert any(
        metrics.get("jaro")(x, y) == pytest.approx(Jaro.distance(*pair), abs=1e-9)
        for pair in ((x, y), (y, x))
    )
    assume(abs(Jaro.similarity(x, y) - 0.7) > 1e-9)  # from there on a common beginning counts
    weight = 0.1
    either = [JaroWinkler.distance(*pair, prefix_weight=weight) for pair in ((x, y), (y, x))]
    assert any(
        metrics.get("jaro_winkler")(x, y, prefix=weight) == pytest.approx(d, abs=1e-9)
        for d in either
    )


@given(names, names)
@settings(deadline=None, max_examples=1000)
def test_words_agree_with_rapidfuzz(x, y):
    if x.split() and y.split():
        assert metrics.get("token_set")(x, y) == pytest.approx(
            1 - fuzz.token_set_ratio(x, y) / 100, abs=1e-9
        )


@given(heights, heights, st.sampled_from([1.0, 50.0]))
@settings(deadline=None, max_examples=1000)
def test_altitude_is_a_leg_of_a_right_triangle(x, y, vertical):
    flat = metrics.get("haversine")(x[:3], y[:3])
    expected = math.hypot(flat, vertical * (float(x[3]) - float(y[3])))
    assert metrics.get("haversine_altitude")(x, y, vertical=vertical) == pytest.approx(
        expected, rel=1e-6, abs=1e-9
    )
    assert metrics.get("haversine_root")(x[:3], y[:3]) == pytest.approx(math.sqrt(flat), abs=1e-12)


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
    [
        ("ab", 40, 6000),
        ("abcdefghij ", 70, 4000),
        ("aß漢字😀é\u0301", 30, 4000),
        ("abcd漢", 400, 600),
    ],
)
def test_levenshtein_agrees_with_rapidfuzz(alphabet, longest, count):
    rng = np.random.default_rng(len(alphabet))
    left, right = _strings(rng, alphabet, longest, count), _strings(rng, alphabet, longest, count)
    right[::3] = [
        s[: len(s) // 2] + "b" + s[len(s) // 2 + 1 :] for s in left[::3]
    ]  # near pairs as well as far ones
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
    lat[1, ::3], lon[1, ::3] = (
        lat[0, ::3] + rng.normal(0, 1e-3, n // 3),
        lon[0, ::3] + rng.normal(0, 1e-3, n // 3),
    )
    lat[1, 1::9], lon[1, 1::9] = -lat[0, 1::9], lon[0, 1::9] + 180  # antipodes
    lat = np.clip(lat, -90, 90)
    sphere = Geod(a=EARTH_RADIUS_KM, b=EARTH_RADIUS_KM)
    _, _, expected = sphere.inv(lon[0], lat[0], lon[1], lat[1])
    x, y = unit_vectors(lat[0], lon[0]), unit_vectors(lat[1], lon[1])
    haversine = metrics.get("haversine")
    for i in range(n):
        shift = x[i]  # stores subtract a common vector before rounding to float32
        found = haversine(np.zeros(3), y[i] - shift) * EARTH_RADIUS_KM
        near_antipode = (
            expected[i] > 0.99 * np.pi * EARTH_RADIUS_KM
        )  # arcsin is flat there: 1e-7 of the chord is 5 km
        assert found == pytest.approx(expected[i], rel=2e-6, abs=8.0 if near_antipode else 1e-4)


@pytest.mark.parametrize("name", ["euclidean", "haversine"])
def test_vectors_of_two_lengths_are_refused(name):
    with pytest.raises(MetricError, match="one length"):
        metrics.get(name)([1, 2, 3], [1, 2])


def test_an_unknown_metric_names_the_nearest():
    with pytest.raises(MetricError, match="did you mean 'manhattan'"):
        metrics.get("manhatan")


def test_a_built_in_name_cannot_be_taken():
    with pytest.raises(MetricError, match="built-in"):
        metrics.register(metrics.Metric("cosine", metrics.get("euclidean").function, "vector"))
