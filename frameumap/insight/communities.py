"""Communities of a fuzzy set by Leiden (Traag, Waltman and van Eck 2019), over resolutions, with
what holds and what does not.

Modularity at resolution r rates a partition by sum_ij (w_ij - r k_i k_j / 2m) over pairs in one
community. Each resolution of a grid gets a partition and its *persistence*: the mean adjusted Rand
index between it and those of graphs whose edges are drawn anew (Poisson counts, a bootstrap). The
partition that tells most and holds is the one with the largest

    persistence^3 * entropy of the sizes,

the reproducible part of what the labels say. The coarser and finer layers are further peaks of
persistence, made to nest.

Rows enter in the order of their contents, so the order of the frame plays no part. Above `LARGE`
rows, communities of a few dozen rows are found first, and all the rest happens between them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numba
import numpy as np
import scipy.sparse

from ..errors import ParameterError

#: Resolutions that are tried, from a handful of segments to about a hundred.
RESOLUTIONS = (0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.9, 1.35, 2.0, 3.0, 4.5, 7.0, 10.0)
#: Graphs with edges drawn anew by which persistence is judged.
DRAWS = 6
#: Power of persistence in the choice: 1 gives hundreds of segments that do not hold, 6 only what
#: any column shows.
POWER = 3.0
#: Layers at most, and by what factor their numbers of segments differ at least.
MOST_LAYERS, APART = 4, 1.6
#: Rows above which small communities are found first, at this resolution: about 10,000.
LARGE, MICRO = 30_000, 1000.0


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


def leiden(
    graph: scipy.sparse.csr_array,
    resolution: float,
    seed: int,
    trials: int = 1,
    iterations: int = 2,
) -> np.ndarray:
    """Communities, int64 (n,); self-loops count, as two halves of a vertex.

    Raises
    ------
    ParameterError
        If graspologic-native is not installed.
    """
    try:
        import graspologic_native
    except ImportError:
        raise ParameterError(
            "cluster(method='communities') needs graspologic-native: "
            "pip install 'frameumap[cluster]'"
        ) from None
    n = graph.shape[0]
    if graph.nnz == 0:
        return np.arange(n)
    _, found = graspologic_native.leiden_csr(
        graph.indptr.astype(np.int64), graph.indices.astype(np.int32),
        graph.data.astype(np.float64), n, resolution=float(resolution), seed=int(seed),
        trials=trials, iterations=iterations,
    )  # fmt: skip
    labels = np.full(n, -1, np.int64)
    labels[np.fromiter(found.keys(), np.int64, len(found))] = np.fromiter(
        found.values(), np.int64, len(found)
    )
    alone = np.flatnonzero(labels < 0)  # vertices without an edge
    labels[alone] = labels.max() + 1 + np.arange(len(alone))
    return labels


def contract(graph: scipy.sparse.csr_array, labels: np.ndarray) -> scipy.sparse.csr_array:
    """The graph between communities. What lies inside one is an edge to a vertex of its own,
    numbered after all communities.

    A community of inner weight c_ii thus keeps its share of all degrees, and modularity is that of
    the rows as long as the two vertices stay together, which Leiden gives them no reason not to do.
    """
    k = int(labels.max()) + 1
    member = scipy.sparse.csr_array(
        (np.ones(len(labels)), (np.arange(len(labels)), labels)), shape=(len(labels), k)
    )
    between = scipy.sparse.coo_array(member.T @ graph @ member)
    same = between.row == between.col
    inner = np.bincount(between.row[same], between.data[same], minlength=k) / 2
    has = np.flatnonzero(inner > 0)
    head = np.concatenate([between.row[~same], has, k + has])
    tail = np.concatenate([between.col[~same], k + has, has])
    weight = np.concatenate([between.data[~same], inner[has], inner[has]])
    return canonical(scipy.sparse.coo_array((weight, (head, tail)), shape=(2 * k, 2 * k)))


def canonical(graph: Any) -> scipy.sparse.csr_array:
    """CSR with ascending columns and float64 weights."""
    made = scipy.sparse.csr_array(graph, dtype=np.float64)
    made.sum_duplicates()
    made.sort_indices()
    return made


def drawn_anew(graph: scipy.sparse.csr_array, rng: np.random.Generator) -> scipy.sparse.csr_array:
    """The graph with every edge taken a Poisson number of times; an edge between communities
    stands for as many as its weight."""
    upper = scipy.sparse.coo_array(scipy.sparse.triu(graph, 1))
    times = np.maximum(1.0, upper.data)
    weight = upper.data * rng.poisson(times) / times
    kept = weight > 0
    half = scipy.sparse.coo_array(
        (weight[kept], (upper.row[kept], upper.col[kept])), shape=graph.shape
    )
    return canonical(half + half.T)


class Base(NamedTuple):
    """The graph that partitions are made on: of the rows in the order of their contents, or of
    their communities.

    Attributes
    ----------
    graph : csr_array (m or 2m, ...)
    of : int64 (n,)
        Vertex of every row.
    sizes : int64 (m,)
        Rows of every vertex.
    """

    graph: scipy.sparse.csr_array
    of: np.ndarray
    sizes: np.ndarray

    def partition(
        self, graph: scipy.sparse.csr_array, resolution: float, seed: int, trials: int = 1
    ) -> np.ndarray:
        """Communities of the vertices that hold rows."""
        return leiden(graph, resolution, seed, trials)[: len(self.sizes)]


def make_base(graph: scipy.sparse.csr_array, keys: np.ndarray, seed: int) -> Base:
    """The graph in the order of the rows' digests; copies of a row are one vertex, and where there
    are many rows, so are communities of a few dozen."""
    distinct, of = np.unique(keys, return_inverse=True)
    m = len(distinct)
    if m < len(keys):
        base = Base(contract(canonical(graph), of), of, np.bincount(of))
    else:
        order = np.argsort(of)
        base = Base(canonical(scipy.sparse.csr_array(graph)[order][:, order]), of, np.ones(m, int))
    if m <= LARGE:
        return base
    micro = leiden(base.graph, MICRO, seed, iterations=1)[:m]
    micro = np.unique(micro, return_inverse=True)[1]
    joined = contract(base.graph, _doubled(base, micro))
    return Base(joined, micro[of], np.bincount(micro, base.sizes).astype(np.int64))


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


def entropy(labels: np.ndarray, weights: np.ndarray) -> float:
    """Of the sizes, in nats."""
    share = np.bincount(labels, weights) / weights.sum()
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
    """Segments of fewer than `min_size` rows join the one that most of their edges lead to; those
    that no edge leaves stay.

    `within` are labels of a coarser partition, whose borders no segment crosses.
    """
    m = len(base.sizes)
    graph = scipy.sparse.csr_array(base.graph[:m][:, :m])
    while True:
        labels = numbered(labels, base.sizes)
        total = np.bincount(labels, base.sizes)
        k = len(total)
        member = scipy.sparse.csr_array((np.ones(m), (np.arange(m), labels)), shape=(m, k))
        between = (member.T @ graph @ member).toarray() if k <= 4000 else None
        if between is None:
            return labels
        np.fill_diagonal(between, 0)
        if within is not None:
            parent = np.zeros(k, np.int64)
            parent[labels] = within
            between[parent[:, None] != parent[None, :]] = 0
        small = np.flatnonzero((total < min_size) & (between.sum(axis=1) > 0))
        if len(small) == 0:
            return labels
        least = small[-1]  # the smallest
        labels = np.where(labels == least, between[least].argmax(), labels)


def persistence_table(
    base: Base, seed: int, draws: int
) -> tuple[list[np.ndarray], np.ndarray, np.ndarray]:
    """Partition, persistence and entropy at every resolution."""
    rng = np.random.default_rng(seed)
    anew = [drawn_anew(base.graph, rng) for _ in range(draws)]
    trials = 4 if len(base.sizes) <= 5000 else 1

    def judge(resolution: float) -> tuple[np.ndarray, float, float]:
        labels = base.partition(base.graph, resolution, seed, trials)
        others = [base.partition(graph, resolution, seed + 1 + t) for t, graph in enumerate(anew)]
        held = float(np.mean([rand_index(labels, other, base.sizes) for other in others]))
        return labels, held, entropy(labels, base.sizes)

    with ThreadPoolExecutor(
        numba.get_num_threads()
    ) as pool:  # Leiden lets go of the interpreter's lock
        partitions, held, told = zip(*pool.map(judge, RESOLUTIONS), strict=True)
    return list(partitions), np.array(held), np.array(told)


def layers_of(base: Base, seed: int, min_size: int) -> tuple[list[Layer], int]:
    """Nested layers from coarse to fine, labels by row, and which of them tells most and holds."""
    draws = DRAWS if len(base.of) <= LARGE else 2
    partitions, held, told = persistence_table(base, seed, draws)
    best = int(np.argmax(np.maximum(held, 0.0) ** POWER * told))
    counts = np.array([labels.max() + 1 for labels in partitions])
    peaks = _peaks(held, counts, best)
    main = absorbed(base, partitions[best], min_size)
    found = {best: main}
    # Each coarser one joins communities of the one before.
    for at in sorted((p for p in peaks if p < best), reverse=True):
        finer = found[min(found)]
        joined = leiden(
            contract(base.graph, _doubled(base, finer)), RESOLUTIONS[at], seed, trials=4
        )
        found[at] = numbered(joined[finer], base.sizes)
    for at in sorted(p for p in peaks if p > best):
        coarser = found[max(found)]
        labels = base.partition(_inside(base, coarser), RESOLUTIONS[at], seed)
        split = np.unique(coarser * (labels.max() + 1) + labels, return_inverse=True)[1]
        found[at] = absorbed(base, split, min_size, coarser)
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


def one_layer(base: Base, resolution: float, seed: int, min_size: int) -> Layer:
    """The partition at one resolution, and whether it holds."""
    rng = np.random.default_rng(seed)
    labels = base.partition(base.graph, resolution, seed, trials=4)
    others = [
        base.partition(drawn_anew(base.graph, rng), resolution, seed + 1 + t) for t in range(3)
    ]
    held = float(np.mean([rand_index(labels, other, base.sizes) for other in others]))
    labels = numbered(absorbed(base, labels, min_size), base.sizes)
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


def _doubled(base: Base, labels: np.ndarray) -> np.ndarray:
    """Labels of all vertices of the base graph: inner vertices go with their communities."""
    return labels if len(labels) == base.graph.shape[0] else np.concatenate([labels, labels])


def _inside(base: Base, labels: np.ndarray) -> scipy.sparse.csr_array:
    """The graph without the edges between segments."""
    every = _doubled(base, labels)
    graph = scipy.sparse.coo_array(base.graph)
    kept = every[graph.row] == every[graph.col]
    return canonical(
        scipy.sparse.coo_array(
            (graph.data[kept], (graph.row[kept], graph.col[kept])), shape=graph.shape
        )
    )
