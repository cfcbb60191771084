"""What kinds make of values: packed words, several values as one, absence, weights."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from kind_cases import case, fitted

import frameumap
from frameumap.kinds.aggregate import Nearest
from frameumap.schema.check import check_columns


def packed_kind(values, spec):
    """The kind fitted to one column, or to columns of tuples, and its block."""
    tuples = isinstance(values[0], tuple)
    columns = list(zip(*values, strict=True)) if tuples else [values]
    df = pd.DataFrame({f"c{i}": pd.Series(list(v), dtype=object) for i, v in enumerate(columns)})
    df = df.infer_objects()
    return fitted(df, {tuple(df) if tuples else "c0": spec})


def joined(values, weights, spec):
    """The aggregate of weighted values; None if it is absent. Runs no kernel."""
    kind, _, block = packed_kind(values, spec)
    accepts = frameumap.metrics.get(kind.group.metric).accepts
    cells = block.cells.view(np.float32) if accepts == "vector" else block.cells
    nearest = Nearest(cells[None], np.array([weights]), block.present[None], lambda: 1 / 0)
    words, present = kind.aggregate(nearest)
    if not present.any():
        return None
    words = words.astype(np.float32 if accepts == "vector" else np.int32)
    decoded = [values[0] for values in kind.decode(words, None)]
    return tuple(decoded) if len(decoded) > 1 else decoded[0]


FIRST, SECOND, THIRD = (pd.Timestamp(f"2024-01-0{day}") for day in (1, 2, 9))


@pytest.mark.parametrize(
    ("spec", "values", "weights", "expected"),
    [
        ("numeric", [1.0, 2.0, 10.0], [0.3, 0.3, 0.4], 2.0),
        ("numeric", [1.0, 2.0, None], [0.2, 0.2, 0.6], None),
        ("numeric", [1.0, 2.0, None], [0.2, 0.4, 0.4], 2.0),
        ("datetime", [FIRST, SECOND, THIRD], [0.3, 0.3, 0.4], SECOND),
        (
            frameumap.ordinal(["poor", "fair", "good"]),
            ["poor", "fair", "good"],
            [0.3, 0.3, 0.4],
            "fair",
        ),
        ("ordinal_entropy", [1, 2, 3], [0.3, 0.3, 0.4], 2),
        ("categorical", ["a", "b", "c"], [0.4, 0.3, 0.3], "a"),
        ("boolean", [False, True, True], [0.4, 0.3, 0.3], True),
        (frameumap.cyclic(24), [22, 0, 4], [0.5, 0.25, 0.25], 23.8418),
        ("time", [dt.time(23), dt.time(1)], [0.5, 0.5], dt.time(0)),
        ("haversine", [(0.0, 178.0), (0.0, -178.0), (90.0, 0.0)], [0.5, 0.5, 0.0], (0.0, 180.0)),
        ("haversine", [(0.0, 10.0), (0.0, 20.0), (0.0, 60.0)], [0.5, 0.5, 0.0], (0.0, 15.0)),
        ("vector", [[0.0, 0.0], [0.0, 1.0], [9.0, 5.0]], [0.5, 0.25, 0.25], [2.25, 1.5]),
        ("gower", [(1.0, "a"), (2.0, "b"), (9.0, "c")], [0.3, 0.3, 0.4], (2.0, "b")),
        ("mahalanobis", [(1.0, 5.0), (2.0, 7.0), (9.0, 6.0)], [0.1, 0.1, 0.8], (9.0, 6.0)),
    ],
)
def test_several_values_are_joined_as_the_kind_says(spec, values, weights, expected):
    got = joined(values, weights, spec)
    if expected is None or isinstance(expected, str | bool | dt.time):
        assert got == expected
    elif isinstance(expected, pd.Timestamp):
        assert abs(got - expected) < pd.Timedelta(seconds=1)
    elif isinstance(expected, tuple) and isinstance(expected[-1], str):
        assert got[0] == pytest.approx(expected[0], rel=1e-5)
        assert got[1] == expected[1]
    else:
        got = np.abs(got) if expected == (0.0, 180.0) else got  # both signs are that meridian
        np.testing.assert_allclose(np.asarray(got, float), expected, rtol=1e-4, atol=1e-4)


def test_strings_and_sets_are_joined_to_the_medoid():
    values = np.array([[[0], [1], [2]]], np.int32)
    gaps = np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 1.0], [4.0, 1.0, 0.0]])
    for name in ("text", "set", "one path", "colour"):
        kind, _, _ = fitted(*case(name))
        present = np.ones(values.shape, bool)
        nearest = Nearest(values, np.array([[0.4, 0.25, 0.35]]), present, lambda: gaps[None])
        words, has = kind.aggregate(nearest)
        assert words.tolist() == [[1]]
        assert has.all()


@pytest.mark.parametrize("spec", ["hamming", "goodall"])
def test_absence_may_be_a_level_of_its_own(spec):
    values = ["a", "b", None, None, "a", "a"]
    level = frameumap.categorical(missing="level", metric=spec)
    kind, columns, block = packed_kind(values, level)
    assert block.present.all()
    assert block.cells[2, 0] == block.cells[3, 0]
    assert block.cells[2, 0] not in block.cells[[0, 1], 0]
    assert kind.decode(block.cells, None)[0].tolist() == values
    assert kind.rates[0] == pytest.approx(1 - 4 / 15)  # four of fifteen pairs agree
    if spec == "goodall":
        np.testing.assert_allclose(kind.shares[0], [3 / 6, 1 / 6, 2 / 6])
        bits = block.cells[:, 1].view(np.float32)
        np.testing.assert_allclose(
            bits, np.square([3 / 6, 1 / 6, 2 / 6])[[0, 1, 2, 2, 0, 0]], rtol=1e-6
        )
    skipped, _, other = packed_kind(values, frameumap.categorical(metric=spec))
    assert other.present[:, 0].tolist() == [True, True, False, False, True, True]
    assert skipped.rates[0] == pytest.approx(1 / 2)
    unseen = kind.encode([pd.Series(["z", "b"], name="c0")])
    assert unseen.cells[0, 0] not in block.cells[:, 0]
    assert unseen.cells[1, 0] == block.cells[1, 0]
    assert columns[0].isna().sum() == 2


def test_grades_are_numbered_in_the_declared_order_and_placed_by_entropy():
    values = ["poor", "poor", "fair", "good"]
    grades = frameumap.ordinal(["poor", "fair", "good"], metric="levels")
    _, _, block = packed_kind(values, grades)
    steps = np.diff(block.cells.view(np.float32)[:, 0])
    assert steps[0] == 0
    assert steps[1] == pytest.approx(steps[2])
    assert steps[1] > 0
    _, _, block = packed_kind([1, 1, 2, 3], "ordinal_entropy")
    half, quarter = (-f * np.log(f) / np.log(3) for f in (1 / 2, 1 / 4))
    middles = [half / 2, half / 2, half + quarter / 2, half + 1.5 * quarter]
    expected = np.column_stack([middles, [half, half, quarter, quarter]])
    np.testing.assert_allclose(block.cells.view(np.float32), expected, rtol=1e-6)


def test_cycles_wrap_at_their_period():
    _, _, block = packed_kind([1.0, 25.0, -23.0, 13.0], frameumap.cyclic(24))
    phases = block.cells.view(np.float32)[:, 0]
    np.testing.assert_allclose(phases, [1 / 24, 1 / 24, 1 / 24, 13 / 24], rtol=1e-6)


def test_places_are_unit_vectors_less_their_mean_and_metres_of_the_radius():
    places = [(90.0, 0.0, 0.0), (0.0, 0.0, 6371.0088), (0.0, 90.0, 0.0)]
    kind, _, block = packed_kind(places, "haversine_altitude")
    vectors = block.cells.view(np.float32) + kind.center
    expected = [[0, 0, 1, 0], [1, 0, 0, 0.001], [0, 1, 0, 0]]
    np.testing.assert_allclose(vectors, expected, atol=1e-6)
    np.testing.assert_allclose(block.cells.view(np.float32).mean(axis=0), 0, atol=1e-6)


def test_a_path_ends_at_its_first_gap_and_its_order_counts():
    kind, _, block = packed_kind([("a", "b"), ("a", None), ("b", "a")], "hierarchical")
    members = list(kind.members)
    paths = [[members[code] for code in entry] for entry in block.entries[0]]
    held = [paths[number] for number in block.cells[:, 0]]
    assert held == [[("a",), ("a", "b")], [("a",)], [("b",), ("b", "a")]]
    own = kind.encode([pd.Series(["a"]), pd.Series(["new"])])
    first, unseen = own.entries[0][0].tolist()
    assert first == members.index(("a",))
    assert unseen >= 2**30  # a hashed code: of no member of the fit


def test_numbers_of_a_mixed_group_are_divided_by_their_range():
    rows = [(0.0, "a"), (5.0, "b"), (10.0, "a")]
    _, _, block = packed_kind(rows, "gower")
    np.testing.assert_allclose(block.cells.view(np.float32)[:, 0], [0, 0.5, 1])
    assert block.weights.tolist() == [1, -1]


def test_rare_members_weigh_more_and_unknown_ones_most():
    kind, _, _ = packed_kind([["a"], ["a", "b"], ["a"]], "jaccard_rarity")
    np.testing.assert_allclose(kind.rarity, np.log1p([3 / 3, 3 / 1]))
    entry = kind.entry(["a", "new"])
    assert entry[0] == 0
    assert entry[1] >= 2**30  # a hashed code: of no member of the fit
    np.testing.assert_allclose(entry[2:].view(np.float32), np.log1p([1, 3]), rtol=1e-6)


def test_a_weight_of_two_is_twice_the_spread():
    plain = packed_kind([(1.0, 5.0), (2.0, 9.0), (4.0, 6.0)], "manhattan")
    twice = packed_kind(
        [(1.0, 5.0), (2.0, 9.0), (4.0, 6.0)],
        frameumap.group(metric="manhattan", column_weights=(2.0, 1.0)),
    )
    one, two = (block.cells.view(np.float32) for _, _, block in (plain, twice))
    np.testing.assert_allclose(two, one * [2, 1], rtol=1e-6)


def test_a_group_counts_its_columns_and_a_place_two():
    schema = frameumap.Schema.from_mapping(
        {tuple("abcd"): "categorical", ("lat", "lon"): "haversine", "x": "jaccard"}
    )
    weights = {g.kind: g.effective_weight for g in schema.groups.values()}
    assert weights == {"categorical": 4.0, "geo": 2.0, "set": 1.0}


def test_kinds_of_a_group_each_share_one_weight_when_inferred():
    df = pd.DataFrame({f"c{i}": [["a"], ["a", "b"], ["b"], []] * 5 for i in range(4)})
    weights = [g.effective_weight for g in frameumap.infer_schema(df).groups.values()]
    assert weights == pytest.approx([2.0 / 2] * 4)


def test_lists_under_a_metric_of_numbers_are_vectors_and_half_a_place_is_none():
    df = pd.DataFrame({"v": [[1.0, 2.0], [2.0, 1.0]], "lat": [1.0, 2.0], "lon": [None, None]})
    schema = frameumap.Schema.from_mapping({"v": "euclidean", ("lat", "lon"): "haversine"})
    with pytest.warns(
        frameumap.FrameUMAPWarning, match=r"without any value are ignored: \['lon'\]"
    ):
        checked = check_columns(schema, df)
    assert {g.columns: g.kind for g in checked.groups.values()} == {("v",): "vector"}
    assert set(checked.ignored) == {"lat", "lon"}


def test_a_point_of_a_circle_is_the_value_at_its_phase():
    hours = np.arange(24.0)
    model = frameumap.FrameUMAP({"h": frameumap.cyclic(24)}, n_epochs=0, init="random").fit(
        pd.DataFrame({"h": hours})
    )
    kind, rows = model._model.encoders[0], model._model.packed.rows
    points = kind.points_of(rows.cells.view(np.float32))
    back = np.array([kind.value_at(point, rows) for point in points])
    gaps = np.abs(back - hours)
    assert np.minimum(gaps, 24 - gaps).max() < 1e-4
