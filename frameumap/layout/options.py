"""Parameters of the layout, and their defaults by number of rows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .curve import fit_ab, force_tables
from .schedule import Forces, Schedule

#: Distances in the embedding.
OUTPUT_METRICS = ("euclidean", "haversine")
#: Half of umap-learn's: an edge moves a vertex twice as far at a visit, as the other end stays.
LEARNING_RATE = 0.5


def default_epochs(n: int) -> int:
    """umap-learn's rule: 500 epochs up to 10,000 rows, 200 above."""
    return 500 if n <= 10_000 else 200


def default_negatives(n: int) -> int:
    """Repelling samples for each attracting one: 14 from 5,800 rows on, up to 20 for smaller
    frames; umap-learn takes 5.

    More samples separate unrelated rows better, and cost little as those of one edge are computed
    together.
    """
    return int(np.clip(80_000 // max(n, 1), 14, 20))


class LayoutOptions(NamedTuple):
    """Parameters of the layout, with umap-learn's names and meanings."""

    n_components: int = 2
    min_dist: float = 0.1
    spread: float = 1.0
    n_epochs: int | None = None
    negative_sample_rate: int | None = None
    repulsion_strength: float = 1.0
    learning_rate: float = LEARNING_RATE
    seed: int = 0
    output_metric: str = "euclidean"
    density: float = 0.0
    unique: bool = False

    @property
    def on_sphere(self) -> bool:
        """Whether positions are unit vectors."""
        return self.output_metric == "haversine"

    def resolved(self, n: int) -> Schedule:
        """Epochs, rates and seed for `n` rows: None is replaced by the default for that many."""
        epochs, negatives = self.n_epochs, self.negative_sample_rate
        return Schedule(
            int(default_epochs(n) if epochs is None else epochs),
            float(self.learning_rate),
            int(default_negatives(n) if negatives is None else negatives),
            np.uint64(self.seed),
        )

    def curve(self) -> tuple[float, float]:
        """a and b of the curve 1 / (1 + a d^(2b))."""
        return fit_ab(self.spread, self.min_dist)

    def forces(self) -> Forces:
        """The curve's forces as tables."""
        return Forces(*force_tables(*self.curve(), self.repulsion_strength))
