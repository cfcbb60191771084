import naive
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from frameumap.graph.local_scale import POWER, scale_locally
from frameumap.neighbors.lists import KNN


def lists_of(x, k):
    """The lists of numbers under their absolute difference."""
    D = np.abs(x[:, None] - x[None])
    order = np.argsort(D - np.eye(len(x)), axis=1, kind="stable")[:, :k]
    return KNN(order.astype(np.int32), np.take_along_axis(D, order, 1).astype(np.float32))


def digests(values):
    return (np.unique(values, return_inverse=True)[1] + 1).astype(np.uint64) * np.uint64(10**9 + 7)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=14, unique=True), st.integers(2, 6))
@settings(deadline=None)
def test_lists_equal_their_naive_twin(values, k):
    x = np.array(values, float)
    knn = lists_of(x, min(k, len(x)))
    scaled = scale_locally(knn, digests(x), 0)
    np.testing.assert_allclose(
        scaled.distances, naive.locally_scaled(*knn, POWER), rtol=1e-5, atol=1e-7
    )
    for own in scaled.indices:
        assert len(set(own[own >= 0])) == (own >= 0).sum()


def test_a_list_holds_one_of_equal_rows_and_keeps_its_duplicates():
    x = np.repeat([0.0, 1, 2, 4, 8, 16], 3)
    D = np.abs(x[:, None] - x[None])
    indices = np.array(
        [
            [i, i // 3 * 3 + (i + 1) % 3, *(3 * c for c in np.argsort(D[i, ::3])[1:4])]
            for i in range(18)
        ]
    ).astype(np.int32)
    knn = KNN(indices, np.take_along_axis(D, indices.astype(np.int64), 1).astype(np.float32))
    scaled = scale_locally(knn, digests(x), 0)
    assert (scaled.indices[:, :2] == indices[:, :2]).all()
    for i, own in enumerate(scaled.indices):
        others = x[own[2:]]
        assert len(set(others)) == 3
        assert x[i] not in others


def test_a_hub_is_in_fewer_lists():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(300, 30))
    D = np.sqrt(((points[:, None] - points[None]) ** 2).sum(-1))
    order = np.argsort(D, axis=1)[:, :15].astype(np.int32)
    knn = KNN(order, np.take_along_axis(D, order.astype(np.int64), 1).astype(np.float32))
    before = np.bincount(knn.indices.ravel(), minlength=300)
    after = np.bincount(
        scale_locally(knn, digests(np.arange(300)), 0).indices.ravel(), minlength=300
    )
    assert after.max() < 0.8 * before.max()
    assert (after == 1).sum() < 0.5 * (before == 1).sum()


def test_rows_without_distances_stay_as_they_are():
    knn = KNN(np.array([[0, 1], [1, 0]], np.int32), np.zeros((2, 2), np.float32))
    assert scale_locally(knn, digests(np.zeros(2)), 0) is knn
