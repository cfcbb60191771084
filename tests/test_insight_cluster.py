"""Segments: nested layers, memberships, new rows by the same votes, the same bytes everywhere."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from frames import groups_beside_chance, mixed, python

import frameumap
from frameumap.errors import ParameterError
from frameumap.insight.bridges import bridges, typical_rows
from frameumap.insight.communities import make_base
from frameumap.insight.drawn import drawn_anew
from frameumap.insight.leiden import contract, leiden
from frameumap.insight.partitions import absorbed, canonical, rand_index


@cache
def customers(n=400, **options):
    df = frameumap.datasets.make_customers(n, random_state=0)
    y = df.pop("segment")
    return df, y, frameumap.FrameUMAP(n_epochs=10, **options).fit(df)


@cache
def segments():
    return customers()[2].cluster()


def test_segments_are_what_they_say():
    df, _y, model = customers()
    found = segments()
    n = len(df)
    assert found.labels.dtype == np.int32
    assert (np.diff(found.sizes) <= 0).all()
    assert found.sizes.sum() == n
    assert found.memberships.shape == (n, found.n_segments)
    dense = found.memberships.toarray()
    np.testing.assert_allclose(dense.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(dense[np.arange(n), found.labels], found.membership)
    # Membership, by the slow way.
    graph = model.graph_.toarray()
    own = [graph[i, found.labels == found.labels[i]].sum() / graph[i].sum() for i in range(n)]
    np.testing.assert_allclose(found.membership, own, rtol=1e-5)
    assert (dense.argmax(axis=1) == found.labels).mean() > 0.95


def test_segments_find_what_was_planted():
    from sklearn.metrics import adjusted_mutual_info_score

    _, y, _ = customers()
    assert adjusted_mutual_info_score(y, segments().labels) > 0.5


def test_layers_nest():
    found = segments()
    assert 1 <= len(found.layers) <= 4
    counts = [layer.n_segments for layer in found.layers]
    assert counts == sorted(set(counts))
    for coarse, fine in zip(found.layers, found.layers[1:], strict=False):
        parents = pd.DataFrame({"fine": fine.labels, "coarse": coarse.labels}).drop_duplicates()
        assert parents["fine"].is_unique
    coarsest = found.at(0)
    assert coarsest.n_segments == counts[0]
    assert coarsest.layer == 0
    with pytest.raises(ParameterError, match="layers"):
        found.at(9)


def test_new_rows_are_judged_one_by_one():
    df, _, _ = customers()
    found = segments()
    whole = found.predict(df)
    assert (whole == found.labels).mean() >= 0.98
    np.testing.assert_array_equal(
        whole[:25], np.concatenate([found.predict(df.iloc[[i]]) for i in range(25)])
    )
    new = frameumap.datasets.make_customers(60, random_state=9).drop(columns="segment")
    votes = found.predict_memberships(new)
    assert votes.shape == (60, found.n_segments)
    np.testing.assert_allclose(votes.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(votes.argmax(axis=1), found.predict(new))


@pytest.mark.parametrize("method", ["communities", "density"])
def test_same_bytes_in_any_process_and_on_any_threads(method):
    code = f"""
import hashlib, numba, frameumap
df = frameumap.datasets.make_customers(250, random_state=1).drop(columns="segment")
found = frameumap.FrameUMAP(n_epochs=5).fit(df).cluster("{method}")
print(hashlib.sha256(found.labels.tobytes() + found.membership.tobytes()).hexdigest())
print(*[layer.n_segments for layer in found.layers])
"""
    runs = [
        python(code, NUMBA_NUM_THREADS=str(threads), PYTHONHASHSEED=str(seed))
        for threads, seed in ((1, 0), (2, 1))
    ]
    assert runs[0] == runs[1]


def test_order_of_rows_plays_no_part():
    df, _, _ = customers()
    unlike = df[~df.astype(str).duplicated()]
    shuffled = unlike.sample(frac=1, random_state=5)
    one, two = (
        frameumap.FrameUMAP(n_epochs=0, init="random").fit(d).cluster() for d in (unlike, shuffled)
    )
    at = unlike.index.get_indexer(shuffled.index)
    assert rand_index(one.labels[at], two.labels, np.ones(len(at))) > 0.9


def test_density_leaves_noise_and_still_places_new_rows():
    _df, _, model = customers()
    found = model.cluster("density", min_size=10)
    assert found.n_segments >= 2
    assert found.labels.min() >= -1
    new = frameumap.datasets.make_customers(30, random_state=3).drop(columns="segment")
    assert set(np.unique(found.predict(new))) <= set(range(-1, found.n_segments))


def test_resolution_chooses():
    _, _, model = customers()
    few, many = (model.cluster(resolution=r) for r in (0.1, 5.0))
    assert few.n_segments < many.n_segments
    assert len(few.layers) == 1
    assert model.cluster(resolution=5.0, min_size=20).sizes.min() >= 20


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"method": "kmeans"}, "method"),
        ({"resolution": -1.0}, "resolution"),
        ({"min_size": 0}, "min_size"),
        ({"method": "density", "resolution": 1.0}, "resolution"),
    ],
)
def test_bad_requests(options, error):
    with pytest.raises(ParameterError, match=error):
        customers()[2].cluster(**options)


def test_three_rows_and_identical_rows():
    df = pd.DataFrame({"x": [1.0, 2.0, 9.0], "y": ["a", "a", "b"]})
    found = frameumap.FrameUMAP(n_neighbors=3).fit(df).cluster()
    assert len(found.labels) == 3
    assert len(found.names) == found.n_segments
    same = pd.DataFrame({"x": [1.0] * 30 + [2.0] * 30})
    model = frameumap.FrameUMAP({"x": "numeric"}, n_neighbors=5).fit(same)
    assert (model.cluster().predict(same) == model.cluster().labels).mean() > 0.9


def test_a_loaded_model_has_the_same_segments(tmp_path):
    df, _, model = customers()
    model.save(tmp_path / "m")
    again = frameumap.FrameUMAP.load(tmp_path / "m").cluster()
    np.testing.assert_array_equal(again.labels, segments().labels)
    np.testing.assert_array_equal(again.predict(df.iloc[:20]), segments().predict(df.iloc[:20]))


def test_results_are_plain_values():
    found = segments()
    data = json.loads(found.to_json())
    assert data["sizes"] == found.sizes.tolist()
    table = found.to_frame()
    assert table.index.equals(customers()[0].index)
    assert set(table["name"]) == set(found.names)
    assert len(set(found.names)) == found.n_segments
    assert str(found.n_segments) in str(found)
    assert "<table>" in found._repr_html_()


def random_graph(n, rng, share=0.2):
    dense = np.triu(rng.random((n, n)) * (rng.random((n, n)) < share), 1)
    return scipy.sparse.csr_array(dense + dense.T)


def planted_graph(n, k, rng):
    """k parts of n vertices with few edges between them."""
    part = np.arange(n) % k
    share = np.where(part[:, None] == part, 0.5, 0.02)
    dense = np.triu(rng.random((n, n)) * (rng.random((n, n)) < share), 1)
    return scipy.sparse.csr_array(dense + dense.T), part


def modularity(graph, labels, resolution):
    """By its definition, over all pairs."""
    A = graph.toarray()
    degrees = A.sum(axis=1)
    same = labels[:, None] == labels[None, :]
    return ((A - resolution * np.outer(degrees, degrees) / A.sum()) * same).sum() / A.sum()


def test_contraction_keeps_modularity():
    graph = random_graph(60, np.random.default_rng(0))
    micro = leiden(graph, 8.0, 0)
    small = contract(graph, micro)
    assert small.sum() == pytest.approx(graph.sum())
    coarse = leiden(small, 1.0, 0)
    assert modularity(graph, coarse[micro], 1.0) == pytest.approx(modularity(small, coarse, 1.0))


@pytest.mark.parametrize("resolution", [0.1, 1.0, 6.0])
def test_leiden_against_graspologic(resolution):
    """Its communities are worth as much; each is connected; no vertex gains by leaving its own."""
    import graspologic_native
    from scipy.sparse.csgraph import connected_components

    for seed in range(8):
        rng = np.random.default_rng(seed)
        graph = planted_graph(120, 6, rng)[0] if seed % 2 else random_graph(120, rng, 0.06)
        graph = canonical(graph)
        own = leiden(graph, resolution, seed, trials=4)
        _, found = graspologic_native.leiden_csr(
            graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data, 120,
            resolution=resolution, seed=seed, trials=4, iterations=2,
        )  # fmt: skip
        other = np.array([found.get(i, 1000 + i) for i in range(120)])
        value = modularity(graph, own, resolution)
        assert value >= modularity(graph, other, resolution) - 0.01
        for community in range(own.max() + 1):
            inside = np.flatnonzero(own == community)
            assert connected_components(graph[inside][:, inside])[0] == 1
        for vertex in rng.choice(120, 10):
            for community in range(own.max() + 2):
                moved = own.copy()
                moved[vertex] = community
                assert modularity(graph, moved, resolution) <= value + 1e-9


def test_leiden_finds_planted_parts_from_any_start():
    graph, part = planted_graph(90, 3, np.random.default_rng(1))
    ones = np.ones(90, int)
    assert rand_index(leiden(graph, 1.0, 0), part, ones) == 1.0
    start = np.arange(90) // 45
    assert rand_index(leiden(graph, 1.0, 0, start=start), part, ones) == 1.0
    np.testing.assert_array_equal(leiden(graph, 1.0, 5), leiden(graph, 1.0, 5))
    empty = scipy.sparse.csr_array((4, 4))
    np.testing.assert_array_equal(leiden(empty, 1.0, 0), np.arange(4))


def test_small_segments_join_what_most_of_their_edges_lead_to():
    # 0-4 and 5-9 are cliques; 10 and 11 hold together and lead to the second; 12 leads nowhere.
    dense = np.zeros((13, 13))
    dense[:5, :5] = dense[5:10, 5:10] = 1
    np.fill_diagonal(dense, 0)
    for a, b, w in ((10, 11, 1.0), (10, 2, 0.2), (11, 7, 0.3)):
        dense[a, b] = dense[b, a] = w
    base = make_base(scipy.sparse.csr_array(dense), np.arange(13, dtype=np.uint64))
    labels = np.array([0] * 5 + [1] * 5 + [2, 3, 4])
    found = absorbed(base.graph, base.sizes, labels, 3)
    np.testing.assert_array_equal(found, [1] * 5 + [0] * 7 + [2])
    within = np.array([0] * 5 + [1] * 5 + [0, 0, 0])  # so they may not join the second
    np.testing.assert_array_equal(
        absorbed(base.graph, base.sizes, labels, 3, within), [0] * 5 + [1] * 5 + [0, 0, 2]
    )


def test_edges_are_drawn_as_often_as_poisson_says_and_alike_in_like_graphs():
    graph = canonical(random_graph(200, np.random.default_rng(0), 0.3) * 3.0)
    names = np.random.default_rng(1).integers(0, 2**63, 200).astype(np.uint64)
    draws = [drawn_anew(graph, names, draw) for draw in range(40)]
    assert all(abs(drawn - drawn.T).max() == 0 for drawn in draws)
    mean = sum(drawn.sum() for drawn in draws) / 40
    assert mean == pytest.approx(graph.sum(), rel=0.01)
    ones = scipy.sparse.csr_array((np.ones(graph.nnz), graph.indices, graph.indptr))
    times = np.concatenate([drawn_anew(canonical(ones), names, d).data for d in range(5)])
    assert (times == 2).sum() / (5 * graph.nnz) == pytest.approx(np.exp(-1) / 2, abs=0.01)
    assert (times == 1).sum() / (5 * graph.nnz) == pytest.approx(np.exp(-1), abs=0.01)
    # One edge less, and the vertices in another order: the others are drawn as they were.
    order = np.random.default_rng(2).permutation(200)
    fewer = graph.toarray()
    i, j = np.argwhere(fewer)[0]
    fewer[i, j] = fewer[j, i] = 0
    again = drawn_anew(canonical(scipy.sparse.csr_array(fewer[order][:, order])), names[order], 3)
    expected = draws[3].toarray()
    expected[i, j] = expected[j, i] = 0
    np.testing.assert_allclose(again.toarray(), expected[order][:, order])


def test_rand_index_against_scikit_learn():
    from sklearn.metrics import adjusted_rand_score

    rng = np.random.default_rng(0)
    for _ in range(20):
        a, b = rng.integers(0, 4, 50), rng.integers(0, 3, 50)
        assert rand_index(a, b, np.ones(50)) == pytest.approx(adjusted_rand_score(a, b))


def test_large_graphs_are_compared_on_groups_of_near_rows(monkeypatch):
    from frameumap.insight import communities

    df, _y, model = customers()
    expected = segments()
    monkeypatch.setattr(communities, "COARSE", 100)
    base = make_base(model.graph_, model._model.packed.rows.keys)
    assert base.coarse.shape[0] <= 100 < len(base.sizes)
    assert base.coarse_sizes.sum() == len(df)
    assert base.coarse.sum() == pytest.approx(base.graph.sum())
    whole = model.cluster()
    assert rand_index(whole.labels, expected.labels, np.ones(len(df))) > 0.6


def blobs(count, rows, seed=0):
    """Places far apart, with a category of its own each; nothing joins them in the graph."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(-1000, 1000, (count, 2))
    at = np.repeat(np.arange(count), rows)
    points = centre[at] + rng.normal(0, 0.5, (len(at), 2))
    return pd.DataFrame(points, columns=["x", "y"]), at


def test_many_components_make_few_segments():
    df, blob = blobs(200, 10)
    model = frameumap.FrameUMAP({("x", "y"): "euclidean"}, n_neighbors=5, n_epochs=0, init="random")
    model.fit(df)
    found = model.cluster()
    assert scipy.sparse.csgraph.connected_components(model.graph_)[0] >= 100
    assert 3 <= found.n_segments <= 60
    assert found.sizes.min() >= 20
    # No blob is torn, and what is joined is near.
    assert pd.Series(found.labels).groupby(blob).nunique().max() == 1
    spread = df.groupby(found.labels).std().to_numpy().mean()
    assert spread < 0.5 * df.std().to_numpy().mean()
    assert (found.predict(df) == found.labels).mean() > 0.98
    fine = model.cluster(resolution=10.0, min_size=1)
    assert fine.n_segments >= 150


def test_many_small_groups_are_a_layer():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(200), 20)
    points = 10 * rng.normal(size=(200, 6))[group] + rng.normal(size=(len(group), 6))
    df = pd.DataFrame(points, columns=list("abcdef"))
    model = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df)
    alike = [rand_index(layer.labels, group, np.ones(len(df))) for layer in model.cluster().layers]
    assert max(alike) > 0.95


@pytest.mark.parametrize("levels", [6, 40, None])
def test_no_segment_is_a_column_of_chance_alone(levels):
    def chance(rng, n):
        numbers = rng.permutation(n) if levels is None else rng.integers(levels, size=n)
        return ["".join(chr(97 + int(c)) for c in f"{v:03d}") for v in numbers]

    df, group = groups_beside_chance(chance)
    model = frameumap.FrameUMAP(n_epochs=0, init="random").fit(df)
    found = model.cluster()
    # A level of the column may split a group, but a segment that is a level alone would hold the
    # three groups alike.
    inside = pd.crosstab(found.labels, group, normalize="index")
    assert inside.max(axis=1).min() > 0.7


def test_a_table_of_few_distinct_rows():
    df = pd.DataFrame({"a": ["x", "y", "z"] * 100, "b": [1, 2, 3, 4] * 75})
    model = frameumap.FrameUMAP(n_neighbors=3, n_epochs=0, init="random").fit(df)
    found = model.cluster()
    assert 1 <= found.n_segments <= 12
    assert df.assign(s=found.labels).groupby(["a", "b"])["s"].nunique().max() == 1


def test_bridges_lead_to_the_nearest_components():
    df, blob = blobs(12, 20, seed=3)
    model = frameumap.FrameUMAP({("x", "y"): "euclidean"}, n_neighbors=5, n_epochs=0, init="random")
    model.fit(df)
    extra = bridges(model._model)
    assert abs(extra - extra.T).max() == 0
    tails, heads = extra.nonzero()
    assert (blob[tails] != blob[heads]).all()
    assert extra.sum() < 0.05 * model.graph_.sum()
    between = contract(canonical(extra), blob).toarray()
    centre = df.groupby(blob).mean().to_numpy()
    gaps = np.linalg.norm(centre[:, None] - centre[None], axis=2) + np.diag(np.full(12, np.inf))
    assert (between.argmax(axis=1) == gaps.argmin(axis=1)).mean() > 0.7
    assert bridges(customers()[2]._model) is None


def test_typical_rows_are_of_every_component_and_in_any_order():
    rng = np.random.default_rng(0)
    piece = np.repeat([0, 1, 2, 3], [3000, 40, 1, 1])
    keys = rng.permutation(len(piece)).astype(np.uint64)
    rows, references = typical_rows(piece, keys)
    assert set(piece[rows]) == {0, 1, 2, 3}
    assert len(set(rows)) == len(rows) <= 1004
    assert len(references) == min(len(rows), 1000)
    order = rng.permutation(len(piece))
    again, _ = typical_rows(piece[order], keys[order])
    np.testing.assert_array_equal(order[again], rows)


def test_clusters_of_a_frame_of_every_kind():
    df = mixed(150)
    found = frameumap.FrameUMAP(n_epochs=5).fit(df).cluster()
    assert (found.predict(df) == found.labels).mean() >= 0.98
