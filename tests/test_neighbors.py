"""Every search against comparing all pairs, for the frame's own rows and for new ones."""

import naive
import numpy as np
import pandas as pd
import pytest
from frames import all_pairs, mixed, packed
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

import frameumap
from frameumap.engine.rows import Queries, as_queries, digest_rows, take_queries, take_rows
from frameumap.neighbors.all_pairs import AllPairsSearch
from frameumap.neighbors.distinct import identical_rows
from frameumap.neighbors.kdtree import KDTreeSearch
from frameumap.neighbors.matrix import MatrixSearch
from frameumap.neighbors.nn_descent import search_graph
from frameumap.neighbors.one_column import OrderedSearch
from frameumap.neighbors.plan import choose_search, find_neighbors
from frameumap.neighbors.quantized import quantize_rows
from frameumap.neighbors.recall import draw_sample
from frameumap.neighbors.strings import StringSearch
from frameumap.progress import Progress

SHOW = Progress()


def distinct(df, schema):
    """Distinct packed rows of one group, and its metric."""
    _, _, result = packed(df, frameumap.Schema.from_mapping(schema))
    return take_rows(result.rows, identical_rows(result.rows).first), result.metrics


def apart(rows, share=3):
    """Some rows as an index, all rows as queries that are new to it where they are not in it."""
    n = len(rows.cells)
    kept = np.flatnonzero(np.arange(n) % share)
    own = np.full(n, -1, np.int32)
    own[kept] = np.arange(len(kept))
    return take_rows(rows, kept), as_queries(rows)._replace(query_row=own)


def assert_exact(search, rows, metrics, k=6):
    """The search gives what comparing all pairs gives, ties included, for own rows and for new
    ones."""
    k = min(k, len(rows.cells) - 1)
    for theirs, queries in ((rows, as_queries(rows)), apart(rows)):
        index = search.build(theirs, metrics)
        assert not isinstance(index, str), index
        found = index.search(theirs, queries, k, 3, SHOW)
        expected = AllPairsSearch().search(theirs, queries, k, 3, SHOW)
        np.testing.assert_array_equal(found.indices, expected.indices)
        np.testing.assert_array_equal(found.distances, expected.distances)


# Few distinct values make ties, wide ones make tails.
VALUES = st.one_of(st.integers(-4, 4).map(float), st.floats(-1e6, 1e6, width=32), st.none())


@given(
    st.lists(VALUES, min_size=4, max_size=60),
    st.sampled_from(["numeric", "ordinal", "euclidean", "chebyshev"]),
)
@settings(deadline=None, max_examples=60)
def test_the_ordered_search_is_exact(values, kind):
    df = pd.DataFrame({"x": pd.array(values, dtype="Float64")})
    assume(df.x.nunique() >= 3)
    assert_exact(OrderedSearch, *distinct(df, {"x": kind}))


@given(st.data(), st.integers(2, 5), st.sampled_from(["euclidean", "manhattan", "chebyshev"]))
@settings(deadline=None, max_examples=40)
def test_the_tree_is_exact(data, columns, metric):
    point = st.tuples(
        *[st.one_of(st.integers(-2, 2).map(float), st.floats(-100, 100, width=32))] * columns
    )
    df = pd.DataFrame(
        data.draw(st.lists(point, min_size=4, max_size=80)),
        columns=[f"c{c}" for c in range(columns)],
    )
    if data.draw(st.booleans()):
        df.iloc[::5] = None
    assume(len(df.dropna().drop_duplicates()) >= 3)
    assert_exact(KDTreeSearch, *distinct(df, {tuple(df.columns): metric}))


@pytest.mark.parametrize("metric", ["haversine", "haversine_root"])
def test_the_tree_is_exact_on_the_sphere(metric):
    rng = np.random.default_rng(0)
    df = pd.DataFrame(
        {"lat": rng.uniform(-90, 90, 700).round(1), "lon": rng.uniform(-180, 180, 700).round(1)}
    )
    df.loc[:200, ["lat", "lon"]] = np.column_stack(
        [rng.normal(50, 0.01, 201), rng.normal(8, 0.01, 201)]
    )
    df.loc[300:310] = None
    df.loc[400, "lat"] = -90
    assert_exact(KDTreeSearch, *distinct(df, {("lat", "lon"): metric}))


def test_a_tree_of_many_leaves_is_exact():
    rng = np.random.default_rng(1)
    df = pd.DataFrame(rng.normal(size=(3000, 3)), columns=list("abc")).round(1)
    assert_exact(KDTreeSearch, *distinct(df, {tuple("abc"): "euclidean"}), k=15)


@given(
    st.lists(
        st.one_of(st.text(max_size=12), st.text("abß", max_size=6), st.none()),
        min_size=4,
        max_size=60,
    ),
    st.sampled_from(["levenshtein", "levenshtein_normalized"]),
)
@settings(deadline=None, max_examples=60)
def test_the_search_among_strings_is_exact(values, metric):
    df = pd.DataFrame({"s": pd.Series(values, dtype=object)})
    assume(df.s.nunique() >= 3)
    assert_exact(StringSearch, *distinct(df, {"s": metric}))


def test_long_strings_are_searched_exactly():
    rng = np.random.default_rng(2)
    df = pd.DataFrame(
        {"s": ["".join(rng.choice(list("ab "), rng.integers(0, 900))) for _ in range(40)]}
    )
    assert_exact(StringSearch, *distinct(df, {"s": "levenshtein"}))


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "angular", "correlation"])
def test_the_matrix_product_is_exact(metric):
    rng = np.random.default_rng(3)
    X = rng.normal(size=(600, 40)) + 50  # far from the origin, where products lose their digits
    X[100:200] = np.round(X[100:200])  # distances that tie
    df = pd.DataFrame(X).rename(columns=str)
    assert_exact(MatrixSearch, *distinct(df, {tuple(df.columns): metric}), k=10)


def test_the_plan_says_why():
    rng = np.random.default_rng(0)
    cases = {
        "ordered": ({"x": rng.normal(size=50)}, {"x": "numeric"}),
        "kdtree": ({"a": rng.normal(size=50), "b": rng.normal(size=50)}, {("a", "b"): "euclidean"}),
        "text": ({"s": [f"name {i}" for i in range(50)]}, {"s": "levenshtein"}),
        "exact": (
            {"x": rng.normal(size=50), "c": list("ab" * 25)},
            {"x": "numeric", "c": "categorical"},
        ),
        "none": ({"x": [1.0] * 50}, {"x": "numeric"}),
    }
    for name, (columns, schema) in cases.items():
        plan = frameumap.FrameUMAP(schema, n_epochs=1).fit(pd.DataFrame(columns)).plan_
        assert plan.search == name
        assert plan.reason
        assert plan.recall == 1.0
        assert str(plan).startswith(name)
    X = pd.DataFrame(rng.normal(size=(60, 40))).rename(columns=str)
    assert (
        frameumap.FrameUMAP({tuple(X.columns): "euclidean"}, n_epochs=1).fit(X).plan_.search
        == "matrix"
    )


def test_a_tree_that_prunes_nothing_is_declined():
    rng = np.random.default_rng(0)
    df = pd.DataFrame(rng.normal(size=(12_000, 20))).rename(columns=str)
    rows, metrics = distinct(df, {tuple(df.columns): "euclidean"})
    plan, search = choose_search(rows, metrics, len(df))
    assert (plan.search, search) == ("descent", None)
    assert any(line.startswith("kdtree: a k-d tree would look at") for line in plan.declined)


@pytest.fixture(scope="module")
def graph():
    _, _, result = packed(mixed(4000))
    rows = take_rows(result.rows, identical_rows(result.rows).first)
    return rows, result.metrics, *search_graph(rows, result.metrics, 15, 0, SHOW)


def test_descent_finds_the_exact_neighbours(graph):
    rows, _, found, *_ = graph
    exact = AllPairsSearch().search(rows, as_queries(rows), 15, 0, SHOW)
    hits = [
        len(set(a) & set(b)) / 15
        for a, b in zip(exact.indices.tolist(), found.indices.tolist(), strict=True)
    ]
    assert np.mean(hits) > 0.95
    assert (np.diff(found.distances, axis=1) >= 0).all()
    everyone = draw_sample(rows, found, 0, SHOW, size=len(rows.cells))
    assert everyone.recall(found).all == pytest.approx(np.mean(hits), abs=0.01)
    some = draw_sample(rows, found, 0, SHOW)
    assert some.recall(found).all == pytest.approx(np.mean(hits), abs=0.02)


def test_recall_counts_what_is_missing(graph):
    rows, _, found, *_ = graph
    lost = found._replace(distances=found.distances.copy())
    lost.distances[:, 10:] = np.inf
    assert draw_sample(rows, lost, 0, SHOW).recall(lost).all == pytest.approx(10 / 15, abs=0.02)


def test_new_rows_find_their_neighbours_in_the_graph(graph):
    rows, metrics, *_ = graph
    theirs, queries = apart(rows, 10)
    *_, index = search_graph(theirs, metrics, 15, 0, SHOW)
    new = take_queries(queries, np.flatnonzero(queries.query_row < 0))
    found = index.search(theirs, new, 15, 0, SHOW)
    exact = AllPairsSearch().search(theirs, new, 15, 0, SHOW)
    assert (found.distances <= exact.distances[:, -1:]).mean() > 0.92
    one_by_one = [
        index.search(theirs, take_queries(new, np.array([q])), 15, 0, SHOW) for q in range(20)
    ]
    np.testing.assert_array_equal(
        np.concatenate([f.indices for f in one_by_one]), found.indices[:20]
    )


def test_a_poor_recall_is_told(monkeypatch):
    from frameumap.neighbors import plan
    from frameumap.neighbors.recall import Recall, Sample

    monkeypatch.setattr(Sample, "recall", lambda *_: Recall(0.5, 0.5))
    df = mixed(300)
    monkeypatch.setattr(plan, "EXACT_ROWS", 100)
    with pytest.warns(
        frameumap.FrameUMAPWarning, match="50% of the true neighbours.*raise n_neighbors"
    ):
        model = frameumap.FrameUMAP(n_epochs=1).fit(df)
    assert model.neighbor_recall_ == 0.5


@pytest.mark.parametrize(
    "schema", [{"amount": "numeric"}, {("lat", "lon"): "haversine"}, {"name": "text"}, None]
)
def test_neighbours_do_not_depend_on_the_order_of_rows(schema):
    df = mixed(400)
    order = np.random.default_rng(0).permutation(len(df))
    schema = frameumap.infer_schema(df) if schema is None else frameumap.Schema.from_mapping(schema)

    def neighbours(frame):
        _, _, result = packed(frame, schema)
        return find_neighbors(result.rows, result.metrics, 10, 0, SHOW).knn.distances, result

    distances, result = neighbours(df)
    # Duplicates are interchangeable: which of a crowd carries an edge to other rows is not fixed.
    classes = identical_rows(result.rows).of
    moved = neighbours(df.iloc[order])[0]
    for c in np.unique(classes):
        lists, others = distances[classes == c], moved[classes[order] == c]
        in_order, in_other_order = (x[np.lexsort(x.T[::-1])] for x in (lists, others))
        np.testing.assert_array_equal(in_order, in_other_order)
    expected = naive.nearest_with_duplicates(all_pairs(result.rows), classes, 10)
    # A crowd of more than k rows sends k edges at most to each row of another class.
    crowded = np.bincount(classes)[classes] > 10
    few = ~crowded
    np.testing.assert_allclose(distances[few], expected[few], rtol=1e-5, atol=1e-6)
    for own, most in zip(distances[crowded], expected[crowded], strict=True):
        others = own[own > 0]
        assert np.isclose(others[:, None], most[most > 0], rtol=1e-5).any(axis=1).all()
        assert len(others) <= (most > 0).sum()


def test_queries_do_not_change_the_index():
    rows, metrics = distinct(mixed(200), {("lat", "lon"): "haversine"})
    index = KDTreeSearch.build(rows, metrics)
    before = [np.copy(a) for a in index.tree]
    index.search(
        rows,
        Queries(rows.cells.copy(), rows.keys, np.full(len(rows.cells), -1, np.int32)),
        5,
        0,
        SHOW,
    )
    for a, b in zip(index.tree, before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("unit", [1, 1e-3])
def test_outlines_lead_a_walk_to_the_same_neighbours(unit):
    rng = np.random.default_rng(5)
    X = (
        rng.normal(size=(2500, 6)) @ rng.normal(size=(6, 80)) + 0.3 * rng.normal(size=(2500, 80))
    ) * unit + 7
    X = X.astype(np.float32).astype(float)
    columns = [f"c{c}" for c in range(80)]
    schema = {tuple(columns): frameumap.group(metric="euclidean", prepare="none")}
    rows, metrics = distinct(pd.DataFrame(X[:2000], columns=columns), schema)
    _, _, graph = search_graph(rows, metrics, 15, 0, SHOW)
    assert graph.index.quantized.codes.shape == (2000, 80)
    values = graph.index.quantized.low + graph.index.quantized.step * graph.index.quantized.codes
    np.testing.assert_allclose(values, X[:2000], atol=0.51 * graph.index.quantized.step[0])
    cells = np.ascontiguousarray(X[2000:], np.float32).view(np.int32)
    queries = Queries(cells, digest_rows(cells), np.full(500, -1, np.int32))
    found = graph.search(rows, queries, 10, 0, SHOW)
    # Distances are those of the rows, not of their codes.
    exact = (
        np.linalg.norm(X[2000:, None] - X[found.indices], axis=2)
        * rows.inverse_scale[0]
        * rows.weights[0]
    )
    np.testing.assert_allclose(found.distances, exact, rtol=1e-4)
    nearest = np.argsort(cdist(X[2000:], X[:2000]), axis=1)[:, :10]
    hits = np.mean([len(set(a) & set(b)) for a, b in zip(nearest, found.indices, strict=True)]) / 10
    assert hits > 0.95
    alone = graph.search(
        rows,
        Queries(cells[7:8].copy(), queries.keys[7:8].copy(), queries.query_row[7:8].copy()),
        10,
        0,
        SHOW,
    )
    np.testing.assert_array_equal(alone.indices[0], found.indices[7])


def test_only_wide_lengths_have_outlines():
    rng = np.random.default_rng(6)
    df = pd.DataFrame(rng.normal(size=(50, 70))).rename(columns=str)
    few = tuple(df.columns[:20])
    for schema in (
        {few: "euclidean"},
        {tuple(df.columns): "manhattan"},
        {few: "euclidean", tuple(df.columns[20:]): "euclidean"},
    ):
        assert quantize_rows(*distinct(df, schema)).codes.size == 0
    assert (
        quantize_rows(*distinct(df.where(df < 2), {tuple(df.columns): "euclidean"})).codes.size == 0
    )
    assert quantize_rows(*distinct(df, {tuple(df.columns): "euclidean"})).codes.shape == (50, 70)


# Ties


@pytest.mark.parametrize(
    "schema",
    [{("x", "y"): "manhattan"}, {"x": "numeric", "c": "categorical"}, {"s": "levenshtein"}],
)
def test_ties_do_not_favour_low_row_numbers(schema):
    grid = np.stack(np.meshgrid(np.arange(9.0), np.arange(9.0)), axis=-1).reshape(-1, 2)
    df = pd.DataFrame(grid, columns=["x", "y"])
    df["c"] = [f"level {y:.0f}" for y in df["y"]]
    df["s"] = ["".join("ab"[int(b)] for b in f"{i:08b}") for i in range(81)]
    rows, _ = distinct(df, schema)
    order = np.random.default_rng(0).permutation(len(rows.cells))
    shuffled = rows._replace(cells=rows.cells[order], keys=rows.keys[order])
    found, other = (
        AllPairsSearch().search(some, as_queries(some), 6, 3, SHOW) for some in (rows, shuffled)
    )
    np.testing.assert_array_equal(other.distances, found.distances[order])
    np.testing.assert_array_equal(order[other.indices], found.indices[order])
