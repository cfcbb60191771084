"""How much each column shaped the graph, and how neighbourhoods change without it.

D is a sum, D = sum_g w_g d_g / s_g, and in groups whose distance is a sum over columns also of
columns. A part that cannot be taken apart, coordinates or columns under a Euclidean distance,
counts as one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy.sparse

from ..engine.pairs import group_distances
from ..engine.rows import (
    COLUMN,
    COUNT,
    MASK,
    PREFIX,
    RAGGED,
    START,
    STORAGE,
    Rows,
    digest_rows,
    single_group,
)
from ..metrics import Metric
from .influence import sample_edges

#: Edges looked at: the shares change in the third digit over more.
EDGES = 20_000
#: Rows whose neighbourhoods among each other are compared.
ROWS = 600
#: Groups of more columns are one part: images, embeddings.
MOST_COLUMNS = 200


class Part(NamedTuple):
    """A summand of D: one column (`column` is its position in the group), or a whole group (-1)."""

    group: int
    column: int


def parts_of(rows: Rows, metrics: tuple[Metric, ...], combined: np.ndarray) -> list[Part]:
    """The summands of D, group by group, columns in the order in which they are packed."""
    parts = []
    for g, metric in enumerate(metrics):
        count = int(rows.groups[g, COUNT])
        splits = metric.additive or rows.groups[g, STORAGE] == RAGGED
        if splits and 1 < count <= MOST_COLUMNS and not metric.side_values:
            parts += [Part(g, c) for c in range(count)]
        else:
            parts.append(Part(g, -1))
    return [part for part in parts if combined[part.group]]


def column_shares(
    rows: Rows, metrics: tuple[Metric, ...], graph: scipy.sparse.csr_array, parts: list[Part]
) -> np.ndarray:
    """Share of every part in the edges, float64; they sum to 1 unless no part has any.

    The gain of a part is what it adds to D on average between random pairs less what it adds along
    edges, see `influence`; shares are gains over their sum.
    """
    left, right, weights = sample_edges(graph, EDGES)
    gain = np.zeros(len(parts))
    for at, part in enumerate(parts):
        if len(left):
            distances, usual = part_distances(rows, metrics, part, left, right)
            along = float((distances * weights).sum() / weights.sum())
            gain[at] = max(0.0, rows.weights[part.group] * (usual - along))
    total = gain.sum()
    return gain / total if total > 0 else gain


def part_distances(
    rows: Rows, metrics: tuple[Metric, ...], part: Part, left: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, float]:
    """What a part adds to d_g / s_g of pairs, its average where a row lacks it, and the average."""
    g, c = part
    if c < 0:
        return group_distances(rows, metrics, g, left, right), 1.0
    alone, present = _single_column(rows, g, c)
    usual = float(rows.shares[rows.groups[g, COLUMN] + c])
    distances = group_distances(alone, metrics[g : g + 1], 0, left, right)
    return np.where(present[left] & present[right], distances, usual), usual


def _single_column(rows: Rows, g: int, c: int) -> tuple[Rows, np.ndarray]:
    """The rows with column c of group g alone, as if it were present, and where it is."""
    alone = single_group(rows, g)
    spec = alone.groups[0].copy()
    mask = int(spec[MASK])
    present = np.ones(len(rows.cells), bool)
    if mask >= 0:
        present = (alone.cells[:, mask + (c >> 5)] >> (c & 31) & 1).astype(bool)
    cells = np.ascontiguousarray(alone.cells[:, [int(spec[START]) + c]])
    spec[[START, COUNT, MASK, COLUMN, PREFIX]] = 0, 1, -1, 0, 0
    own = slice(c, c + 1)
    return alone._replace(
        cells=cells,
        keys=digest_rows(cells),
        groups=spec[None, :],
        column_weights=alone.column_weights[own].copy(),
        shares=np.ones(1),
        table_of=alone.table_of[own].copy(),
    ), present


def neighbourhood_changes(
    rows: Rows, metrics: tuple[Metric, ...], parts: list[Part], n_neighbors: int
) -> np.ndarray:
    """Share of a row's nearest rows that are others where a part is left out, float64.

    Among an evenly spaced sample of the rows by their contents, under the sum of all parts.
    """
    order = np.argsort(rows.keys, kind="stable")
    sample = order[np.linspace(0, len(order) - 1, min(ROWS, len(order))).astype(int)]
    m = len(sample)
    k = min(n_neighbors, m - 1)
    if k < 1:
        return np.zeros(len(parts))
    left, right = np.repeat(sample, m), np.tile(sample, m)
    whole = np.zeros((m, m))
    each = []
    for part in parts:
        distances, _ = part_distances(rows, metrics, part, left, right)
        each.append((rows.weights[part.group] * distances).astype(np.float32).reshape(m, m))
        whole += each[-1]
    np.fill_diagonal(whole, np.inf)
    near = _nearest(whole, k)
    return np.array([1 - (near & _nearest(whole - own, k)).sum() / (k * m) for own in each])


def _nearest(D: np.ndarray, k: int) -> np.ndarray:
    """Which columns are among the k nearest of each row, bool (m, m); ties by a fixed jitter."""
    jitter = np.random.default_rng(0).random(len(D)) * 1e-9
    chosen = np.argpartition(D + jitter, k - 1, axis=1)[:, :k]
    near = np.zeros(D.shape, bool)
    np.put_along_axis(near, chosen, True, axis=1)
    return near
