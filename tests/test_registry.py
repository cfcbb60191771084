"""Your own metrics: the decorator, parameters, entry points, faults inside compiled code, and
`check`."""

import importlib.metadata
import re
import textwrap

import numba
import numpy as np
import pandas as pd
import pytest
from frames import ROOT, all_pairs, packed, python
from frameumap.metrics import registry

import frameumap
from frameumap import FrameUMAP, metrics
from frameumap.errors import MetricError


@pytest.fixture(autouse=True)
def _forget():
    kept = dict(registry._REGISTRY)
    yield
    registry._REGISTRY.clear()
    registry._REGISTRY.update(kept)
    registry._ENTRY_POINTS.clear()


def gap_under(exponent_of):
    df = pd.DataFrame({"x": np.linspace(0, 4, 40) ** 2, "y": np.arange(40) % 3})
    return FrameUMAP({("x", "y"): exponent_of}, n_neighbors=5, n_epochs=2).fit(df)


def test_a_plain_function_becomes_a_metric_with_parameters():
    @frameumap.metric("power_gap", params={"p": 2.0}, is_metric=False)
    def power_gap(x, y, p):
        """|x - y| ** p"""
        return abs(x[0] - y[0]) ** p + 0.0 * x[1]

    found = metrics.get("power_gap")
    assert found([1, 0], [4, 0]) == 9
    assert found([1, 0], [4, 0], p=1) == 3
    assert found.description == "|x - y| ** p"
    assert isinstance(power_gap(np.ones(2, np.float32), np.zeros(2, np.float32), 1.0), float)
    square = gap_under("power_gap")
    linear = gap_under(frameumap.group(metric="power_gap", params={"p": 1.0}))
    same = gap_under(frameumap.group(metric=power_gap, params={"p": 2.0}))
    assert np.array_equal(square.embedding_, same.embedding_)
    assert abs(square.graph_ - linear.graph_).max() > 1e-3


def test_a_bare_decorator_takes_the_functions_name():
    @frameumap.metric
    @numba.njit
    def absolute_gap(x, y):
        return abs(x[0] - y[0])

    assert metrics.get("absolute_gap")([1], [3]) == 2


def test_weights_and_parameters_together():
    @frameumap.metric(accepts="codes", params={"floor": 0.5})
    def weighed(x, y, weights, floor):
        total = 0.0
        for c in range(len(x)):
            total += weights[c] if x[c] != y[c] else 0.0
        return max(total, floor) if total > 0 else 0.0

    assert metrics.get("weighed")(["a", "b"], ["a", "c"], [1, 3]) == 3
    assert metrics.get("weighed")(["a", "b"], ["a", "c"], [1, 0.1]) == 0.5
    df = pd.DataFrame({"a": list("abcab" * 6), "b": list("uvuvw" * 6)})
    schema = {("a", "b"): frameumap.group(metric="weighed", accepts="codes", column_weights=[1, 9])}
    _, _, result = packed(df, frameumap.Schema.from_mapping(schema))
    a, b = (df[c].to_numpy() for c in "ab")
    mismatch = 1.0 * (a[:, None] != a) + 9.0 * (b[:, None] != b)
    found = all_pairs(result.rows, 0)
    np.testing.assert_allclose(found / found.max(), mismatch / mismatch.max(), rtol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "function", "what"),
    [
        ({"params": {"p": 2}}, lambda x, y, p, q: 0.0, "'q' has none"),
        ({}, lambda x, y, weights, q: 0.0, "'q' has none"),
        ({"params": {"p": "2"}}, lambda x, y, p: 0.0, "finite numbers"),
        ({"accepts": "words"}, lambda x, y: 0.0, "accepts of"),
        ({"colour": 1}, lambda x, y: 0.0, "colour"),
        ({}, lambda x: 0.0, "fewer than two"),
        ({}, 7, "got int"),
    ],
)
def test_what_does_not_fit_is_named(arguments, function, what):
    with pytest.raises(MetricError, match=what):
        frameumap.metric("odd", **arguments)(function)
    assert "odd" not in metrics.names()


def test_another_tools_name_finds_ours_and_may_be_yours():
    assert metrics.get("cityblock").name == "manhattan"
    assert gap_under("cityblock").groups_["x+y"].metric == "manhattan"

    @frameumap.metric("cityblock")
    def cityblock(x, y):
        return 2 * abs(x[0] - y[0])

    assert metrics.get("cityblock")([0], [1]) == 2
    registry.ALIASES["cityblock"] = "manhattan"


@numba.njit
def fails_far_out(x, y):
    if x[0] > 900.0 and y[0] < 10.0:
        raise ValueError("too far")
    return abs(x[0] - y[0])


@numba.njit
def nan_far_out(x, y):
    return np.nan if (x[0] == 777.0) != (y[0] == 777.0) else abs(x[0] - y[0])


@pytest.mark.parametrize(
    ("function", "what"), [(fails_far_out, "ValueError: too far"), (nan_far_out, "NaN")]
)
def test_a_fault_that_no_probe_saw_is_raised_with_the_rows(function, what):
    # A row far out, which a sample of the frame misses and the search meets.
    n = 1000
    x = np.r_[np.linspace(0, 800, n - 1), 0.5]
    x[n // 3 + 1] = 950.0 if function is fails_far_out else 777.0
    with pytest.raises(MetricError, match=what) as caught:
        FrameUMAP({"x": frameumap.group(metric=function)}, n_epochs=1).fit(pd.DataFrame({"x": x}))
    assert re.search(
        rf"{function.py_func.__name__}.* the rows at positions \d+ and \d+", str(caught.value)
    )
    assert str(n // 3 + 1) in str(caught.value)


def test_a_fault_on_a_string_is_raised_with_the_rows():
    @frameumap.metric("no_tea", accepts="text")
    def no_tea(x, y):
        if len(x) == 3 and len(y) == 9:
            raise ValueError("tea")
        return abs(len(x) - len(y))

    names = [f"name {i}" for i in range(300)]
    names[101], names[202] = "tea", "character"
    with pytest.raises(MetricError, match="positions 101 and 202.*ValueError: tea"):
        FrameUMAP({"s": frameumap.text("no_tea")}, n_epochs=1).fit(pd.DataFrame({"s": names}))


class Offer:
    """What `importlib.metadata` gives for an entry point."""

    def __init__(self, name, value):
        self.name, self.value, self._loads = name, "shop.distances:" + name, value

    def load(self):
        if isinstance(self._loads, Exception):
            raise self._loads
        return self._loads


def test_packages_offer_metrics_by_entry_point(monkeypatch):
    def aisle_gap(x, y):
        return abs(x[0] - y[0])

    made = metrics.Metric("ready_made", numba.njit(aisle_gap), "vector")
    offers = [
        Offer("aisle_gap", aisle_gap),
        Offer("ready_made", made),
        Offer("broken", ImportError("no shop")),
        Offer("odd", 7),
    ]
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda group: offers if group == "frameumap.metrics" else [],
    )
    registry._ENTRY_POINTS.clear()
    assert {"aisle_gap", "ready_made"} <= set(metrics.names())
    assert metrics.get("aisle_gap")([1], [4]) == 3
    assert metrics.get("ready_made") is made
    with pytest.raises(MetricError, match="shop.distances:broken.*no shop"):
        metrics.get("broken")
    with pytest.raises(MetricError, match="neither a metric nor a function"):
        metrics.get("odd")


def test_check_tells_which_axioms_hold():
    rng = np.random.default_rng(0)
    report = metrics.check("euclidean", rng.normal(size=(100, 3)))
    assert report.is_usable
    assert report.is_metric
    assert not report.failures
    assert report.nanoseconds > 0
    assert not metrics.check("osa", ["CA", "AC", "ABC"]).axioms["triangle inequality"]
    assert not metrics.check("overlap", [{1}, {1, 2}]).axioms["tells rows apart"]
    assert metrics.check("hamming", pd.DataFrame({"a": list("xyz"), "b": list("uuv")})).is_metric
    assert metrics.check("jaccard_rarity", [{1}, {1, 2}, {3}]).is_usable

    @frameumap.metric("lopsided_gap", bounded=True)
    def lopsided_gap(x, y):
        return x[0] - y[0] if x[0] > y[0] else 2 * (y[0] - x[0])

    report = metrics.check("lopsided_gap", [[0.0], [1.0], [3.0]])
    assert not report.is_usable
    assert "symmetric: rows 0, 1: d(0, 1) = 2, d(1, 0) = 1" in report.failures
    assert any(line.startswith("within [0, 1]") for line in report.failures)
    assert "NO  symmetric" in str(report)


def test_check_names_the_rows_on_which_a_metric_fails():
    @frameumap.metric("picky")
    def picky(x, y):
        if x[0] == 2 and y[0] == 1:
            raise ValueError("not these")
        return abs(x[0] - y[0])

    with pytest.raises(MetricError, match="rows 2 and 1: .*not these"):
        metrics.check("picky", [[0], [1], [2]])
    with pytest.raises(MetricError, match="at least two rows"):
        metrics.check("picky", [[0]])


def test_the_page_of_metrics_is_the_registrys():
    readme = (ROOT / "docs" / "metrics.md").read_text()
    start, end = readme.index("<!-- metrics -->"), readme.index("<!-- end of metrics -->")
    assert (
        readme[start:end].removeprefix("<!-- metrics -->").strip()
        == metrics.summary.as_markdown().strip()
    )


def test_names_of_other_tools_are_ours_or_explained():
    text = (ROOT / "docs" / "metric-names.md").read_text()
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]*) \| ([^|]*) \|", text, re.MULTILINE)
    assert len(rows) > 60
    for name, _tools, ours in rows:
        found = re.match(r"`([^`]+)`", ours)
        if found:
            assert found[1] in metrics.names(), name
        else:
            assert ours.strip(), name


def test_a_metric_in_a_module_compiles_once(tmp_path):
    (tmp_path / "shop.py").write_text(
        textwrap.dedent("""
            import frameumap

            @frameumap.metric("aisles", params={"width": 2.0})
            def aisles(x, y, width):
                return abs(x[0] - y[0]) / width + abs(x[1] - y[1])
        """)
    )
    code = textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {str(tmp_path)!r})
        import numpy as np, pandas as pd, frameumap, shop
        df = pd.DataFrame(np.random.default_rng(0).normal(size=(300, 2)), columns=["a", "b"])
        frameumap.embed(df, {{("a", "b"): "aisles"}}, n_epochs=2)
        wrapper = frameumap.metrics.get("aisles")._compiled
        print(wrapper.cache_hits, sum(shop.aisles.stats.cache_misses.values()))
    """)
    python(code)
    assert python(code).split() == ["1", "0"]
