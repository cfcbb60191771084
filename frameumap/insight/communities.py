"""Communities of a fuzzy set by Leiden (Traag, Waltman and van Eck 2019), over resolutions, with
what holds and what does not.

Modularity at resolution r rates a partition by sum_ij (w_ij - r k_i k_j / 2m) over pairs in one
community. Each resolution of a grid gets a partition and its *persistence*: the mean adjusted Rand
index between it and those of graphs whose edges are drawn anew (Poisson counts, a bootstrap). The
partition that tells most and holds is the one with the largest

    persistence^(1/2) * what its labels say of the columns (see `told`),

or, where there are too few columns to ask, persistence^3 * entropy of the sizes. The coarser and
finer layers are further peaks of persistence, made to nest.

Rows enter in the order of their contents, so the order of the frame plays no part. Resolutions are
compared on a graph of at most `COARSE` groups of near rows, made by heavy-edge matching, with walks
of two steps; the partitions that are taken are then improved between the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numba
import numpy as np
import scipy.sparse

from ..layout.coarsen import coarsen
from .drawn import drawn_anew
from .leiden import contract, leiden
from .partitions import absorbed, canonical, entropy, rand_index
from .two_steps import with_two_steps

#: How much labels of the rows say of the columns.
Told = Callable[[np.ndarray], float]

#: Resolutions that are tried, from a handful of segments to a few hundred.
RESOLUTIONS = (
    0.03, 0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.9, 1.35, 2.0, 3.0, 4.5, 7.0, 10.0, 15.0, 22.0,
)  # fmt: skip
#: Graphs with edges drawn anew by which persistence is judged, and starts of Leiden.
DRAWS, TRIALS = 4, 2
#: Power of persistence beside what is said of the columns: 1/4 gives segments that agree better
#: with labels held out and hold less, 2 a few that any column shows. Beside entropy.
POWER, ENTROPY_POWER = 0.5, 3.0
#: Vertices of a segment on average, below which drawn edges cannot tell whether it holds.
FEWEST = 8
#: Vertices of the graph that resolutions are compared on.
COARSE = 2500


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
        The graph between groups of a few near rows.
    walked : csr_array float64 (c, c)
        That with walks of two steps, which resolutions are compared on.
    group : int64 (m,)
        Group of every vertex.
    names : uint64 (c,)
        Of every group the smallest digest of its rows.
    """

    graph: scipy.sparse.csr_array
    of: np.ndarray
    sizes: np.ndarray
    coarse: scipy.sparse.csr_array
    walked: scipy.sparse.csr_array
    group: np.ndarray
    names: np.ndarray

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
    names = np.full(coarse.shape[0], np.iinfo(np.uint64).max, np.uint64)
    np.minimum.at(names, group, distinct)
    return Base(fine, of, np.bincount(of), coarse, with_two_steps(coarse), group, names)


class Scan(NamedTuple):
    """What partitions of the coarse graph at every resolution are worth.

    Attributes
    ----------
    partitions : list of int64 (c,)
    held : float64 (n_resolutions,)
        Persistence.
    worth : float64 (n_resolutions,)
        The larger, the more is told that holds.
    """

    partitions: list[np.ndarray]
    held: np.ndarray
    worth: np.ndarray


def scan_resolutions(base: Base, seed: int, min_size: int, told: Told | None) -> Scan:
    """Partition, persistence and worth at every resolution."""
    anew, sizes = drawn_graphs(base, seed), base.coarse_sizes

    def judge(resolution: float) -> tuple[np.ndarray, float, float]:
        labels = leiden(base.walked, resolution, seed, TRIALS)
        held = persistence(labels, sizes, anew, resolution, seed)
        if FEWEST * (labels.max() + 1) > len(labels):
            return labels, held, 0.0
        if told is None:
            return labels, held, max(held, 0.0) ** ENTROPY_POWER * entropy(labels, sizes, min_size)
        large = absorbed(base.coarse, sizes, labels, min_size)
        return labels, held, max(held, 0.0) ** POWER * told(large[base.group][base.of])

    with ThreadPoolExecutor(numba.get_num_threads()) as pool:  # kernels let go of the lock
        partitions, held, worth = zip(*pool.map(judge, RESOLUTIONS), strict=True)
    return Scan(list(partitions), np.array(held), np.array(worth))


def drawn_graphs(base: Base, seed: int) -> list[scipy.sparse.csr_array]:
    """The graph with edges drawn anew, and walks along those."""
    return [
        with_two_steps(drawn_anew(base.coarse, base.names, seed + draw)) for draw in range(DRAWS)
    ]


def persistence(
    labels: np.ndarray, sizes: np.ndarray, anew: list, resolution: float, seed: int
) -> float:
    others = [leiden(graph, resolution, seed + 1 + t, passes=1) for t, graph in enumerate(anew)]
    return float(np.mean([rand_index(labels, other, sizes) for other in others]))
