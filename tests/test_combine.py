"""Laws of the fuzzy-set algebra, of expressions and of both calibrations."""

import numpy as np
import pytest
from frames import mixed
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import frameumap
from frameumap import FrameUMAP
from frameumap.errors import ParameterError
from frameumap.graph.expression import evaluate, parse

NAMES = ["a", "b", "c"]
memberships = st.fixed_dictionaries(
    {name: arrays(np.float64, 6, elements=st.floats(0, 1)) for name in NAMES}
)
weights = st.fixed_dictionaries({name: st.floats(0.1, 4) for name in NAMES})


def value(text, m, w):
    return evaluate(parse(text, NAMES), m, w)


@given(memberships, weights)
def test_laws_of_the_algebra(m, w):
    def same(one, two):
        np.testing.assert_allclose(value(one, m, w), value(two, m, w), atol=1e-12)

    for op in "&|":
        same(f"a {op} b", f"b {op} a")
        same(f"(a {op} b) {op} c", f"a {op} (b {op} c)")
    both, either, one = value("a & b", m, w), value("a | b", m, w), value("a", m, w)
    assert (both <= np.minimum(one, m["b"] ** w["b"]) + 1e-12).all()
    assert (
        either >= np.maximum(1 - (1 - m["a"]) ** w["a"], 1 - (1 - m["b"]) ** w["b"]) - 1e-12
    ).all()
    for text in ("a & b", "a | b", "a - b", "(a | b) & c", "(a - c) | b"):
        assert ((value(text, m, w) >= 0) & (value(text, m, w) <= 1)).all()


@given(memberships)
def test_identities_and_de_morgan(m):
    w = dict.fromkeys(NAMES, 1.0)
    full, none = {**m, "b": np.ones(6)}, {**m, "b": np.zeros(6)}
    np.testing.assert_allclose(value("a & b", full, w), m["a"])
    np.testing.assert_allclose(value("a | b", none, w), m["a"], atol=1e-15)
    np.testing.assert_allclose(value("a - b", none, w), m["a"])
    complement = {name: 1 - x for name, x in m.items()}
    np.testing.assert_allclose(value("a | b", complement, w), 1 - value("a & b", m, w), atol=1e-12)
    np.testing.assert_allclose(value("a & b", complement, w), 1 - value("a | b", m, w), atol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a & b & c", "(a & b & c)"),
        ("c & (b & a)", "(a & b & c)"),
        ("(a | c) & b", "(b & (a | c))"),
        ("a - b - c", "((a - b) - c)"),
        ("intersection", "(a & b & c)"),
        ("union", "(a | b | c)"),
    ],
)
def test_expressions_have_one_form(text, expected):
    assert str(parse(text, NAMES)) == expected


@pytest.mark.parametrize(
    "text",
    ["a +", "a + b", "a and b", "f(a)", "a & 1", "a[0]", "__import__('os')", "a & d", "", "~a"],
)
def test_what_is_no_expression_is_a_named_error(text):
    with pytest.raises(ParameterError, match="combine"):
        parse(text, NAMES)


SCHEMA = {
    "size": frameumap.group(["amount", "age"], "manhattan"),
    "grade": "ordinal",
    "place": frameumap.group(["lat", "lon"], "haversine"),
    "plan": "categorical",
}


@pytest.mark.parametrize("calibration", ["global", "local"])
@pytest.mark.parametrize(
    "combine",
    ["intersection", "union", "(size & grade) | place", "size - place", "grade", "size & `plan`"],
)
def test_every_expression_gives_a_symmetric_graph_and_places_neighbours_together(
    combine, calibration
):
    model = FrameUMAP(SCHEMA, combine=combine, calibration=calibration, n_epochs=20).fit(mixed(150))
    graph = model.graph_
    assert abs(graph - graph.T).max() <= 1e-7
    assert graph.data.min() > 0
    assert graph.data.max() <= 1
    distance = np.linalg.norm(model.embedding_[:, None] - model.embedding_, axis=2)
    assert distance[graph.nonzero()].mean() < distance.mean()


@pytest.mark.parametrize("calibration", ["global", "local"])
def test_combining_is_order_free_to_the_bit(calibration):
    df = mixed(200)
    one = FrameUMAP(SCHEMA, combine="(size & grade) | place", calibration=calibration).fit(df)
    turned = dict(reversed(SCHEMA.items()))
    two = FrameUMAP(turned, combine="place | (grade & size)", calibration=calibration).fit(df)
    assert one.embedding_.tobytes() == two.embedding_.tobytes()
    one, two = (
        FrameUMAP(SCHEMA).fit(df),
        FrameUMAP(turned, combine="plan & (place & (size & grade))").fit(df),
    )
    assert one.embedding_.tobytes() == two.embedding_.tobytes()


def test_a_contrast_has_no_edges_where_the_other_group_agrees():
    df = mixed(150, gaps=False)
    model = FrameUMAP(SCHEMA, combine="size - plan", n_epochs=5).fit(df)
    rows, columns = model.graph_.nonzero()
    assert (df["plan"].to_numpy()[rows] != df["plan"].to_numpy()[columns]).all()


def test_local_calibration_of_one_group_is_that_groups_own_graph():
    model = FrameUMAP({("amount", "age"): "euclidean"}, calibration="local", n_epochs=5).fit(
        mixed(100)
    )
    assert abs(model.graph_ - model.groups_["amount+age"].graph).max() == 0


def test_weights_shift_the_influence():
    df = mixed(300)
    light = FrameUMAP({"amount": "numeric", "plan": "categorical"}, n_epochs=5).fit(df).influence_
    heavy = {"amount": "numeric", "plan": frameumap.group(metric="hamming", weight=6.0)}
    heavy = FrameUMAP(heavy, n_epochs=5).fit(df).influence_
    assert light["share"].sum() == pytest.approx(1)
    assert heavy.loc["plan", "share"] > light.loc["plan", "share"]
    assert (
        heavy.loc["plan", "edge_distance"] <= light.loc["plan", "edge_distance"] + 1e-4
    )  # all that is left are gaps


def test_influence_is_of_the_last_fit_and_of_the_groups_combined():
    model = FrameUMAP(SCHEMA, combine="size & grade", n_epochs=2).fit(mixed(100))
    first = model.influence_["share"]
    assert first[["place", "plan"]].eq(0).all()
    assert first.sum() == pytest.approx(1)
    second = model.set_params(combine="place").fit(mixed(100)).influence_["share"]
    assert second["place"] == 1
