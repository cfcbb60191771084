from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from frameumap.graph.combine import GraphOptions, calibrate
from frameumap.graph.membership import fuzzy_union_with_transpose, smooth_knn
from frameumap.neighbors.lists import KNN

STORED = np.load(Path(__file__).parent / "data" / "umap_graph.npz")


@pytest.mark.parametrize("case", range(int(STORED["cases"])))
def test_graph_equals_umap_learns_on_the_same_neighbours(case):
    k, local_connectivity, mix = STORED[f"options{case}"]
    knn = KNN(STORED[f"indices{case}"], STORED[f"distances{case}"])
    found = calibrate(knn, GraphOptions(int(k), local_connectivity, mix))
    n = len(knn.indices)
    expected = np.zeros((n, n))
    expected[STORED[f"row{case}"], STORED[f"col{case}"]] = STORED[f"weight{case}"]
    np.testing.assert_allclose(found.bandwidths.rho, STORED[f"rho{case}"], atol=1e-5)
    np.testing.assert_allclose(found.graph.toarray(), expected, atol=1e-5)


distance_lists = arrays(
    np.float32,
    st.tuples(st.integers(1, 12), st.integers(2, 9)),
    elements=st.floats(0, 100, width=16),
)


@given(distance_lists, st.sampled_from([0.0, 0.5, 1.0, 1.5, 3.0]), st.booleans())
@settings(deadline=None)
def test_smooth_knn_equals_its_naive_twin(distances, local_connectivity, duplicates_as_one):
    distances = np.sort(distances, axis=1)
    distances[:, 0] = 0
    knn = KNN(np.zeros(distances.shape, np.int32), distances)
    found = smooth_knn(knn, local_connectivity, duplicates_as_one=duplicates_as_one)
    rho, sigma = naive.smooth_knn(distances.tolist(), local_connectivity, duplicates_as_one)
    np.testing.assert_allclose(found.rho, rho, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found.sigma, sigma, rtol=1e-3, atol=1e-6)


@st.composite
def directed_edges(draw):
    n = draw(st.integers(1, 9))
    k = draw(st.integers(1, n))
    order = [draw(st.permutations(range(n)))[:k] for _ in range(n)]
    strengths = draw(arrays(np.float32, (n, k), elements=st.sampled_from([0.0, 0.25, 0.5, 1.0])))
    return np.array(order, np.int32).reshape(n, k), strengths


@given(directed_edges(), st.sampled_from([0.0, 0.3, 1.0]))
@settings(deadline=None)
def test_union_with_transpose_equals_its_naive_twin(edges, mix):
    indices, strengths = edges
    graph = fuzzy_union_with_transpose(indices, strengths, mix)
    np.testing.assert_allclose(
        graph.toarray(), naive.fuzzy_union(indices, strengths, mix), atol=1e-6
    )
    assert (abs(graph - graph.T)).max() == 0
    assert (graph.data > 0).all()
    assert graph.has_sorted_indices
