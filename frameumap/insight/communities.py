"""Communities of a fuzzy set by Leiden (Traag, Waltman and van Eck 2019), over resolutions, with
what holds and what does not.

Modularity at resolution r rates a partition by sum_ij (w_ij - r k_i k_j / 2m) over pairs in one
community. Each resolution of a grid gets a partition and its *persistence*: the mean adjusted Rand
index between it and those of graphs whose edges are drawn anew (Poisson counts, a bootstrap). The
partition that tells most and holds is the one with the largest

    persistence^3 * entropy of the sizes,

the reproducible part of what the labels say. The coarser and finer layers are further peaks of
persistence, made to nest.

Rows enter in the order of their contents, so the order of the frame plays no part. Resolutions are
compared on a graph of at most `COARSE` groups of near rows, made by heavy-edge matching; the
partitions that are taken are then improved between the rows.
"""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numba
import numpy as np
import scipy.sparse

from ..layout.coarsen import coarsen
from .leiden import contract, leiden

#: Resolutions that are tried, from a handful of segments to about a hundred.
RESOLUTIONS = (0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.9, 1.35, 2.0, 3.0, 4.5, 7.0, 10.0)
#: Graphs with edges drawn anew by which persistence is judged, and starts of Leiden.
DRAWS, TRIALS = 4, 2
#: Power of persistence in the choice: 1 gives hundreds of segments that do not hold, 6 only what
#: any column shows.
POWER = 3.0
#: Layers at most, and by what factor their numbers of segments differ at least.
MOST_LAYERS, APART = 4, 1.6
#: Vertices of the graph that resolutions are compared on.
COARSE = 2500


class Layer(NamedTuple):
    """One partition of the rows.

    Attributes
    ----------
    resolution : float
    n_segments : int
    persistence : float
        Mean adjusted Rand index with partitions of graphs whose edges were drawn anew: 1 holds, 0
        is chance.
    labels : int32 (n,)
        By size, 0 the largest.
    """

    resolution: float
    n_segments: int
    persistence: float
    labels: np.ndarray


def canonical(graph: Any) -> scipy.sparse.csr_array:
    """CSR with ascending columns and float64 weights."""
    made = scipy.sparse.csr_array(graph, dtype=np.float64)
    made.sum_duplicates()
    made.sort_indices()
    return made


def drawn_anew(graph: scipy.sparse.csr_array, rng: np.random.Generator) -> scipy.sparse.csr_array:
    """The graph with every edge taken a Poisson number of times; an edge between vertices that
    stand for many rows, as many times as its weight."""
    upper = scipy.sparse.coo_array(scipy.sparse.triu(graph, 0))
    times = np.maximum(1.0, upper.data)
    weight = upper.data * rng.poisson(times) / times
    kept = weight > 0
    row, col, weight = upper.row[kept], upper.col[kept], weight[kept]
    apart = row != col
    row, col = np.concatenate([row, col[apart]]), np.concatenate([col, row[apart]])
    weight = np.concatenate([weight, weight[apart]])
    return canonical(scipy.sparse.coo_array((weight, (row, col)), shape=graph.shape))


class Base(NamedTuple):
    """The graph that partitions are made on.

    Attributes
    ----------
    graph : csr_array float64 (m, m)
        Of the distinct rows in the order of their contents; what lies inside a vertex is its
        self-loop.
    of : int64 (n,)
        Vertex of every row.
    sizes : int64 (m,)
        Rows of every vertex.
    coarse : csr_array float64 (c, c)
        The graph between groups of a few near rows, which resolutions are compared on.
    group : int64 (m,)
        Group of every vertex.
    """

    graph: scipy.sparse.csr_array
    of: np.ndarray
    sizes: np.ndarray
    coarse: scipy.sparse.csr_array
    group: np.ndarray

    @property
    def coarse_sizes(self) -> np.ndarray:
        """Rows of every group, int64 (c,)."""
        return np.bincount(self.group, self.sizes).astype(np.int64)


def make_base(graph: scipy.sparse.csr_array, keys: np.ndarray) -> Base:
    """The graph in the order of the rows' digests; copies of a row are one vertex."""
    distinct, of = np.unique(keys, return_inverse=True)
    if len(distinct) < len(keys):
        fine = contract(canonical(graph), of)
    else:
        order = np.argsort(of)
        fine = scipy.sparse.csr_array(graph)[order][:, order]
    fine = canonical(fine)
    group = np.arange(len(distinct))
    if len(group) > COARSE:
        for _, parent in coarsen(fine.astype(np.float32), COARSE)[:-1]:
            group = parent[group]
    coarse = canonical(contract(fine, group)) if len(group) > COARSE else fine
    return Base(fine, of, np.bincount(of), coarse, group)


def rand_index(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> float:
    """Adjusted Rand index (Hubert and Arabie 1985) of two partitions of vertices that stand for
    `weights` rows each."""
    table = scipy.sparse.coo_array(
        (weights.astype(np.float64), (a, b)), shape=(a.max() + 1, b.max() + 1)
    )
    cells = scipy.sparse.csr_array(table)

    def pairs(x: np.ndarray) -> float:
        return float((x * (x - 1)).sum() / 2)

    both, one, other = (
        pairs(cells.data),
        pairs(np.bincount(a, weights)),
        pairs(np.bincount(b, weights)),
    )
    every = pairs(np.array([weights.sum()], float))
    chance = one * other / every if every else 0.0
    most = (one + other) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def entropy(labels: np.ndarray, weights: np.ndarray, min_size: int) -> float:
    """Of the sizes, in nats; segments of fewer than `min_size` rows count as one, for they will not
    stay."""
    size = np.bincount(labels, weights)
    small = size[size < min_size].sum()
    share = np.append(size[size >= min_size], small) / weights.sum()
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())


def numbered(labels: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Labels by size, 0 the largest; of equal ones, the one that the first vertex is in."""
    labels = np.unique(labels, return_inverse=True)[1]
    total = np.bincount(labels, sizes)
    first = np.full(len(total), len(labels))
    np.minimum.at(first, labels, np.arange(len(labels)))
    rank = np.empty(len(total), np.int64)
    rank[np.lexsort((first, -total))] = np.arange(len(total))
    return rank[labels]


def absorbed(
    base: Base, labels: np.ndarray, min_size: int, within: np.ndarray | None = None
) -> np.ndarray:
    """Segments of fewer than `min_size` rows, the smallest first, join the one that most of their
    edges lead to; those that no edge leaves stay.

    `within` are labels of a coarser partition, whose borders no segment crosses.
    """
    labels = numbered(labels, base.sizes)
    k = int(labels.max()) + 1
    total = np.bincount(labels, base.sizes)
    parent = np.zeros(k, np.int64)
    parent[labels] = 0 if within is None else within
    between = contract(base.graph, labels)
    ties: list[dict[int, float]] = [
        {
            int(c): float(w)
            for c, w in zip(*_line(between, s), strict=True)
            if c != s and parent[c] == parent[s]
        }
        for s in range(k)
    ]
    into = np.arange(k)
    waiting = [(float(total[s]), -s) for s in range(k) if total[s] < min_size]
    heapq.heapify(waiting)
    while waiting:
        size, negative = heapq.heappop(waiting)
        small = -negative
        if into[small] != small or size != total[small] or not ties[small]:
            continue
        target = min(ties[small], key=lambda c: (-ties[small][c], c))
        into[small] = target
        total[target] += total[small]
        del ties[target][small]
        for other, weight in ties[small].items():
            if other != target:
                del ties[other][small]
                ties[other][target] = ties[target][other] = ties[target].get(other, 0.0) + weight
        if total[target] < min_size:
            heapq.heappush(waiting, (float(total[target]), -target))
    for s in range(k):
        while into[s] != into[into[s]]:
            into[s] = into[into[s]]
    return numbered(into[labels], base.sizes)


def _line(graph: scipy.sparse.csr_array, i: int) -> tuple[np.ndarray, np.ndarray]:
    span = slice(graph.indptr[i], graph.indptr[i + 1])
    return graph.indices[span], graph.data[span]


class Scan(NamedTuple):
    """What partitions of the coarse graph at every resolution are worth.

    Attributes
    ----------
    partitions : list of int64 (c,)
    held, told : float64 (n_resolutions,)
        Persistence and entropy.
    """

    partitions: list[np.ndarray]
    held: np.ndarray
    told: np.ndarray


def scan_resolutions(base: Base, seed: int, min_size: int) -> Scan:
    """Partition, persistence and entropy at every resolution."""
    rng = np.random.default_rng(seed)
    anew = [drawn_anew(base.coarse, rng) for _ in range(DRAWS)]
    sizes = base.coarse_sizes

    def judge(resolution: float) -> tuple[np.ndarray, float, float]:
        labels = leiden(base.coarse, resolution, seed, TRIALS)
        return (
            labels,
            _persistence(labels, sizes, anew, resolution, seed),
            entropy(labels, sizes, min_size),
        )

    with ThreadPoolExecutor(numba.get_num_threads()) as pool:  # kernels let go of the lock
        partitions, held, told = zip(*pool.map(judge, RESOLUTIONS), strict=True)
    return Scan(list(partitions), np.array(held), np.array(told))


def _persistence(
    labels: np.ndarray, sizes: np.ndarray, anew: list, resolution: float, seed: int
) -> float:
    others = [leiden(graph, resolution, seed + 1 + t, passes=1) for t, graph in enumerate(anew)]
    return float(np.mean([rand_index(labels, other, sizes) for other in others]))


def _refined(base: Base, labels: np.ndarray, resolution: float, seed: int) -> np.ndarray:
    """A partition of the groups, improved between the vertices."""
    if base.coarse is base.graph:
        return labels
    return leiden(base.graph, resolution, seed, start=labels[base.group])


def layers_of(
    base: Base, seed: int, min_size: int, finest: int | None = None
) -> tuple[list[Layer], int]:
    """Nested layers from coarse to fine, labels by row, and which of them tells most and holds.

    `finest` is the size of the smallest segment in layers finer than that, else `min_size`.
    """
    partitions, held, told = scan_resolutions(base, seed, min_size)
    best = int(np.argmax(np.maximum(held, 0.0) ** POWER * told))
    counts = np.array([labels.max() + 1 for labels in partitions])
    peaks = _peaks(held, counts, best)
    main = absorbed(base, _refined(base, partitions[best], RESOLUTIONS[best], seed), min_size)
    found = {best: main}
    # Each coarser one joins communities of the one before.
    for at in sorted((p for p in peaks if p < best), reverse=True):
        finer = found[min(found)]
        joined = leiden(contract(base.graph, finer), RESOLUTIONS[at], seed, TRIALS)
        found[at] = numbered(joined[finer], base.sizes)
    for at in sorted(p for p in peaks if p > best):
        found[at] = _split(base, found[max(found)], partitions[at], at, seed, finest or min_size)
    layers: list[Layer] = []
    main_at = 0
    for at in sorted(found):
        labels = numbered(found[at], base.sizes)
        k = int(labels.max()) + 1
        if at != best and (
            k in (1, int(main.max()) + 1) or any(k == layer.n_segments for layer in layers)
        ):
            continue
        if at == best:
            main_at = len(layers)
        layers.append(Layer(RESOLUTIONS[at], k, float(held[at]), labels[base.of].astype(np.int32)))
    return layers, main_at


def _split(
    base: Base, coarser: np.ndarray, partition: np.ndarray, at: int, seed: int, min_size: int
) -> np.ndarray:
    """Every segment of `coarser` split at resolution number `at`."""
    start = coarser * (partition.max() + 1) + partition[base.group]
    start = np.unique(start, return_inverse=True)[1]
    labels = leiden(_inside(base.graph, coarser), RESOLUTIONS[at], seed, start=start)
    return absorbed(base, labels, min_size, coarser)


def one_layer(base: Base, resolution: float, seed: int, min_size: int) -> Layer:
    """The partition at one resolution, and whether it holds."""
    rng = np.random.default_rng(seed)
    anew = [drawn_anew(base.coarse, rng) for _ in range(DRAWS)]
    labels = leiden(base.coarse, resolution, seed, TRIALS)
    held = _persistence(labels, base.coarse_sizes, anew, resolution, seed)
    labels = absorbed(base, _refined(base, labels, resolution, seed), min_size)
    return Layer(float(resolution), int(labels.max()) + 1, held, labels[base.of].astype(np.int32))


def _peaks(held: np.ndarray, counts: np.ndarray, best: int) -> list[int]:
    """Further resolutions whose partitions hold better than their neighbours', with other numbers
    of segments."""
    padded = np.concatenate([[-1.0], held, [-1.0]])
    is_peak = (held >= padded[:-2]) & (held >= padded[2:]) & (counts >= 2)
    chosen = [best]
    for at in sorted(np.flatnonzero(is_peak).tolist(), key=lambda at: (-held[at], at)):
        ratio = [max(counts[at], counts[c]) / min(counts[at], counts[c]) for c in chosen]
        if held[at] >= 0.5 and min(ratio) >= APART and len(chosen) < MOST_LAYERS:
            chosen.append(at)
    return chosen[1:]


def _inside(graph: scipy.sparse.csr_array, labels: np.ndarray) -> scipy.sparse.csr_array:
    """The graph without the edges between segments."""
    tails = np.repeat(np.arange(len(labels)), np.diff(graph.indptr))
    kept = labels[tails] == labels[graph.indices]
    starts = np.concatenate([[0], np.cumsum(kept)])[graph.indptr]
    return scipy.sparse.csr_array(
        (graph.data[kept], graph.indices[kept], starts), shape=graph.shape
    )
