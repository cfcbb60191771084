"""Any name of a column works anywhere."""

import datetime

import numpy as np
import pandas as pd
import pytest

import frameumap
from frameumap.graph.expression import parse, quoted_name

NAMES = {
    "tuple": ("a", 1), "empty tuple": (), "None": None, "int": 7, "negative": -1, "float": 2.5,
    "NaN": np.nan, "True": True, "False": False, "empty": "", "space": " ", "point": "a.b", "ampersand": "a&b",
    "minus": "-", "pipe": "|", "single quote": "'", "double quote": '"', "backtick": "a`b",
    "backticks": "``", "newline": "a\nb", "carriage return": "\r", "NUL": "a\0b", "emoji": "😀",
    "bidi": "\u202eabc", "keyword": "class", "unnormal": "ﬁ", "tag": "<b>&amp;",
    "script": "</script><script>alert(1)//", "target": "target: y", "y": "y", "index": "index",
    "level_0": "level_0", "formula": "=1+1", "percent": "%s", "braces": "{0}", "dots": "...",
    "hidden": "_quoted0", "word": "union", "umap": "umap_x", "long": "x" * 3000, "date": datetime.date(2020, 1, 2),
    "timestamp": pd.Timestamp("2020-01-02", tz="UTC"), "bytes": b"ab", "row": "row", "segment": "segment", "self": "self",
}  # fmt: skip


def table(name, n=40):
    """A frame with one column called `name`, in each of two places of kinds."""
    rng = np.random.default_rng(3)
    df = pd.DataFrame(
        {0: rng.normal(size=n), 1: rng.choice(["u", "v", "w"], n), 2: rng.normal(size=n)}
    )
    return df.set_axis(pd.Index([name, "other", "last"], dtype=object, tupleize_cols=False), axis=1)


@pytest.mark.parametrize("which", NAMES)
def test_any_name_works_anywhere(which, tmp_path):
    name = NAMES[which]
    df = table(name)
    plain = frameumap.FrameUMAP(n_epochs=2, n_neighbors=5).fit(table("first"))
    schema = frameumap.infer_schema(df)
    assert name in schema
    assert len(str(schema)) > 0
    again = frameumap.Schema.from_dict(schema.to_dict())
    assert again.groups == schema.groups
    own = next(g for g in schema.groups.values() if name in g.columns)
    model = frameumap.FrameUMAP(schema, n_epochs=2, n_neighbors=5).fit(df)
    np.testing.assert_array_equal(model.embedding_, plain.embedding_)
    model.save(tmp_path / "model")
    loaded = frameumap.FrameUMAP.load(tmp_path / "model")
    for one in (model, loaded):
        np.testing.assert_array_equal(
            one.transform(df.iloc[:3]), plain.transform(table("first")[:3])
        )
        assert name in list(one.inverse_transform(np.zeros((1, 2))).columns) or which == "NaN"
        assert one.compare(0, 1)["part"].notna().all()
        assert one.neighbors(df.iloc[[2]], k=1).indices[0, 0] == 2
    assert model.column_influence_.shape == (3, 3)
    assert str(model.describe(df["other"].to_numpy()))
    assert "other" in model.report(format="md")
    assert model.disagreement().shape[0] == 40
    key = (name,) if isinstance(name, tuple) else name
    group = frameumap.Schema.from_mapping({key: "numeric"})
    label = next(iter(group.groups))
    mapped = frameumap.FrameUMAP(
        {key: "numeric", "other": "categorical"},
        n_epochs=2,
        combine=f"{quoted_name(label)} | other",
    ).fit(df)
    assert mapped._model.expression.names() == {label, "other"}
    assert parse(str(mapped._model.expression), [label, "other"]) == mapped._model.expression
    weighted = frameumap.FrameUMAP(schema, n_epochs=2, weights={own.name: 2.0}).fit(df)
    assert weighted.groups_[own.name].weight == 2.0
    weighted.reweight({own.name: 3.0})
    assert weighted.groups_[own.name].weight == 3.0


def test_a_name_equal_to_the_targets():
    df = table("target: y")
    y = pd.Series(np.arange(40) % 3, name="y")
    model = frameumap.FrameUMAP(n_epochs=2, n_neighbors=5).fit(df, y)
    assert list(model.groups_)[-1] == "target: y'"
    assert model.transform(df).tobytes() == model.embedding_.tobytes()


def test_a_column_may_be_called_as_the_target_is():
    df = table("y")
    model = frameumap.FrameUMAP(n_epochs=2, n_neighbors=5).fit(df, df["y"])
    assert {"y", "other", "last"} == set(model.inverse_transform(np.zeros((1, 2))).columns)


@pytest.mark.parametrize("numbers", ["int64", "float64", "object", "Int64"])
def test_minus_one_in_the_target_is_told(numbers):
    y = pd.Series([-1, 0, 1, 2] * 10, dtype=numbers)
    with pytest.warns(UserWarning, match="-1 is taken as a class"):
        frameumap.FrameUMAP(n_epochs=0, n_neighbors=5).fit(table("a"), y)


def test_every_kind_of_random_state(tmp_path):
    def fit(seed):
        return frameumap.FrameUMAP(n_epochs=2, n_neighbors=5, random_state=seed).fit(df)

    df = table("a")
    for make in (np.random.RandomState, np.random.default_rng):
        first, second = make(5), make(5)
        one = fit(first).embedding_
        assert one.tobytes() == fit(second).embedding_.tobytes() != fit(first).embedding_.tobytes()
    assert fit(np.int64(3)).embedding_.tobytes() == fit(3).embedding_.tobytes()
    free = fit(None)
    assert free.embedding_.tobytes() != fit(None).embedding_.tobytes()
    for model in (free, fit(np.random.default_rng(1))):
        model.save(tmp_path / "model")
        loaded = frameumap.FrameUMAP.load(tmp_path / "model")
        assert loaded.transform(df).tobytes() == model.transform(df).tobytes()
        # The seed of the file makes the same map again.
        again = fit(loaded.random_state).embedding_
        assert again.tobytes() == model.embedding_.tobytes()
    for wrong in (-1, 2**63, True, "0", 1.5):
        with pytest.raises(frameumap.ParameterError, match="random_state must be"):
            fit(wrong)
