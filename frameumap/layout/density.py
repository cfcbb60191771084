"""densMAP's density term (Narayan, Berger and Cho 2021): local density is preserved in the
embedding.

The local radius of a row is the logarithm of its mean squared distance to its neighbours, weighted
by membership,

    ro_i = log(eps + sum_j m_ij D_ij^2 / sum_j m_ij)          re_i = log(eps + sum_j q_ij d_ij^2 /
    sum_j q_ij)

in the frame and in the embedding, q = 1 / (1 + a d^(2b)). The term is lambda times their
correlation

    C = cov(re, R) / sqrt(var(re) + shift),   R = (ro - mean) / std,

times the total membership, as in umap-learn. There it is sampled edge by edge; here its whole
gradient is taken after every epoch of the last three tenths, which is the same on any number of
threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse

from ..engine.jit import helper, kernel
from ..engine.threads import parallel_for
from ..graph.membership import edge_tails
from .schedule import Edges, Schedule
from .sgd_kernels import CLIP

EPSILON = 1e-8
VARIANCE_SHIFT = 0.1
#: Share of the epochs, at the end, in which the term acts.
FRACTION = 0.3


def local_radii(graph: scipy.sparse.csr_array, distances: np.ndarray) -> np.ndarray:
    """ro of every row, float64 (n,), from the distance D along every edge of the graph."""
    rows = edge_tails(graph)
    m = graph.data.astype(np.float64)
    total = np.bincount(rows, weights=m, minlength=graph.shape[0])
    weighted = np.bincount(rows, weights=m * distances**2, minlength=graph.shape[0])
    return np.log(EPSILON + weighted / np.maximum(total, EPSILON))


class Radii(NamedTuple):
    """re of every vertex, the sum of its q, and the derivative of C by re; float64 (n,)."""

    re: np.ndarray
    mass: np.ndarray
    gain: np.ndarray


@kernel
def _embedded_radii(first, last, edges, curve, positions, re, mass):
    """re and the sum of q of every vertex."""
    indptr, heads, weights = edges
    a, b = curve
    dims = positions.shape[1]
    for i in range(first, last):
        weighted = 0.0
        total = 0.0
        for e in range(indptr[i], indptr[i + 1]):
            if weights[e] > 0:
                square = 0.0
                for c in range(dims):
                    square += (positions[i, c] - positions[heads[e], c]) ** 2
                q = 1.0 / (1.0 + a * square**b)
                weighted += q * square
                total += q
        mass[i] = total
        re[i] = np.log(EPSILON + weighted / total) if total > 0 else 0.0


@helper
def _radius_slope(re, mass, q, slope, square, gain):
    """gain * d re / d(d^2) for one end of an edge; its mean squared distance is exp(re) - eps."""
    radius = np.exp(re)
    return gain * (q + slope * (square - (radius - EPSILON))) / (mass * radius)


@kernel
def _gradient(first, last, edges, curve, positions, radii, out):
    """Gradient of sum_i gain_i re_i: both ends of an edge depend on its length."""
    indptr, heads, weights = edges
    a, b = curve
    re, mass, gain = radii
    dims = positions.shape[1]
    for i in range(first, last):
        for e in range(indptr[i], indptr[i + 1]):
            if weights[e] > 0:
                j = heads[e]
                square = 0.0
                for c in range(dims):
                    square += (positions[i, c] - positions[j, c]) ** 2
                if square > 0:
                    q = 1.0 / (1.0 + a * square**b)
                    slope = -a * b * square ** (b - 1) * q * q  # dq / d(d^2)
                    pull = _radius_slope(re[i], mass[i], q, slope, square, gain[i])
                    pull += _radius_slope(re[j], mass[j], q, slope, square, gain[j])
                    for c in range(dims):
                        out[i, c] += 2.0 * pull * (positions[i, c] - positions[j, c])


def density_gradient(
    edges: Edges, R: np.ndarray, curve: tuple[float, float], positions: np.ndarray
) -> tuple[float, np.ndarray]:
    """C and its gradient, float64 (n, dims), over edges of weight > 0; `curve` is (a, b)."""
    n = len(positions)
    re, mass = np.empty(n), np.empty(n)
    parallel_for(_embedded_radii, n, edges, curve, positions, re, mass)
    centered = re - re.mean()
    deviation = np.sqrt((centered**2).sum() / (n - 1) + VARIANCE_SHIFT)
    covariance = (centered * R).sum() / (n - 1)
    # R has mean 0, so the mean of re cancels in the derivative.
    gain = (R / deviation - covariance * centered / deviation**3) / (n - 1)
    out = np.zeros(positions.shape)
    parallel_for(_gradient, n, edges, curve, positions, Radii(re, mass, gain), out)
    return float(covariance / deviation), out


@dataclass(frozen=True)
class DensityTerm:
    """The term for one graph: `step` moves all vertices after an epoch."""

    edges: Edges
    R: np.ndarray
    curve: tuple[float, float]
    strength: float
    schedule: Schedule

    @classmethod
    def of(
        cls,
        edges: Edges,
        radii: np.ndarray,
        curve: tuple[float, float],
        weight: float,
        schedule: Schedule,
    ) -> DensityTerm | None:
        """None where all radii are the same: there is no density to keep."""
        deviation = radii.std()
        if len(radii) < 3 or not deviation > 1e-12:
            return None
        # In umap-learn a vertex moves by both entries of an edge in the graph, each time lambda
        # times the sum of all entries.
        strength = 2 * weight * float(edges.weights.sum(dtype=np.float64))
        return cls(edges, (radii - radii.mean()) / deviation, curve, strength, schedule)

    def step(self, positions: np.ndarray, epoch: int) -> None:
        """Ascend the term by the epoch's learning rate, if the epoch is one of the last."""
        epochs = self.schedule.epochs
        if epoch < (1 - FRACTION) * epochs:
            return
        _, gradient = density_gradient(self.edges, self.R, self.curve, positions)
        alpha = self.schedule.rate * (1 - epoch / epochs)
        positions += (alpha * np.clip(self.strength * gradient, -CLIP, CLIP)).astype(np.float32)
