"""The public API as a newcomer meets it: the schema as a mapping, weights, names, frames in and out."""

import ast
import inspect
import re
import typing
import warnings
from importlib.metadata import version

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from frames import ROOT, mixed
from hypothesis import given
from hypothesis import strategies as st

import frameumap
from frameumap import (
    FrameUMAP,
    FrameUMAPError,
    FrameUMAPWarning,
    ParameterError,
    Schema,
    SchemaError,
    embed,
    infer_schema,
)
from frameumap.api import Options
from frameumap.model.reweigh_columns import reweigh_columns
from frameumap.schema.words import _KIND_OF_WORD

polars = pytest.importorskip("polars")
N = 120


def frames(df):
    table = pa.Table.from_pandas(df, preserve_index=False)
    return {"pandas": df, "polars": polars.from_arrow(table), "pyarrow": table}


def plain(n=N):
    df = mixed(n).drop(columns=["grade"])
    df["tags"] = [None if t is None or t is np.nan else list(t) for t in df["tags"]]
    return df


# The schema as a mapping ----------------------------------------------------------------------


def test_a_schema_is_a_mapping_of_columns():
    df = mixed(N).assign(id=range(N))
    schema = infer_schema(df)
    assert set(schema) == set(df.columns)
    assert len(schema) == len(df.columns)
    assert "age" in schema
    assert "no such" not in schema
    assert schema["id"] == "ignored"
    assert schema["plan"].kind == "categorical"
    assert schema[("lat", "lon")].metric == "haversine_root"
    assert "kind='numeric', metric='manhattan'" in repr(schema["age"])
    with pytest.raises(KeyError):
        schema["no such"]
    assert schema.get("no such") is None


def test_what_is_read_can_be_assigned_to_the_same_effect():
    df = mixed(N)
    schema = infer_schema(df)
    schema["joined"] = frameumap.datetime("linear", "weekday")
    again = Schema.from_mapping({c: schema[c] for c in schema if c not in ("lat", "lon")})
    for column in again:
        one, other = (
            next(g for g in s.groups.values() if column in g.columns) for s in (schema, again)
        )
        assert (one.kind, one.metric, one.missing, one.part) == (
            other.kind,
            other.metric,
            other.missing,
            other.part,
        )
    assert schema["joined"].parts == ("linear", "weekday")
    assert sum("joined" in g.columns for g in again.groups.values()) == 2


def test_columns_are_deleted_dropped_and_declared_again():
    schema = infer_schema(mixed(N))
    other = schema.copy()
    del schema["age"]
    schema.drop("plan", "vip")
    assert not {"age", "plan", "vip"} & set(schema)
    assert {"age", "plan", "vip"} <= set(other)
    schema["age"] = float
    assert schema["age"].kind == "numeric"
    with pytest.raises(SchemaError, match="no column 'aeg'; did you mean 'age'"):
        del schema["aeg"]


def test_a_misspelt_column_is_refused_at_once_where_the_frame_is_known():
    schema = infer_schema(mixed(N))
    with pytest.raises(SchemaError, match="the frame has no column 'paln'; did you mean 'plan'"):
        schema["paln"] = "categorical"
    fitted = FrameUMAP(n_epochs=2).fit(mixed(N)).schema_
    with pytest.raises(SchemaError, match="did you mean 'plan'"):
        fitted["paln"] = "categorical"
    Schema()["paln"] = "categorical"  # no frame is known
    with pytest.raises(SchemaError, match="did you mean 'plan'"):
        embed(mixed(N), {"paln": "numeric", ...: ...})


@pytest.mark.parametrize("drop", ["assign", "delete"])
def test_half_of_a_pair_takes_the_other_with_it(drop):
    schema = infer_schema(mixed(N))
    if drop == "assign":
        schema["lat"] = None
        assert schema["lon"] == schema["lat"] == "ignored"
    else:
        del schema["lat"]
        assert "lon" not in schema
    assert "lat+lon" not in schema.groups
    schema = infer_schema(mixed(N))
    with pytest.warns(FrameUMAPWarning, match="'lon' was one value with 'lat'") as caught:
        schema["lat"] = "numeric"
    assert caught[0].filename == __file__
    schema["lon"] = "numeric"
    assert schema["lon"].kind == "numeric"


def test_both_halves_of_a_pair_may_be_declared_in_one_mapping():
    model = FrameUMAP({"lat": "numeric", "lon": "numeric", ...: ...}, n_epochs=2).fit(mixed(N))
    assert {model.schema_[c].kind for c in ("lat", "lon")} == {"numeric"}


def test_a_schema_is_written_and_read(tmp_path):
    schema = infer_schema(mixed(N))
    schema.write(tmp_path / "schema.toml")
    assert Schema.read(tmp_path / "schema.toml") == schema


@pytest.mark.parametrize("name", ["polars", "pyarrow"])
def test_any_frame_gives_the_schema_of_the_pandas_frame(name):
    df = plain()
    assert str(infer_schema(frames(df)[name])) == str(infer_schema(df))
    assert infer_schema(np.eye(5)).groups["numbers"].columns == ("x0", "x1", "x2", "x3", "x4")


# The key and value ... ------------------------------------------------------------------------


def test_the_rest_is_what_the_key_ellipsis_says():
    df = mixed(N)[["age", "amount", "plan"]]
    both = FrameUMAP({"plan": "categorical", ...: "cosine"}, n_epochs=2).fit(df).schema_
    assert both.groups["numbers"].columns == ("age", "amount")
    assert both.groups["numbers"].metric == "cosine"
    named = FrameUMAP({"plan": "categorical", ...: "ignored"}, n_epochs=2).fit(df).schema_
    assert named.columns == ["plan"]
    one = FrameUMAP({"age": ..., "plan": "text"}, n_epochs=2).fit(df).schema_
    assert one["age"].kind == "numeric"
    assert one.ignored == {"amount": "not named in the schema"}
    for value in ("no such metric", 42, True, frameumap.group(["age"], "cosine")):
        with pytest.raises(SchemaError, match=r"\.\.\."):
            embed(df, {"plan": "categorical", ...: value})


def test_an_ignored_column_is_not_inspected():
    df = mixed(N)
    broken = df.assign(odd=[{"a": 1}, "x", 2.5] * (N // 3))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        xy = embed(broken, {"odd": "ignored", ...: ...}, n_epochs=5)
    pd.testing.assert_frame_equal(xy, embed(df, n_epochs=5))


# Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("cat", "categorical"), ("nominal", "categorical"), ("float", "numeric"), ("int", "numeric"),
        ("number", "numeric"), ("date", "datetime"), ("bool", "boolean"), (int, "numeric"),
    ],
)  # fmt: skip
def test_words_of_other_tools_are_understood(word, kind):
    assert Schema.from_mapping({"x": word})["x"].kind == kind
    assert frameumap.group("x", kind=word).kind == kind if isinstance(word, str) else True
    assert Schema.from_mapping({"x": "drop"})["x"] == "ignored"


def test_no_word_hides_a_kind_or_a_metric():
    assert not set(_KIND_OF_WORD) & {*frameumap.metrics.names(), *frameumap.metrics.ALIASES}


@pytest.mark.parametrize(
    "word", ["str", "categoric", "Numerc", "levenstein", "euclidian", "qqqqqq", "object"]
)
def test_unknown_words_are_answered_in_one_sentence(word):
    with pytest.raises(SchemaError) as caught:
        Schema.from_mapping({"x": word})
    message = str(caught.value)
    assert len(message) < 300
    assert "did you mean" in message or word == "qqqqqq"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("n_neighbours", "n_neighbors"), ("metric", "schema="), ("n_jobs", "NUMBA_NUM_THREADS"),
        ("seed", "random_state"), ("n_dims", "n_components"), ("y", "fit(df, y)"),
        ("min_dst", "min_dist"), ("densmap", "density"), ("epochs", "n_epochs"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_told_the_right_word(wrong, right):
    for call in (
        lambda o: embed(mixed(20), **o),
        lambda o: FrameUMAP(**o),
        lambda o: FrameUMAP().set_params(**o),
    ):
        with pytest.raises(ParameterError, match=re.escape(right)) as caught:
            call({wrong: 5})
        assert isinstance(caught.value, TypeError)
        assert repr(wrong) in str(caught.value)


def test_names_without_likeness_are_told_all_of_them():
    with pytest.raises(ParameterError, match="xyzzy.*It has: schema, weights, combine"):
        embed(mixed(20), xyzzy=1)


# Weights --------------------------------------------------------------------------------------


def part(model, name, column):
    """Mean over random pairs of what `column` adds to D, by the packed rows of its group."""
    rows, g = model._model.packed.rows, model._model.names.index(name)
    k = list(model._model.packed.orders[g]).index(model._model.groups[g].columns.index(column))
    start = rows.groups[g, 1]
    values = rows.cells[:, start + k].view(np.float32).astype(float)
    gap = np.abs(values[:, None] - values[None]).mean()
    return rows.weights[g] * rows.inverse_scale[g] * gap


def test_a_column_in_a_shared_group_counts_as_told_and_the_others_as_before():
    df = mixed(N, gaps=False).assign(hour=np.arange(N) * 7 % 24)[["amount", "age", "hour", "plan"]]
    columns = ("amount", "age", "hour")
    for own in (None, 2.5):
        schema = {columns: frameumap.group(metric="manhattan", weight=own, name="numbers")}
        before = FrameUMAP(schema, n_epochs=2).fit(df)
        after = FrameUMAP(schema, n_epochs=2, weights={"age": 3}).fit(df)
        ratio = {c: part(after, "numbers", c) / part(before, "numbers", c) for c in columns}
        assert ratio == pytest.approx({"amount": 1, "age": 3, "hour": 1}, rel=0.02)


INFERRED = infer_schema(mixed(60))


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_setting_a_weight_twice_is_setting_it_once(first, second):
    schema, once = INFERRED.copy(), INFERRED.copy()
    schema.set_weight("age", first)
    schema.set_weight("age", second)
    once.set_weight("age", second)
    assert schema == once


def test_weights_of_groups_of_one_and_errors():
    schema = infer_schema(mixed(N))
    schema.set_weight("name", 3)
    assert schema.groups["name"].weight == 3
    schema["vip"] = frameumap.categorical(name="flag")
    counted = schema.groups["flag"].effective_weight
    schema.set_weight("vip", 3)
    assert schema.groups["flag"].weight == pytest.approx(3 * counted)
    with pytest.raises(SchemaError, match="'lat' has no weight of its own.*lat.lon"):
        schema.set_weight("lat", 2)
    with pytest.raises(SchemaError, match="called 'nmae'; did you mean 'name'"):
        schema.set_weight("nmae", 2)
    with pytest.raises(SchemaError, match="number > 0, got -1"):
        schema.set_weight("age", -1)
    with pytest.raises(ParameterError, match="weights must map"):
        embed(mixed(20), weights=3)
    with pytest.raises(SchemaError, match="called 'nmae'"):
        embed(mixed(20), weights={"nmae": 3})
    with pytest.warns(DeprecationWarning, match="set_weight"):
        schema.weight("name", 4)
    assert schema.groups["name"].weight == 4


def test_embed_takes_weights_as_the_schema_does():
    df = mixed(N)
    schema = infer_schema(df)
    schema.set_weight("age", 3)
    schema.set_weight("name", 0.5)
    weights = {"age": 3, "name": 0.5}
    pd.testing.assert_frame_equal(
        embed(df, schema, n_epochs=9), embed(df, weights=weights, n_epochs=9)
    )


@pytest.mark.parametrize("columns", [["age", "amount", "hour"], ["plan", "vip", "age", "amount"]])
def test_a_column_reweighed_is_a_column_fitted_with_the_weight(columns):
    df = (
        mixed(N)
        .assign(hour=np.arange(N) * 7 % 24.0)[columns]
        .assign(plan2=lambda d: d[columns[0]].astype(str).str[:1])
    )
    for name in (columns[0], "plan2"):
        fitted = FrameUMAP(n_epochs=2, weights={name: 4}).fit(df)
        model = FrameUMAP(n_epochs=2).fit(df)
        changed = reweigh_columns(model._model, model.schema_.weighted({name: 4}).groups)
        ours, wanted = changed.packed.rows, fitted._model.packed.rows
        for g, group in enumerate(changed.groups):
            assert group == fitted._model.groups[g]
        np.testing.assert_allclose(ours.weights, wanted.weights, rtol=2e-3)  # by scale
        np.testing.assert_allclose(ours.inverse_scale, wanted.inverse_scale, rtol=1e-3)  # gaps
        np.testing.assert_allclose(ours.shares, wanted.shares)
        np.testing.assert_allclose(
            ours.column_weights.view(np.float32), wanted.column_weights.view(np.float32)
        )
        for g in range(len(changed.groups)):
            if changed.packed.metrics[g].accepts == "vector":
                at = slice(ours.groups[g, 1], ours.groups[g, 1] + ours.groups[g, 2])
                np.testing.assert_allclose(
                    ours.cells[:, at].view(np.float32),
                    wanted.cells[:, at].view(np.float32),
                    rtol=1e-5,
                    atol=1e-6,
                )


def test_reweight_takes_columns_and_the_model_goes_on(tmp_path):
    df = mixed(200)
    model = FrameUMAP(n_epochs=20).fit(df)
    before = model.influence_.share["numbers"]
    model.reweight({"age": 8, "name": 1.0})
    assert model.influence_.share["numbers"] > before
    assert model.schema_.groups["numbers"].column_weights is not None
    np.testing.assert_array_equal(model.transform(df), model.embedding_)
    age = model.inverse_transform(model.embedding_[:50])["age"]
    assert abs(age - df["age"][:50]).median() < 5  # in its own unit still
    model.save(tmp_path / "m")
    new = df[:20].assign(age=50.0)
    np.testing.assert_array_equal(
        FrameUMAP.load(tmp_path / "m").transform(new), model.transform(new)
    )
    with pytest.raises(
        ParameterError, match="group or column: 'nmae' is unknown; did you mean 'name'"
    ):
        model.reweight({"nmae": 2})


# Frames in and out ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["polars", "pyarrow"])
def test_frames_go_out_as_they_came_in(name):
    df = plain()
    frame = frames(df)[name]
    model = FrameUMAP(n_epochs=5)
    for made in (model.fit_transform(frame), model.transform(frame)):
        assert type(made) is type(frame)
        np.testing.assert_array_equal(np.asarray(made), model.embedding_)
    assert type(model.influence_) is type(frame)
    rows = model.inverse_transform(model.embedding_[:4])
    assert type(rows) is type(frame)
    assert type(model.inverse_transform(model.transform(frame))) is type(frame)
    reference = FrameUMAP(n_epochs=5).fit(df)
    names = getattr(rows, "column_names", None) or list(rows.columns)
    assert names == list(reference.inverse_transform(model.embedding_[:4]).columns)
    assert isinstance(reference.influence_, pd.DataFrame)
    assert isinstance(reference.transform(df), np.ndarray)


@pytest.mark.parametrize("container", [None, "pandas", "polars"])
def test_a_result_is_not_the_model_s_own_array(container):
    df = mixed(N)
    model = FrameUMAP(n_epochs=5).set_output(transform=container)
    made = model.fit_transform(df)
    before = model.embedding_.copy()
    if container == "pandas":
        made.iloc[:] = 0
    elif container is None:
        made *= 100
    np.testing.assert_array_equal(model.embedding_, before)
    joined = embed(df, n_epochs=5)
    joined.iloc[:] = 0


# Names and pages ------------------------------------------------------------------------------


def test_options_are_the_parameters_of_the_estimator():
    parameters = inspect.signature(FrameUMAP).parameters
    hints = {name: p.annotation for name, p in parameters.items() if name != "schema"}
    assert hints == {k: v.__forward_arg__ for k, v in Options.__annotations__.items()}
    assert typing.get_type_hints(
        embed, include_extras=True, localns=vars(frameumap.api) | {"np": np, "pd": pd}
    )


def test_public_names_are_listed_once_and_exist():
    tree = ast.parse((ROOT / "frameumap" / "__init__.py").read_text())
    block = next(n for n in tree.body if isinstance(n, ast.If))
    typed = {
        alias.name: (node.module or "")
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == frameumap._HOME | dict.fromkeys(frameumap._MODULES, "")
    for name in frameumap.__all__:
        assert getattr(frameumap, name) is not None
    assert frameumap.__version__ == version("frameumap")
    assert f'version = "{frameumap.__version__}"' in (ROOT / "pyproject.toml").read_text()
    assert issubclass(frameumap.SchemaError, FrameUMAPError)


def test_the_map_of_the_package_is_true():
    rooms = {p.name for p in (ROOT / "frameumap").iterdir() if (p / "__init__.py").exists()}
    mapped = set(re.findall(r"^    (\w+)/ ", frameumap.__doc__, re.MULTILINE))
    assert mapped == rooms | {"metrics"}


PAGES = ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_links_of_pages_lead_somewhere(page):
    text = (ROOT / page).read_text()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_the_readme_has_two_commands():
    text = (ROOT / "README.md").read_text()
    assert re.findall(r"<!-- (\w+) -->\n```sh\n", text) == ["demo", "test"]
    assert text.count("```sh") == 2


def test_python_in_the_readme_parses():
    for block in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL):
        ast.parse(block)
