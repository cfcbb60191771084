"""The curve, the start and the descent."""

import itertools

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

import frameumap
from frameumap import FrameUMAP
from frameumap.errors import FrameUMAPError
from frameumap.layout.coarsen import coarsen
from frameumap.layout.curve import LOW_EXPONENT, fit_ab, force_tables
from frameumap.layout.density import density_gradient, local_radii
from frameumap.layout.initialize import (
    connected_components,
    initialize_layout,
    principal_axes,
    spectral_modes,
)
from frameumap.layout.optimize import block_borders, optimize_layout
from frameumap.layout.options import LayoutOptions
from frameumap.layout.schedule import Edges
from frameumap.layout.sgd_kernels import coefficient, pull
from frameumap.layout.sphere import to_degrees, to_sphere
from frameumap.progress import Progress

QUIET = Progress()


def ring(n, pieces=1):
    """`pieces` separate rings of n vertices."""
    i = np.arange(n * pieces)
    j = (i + 1) % n + i // n * n
    A = scipy.sparse.csr_array((np.ones(len(i), np.float32), (i, j)), shape=(n * pieces,) * 2)
    A = (A + A.T).tocsr()
    A.data[:] = 1
    A.sort_indices()
    return A


@pytest.mark.parametrize(
    ("spread", "min_dist", "a", "b"),
    [(1.0, 0.1, 1.57694, 0.89506), (1.0, 0.5, 0.58303, 1.33417), (2.0, 0.01, 0.63534, 0.79555)],
)
def test_curve_has_umap_learns_parameters(spread, min_dist, a, b):
    assert fit_ab(spread, min_dist) == pytest.approx((a, b), abs=1e-3)


@given(st.floats(0.2, 20), st.floats(0, 0.99))
@settings(deadline=None, max_examples=30)
def test_curve_agrees_with_scipys_fit(spread, share):
    min_dist = spread * share
    x = np.linspace(0, spread * 3, 300)
    y = np.where(x < min_dist, 1.0, np.exp(-(x - min_dist) / spread))

    def loss(a, b):
        return ((1 / (1 + a * x ** (2 * b)) - y) ** 2).sum()

    expected, _ = curve_fit(
        lambda d, a, b: 1 / (1 + a * d ** (2 * b)), x, y, p0=fit_ab(spread, min_dist)
    )
    assert loss(*fit_ab(spread, min_dist)) <= loss(*expected) * (1 + 1e-6) + 1e-12


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
@settings(deadline=None)
def test_components_agree_with_scipy(edges):
    A = np.zeros((20, 20), np.float32)
    for i, j in edges:
        A[i, j] = A[j, i] = 1
    graph = scipy.sparse.csr_array(A)
    count, labels = connected_components(graph)
    expected = scipy.sparse.csgraph.connected_components(graph, directed=False)
    assert count == expected[0]
    np.testing.assert_array_equal(labels, expected[1])


@given(st.floats(2.0**LOW_EXPONENT, 2.0**31, width=32), st.floats(0.1, 3))
@settings(deadline=None)
def test_tables_are_within_a_percent_of_the_formulas(square, gamma):
    a, b = 1.57694, 0.89506
    attraction, repulsion = force_tables(a, b, gamma)
    curve = 1 + a * square**b
    assert coefficient(attraction, square) == pytest.approx(
        -2 * a * b * square ** (b - 1) / curve, rel=0.02
    )
    assert coefficient(repulsion, square) == pytest.approx(
        2 * gamma * b / ((0.001 + square) * curve), rel=0.02
    )


@given(square=st.floats(1e-6, 1e4), rate=st.floats(1e-4, 10))
def test_an_edge_moves_both_ends_by_the_implicit_step(square, rate):
    attraction, _ = force_tables(1.577, 0.895, 1.0)
    share = float(pull.py_func(attraction, np.float32(rate), np.float32(square)))
    explicit = 2 * rate * float(coefficient(attraction, np.float32(square)))
    # Both ends move by `share` of the old gap, which is `explicit` of the new one.
    assert share == pytest.approx(explicit * (1 + 2 * share), rel=1e-4, abs=1e-6)
    assert -0.5 <= share <= 0


def test_coarsening_keeps_the_weight_between_aggregates_and_the_components():
    graph = ring(500, 3)
    levels = coarsen(graph, 20)
    assert levels[-1][0].shape[0] <= 300
    for (fine, parent), (coarse, _) in itertools.pairwise(levels):
        assert parent.max() + 1 == coarse.shape[0]
        across = fine.tocoo()
        assert across.data[parent[across.row] != parent[across.col]].sum() == pytest.approx(
            coarse.sum()
        )
        assert scipy.sparse.csgraph.connected_components(coarse, directed=False)[0] == 3


def test_modes_of_a_ring_are_its_sine_and_cosine():
    n = 1000
    X = spectral_modes(ring(n), np.zeros(n, np.int64), 2, 0)
    X = X / np.linalg.norm(X, axis=0)
    angle = 2 * np.pi * np.arange(n) / n
    F = np.stack([np.cos(angle), np.sin(angle)], axis=1) * np.sqrt(2 / n)
    assert np.linalg.norm(F.T @ X) ** 2 / 2 > 0.98  # the two planes coincide


@pytest.mark.parametrize("n_components", [1, 2, 7])
@pytest.mark.parametrize(
    "graph",
    [
        ring(50),
        ring(30, 4),
        ring(2, 10),
        scipy.sparse.csr_array((6, 6), dtype=np.float32),
        ring(3, 300),
    ],
)
def test_any_graph_gets_a_finite_start(graph, n_components):
    n = graph.shape[0]
    sketch = np.random.default_rng(0).normal(size=(n, 5)).astype(np.float32)
    start = initialize_layout("spectral", graph, sketch, n_components, 0, QUIET)
    assert start.shape == (n, n_components)
    assert np.isfinite(start).all()
    assert len(np.unique(start, axis=0)) == n
    assert np.abs(start).max() < 50


def test_components_start_where_their_rows_lie():
    sketch = np.repeat(np.array([[0, 0], [1, 0], [10, 0]], np.float32), 40, axis=0)
    start = initialize_layout("spectral", ring(40, 3), sketch, 2, 0, QUIET)
    centers = start.reshape(3, 40, 2).mean(axis=1)
    gaps = [np.linalg.norm(centers[a] - centers[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert gaps[0] < 0.3 * min(gaps[1:])


def test_principal_axes_match_the_svd():
    X = np.random.default_rng(0).normal(size=(60, 4)) * [5, 2, 1, 0.5]
    found = principal_axes(X, np.ones(60), 2)
    U, s, _ = np.linalg.svd(X - X.mean(axis=0))
    np.testing.assert_allclose(np.abs(found), np.abs(U[:, :2] * s[:2]), atol=1e-9)


@given(st.integers(1, 10**7))
def test_blocks_cover_all_vertices(n):
    borders = block_borders(n)
    assert borders[0] == 0
    assert borders[-1] == n
    assert (np.diff(borders) > 0).all()
    assert len(borders) <= 65


def test_a_ring_is_laid_out_as_a_ring():
    n = 400
    graph = ring(n)
    start = initialize_layout("spectral", graph, np.zeros((n, 2), np.float32), 2, 0, QUIET)
    Y = optimize_layout(graph, start, LayoutOptions(), QUIET)
    step = np.linalg.norm(Y - np.roll(Y, 1, axis=0), axis=1)
    far = np.linalg.norm(Y - np.roll(Y, n // 2, axis=0), axis=1)
    assert np.median(far) > 10 * np.median(step)


def test_more_than_two_dimensions_follow_the_same_law():
    """The kernel for any dimension, on flat data, equals the one for two."""
    graph = ring(60)
    start = np.random.default_rng(0).normal(size=(60, 2)).astype(np.float32)
    flat = optimize_layout(graph, start, LayoutOptions(n_epochs=10), QUIET)
    padded = np.concatenate([start, np.zeros((60, 1), np.float32)], axis=1)
    deep = optimize_layout(graph, padded, LayoutOptions(n_components=3, n_epochs=10), QUIET)
    np.testing.assert_allclose(deep[:, :2], flat, atol=1e-3)
    assert (deep[:, 2] == 0).all()


def test_a_hub_stays_among_its_neighbours():
    n = 50_001
    i = np.arange(1, n)
    star = scipy.sparse.csr_array(
        (np.ones(n - 1, np.float32), (np.zeros(n - 1, int), i)), shape=(n, n)
    )
    star = (star + star.T).tocsr()
    start = np.random.default_rng(0).normal(size=(n, 2)).astype(np.float32)
    Y = optimize_layout(star, start, LayoutOptions(n_epochs=20), QUIET)
    assert (
        np.linalg.norm(Y[0] - Y.mean(axis=0)) < 2 * np.linalg.norm(Y - Y.mean(axis=0), axis=1).max()
    )


def test_the_callback_sees_the_process():
    seen = []
    start = np.zeros((30, 2), np.float32) + np.arange(60, dtype=np.float32).reshape(30, 2)
    optimize_layout(
        ring(30),
        start,
        LayoutOptions(n_epochs=40),
        QUIET,
        lambda epoch, Y: seen.append((epoch, Y.shape)),
    )
    assert seen
    assert all(shape == (30, 2) for _, shape in seen)


def test_a_position_that_is_not_finite_never_leaves():
    start = np.full((30, 2), np.nan, np.float32)
    with pytest.raises(FrameUMAPError, match="diverged"):
        optimize_layout(ring(30), start, LayoutOptions(n_epochs=2), QUIET)


def test_verbose_shows_the_stages(capsys):
    FrameUMAP(verbose=True, n_epochs=5).fit(mixed(100))
    shown = capsys.readouterr()
    assert "neighbors: exact" in shown.out + shown.err
    assert "start:" in shown.out + shown.err


def test_segments_stay_together():
    df = frameumap.datasets.make_customers(1500)
    xy = frameumap.embed(df.drop(columns="segment")).to_numpy()
    D = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    np.fill_diagonal(D, np.inf)
    nearest = np.argsort(D, axis=1)[:, :15]
    segment = df["segment"].cat.codes.to_numpy()
    assert (segment[nearest] == segment[:, None]).mean() > 0.9


def naive_correlation(indptr, heads, a, b, R, Y, shift=0.1, eps=1e-8):
    """densMAP's correlation, straight from its definition."""
    re = []
    for i in range(len(Y)):
        squares = [float(((Y[i] - Y[j]) ** 2).sum()) for j in heads[indptr[i] : indptr[i + 1]]]
        q = [1 / (1 + a * s**b) for s in squares]
        re.append(np.log(eps + np.dot(q, squares) / sum(q)))
    centered = np.array(re) - np.mean(re)
    return (centered @ R / (len(Y) - 1)) / np.sqrt((centered**2).sum() / (len(Y) - 1) + shift)


def test_density_gradient_is_the_derivative_of_the_definition():
    rng = np.random.default_rng(0)
    graph = ring(12)
    edges = Edges(graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data)
    R = rng.normal(size=12)
    R = (R - R.mean()) / R.std()
    Y = rng.normal(size=(12, 2)).astype(np.float32)
    value, gradient = density_gradient(edges, R, (1.577, 0.895), Y)
    assert value == pytest.approx(
        naive_correlation(edges[0], edges[1], 1.577, 0.895, R, Y.astype(float)), abs=1e-6
    )
    for i in range(12):
        for c in range(2):
            step = np.zeros((12, 2))
            step[i, c] = 1e-5
            ends = [
                naive_correlation(edges[0], edges[1], 1.577, 0.895, R, Y.astype(float) + s * step)
                for s in (1, -1)
            ]
            assert gradient[i, c] == pytest.approx((ends[0] - ends[1]) / 2e-5, abs=1e-5)


def test_density_is_kept_when_asked_for():
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(size=(300, 3)) * s + 30 * k for k, s in enumerate((0.1, 1, 5))])
    df = pd.DataFrame(X, columns=list("xyz"))
    schema = {("x", "y", "z"): frameumap.group(metric="euclidean", prepare="none")}
    correlation = []
    for density in (0.0, 2.0):
        model = FrameUMAP(schema, density=density).fit(df)
        rows = np.repeat(np.arange(900), np.diff(model.graph_.indptr))
        own = np.linalg.norm(X[rows] - X[model.graph_.indices], axis=1)
        laid = np.linalg.norm(
            model.embedding_[rows] - model.embedding_[model.graph_.indices], axis=1
        )
        correlation.append(
            np.corrcoef(local_radii(model.graph_, own), local_radii(model.graph_, laid))[0, 1]
        )
    assert correlation[1] > max(0.7, correlation[0] + 0.3)


def test_the_sphere_is_a_place_to_lay_out_on():
    df = mixed(200)
    model = FrameUMAP(output_metric="haversine").fit(df)
    lat, lon = model.embedding_.T
    assert (np.abs(lat) <= 90).all()
    assert (np.abs(lon) <= 180).all()
    xyz = np.column_stack(
        [
            np.cos(np.radians(lat)) * np.cos(np.radians(lon)),
            np.cos(np.radians(lat)) * np.sin(np.radians(lon)),
            np.sin(np.radians(lat)),
        ]
    )
    angles = np.arccos(np.clip(xyz @ xyz.T, -1, 1))
    edges = np.average(angles[model.graph_.nonzero()], weights=model.graph_.data)
    assert edges < 0.6 * angles.mean()
    with pytest.raises(frameumap.ParameterError, match="output_metric"):
        FrameUMAP(output_metric="haversine", n_components=3).fit(df)


def test_the_way_to_the_sphere_and_back():
    start = np.random.default_rng(0).normal(size=(50, 2))
    points = to_sphere(start)
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 1, atol=1e-6)
    lat, lon = np.radians(to_degrees(points).astype(float)).T
    np.testing.assert_allclose(
        np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]),
        points,
        atol=1e-6,
    )


@pytest.mark.parametrize("init", ["spectral", "pca", "random"])
def test_starts_have_names(init):
    model = FrameUMAP(init=init, n_epochs=0).fit(mixed(100))
    assert 5 < np.abs(model.embedding_).max() < 40


def test_a_start_can_be_given():
    df = mixed(100).set_axis([f"r{i}" for i in range(100)], axis=0)
    start = pd.DataFrame(np.random.default_rng(0).normal(size=(100, 2)), index=df.index)
    np.testing.assert_array_equal(
        FrameUMAP(init=start, n_epochs=0).fit(df).embedding_, start.to_numpy(np.float32)
    )
    for bad, what in (
        (start.iloc[::-1], "index"),
        (start.to_numpy()[:, :1], "shape"),
        (start.to_numpy() * np.nan, "'r0'"),
        ("spectrum", "init"),
    ):
        with pytest.raises(frameumap.ParameterError, match=what):
            FrameUMAP(init=bad).fit(df)


def test_fit_shows_the_process():
    seen = []
    FrameUMAP(n_epochs=30).fit(mixed(100), callback=lambda epoch, Y: seen.append(epoch))
    assert seen[-1] == 30


def test_wide_neighbourhoods_of_digits_are_kept():
    """The 60 nearest on the map; with steps cut off at half the gap it was .951."""
    from sklearn.datasets import load_digits
    from sklearn.manifold import trustworthiness

    X = pd.DataFrame(load_digits().data).rename(columns="p{}".format)
    schema = {tuple(X.columns): frameumap.group(None, "euclidean", prepare="none")}
    Y = frameumap.embed(X, schema=schema).to_numpy()
    assert trustworthiness(X, Y, n_neighbors=60) > 0.96
