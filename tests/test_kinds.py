"""The contract of kinds, over all of KINDS and a kind defined in kind_cases."""

import datetime as dt
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from frames import ROOT
from frameumap.metrics import Metric
from frameumap.metrics import get as get_metric
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_cases import CASES, SAMPLES, Colour, N, case, fitted

import frameumap
from frameumap import FrameUMAP, Kind, ModelFileError, SchemaError, register_kind
from frameumap.columns.dtypes import classify
from frameumap.kinds import KINDS


def test_every_kind_is_tried():
    # These come as matrices, not as columns of a frame: test_sparse.py, test_precomputed.py.
    assert set(SAMPLES) == set(KINDS) - {"sparse", "precomputed"}


@pytest.mark.parametrize("name", CASES)
def test_a_block_is_what_the_kind_says(name):
    df, schema = case(name)
    kind, columns, block = fitted(df, schema)
    assert block.cells.shape == block.present.shape == (N, kind.width())
    assert block.cells.dtype == np.int32
    assert kind.width(columns) == kind.width()
    assert block.shares.sum() == pytest.approx(1)
    if kind.group.missing == "skip":
        assert not block.present[3].any()
        assert block.present[[0, 1, 2]].all()
    again = kind.encode([s.iloc[::-1] for s in columns])
    if block.entries is None:  # entries are numbered by what a batch holds
        np.testing.assert_array_equal(again.cells[::-1], block.cells)
    np.testing.assert_array_equal(again.present[::-1], block.present)


@pytest.mark.parametrize("name", CASES)
def test_saved_state_encodes_the_same(name, tmp_path):
    df, schema = case(name)
    model = FrameUMAP(schema, n_epochs=3).fit(df)
    model.save(tmp_path / "m")
    loaded = FrameUMAP.load(tmp_path / "m")
    one, two = model._model.encoders[0], loaded._model.encoders[0]
    assert one is not two
    assert vars(one).keys() == vars(two).keys()
    columns = [df[c] for c in one.group.columns]
    for a, b in zip(one.encode(columns)[:4], two.encode(columns)[:4], strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(loaded.transform(df), model.transform(df))
    points = model.embedding_[:5]
    pd.testing.assert_frame_equal(loaded.inverse_transform(points), model.inverse_transform(points))


@pytest.mark.parametrize("name", CASES)
def test_rows_come_back_and_new_ones_join(name):
    df, schema = case(name)
    model = FrameUMAP(schema, n_epochs=3, n_neighbors=5).fit(df)
    np.testing.assert_array_equal(model.transform(df[5:6]), model.transform(df)[5:6])
    back = model.inverse_transform(model.embedding_[:8])
    assert list(back) == list(df)
    assert back.index.equals(pd.RangeIndex(8))
    for column in back:
        held = classify(df[column]).family
        if not model._model.encoders[0].is_part:
            assert classify(back[column]).family in (held, "")
    before = len(model.embedding_)
    assert model.update(df[:7]).embedding_.shape == (before + 7, 2)
    assert np.isfinite(model.transform(df[:2])).all()


@pytest.mark.parametrize("name", [n for n in CASES if n not in ("calendar", "rare words")])
def test_what_is_packed_can_be_read(name):
    df, schema = case(name, gaps=False)
    model = FrameUMAP(schema, n_epochs=1).fit(df)
    kind, packed = model._model.encoders[0], model._model.packed
    cells = packed.rows.cells[:, np.argsort(packed.orders[0])]
    if packed.metrics[0].accepts == "vector":
        cells = cells.view(np.float32)
    for values, column in zip(kind.decode(cells, packed.rows), kind.group.columns, strict=True):
        for got, want in zip(values, df[column], strict=True):
            if isinstance(want, str | dt.time | bool):
                assert got == want
            elif isinstance(want, list):
                assert sorted(got) == sorted(want)
            elif isinstance(want, pd.Timestamp):
                assert abs(got - want) < pd.Timedelta(seconds=60)
            else:
                np.testing.assert_allclose(np.asarray(got, float), want, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", CASES)
def test_every_value_can_be_said(name):
    df, schema = case(name)
    kind, columns, _ = fitted(df, schema)
    values = list(zip(*columns, strict=True)) if kind.joint else list(columns[0])
    gap = (None,) * len(columns) if kind.joint else None
    for value in [*values[:3], gap]:
        assert isinstance(kind.say_value(value), str)
        assert kind.say_value(value)
        assert isinstance(kind.say_difference(values[0], value, 0.5), str)
    present = [v for i, v in enumerate(values) if i not in (3, 10, 11, 12)]
    assert kind.say_typical(present)
    assert kind.say_typical([])


@pytest.mark.parametrize(
    ("name", "a", "b", "said"),
    [
        ("numeric", 1.0, 2.5, "1 against 2.5"),
        ("categorical", "a", "a", "both a"),
        ("boolean", True, False, "yes against no"),
        ("geo", (52.5, 13.4), (48.1, 11.6), "506 km apart"),
        ("datetime", pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-04"), "2024-01-01 against 2024-01-04, 3 days apart"),
        ("time", dt.time(23, 30), dt.time(0, 15), "23:30 against 00:15, 45 min apart"),
        ("set", ["a", "b"], ["b", "c"], "b in common, 2 not"),
        ("one path", "a/b", "a/c", "both in a; b against c"),
    ],
)  # fmt: skip
def test_differences_are_said_in_the_terms_of_the_kind(name, a, b, said):
    kind, _, _ = fitted(*case(name))
    assert kind.say_difference(a, b, 1.0) == said


def test_typical_values():
    for name, values, said in [
        ("numeric", [1.0, 2.0, 3.0, 4.0, 5.0], "3 (2 to 4)"),
        ("categorical", ["a", "b", "a"], "a"),
        ("cyclic", [23, 1], "0"),
        ("time", [dt.time(23), dt.time(1)], "around 00:00"),
        ("set", [["a", "b"], ["a"], ["c"]], "a"),
    ]:
        kind, _, _ = fitted(*case(name))
        assert kind.say_typical(values) == said


def test_a_kind_of_ones_own_is_inferred_and_named_by_its_word():
    df, _ = case("colour")
    assert {g.kind for g in frameumap.infer_schema(df).groups.values()} == {"colour"}
    assert frameumap.Schema.from_mapping({"c0": "colour"}).groups["c0"].metric == "hue_gap"


def test_the_default_aggregate_is_a_row_that_is_there():
    df, schema = case("colour", gaps=False)
    model = FrameUMAP(schema, n_epochs=20).fit(df)
    back = model.inverse_transform(model.embedding_)
    assert set(map(tuple, back.to_numpy())) <= set(map(tuple, df.to_numpy()))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"name": "numeric"}, "'numeric' is a built-in kind"),
        ({"name": "ignored"}, "'ignored' is a built-in kind"),
        ({"name": "x", "accepts": ("letters",)}, "accepts of kind 'x'"),
        ({"name": "x", "metric": "jaccard"}, "metric 'jaccard' does not take its rows"),
        ({"name": "x", "shared": "numbers"}, "the shared group 'numbers' is that of kind 'numeric'"),
    ],
)  # fmt: skip
def test_a_kind_that_does_not_fit_is_refused(members, message):
    with pytest.raises(SchemaError, match=message):
        register_kind(type("Bad", (Colour,), members))


def test_a_forgotten_method_is_named():
    bare = {"name": "x", "accepts": ("vector",), "metric": "manhattan"}
    with pytest.raises(SchemaError, match="kind 'x' lacks decode, encode, fit"):
        register_kind(type("Bare", (Kind,), bare))
    with pytest.raises(SchemaError, match="lacks name, accepts, metric"):
        register_kind(type("Nameless", (Kind,), {}))
    with pytest.raises(SchemaError, match="expected a subclass"):
        register_kind(int)


def test_a_kind_that_packs_other_widths_than_it_says_is_an_error():
    register_kind(type("Wide", (Colour,), {"name": "wide", "words": 2, "rules": ()}))
    try:
        df, _ = case("colour")
        with pytest.raises(
            SchemaError, match="kind 'wide' says that a row has 2 words, but its encode gives 3"
        ):
            FrameUMAP({"c0": "wide"}).fit(df)
    finally:
        del KINDS._kinds["wide"]


def test_a_model_of_a_kind_that_is_not_registered_says_so(tmp_path):
    df, schema = case("colour")
    FrameUMAP(schema, n_epochs=1).fit(df).save(tmp_path / "m")
    kind = KINDS._kinds.pop("colour")
    try:
        with pytest.raises(
            ModelFileError, match="kind 'colour', which is not registered; register it"
        ):
            FrameUMAP.load(tmp_path / "m")
    finally:
        register_kind(kind)


def test_other_packages_offer_kinds(tmp_path):
    (tmp_path / "offered.py").write_text(
        "import frameumap\nfrom frameumap.kinds.numeric import Numeric\n"
        "class Money(Numeric):\n    name = 'money'\n    shared = 'money'\n    rules = ()\n"
    )
    info = tmp_path / "offered-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: offered\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[frameumap.kinds]\nmoney = offered:Money\nbroken = offered:Nothing\n"
    )
    code = (
        "import sys, warnings; sys.path.insert(0, sys.argv[1])\n"
        "import frameumap\n"
        "with warnings.catch_warnings(record=True) as said:\n"
        "    warnings.simplefilter('always')\n"
        "    schema = frameumap.Schema.from_mapping({'x': 'money'})\n"
        "print(schema.groups['x'].kind, *(str(w.message)[:45] for w in said))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, cwd=ROOT / "tests", check=False
    )  # fmt: skip
    assert done.stdout.strip() == "money kind 'broken' is offered by 'offered:Nothing'", done.stderr


def test_the_table_of_rules_is_total_and_in_order():
    rules = KINDS.rules()
    assert [r.rank for r in rules] == sorted(r.rank for r in rules)
    assert len({r.rank for r in rules}) == len(rules), "ties would depend on the order of KINDS"


def test_every_metric_has_a_kind():
    for name in frameumap.metrics.names():
        metric: Metric = get_metric(name)
        assert metric.accepts in KINDS[KINDS.of_metric(metric)].accepts


@pytest.mark.parametrize(
    ("values", "content"),
    [
        ([1, 2.5, None], ("number", "")),
        (pd.Series([1, 2], dtype="int64[pyarrow]"), ("number", "")),
        ([True, None], ("boolean", "")),
        ([True, 2], ("number", "")),
        (["a", None], ("string", "")),
        (pd.Series([b"x"]), ("bytes", "")),
        ([dt.time(1), None], ("time", "")),
        (pd.Series([dt.time(1)], dtype="time64[us][pyarrow]"), ("time", "")),
        ([dt.date(2020, 1, 1)], ("date", "")),
        (pd.Series([dt.date(2020, 1, 1)], dtype="date32[pyarrow]"), ("date", "")),
        (pd.period_range("2020", periods=2, freq="Y"), ("date", "")),
        ([dt.timedelta(1)], ("duration", "")),
        (pd.Series([dt.timedelta(1)], dtype="duration[us][pyarrow]"), ("duration", "")),
        ([[1], {2}], ("list", "")),
        (pd.Categorical([1, 2]), ("number", "unordered")),
        (pd.Categorical(["a"], ordered=True), ("string", "ordered")),
        (pd.arrays.IntervalArray.from_breaks([0, 1]), ("Interval", "ordered")),
        ([None, None], ("", "")),
        (["a", 1], ("string or number", "")),
    ],
    ids=str,
)
def test_what_a_series_holds(values, content):
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    assert classify(series)[:2] == content
    if not isinstance(series.dtype, pd.CategoricalDtype | pd.IntervalDtype) and content[0]:
        assert classify(series.astype(object))[:2] == content


@settings(deadline=None)
@given(st.lists(st.none() | st.integers(-5, 5) | st.text(max_size=2) | st.booleans(), min_size=1))
def test_the_order_of_values_does_not_change_what_they_are(values):
    series = pd.Series(values, dtype=object)
    assert classify(series)[:2] == classify(series[::-1])[:2]
