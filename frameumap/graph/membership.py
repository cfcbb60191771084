"""From distances to membership strengths, and from those to one symmetric fuzzy set.

    m(i -> j) = exp(-max(0, d(i, j) - rho_i) / sigma_i)

rho_i is the distance to the nearest neighbour, sigma_i solves sum_j m(i -> j) = log2 k (McInnes,
Healy and Melville 2018, algorithm 3). The symmetric set is mix (a + b - ab) + (1 - mix) ab over the
two directions a, b of an edge.

Duplicates of a row, at distance 0, are its nearest neighbours: rho_i is 0, and every row that
differs has a membership below 1. In the sum all duplicates together count as one, so that their
number changes nothing between rows that differ. umap-learn takes rho_i over the distances above 0
and every duplicate into the sum: the nearest row that differs is then as near as a duplicate, and a
row of many duplicates has no neighbour beyond them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse

from ..engine.jit import helper, kernel
from ..engine.threads import parallel_for
from ..neighbors.lists import KNN

_TOLERANCE = 1e-5
_MIN_SCALE = 1e-3  # sigma_i is at least this share of the mean distance
_STEPS = 64


class Bandwidths(NamedTuple):
    """Per-row calibration: rho and sigma, float32 (n,)."""

    rho: np.ndarray
    sigma: np.ndarray


@helper
def _nearest(distances, local_connectivity):
    """The `local_connectivity`-th distance above 0, interpolated; 0 for the 0-th."""
    positive = 0
    largest = 0.0
    index = int(np.floor(local_connectivity))
    part = local_connectivity - index
    low = 0.0
    high = 0.0
    for s in range(distances.shape[0]):
        d = distances[s]
        if d > 0.0 and d < np.inf:
            positive += 1
            largest = max(largest, d)
            if positive == index:
                low = d
            if positive == index + 1:
                high = d
    if positive >= local_connectivity:
        if index == 0:
            return part * high
        if part > _TOLERANCE and positive > index:
            return low + part * (high - low)
        return low
    return largest


@helper
def _count(distances):
    """Neighbours at distance 0 and those at a distance above it, the row itself left out."""
    zeros = 0
    others = 0
    for s in range(1, distances.shape[0]):
        if distances[s] == 0.0:
            zeros += 1
        elif distances[s] < np.inf:
            others += 1
    return zeros, others


@kernel
def _smooth_knn(
    first, last, distances, local_connectivity, mean_distance, duplicates_as_one, rho, sigma
):
    k = distances.shape[1]
    for i in range(first, last):
        start = 1
        target = np.log2(k)
        needed = local_connectivity
        if duplicates_as_one:
            zeros, others = _count(distances[i])
            start += max(0, zeros - 1)
            target = np.log2(1 + min(zeros, 1) + others)
            needed = max(0.0, local_connectivity - zeros)
        rho[i] = _nearest(distances[i], needed)
        low = 0.0
        high = np.inf
        middle = 1.0
        for _ in range(_STEPS):
            total = 0.0
            for s in range(start, k):
                gap = distances[i, s] - rho[i]
                total += np.exp(-(gap / middle)) if gap > 0 else 1.0
            if abs(total - target) < _TOLERANCE:
                break
            if total > target:
                high = middle
                middle = (low + high) / 2.0
            else:
                low = middle
                middle = middle * 2 if high == np.inf else (low + high) / 2.0
        mean = mean_distance
        if rho[i] > 0.0:
            mean = 0.0
            present = 0
            for s in range(k):
                if distances[i, s] < np.inf:
                    mean += distances[i, s]
                    present += 1
            mean /= present
        sigma[i] = max(middle, _MIN_SCALE * mean)


def smooth_knn(
    knn: KNN,
    local_connectivity: float = 1.0,
    mean: float | None = None,
    duplicates_as_one: bool = False,
) -> Bandwidths:
    """rho and sigma of every row.

    Parameters
    ----------
    mean : float, optional
        The mean distance, if another than that of `knn` counts.
    duplicates_as_one : bool
        Whether rows at distance 0 are the nearest neighbours and count as one; if not, umap-learn's
        rule.
    """
    distances = knn.distances
    if mean is None:
        finite = np.isfinite(distances)
        mean = float(distances[finite].mean(dtype=np.float64)) if finite.any() else 0.0
    rho, sigma = np.empty(len(distances), np.float32), np.empty(len(distances), np.float32)
    arguments = distances, float(local_connectivity), mean, duplicates_as_one, rho, sigma
    parallel_for(_smooth_knn, len(distances), *arguments)
    return Bandwidths(rho, sigma)


@helper
def membership(d, rho, sigma):
    """m(i -> j) from the distance and the calibration of i."""
    gap = d - rho
    if gap <= 0.0 or sigma == 0.0:
        return np.float32(1.0)
    return np.float32(np.exp(-(gap / sigma)))


@kernel
def _memberships(first, last, indices, distances, rho, sigma, strengths):
    k = indices.shape[1]
    for i in range(first, last):
        for s in range(k):
            j = indices[i, s]
            strengths[i, s] = (
                0.0 if j < 0 or j == i else membership(distances[i, s], rho[i], sigma[i])
            )


def memberships(knn: KNN, bandwidths: Bandwidths) -> np.ndarray:
    """Strength of every directed edge, float32 (n, k); 0 for the row itself and for empty slots."""
    strengths = np.empty(knn.indices.shape, np.float32)
    parallel_for(_memberships, len(knn.indices), *knn, *bandwidths, strengths)
    return strengths


def edge_tails(graph: scipy.sparse.csr_array) -> np.ndarray:
    """Row index of every stored entry, int64 (nnz,), beside `graph.indices` (COO `row`)."""
    return np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))


@kernel
def transpose_lists(indices, strengths, offsets, sources, values):
    """Edges of strength above 0 by their head: CSR of the transpose, tails ascending."""
    n, k = indices.shape
    for i in range(n):
        for s in range(k):
            if strengths[i, s] > 0:
                offsets[indices[i, s] + 1] += 1
    for i in range(n):
        offsets[i + 1] += offsets[i]
    at = offsets[:-1].copy()
    for i in range(n):
        for s in range(k):
            if strengths[i, s] > 0:
                j = indices[i, s]
                sources[at[j]] = i
                values[at[j]] = strengths[i, s]
                at[j] += 1


@kernel
def _sort_lists(first, last, indices, strengths):
    """Order every row's edges by head; those of strength 0 go last."""
    n, k = indices.shape
    for i in range(first, last):
        for s in range(k):
            if strengths[i, s] == 0:
                indices[i, s] = n
        order = np.argsort(indices[i])
        indices[i] = indices[i][order]
        strengths[i] = strengths[i][order]


class Reversed(NamedTuple):
    """Edges by head: offsets int64 (n + 1,), sources int32, values float32, `transpose_lists`."""

    offsets: np.ndarray
    sources: np.ndarray
    values: np.ndarray


class Merged(NamedTuple):
    """The symmetric graph as CSR: indptr int64 (n + 1,), heads int32, weights float32."""

    indptr: np.ndarray
    heads: np.ndarray
    weights: np.ndarray


@helper
def _merge(i, indices, strengths, into, mix_ratio, merged, count_only):
    """Merge the edges out of and into row i; returns their number."""
    n, k = indices.shape
    offsets, sources, values = into
    at = merged.indptr[i]
    s = 0
    e = offsets[i]
    count = 0
    while True:
        out = indices[i, s] if s < k else n
        source = sources[e] if e < offsets[i + 1] else n
        head = min(out, source)
        if head == n:
            return count
        a = np.float32(0)
        b = np.float32(0)
        if out == head:
            a = strengths[i, s]
            s += 1
        if source == head:
            b = values[e]
            e += 1
        if not count_only:
            both = a * b
            merged.heads[at + count] = head
            merged.weights[at + count] = (
                mix_ratio * (a + b - both) + (np.float32(1) - mix_ratio) * both
            )
        count += 1


@kernel
def _count_merged(first, last, indices, strengths, into, merged):
    """Number of edges of row i -> merged.indptr[i + 1]."""
    for i in range(first, last):
        one = np.float32(1)
        merged.indptr[i + 1] = _merge(i, indices, strengths, into, one, merged, True)


@kernel
def _fill_merged(first, last, indices, strengths, into, mix_ratio, merged):
    for i in range(first, last):
        _merge(i, indices, strengths, into, mix_ratio, merged, False)


def fuzzy_union_with_transpose(
    indices: np.ndarray, strengths: np.ndarray, mix_ratio: float = 1.0
) -> scipy.sparse.csr_array:
    """The symmetric fuzzy set of directed edges.

    Parameters
    ----------
    indices : int32 (n, k)
        Heads; ignored where the strength is 0.
    strengths : float32 (n, k)
    mix_ratio : float
        1 for the fuzzy union of both directions, 0 for their intersection, between for a mixture.

    Returns
    -------
    scipy.sparse.csr_array
        float32 (n, n), symmetric, indices ascending, no explicit zeros.
    """
    n = len(indices)
    indices, strengths = indices.copy(), strengths.copy()
    parallel_for(_sort_lists, n, indices, strengths)
    offsets = np.zeros(n + 1, np.int64)
    edges = int(np.count_nonzero(strengths))
    sources, values = np.empty(edges, np.int32), np.empty(edges, np.float32)
    transpose_lists(indices, strengths, offsets, sources, values)
    into = Reversed(offsets, sources, values)
    counts = Merged(np.zeros(n + 1, np.int64), np.empty(0, np.int32), np.empty(0, np.float32))
    parallel_for(_count_merged, n, indices, strengths, into, counts)
    indptr = np.cumsum(counts.indptr)
    heads, weights = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    merged = Merged(indptr, heads, weights)
    parallel_for(_fill_merged, n, indices, strengths, into, np.float32(mix_ratio), merged)
    if indptr[-1] < np.iinfo(np.int32).max:
        indptr = indptr.astype(np.int32)
    graph = scipy.sparse.csr_array((weights, heads, indptr), shape=(n, n))
    if mix_ratio < 1.0 or not weights.all():
        graph.eliminate_zeros()  # the arrays are our own: nothing else shares them
    return graph
