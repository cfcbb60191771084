"""`frameumap.layout`, the layout of a graph of one's own, and `unique`: equal rows on one point."""

import naive
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import mixed, python
from hypothesis import given, settings
from hypothesis import strategies as st

import frameumap
from frameumap.layout.unique import class_graph

QUICK = {"n_epochs": 20}


def ring(n):
    return scipy.sparse.diags_array(
        [1.0, 1.0, 1.0, 1.0], offsets=[1, -1, n - 1, 1 - n], shape=(n, n)
    )


def test_the_layout_of_a_models_graph_keeps_its_neighbours():
    df = frameumap.datasets.make_customers(300, random_state=0).drop(columns="segment")
    model = frameumap.FrameUMAP().fit(df)
    points = frameumap.layout(model.graph_)
    assert points.dtype == np.float32
    assert points.shape == (300, 2)
    tails, heads = model.graph_.nonzero()
    near = np.linalg.norm(points[tails] - points[heads], axis=1).mean()
    any_pair = np.linalg.norm(points[:, None] - points, axis=2).mean()
    assert near < 0.25 * any_pair


def test_positions_given_as_a_start_give_the_models_own_layout():
    df = mixed(80)
    start = np.random.default_rng(0).normal(size=(80, 3))
    model = frameumap.FrameUMAP(n_components=3, init=start, **QUICK).fit(df)
    points = frameumap.layout(model.graph_, n_components=3, init=start, **QUICK)
    assert np.array_equal(points, model.embedding_)


def test_every_format_gives_the_same_bytes_and_is_left_alone():
    graph = ring(60).tocsr()
    expected = frameumap.layout(graph, **QUICK)
    for made in (graph.tocoo(), graph.tolil(), scipy.sparse.csc_matrix(graph), graph.astype(int)):
        before = made.copy()
        assert np.array_equal(frameumap.layout(made, **QUICK), expected)
        assert abs(before - made).nnz == 0
    shuffled = graph.copy()
    shuffled.indices[:2] = shuffled.indices[:2][::-1]
    shuffled.has_sorted_indices = False
    assert np.array_equal(frameumap.layout(shuffled, **QUICK), expected)
    assert not np.array_equal(frameumap.layout(graph, random_state=1, **QUICK), expected)


def test_a_ring_is_laid_out_round():
    points = frameumap.layout(ring(100))
    radius = np.linalg.norm(points - points.mean(axis=0), axis=1)
    assert radius.min() > 0.4 * radius.max()


def test_pieces_and_single_vertices_lie_apart():
    graph = scipy.sparse.block_diag([ring(40), ring(40), scipy.sparse.csr_array((3, 3))])
    points = frameumap.layout(graph)
    assert np.isfinite(points).all()
    left, right = points[:40], points[40:80]
    apart = np.linalg.norm(left.mean(axis=0) - right.mean(axis=0))
    assert apart > max(left.std(), right.std())
    assert len(np.unique(points[80:], axis=0)) == 3
    assert frameumap.layout(scipy.sparse.csr_array((1, 1))).shape == (1, 2)


def test_it_is_a_function_whether_or_not_the_room_is_loaded():
    code = (
        "import frameumap, scipy.sparse as s\n"
        "print(frameumap.layout(s.csr_array((2, 2))).shape)\n"
        "import frameumap.layout.optimize as o\n"
        "from frameumap import layout\n"
        "print(layout(s.csr_array((2, 2))).shape, o.__name__)\n"
    )
    said = python(code)
    assert said.split("\n")[:2] == ["(2, 2)", "(2, 2) frameumap.layout.optimize"]


@pytest.mark.parametrize(
    ("graph", "said"),
    [
        (np.ones((3, 3)), "takes a scipy.sparse matrix"),
        (scipy.sparse.csr_array((3, 4)), r"square matrix, got shape \(3, 4\)"),
        (scipy.sparse.csr_array((0, 0)), "square"),
        (scipy.sparse.csr_array([[0, 1j], [1j, 0]]), "real numbers"),
        (scipy.sparse.csr_array([[0, 2.0], [2.0, 0]]), r"edge \(0, 1\) has weight 2: .*graph.max"),
        (scipy.sparse.csr_array([[0, -1.0], [-1.0, 0]]), r"edge \(0, 1\) has weight -1"),
        (scipy.sparse.csr_array([[0, np.nan], [np.nan, 0]]), r"edge \(0, 1\) has weight nan"),
        (scipy.sparse.csr_array([[1.0, 0], [0, 0]]), r"edge \(0, 0\).*no edge to itself"),
        (scipy.sparse.csr_array([[0, 1.0], [0.5, 0]]), r"\(0, 1\) has weight 1 and edge \(1, 0\)"),
    ],
)
def test_what_is_no_graph_is_refused(graph, said):
    with pytest.raises(frameumap.DataError, match=said):
        frameumap.layout(graph)


def test_parameters_of_other_stages_are_refused():
    with pytest.raises(frameumap.ParameterError, match="no parameter 'n_neighbors'"):
        frameumap.layout(ring(20), n_neighbors=5)
    with pytest.raises(frameumap.ParameterError, match="needs the values of rows"):
        frameumap.layout(ring(20), init="pca")
    with pytest.raises(frameumap.ParameterError, match="min_dist"):
        frameumap.layout(ring(20), min_dist=-1)


# Equal rows on one point --------------------------------------------------------------------


def flags(n=150):
    rng = np.random.default_rng(0)
    return pd.DataFrame({c: rng.choice(["a", "b", "c"], n) for c in "pqrs"})


@pytest.mark.parametrize("options", [{}, {"n_components": 3}, {"output_metric": "haversine"}])
def test_equal_rows_lie_on_one_point_and_others_do_not(options):
    df = flags()
    classes = df.groupby(list("pqrs")).ngroup().to_numpy()
    model = frameumap.FrameUMAP(unique=True, **QUICK, **options).fit(df)
    points = model.embedding_
    assert len(np.unique(points, axis=0)) == classes.max() + 1
    for c in range(classes.max() + 1):
        assert len(np.unique(points[classes == c], axis=0)) == 1
    apart = frameumap.FrameUMAP(**QUICK, **options).fit(df)
    assert len(np.unique(apart.embedding_, axis=0)) == len(df)
    assert abs(apart.graph_ - model.graph_).nnz == 0
    assert np.array_equal(model.transform(df), points)


def test_equal_rows_stay_on_one_point(tmp_path):
    df = flags()
    shown = []
    model = frameumap.FrameUMAP(unique=True, **QUICK)
    model.fit(df[:100], sample_weight=np.arange(1, 101), callback=lambda t, Y: shown.append(Y))
    assert shown[-1].shape == (100, 2)
    model.save(tmp_path / "m")
    model = frameumap.FrameUMAP.load(tmp_path / "m").update(df[100:])
    classes = df.groupby(list("pqrs")).ngroup().to_numpy()
    assert len(np.unique(model.embedding_, axis=0)) == classes.max() + 1
    model.reweight({"p": 2})
    assert len(np.unique(model.embedding_, axis=0)) == classes.max() + 1


def test_unique_needs_no_density_term():
    with pytest.raises(frameumap.ParameterError, match="unique=True needs density=0"):
        frameumap.embed(flags(), unique=True, density=1.0)
    with pytest.raises(frameumap.ParameterError, match="unique must be True or False"):
        frameumap.embed(flags(), unique="yes")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_class_graph_against_its_twin(seed):
    rng = np.random.default_rng(seed)
    n, m = 9, 4
    of = np.concatenate([np.arange(m), rng.integers(0, m, n - m)])
    upper = np.triu(rng.random((n, n)) * (rng.random((n, n)) < 0.4), 1).astype(np.float32)
    full = upper + upper.T
    found = class_graph(scipy.sparse.csr_array(full), of)
    np.testing.assert_array_equal(found.toarray(), naive.class_graph(full, of))
