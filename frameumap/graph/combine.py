"""From packed rows to the combined graph: two calibrations, any set expression.

`calibration="global"`: memberships of a pair are exp(-d_g/s_g) with one scale a group, so an
expression over groups is one
dissimilarity D = -log m. Its k nearest rows are searched, and UMAP's local connectivity is imposed
once, on the whole.

`calibration="local"`: each group is calibrated by row on its own neighbours, as umap-learn does it.
Edges are those of any group's graph; a membership that a group's graph lacks is computed from its
distance, never guessed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse

from ..engine.pairs import group_distances
from ..engine.rows import PUSH, Rows, single_group
from ..metrics import Metric
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, find_neighbors
from ..progress import Progress
from .apart import cut_apart, limit_of
from .copies import mean_distance, with_copies
from .expression import GROUP, Expression, evaluate
from .local_scale import scale_locally
from .membership import Bandwidths, fuzzy_union_with_transpose, memberships, smooth_knn


class GraphOptions(NamedTuple):
    """Parameters of the graph, with umap-learn's names and meanings; `calibration` is "global" or
    "local"."""

    n_neighbors: int = 15
    local_connectivity: float = 1.0
    set_op_mix_ratio: float = 1.0
    seed: int = 0
    calibration: str = "global"


class FuzzySet(NamedTuple):
    """One group's fuzzy set, and what it was made of."""

    knn: KNN
    bandwidths: Bandwidths
    graph: scipy.sparse.csr_array


def calibrate(
    knn: KNN,
    options: GraphOptions,
    duplicates_as_one: bool = False,
    weights: np.ndarray | None = None,
    keys: np.ndarray | None = None,
) -> FuzzySet:
    """Smooth kNN, memberships and the union with the transpose: UMAP's fuzzy set of a kNN graph.

    `duplicates_as_one` calibrates rows that have duplicates as if each had one, see `membership`;
    a row of weight w has w - 1 duplicates of itself, see `copies`. With the rows' digests `keys`,
    distances are scaled locally first, see `local_scale`.
    """
    lists = knn if weights is None else with_copies(knn, weights)
    if keys is not None:
        lists = scale_locally(lists, keys, options.seed)
    mean = None if weights is None else mean_distance(lists, weights)
    bandwidths = smooth_knn(lists, options.local_connectivity, mean, duplicates_as_one)
    graph = fuzzy_union_with_transpose(
        lists.indices, memberships(lists, bandwidths), options.set_op_mix_ratio
    )
    return FuzzySet(knn if keys is None else lists, bandwidths, graph)


def calibrate_whole(
    rows: Rows,
    metrics: tuple[Metric, ...],
    knn: KNN,
    options: GraphOptions,
    weights: np.ndarray | None = None,
) -> FuzzySet:
    """The fuzzy set of lists under D, scaled locally; given distances are taken as they are."""
    given = any(metric.accepts == "distances" for metric in metrics)
    return calibrate(knn, options, True, weights, None if given else rows.keys)


def group_fuzzy_set(
    rows: Rows,
    metrics: tuple[Metric, ...],
    g: int,
    options: GraphOptions,
    progress: Progress,
    weights: np.ndarray | None = None,
) -> FuzzySet:
    """The fuzzy set of group `g` alone."""
    alone = find_neighbors(
        single_group(rows, g), metrics[g : g + 1], options.n_neighbors, options.seed, progress
    )
    knn = cut_apart(single_group(rows, g), metrics[g : g + 1], alone.knn)
    return calibrate(knn, options, duplicates_as_one=True, weights=weights)


def combine_global(
    rows: Rows,
    metrics: tuple[Metric, ...],
    options: GraphOptions,
    progress: Progress,
    weights: np.ndarray | None = None,
) -> tuple[FuzzySet, Neighbors]:
    """The graph of the dissimilarity D of the expression in `rows.program`."""
    start = None
    if len(rows.program):  # neighbours under a union are mostly those of one of its members
        found = [
            find_neighbors(
                single_group(rows, g),
                metrics[g : g + 1],
                options.n_neighbors,
                options.seed,
                progress,
            ).knn
            for g in sorted(
                {int(argument) for operation, argument in rows.program if operation == PUSH}
            )
        ]
        start = KNN(
            *(
                np.concatenate([getattr(knn, field) for knn in found], axis=1)
                for field in KNN._fields
            )
        )
    neighbors = find_neighbors(rows, metrics, options.n_neighbors, options.seed, progress, start)
    neighbors = neighbors._replace(knn=cut_apart(rows, metrics, neighbors.knn))
    return calibrate_whole(rows, metrics, neighbors.knn, options, weights), neighbors


def combine_local(
    rows: Rows,
    metrics: tuple[Metric, ...],
    names: list[str],
    n_features: int,
    expression: Expression,
    options: GraphOptions,
    progress: Progress,
    weights: np.ndarray | None = None,
) -> tuple[scipy.sparse.csr_array, dict[str, FuzzySet]]:
    """Combine fuzzy sets calibrated by row and group.

    `names` are those of the groups of `rows`, after the first `n_features` those of a target.
    Labels have no neighbours of their own, as all rows of a class are at distance 0: a target
    weighs the edges of the other groups by exp(-d), at one scale for all rows, and adds none.
    """
    targets = sorted(expression.names() & set(names[n_features:]))
    sets = {
        name: group_fuzzy_set(rows, metrics, names.index(name), options, progress, weights)
        for name in sorted(expression.names() - set(targets))
    }
    if expression.operator == GROUP:
        return sets[expression.name].graph, sets
    edges = _upper_edges([s.graph for s in sets.values()])
    strengths = {}
    for name, own in sets.items():
        a, b = _edge_memberships(rows, metrics, names.index(name), own.bandwidths, edges, names)
        mix = options.set_op_mix_ratio
        strengths[name] = mix * (a + b - a * b) + (1 - mix) * a * b
    strengths = _without_common(rows, metrics, names, strengths, edges)
    for name in targets:
        g = names.index(name)
        strengths[name] = np.exp(-group_distances(rows, metrics, g, *edges, tuple(names)))
    factors = {name: float(rows.weights[names.index(name)]) for name in strengths}
    combined = evaluate(expression, strengths, factors).astype(np.float32)
    return reset_local_connectivity(_symmetric(edges, combined, len(rows.cells))), sets


def _upper_edges(graphs: list[scipy.sparse.csr_array]) -> tuple[np.ndarray, np.ndarray]:
    """Edges i < j of any of the graphs."""
    n = graphs[0].shape[0]
    codes = []
    for graph in graphs:
        upper = scipy.sparse.triu(graph, 1, format="coo")
        codes.append(upper.row.astype(np.int64) * n + upper.col)
    both = np.unique(np.concatenate(codes))
    return both // n, both % n


def _edge_memberships(
    rows: Rows,
    metrics: tuple[Metric, ...],
    g: int,
    bandwidths: Bandwidths,
    edges: tuple[np.ndarray, np.ndarray],
    names: list[str],
) -> tuple[np.ndarray, np.ndarray]:
    """m_g of every edge in both directions, computed from d_g and the rows' calibration."""
    left, right = edges
    distances = group_distances(rows, metrics, g, left, right, tuple(names))
    at_left, at_right = (
        np.exp(
            -np.maximum(0.0, distances - bandwidths.rho[end])
            / np.maximum(bandwidths.sigma[end], 1e-30)
        )
        for end in (left, right)
    )
    return at_left, at_right


#: Membership of a pair that has nothing in common in one of several groups.
_FAINT = 1e-3


def _without_common(
    rows: Rows,
    metrics: tuple[Metric, ...],
    names: list[str],
    strengths: dict[str, np.ndarray],
    edges: tuple[np.ndarray, np.ndarray],
) -> dict[str, np.ndarray]:
    """The strengths, faint in a group in which a pair has nothing in common, and 0 where it has
    nothing in common in any: the row's own calibration would make them 1."""
    left, right = edges
    at_limit = {}
    for name in strengths:
        g = names.index(name)
        limit = limit_of(rows, g, metrics[g], (rows.cells[left], rows.cells[right]))
        distances = group_distances(rows, metrics, g, left, right, tuple(names))
        at_limit[name] = distances >= limit * rows.inverse_scale[g] * (1 - 1e-6)
    nothing = np.logical_and.reduce(list(at_limit.values()))
    return {
        name: np.where(nothing, 0.0, np.where(at_limit[name], np.minimum(own, _FAINT), own))
        for name, own in strengths.items()
    }


def _symmetric(
    edges: tuple[np.ndarray, np.ndarray], weights: np.ndarray, n: int
) -> scipy.sparse.csr_array:
    left, right = edges
    kept = weights > 0
    left, right, weights = left[kept], right[kept], weights[kept]
    ends = (np.concatenate([left, right]), np.concatenate([right, left]))
    graph = scipy.sparse.csr_array((np.concatenate([weights, weights]), ends), shape=(n, n))
    graph.sort_indices()
    return graph


def reset_local_connectivity(graph: scipy.sparse.csr_array) -> scipy.sparse.csr_array:
    """Scale every row to a largest membership of 1, then take the fuzzy union with the transpose
    (umap-learn's rule)."""
    largest = np.maximum(graph.max(axis=1).toarray().ravel(), 1e-30)
    scaled = graph.copy()
    scaled.data = graph.data / np.repeat(largest, np.diff(graph.indptr)).astype(np.float32)
    other = scaled.T.tocsr()
    union = (scaled + other - scaled.multiply(other)).tocsr()
    union.sort_indices()
    return union.astype(np.float32)
