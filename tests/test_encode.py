"""The same values give the same words in any dtype; dates, cycles and sets are encoded as
defined."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from frames import all_pairs, packed

import frameumap
from frameumap.columns.prepare import PREPARATIONS, mean_gap, mean_mismatch, mid_ranks
from frameumap.schema.spec import group_name

N = 40
RNG = np.random.default_rng(1)
NUMBERS = RNG.integers(0, 15, N).astype(float)
WORDS = RNG.choice(["ä", "b", "c"], N).astype(object)
DATES = pd.Timestamp("2021-03-01") + pd.to_timedelta(RNG.integers(0, 10**7, N), unit="s")


def cells(values, spec):
    df = pd.DataFrame({"x": values})
    schema = frameumap.Schema.from_mapping({"x": spec})
    return packed(df, schema)[2].rows.cells


def with_gaps(values):
    out = pd.Series(list(values), dtype=object)
    out[::7] = None
    return out


@pytest.mark.parametrize(
    "dtype",
    [
        "float64",
        "float32",
        "Int64",
        "Float64",
        "int64[pyarrow]",
        "double[pyarrow]",
        object,
        "string",
    ],
)
@pytest.mark.parametrize("gaps", [False, True])
def test_numbers_are_the_same_in_every_dtype(dtype, gaps):
    values = with_gaps(NUMBERS) if gaps else pd.Series(NUMBERS, dtype=object)
    plain = values.astype("float64")
    typed = values.map(lambda v: None if v is None else str(v)) if dtype == "string" else values
    np.testing.assert_array_equal(cells(typed.astype(dtype), "numeric"), cells(plain, "numeric"))


@pytest.mark.parametrize(
    "dtype", [object, "string", "string[pyarrow]", pd.ArrowDtype(pa.string()), "category"]
)
@pytest.mark.parametrize(
    "spec", ["categorical", "levenshtein", frameumap.categorical(missing="level")]
)
@pytest.mark.parametrize("gaps", [False, True])
def test_strings_are_the_same_in_every_dtype(dtype, spec, gaps):
    values = with_gaps(WORDS) if gaps else pd.Series(WORDS, dtype=object)
    np.testing.assert_array_equal(cells(values.astype(dtype), spec), cells(values, spec))


@pytest.mark.parametrize(
    "convert",
    [
        lambda s: s,
        lambda s: s.astype("datetime64[s]"),
        lambda s: s.dt.tz_localize("UTC"),
        lambda s: s.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo"),
        lambda s: s.astype("timestamp[us][pyarrow]"),
        lambda s: s.astype(object),
        lambda s: s.dt.strftime("%Y-%m-%dT%H:%M:%S"),
    ],
)
def test_dates_are_the_same_in_every_dtype(convert):
    dates = pd.Series(DATES)
    np.testing.assert_array_equal(cells(convert(dates), "datetime"), cells(dates, "datetime"))


def test_parts_of_dates_turn_in_circles():
    when = pd.to_datetime(
        [
            "2024-01-01 00:00",
            "2024-01-01 12:00",
            "2024-01-08 00:00",
            "2024-12-31 23:59",
            "2023-07-02 12:00",
        ]
    )
    df = pd.DataFrame({"when": when})
    schema = frameumap.Schema.from_mapping(
        {"when": frameumap.datetime("time", "weekday", "season")}
    )
    groups, _, result = packed(df, schema)
    D = {g.part: all_pairs(result.rows, i) * result.scales[i] for i, g in enumerate(groups)}
    assert D["time"][0, 1] == pytest.approx(1)  # midnight and noon
    assert D["time"][0, 3] == pytest.approx(2 / 1440, abs=1e-5)
    assert D["weekday"][0, 2] == pytest.approx(0, abs=1e-6)  # two Mondays
    assert D["season"][0, 3] < 0.01  # New Year's Day and Eve
    assert D["season"][0, 4] > 0.98  # midsummer


def test_local_time_of_day_is_what_counts():
    here = pd.DatetimeIndex(["2024-06-01 08:00", "2024-12-01 08:00"], tz="Europe/Berlin")
    df = pd.DataFrame({"when": here})
    _, _, result = packed(df, frameumap.Schema.from_mapping({"when": frameumap.datetime("time")}))
    assert all_pairs(result.rows, 0)[0, 1] == 0


def test_cycles_join_their_ends():
    df = pd.DataFrame({"hour": [0, 6, 12, 23, 24]})
    _, _, result = packed(df, frameumap.Schema.from_mapping({"hour": frameumap.cyclic(24)}))
    D = all_pairs(result.rows, 0) * result.scales[0]
    assert D[0, 2] == pytest.approx(1)
    assert D[0, 3] == pytest.approx(1 / 12, abs=1e-6)
    assert D[0, 4] == pytest.approx(0, abs=1e-6)


def test_places_a_metre_apart_are_told_apart():
    lat = 48.1 + np.arange(5) * 1e-5  # 1.1 m steps
    df = pd.DataFrame({"lat": lat, "lon": np.full(5, 11.5)})
    _, _, result = packed(df, frameumap.Schema.from_mapping({("lat", "lon"): "haversine"}))
    metres = all_pairs(result.rows, 0) * result.scales[0] * 6371008.8
    np.testing.assert_allclose(metres[0], np.arange(5) * 1.11195, atol=0.01)


@pytest.mark.parametrize(
    "values", [["a|b", "b| a ", "", "c", None], [["a", "b"], ["b", "a", "a"], [], ["c"], None]]
)
def test_sets_have_no_order_and_the_empty_one_is_no_gap(values):
    df = pd.DataFrame({"s": pd.Series(values, dtype=object)})
    _, _, result = packed(df, frameumap.Schema.from_mapping({"s": frameumap.sets("|")}))
    D = all_pairs(result.rows, 0) * result.scales[0]
    np.testing.assert_allclose(D[:4, :4], [[0, 0, 1, 1], [0, 0, 1, 1], [1, 1, 0, 1], [1, 1, 1, 0]])
    np.testing.assert_allclose(D[4], result.scales[0])


@pytest.mark.parametrize("name", PREPARATIONS)
def test_preparations_are_monotone_and_finite(name):
    x = np.concatenate([RNG.lognormal(3, 2, 500), np.zeros(50), -RNG.lognormal(0, 1, 50)])
    step = PREPARATIONS[name](x)
    prepared = step.apply(np.sort(x))
    assert np.isfinite(prepared).all()
    assert (np.diff(prepared) >= 0).all()
    assert np.isfinite(step.apply(np.array([-1e300, 0, 1e300]))).all()


@pytest.mark.parametrize("name", ["scores", "standard", "robust", "ranks", "log"])
def test_preparations_forget_the_unit(name):
    x = RNG.lognormal(size=300)
    one, two = PREPARATIONS[name](x).apply(x), PREPARATIONS[name](x * 2.54).apply(x * 2.54)
    np.testing.assert_allclose(one, two, rtol=1e-9)


def test_mean_gap_and_mismatch_equal_all_pairs():
    x = RNG.integers(0, 7, 50)
    pairs = np.triu_indices(50, 1)
    assert mean_gap(x.astype(float)) == pytest.approx(np.abs(x[:, None] - x[None])[pairs].mean())
    assert mean_mismatch(x) == pytest.approx((x[:, None] != x[None])[pairs].mean())
    assert mean_gap(np.ones(1)) == mean_mismatch(np.ones(1)) == 0


def test_mid_ranks():
    values, ranks = mid_ranks(np.array([5.0, 1.0, 1.0, 9.0]))
    np.testing.assert_array_equal(values, [1, 5, 9])
    np.testing.assert_allclose(ranks, [0.25, 0.625, 0.875])


def test_bytes_share_a_unit_and_are_not_standardised():
    X = pd.DataFrame(RNG.integers(0, 255, (N, 3)).astype(np.uint8), columns=list("abc"))
    _, blocks, _ = packed(X, frameumap.Schema.from_mapping({tuple(X): "euclidean"}))
    np.testing.assert_array_equal(blocks[0].cells.view(np.float32), X)
    assert group_name(list(X)) == "a+b+c"
