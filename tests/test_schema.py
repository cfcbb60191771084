"""Inference by rule, editing, and the round trips."""

import datetime as dt
import decimal
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from frames import mixed
from frameumap.metrics.text_steps import TEXT_STEPS
from hypothesis import given
from hypothesis import strategies as st

import frameumap
from frameumap import DataError, FrameUMAP, FrameUMAPWarning, Schema, SchemaError, infer_schema
from frameumap.columns.dtypes import plain_string
from frameumap.kinds import KINDS
from frameumap.schema.group import MISSING, PREPARATIONS, Group
from frameumap.schema.schema import Note

N = 60
RNG = np.random.default_rng(0)


def kinds(schema):
    return {c: g.kind for g in schema.groups.values() for c in g.columns} | dict.fromkeys(
        schema.ignored, "ignored"
    )


def kind_of(values, name="column"):
    df = pd.DataFrame({name: values, "other": RNG.normal(size=len(values))})
    schema = infer_schema(df)
    return kinds(schema)[name], schema.notes[name]


def kind_spec(values, kind):
    """What to declare: the kind, or for delimited strings the delimiter too."""
    return frameumap.sets("|") if kind == "set" else kind


WORDS = ["alpha", "beta", "gamma", "delta"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (RNG.normal(size=N), "numeric"),
        (RNG.integers(0, 30, N), "numeric"),
        (pd.array(RNG.integers(0, 30, N), dtype="Int64"), "numeric"),
        (pd.array([1.5, 2.5, None] * (N // 3), dtype="Float64"), "boolean"),
        (pd.array(RNG.normal(size=N), dtype="double[pyarrow]"), "numeric"),
        ([decimal.Decimal(i) / 7 for i in range(N)], "numeric"),
        (pd.array(RNG.random(N) < 0.5, dtype="boolean"), "boolean"),
        (RNG.integers(0, 2, N), "boolean"),
        (RNG.choice(["yes", "no"], N), "boolean"),
        (RNG.choice(WORDS, N), "categorical"),
        (pd.Series(RNG.choice(WORDS, N), dtype="string"), "categorical"),
        (pd.Series(RNG.choice(WORDS, N), dtype="string[pyarrow]"), "categorical"),
        (pd.Series(RNG.choice(WORDS, N), dtype=pd.ArrowDtype(pa.string())), "categorical"),
        (pd.Categorical(RNG.choice(WORDS, N)), "categorical"),
        (pd.Categorical(RNG.choice(WORDS, N), WORDS, ordered=True), "ordinal"),
        (pd.date_range("2020-01-01", periods=N), "datetime"),
        (pd.date_range("2020-01-01", periods=N, tz="Europe/Vilnius"), "datetime"),
        (pd.Series(pd.date_range("2020-01-01", periods=N)).dt.date, "datetime"),
        (pd.period_range("2020-01", periods=N, freq="M"), "datetime"),
        (pd.to_timedelta(RNG.integers(0, 9999, N), unit="s"), "numeric"),
        ([list(RNG.choice(WORDS, 1 + i % 3)) for i in range(N)], "set"),
        ([set(RNG.choice(WORDS, 1 + i % 3)) for i in range(N)], "set"),
        (list(RNG.normal(size=(N, 4))), "vector"),
        (["|".join(RNG.choice(WORDS, 1 + i % 3, replace=False)) for i in range(N)], "set"),
        ([f"{RNG.choice(WORDS)} {RNG.choice(WORDS)} {i}" for i in range(N)], "text"),
        (
            pd.Series([["a", "b"], ["c"]] * (N // 2), dtype=pd.ArrowDtype(pa.list_(pa.string()))),
            "set",
        ),
        (
            pd.Series(
                [[1.0, 2.0], [2.0, 3.0]] * (N // 2), dtype=pd.ArrowDtype(pa.list_(pa.float64(), 2))
            ),
            "vector",
        ),
        (
            pd.Series(
                ["a", "b", "c"] * (N // 3),
                dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())),
            ),
            "categorical",
        ),
        (pd.arrays.IntervalArray.from_breaks(np.arange(N + 1)), "ordinal"),
        ([1.0] * N, "ignored"),
        ([None] * N, "ignored"),
        (np.arange(N) + 17, "ignored"),
        ([f"A-{i:05d}" for i in range(N)], "ignored"),
        ([" ".join(RNG.choice(WORDS, 30)) for i in range(N)], "text"),
        ([" ".join(RNG.choice(WORDS, 400)) for i in range(N)], "ignored"),
        (["x", None] * (N // 2), "boolean"),
    ],
    ids=lambda v: v if isinstance(v, str) else type(v).__name__,
)
def test_kinds_are_inferred_with_a_reason(values, kind):
    found, note = kind_of(values)
    assert found == kind
    assert note.reason
    if kind != "ignored":
        df = pd.DataFrame({"column": values})
        frameumap.embed(df, {"column": kind_spec(values, kind)}, n_epochs=1)  # does not raise


@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ([f"{1 + i % 12}/{1 + i % 11}/2021" for i in range(N)], "is the day or the month first"),
        ([f"2020-01-{1 + i % 28:02d}" for i in range(N - 1)] + ["soon"], "'soon' is not written"),
        ([f"{i % 7}.5" for i in range(N - 1)] + ["?"], "'?' is not written"),
        ([f"0{1000 + i % 9}" for i in range(N)], "leading zeros"),
        ([1.0, None] * (N // 2), "gaps in 50%"),
        ([1.0] * 499 + [None], "gaps in <1% of rows"),
        ([" ".join(RNG.choice(WORDS, 30)) for i in range(N)], "vectors of a language model"),
        ([f"{RNG.choice(WORDS)} {i}" for i in range(500)], "nearly all values differ"),
        (["a;b", "a", "b;c"] * (N // 3), "to undo: schema['column'] = 'categorical'"),
        ([f"https://a.org/{i}" for i in range(N)], "take out the site"),
    ],
)
def test_what_is_noticed_is_said(values, warning):
    _, note = kind_of(values)
    assert any(warning in w for w in note.warnings), note


@pytest.mark.parametrize(
    ("lat", "lon", "found"),
    [
        ("lat", "lon", True),
        ("pickup_latitude", "pickup_longitude", True),
        ("LAT", "LNG", True),
        ("lat", "dropoff_lon", False),
        ("flat", "salon", False),
    ],
)
def test_coordinates_are_found_by_name(lat, lon, found):
    df = pd.DataFrame({lat: RNG.uniform(40, 50, N), lon: RNG.uniform(-10, 20, N)})
    assert ("geo" in kinds(infer_schema(df)).values()) is found


def test_coordinates_out_of_range_are_numbers_and_radians_are_suspected():
    df = pd.DataFrame({"lat": RNG.uniform(400, 500, N), "lon": RNG.uniform(-10, 20, N)})
    assert kinds(infer_schema(df))["lat"] == "numeric"
    df = pd.DataFrame({"lat": RNG.uniform(-1, 1, N), "lon": RNG.uniform(-3, 3, N)})
    assert "radians" in infer_schema(df).notes["lat"].warnings[0]


@pytest.mark.parametrize(
    ("values", "remark"),
    [
        ([1, "a", 2.0, "b", "1"], "2 values are numbers among 3 strings, e.g. 1 in row 0"),
        (["a", "b", 7.5, "a", "c"], "1 value is a number among 4 strings, e.g. 7.5 in row 2"),
        (
            ["a", True, "b", "a", "c"],
            "1 value is a number among 4 strings, e.g. True in row 1",
        ),
    ],
)
def test_numbers_among_strings_are_strings(values, remark):
    df = pd.DataFrame({"x": pd.Series(values * 6, dtype=object), "y": np.arange(30.0)})
    found = infer_schema(df.assign(x=values * 6)[:5])
    assert found.notes["x"].warnings[0] == f"{remark}: read as strings"
    strings = df.assign(x=["1" if v == "1" else plain_string(v) for v in df["x"]])
    for spec in ("categorical", "levenshtein", "hierarchy", frameumap.sets(";")):
        schema = {"x": spec, "y": "numeric"}
        one, two = (FrameUMAP(schema, n_epochs=5).fit(d) for d in (df, strings))
        np.testing.assert_array_equal(one.embedding_, two.embedding_)
        # A batch of numbers alone lands where its digits do, in any batch.
        some = df[[not isinstance(v, str) for v in df["x"]]]
        alone = one.transform(some[:1])
        np.testing.assert_array_equal(alone, one.transform(df)[some.index[:1]])
        assert all(isinstance(v, str) for v in np.ravel(one.inverse_transform(alone)["x"][0]))


def test_a_pure_column_of_numbers_is_no_text():
    with pytest.raises(DataError, match="column 'x', row 0: expected a string, got 1"):
        frameumap.embed(pd.DataFrame({"x": [1, 2, 3]}), {"x": "levenshtein"})


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ([b"a", b"b"], "type bytes"),
        ([{"a": 1}, {"a": 2}], "type dict"),
        ([[["a"]], [["b"]]], "lists of list"),
        ([uuid.UUID(int=1), uuid.UUID(int=2)], "type UUID"),
        ([1, pd.Timestamp(0)], "int in row 0, Timestamp in row 1"),
        ([1j, 2j], "complex numbers"),
    ],
)
def test_values_that_no_kind_covers_are_left_out_with_a_warning(values, what):
    df = pd.DataFrame({"x": values * 10, "y": np.arange(20.0) ** 2})
    assert what in infer_schema(df).ignored["x"]
    with pytest.warns(FrameUMAPWarning, match=f"left out: 'x' .*{what}"):
        assert FrameUMAP(n_epochs=1).fit(df).schema_.columns == ["y"]


@pytest.mark.parametrize(
    "kind", ["numeric", "categorical", "levenshtein", "datetime", "time", frameumap.sets()]
)
@pytest.mark.parametrize("values", [[{"a": 1}, {"a": 2}], [[["a"]], [["b"]]]])
def test_declared_columns_of_objects_are_a_named_error(kind, values):
    with pytest.raises(DataError, match=r"column 'x', row 0"):
        frameumap.embed(pd.DataFrame({"x": values * 10}), {"x": kind})


def test_times_of_day_are_a_kind():
    times = [dt.time(h % 24, 7 * h % 60) for h in range(N)]
    df = pd.DataFrame({"t": times})
    schema = infer_schema(df)
    assert kinds(schema) == {"t": "time"}
    strings = df.assign(t=[t.isoformat() for t in times])
    one, two = (
        FrameUMAP(s, n_epochs=5).fit(d) for s, d in ((schema, df), ({"t": "time"}, strings))
    )
    np.testing.assert_array_equal(one.embedding_, two.embedding_)
    assert isinstance(one.inverse_transform(one.embedding_[:1])["t"][0], dt.time)
    with pytest.raises(DataError, match=r"'t', row 1: expected a time of day, got '25:00'"):
        frameumap.embed(pd.DataFrame({"t": ["07:30", "25:00"]}), {"t": "time"})


def test_editing():
    schema = infer_schema(mixed(N))
    schema["age"] = "ignored"
    schema["plan"] = frameumap.categorical(missing="level")
    schema[("lat", "lon")] = frameumap.group(metric="haversine", weight=3, name="place")
    schema.set_weight("plan", 5)
    assert schema.groups["place"].weight == 3
    assert schema.groups["plan"].missing == "level"
    assert schema.groups["plan"].effective_weight == 5
    assert "age" not in schema.columns
    with pytest.raises(SchemaError, match="no group or column to weigh is called"):
        schema.set_weight("nothing", 1)
    with pytest.raises(SchemaError, match="weight must be"):
        schema.set_weight("plan", 0)


def test_a_key_may_name_a_group_that_lists_its_columns():
    schema = Schema.from_mapping(
        {"size": frameumap.group(["amount", "age"], "euclidean"), "plan": "categorical"}
    )
    assert schema.groups["size"].columns == ("amount", "age")
    assert schema.groups["size"].name == "size"


def test_dates_have_parts():
    schema = Schema.from_mapping(
        {"joined": frameumap.datetime("linear", "time", "weekday", "season")}
    )
    assert [(g.name, g.kind, g.part) for g in schema.groups.values()] == [
        ("joined linear", "datetime", "linear"), ("joined time", "cyclic", "time"),
        ("joined weekday", "cyclic", "weekday"), ("joined season", "cyclic", "season"),
    ]  # fmt: skip


def test_repr_and_html_show_the_table_escaped():
    schema = infer_schema(pd.DataFrame({"<b>": RNG.normal(size=N), "c": RNG.choice(WORDS, N)}))
    assert "<b>" in repr(schema)
    assert "manhattan" in repr(schema)
    assert "<b>" not in schema._repr_html_()
    assert "&lt;b&gt;" in schema._repr_html_()
    assert repr(Schema()) == "Schema()"


names = (
    st.text(min_size=1, max_size=6)
    | st.integers(-9, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.dates(dt.date(1900, 1, 1))
)
vector_kinds = st.sampled_from(
    [
        ("numeric", "manhattan"),
        ("numeric", "cosine"),
        ("ordinal", "levels"),
        ("categorical", "hamming"),
        ("text", "levenshtein"),
        ("set", "jaccard"),
    ]
)


@st.composite
def schemas(draw):
    columns = draw(st.lists(names, min_size=1, max_size=6, unique_by=lambda v: (str(v), v)))
    schema = Schema()
    for number, column in enumerate(columns):
        kind, metric = draw(vector_kinds)
        schema.add(
            Group(
                (column,),
                kind,
                metric,
                draw(st.none() | st.floats(0.01, 100)),
                f"g{number}",
                draw(st.none() | st.sampled_from(TEXT_STEPS if kind == "text" else PREPARATIONS)),
                draw(st.none() | st.lists(st.integers(0, 9), unique=True).map(tuple)),
                draw(st.none() | st.floats(0.1, 10)),
                draw(st.sampled_from(MISSING)),
                "linear",
                draw(st.none() | st.text(min_size=1, max_size=2)),
            )
        )
        schema.notes[column] = Note(
            draw(st.text(max_size=5)), tuple(draw(st.lists(st.text(max_size=5), max_size=2)))
        )
    schema.ignored["left out"] = "why"
    return schema


@given(schemas())
def test_round_trips_are_exact(schema):
    assert Schema.from_dict(schema.to_dict()) == schema
    assert Schema.from_toml(schema.to_toml()) == schema


def test_an_inferred_schema_survives_its_text_and_gives_the_same_embedding():
    df = mixed(N)
    schema = infer_schema(df)
    again = Schema.from_toml(schema.to_toml())
    assert again == schema
    pd.testing.assert_frame_equal(
        frameumap.embed(df, again, n_epochs=20), frameumap.embed(df, n_epochs=20)
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("x = ", "not TOML"),
        ("format = 99", "format"),
        ('format = 1\n[[groups]]\nkind = "numeric"\nmetric = "manhattan"\ncolour = 1', "colour"),
        ('format = 1\n[[groups]]\ncolumns = ["a"]\nkind = "number"\nmetric = "manhattan"', "kind"),
        (
            'format = 1\n[[groups]]\ncolumns = ["a"]\nkind = "text"\nmetric = "manhattan"',
            "takes rows of vector",
        ),
    ],
)
def test_bad_texts_are_named_errors(text, what):
    with pytest.raises(SchemaError, match=what):
        Schema.from_toml(text)


def test_names_without_a_toml_form_are_refused():
    schema = Schema()
    schema.add(Group((object(),), name="o"))
    with pytest.raises(SchemaError, match="TOML"):
        schema.to_toml()


def test_every_kind_has_a_metric_that_fits():
    for kind in KINDS.values():
        Group(("a", "b") if kind.name == "geo" else ("a",), kind.name, kind.metric)
