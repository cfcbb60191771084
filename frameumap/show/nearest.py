"""Nearest rows written down with the page, for distances that it cannot compute by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .column import Column, shown
from .payload import Blocks

#: Neighbours a row, and numbers that may be written down for them.
NEIGHBORS = 15
MOST_NUMBERS = 6_000_000


@dataclass(frozen=True)
class Lists:
    """The k nearest rows of every row, with the parts of D.

    Attributes
    ----------
    k : int
    names : list of dict
        Of every part, its text and its columns' places in the page.
    indices : int32 (n, k)
    distances : float32 (n, k)
    parts : float32 (n, k, parts)
    typical : float or None
        D of an average random pair.
    """

    k: int
    names: list[dict[str, Any]]
    indices: np.ndarray
    distances: np.ndarray
    parts: np.ndarray
    typical: float | None

    def entry(self, blocks: Blocks) -> dict[str, Any]:
        """What the manifest says of them."""
        return {
            "k": self.k,
            "names": self.names,
            "indices": blocks.array(self.indices.ravel()),
            "distances": blocks.array(self.distances.ravel()),
            "parts": blocks.array(self.parts.ravel()),
        }


def listed_neighbors(model: Any, columns: list[Column]) -> Lists | None:
    """The lists; None where they would make the page too large."""
    from ..insight.parts import all_units, pair_parts

    inner = model._model
    n, k = len(model.embedding_), min(NEIGHBORS, len(model.embedding_) - 1)
    units = all_units(inner)
    if k < 1 or n * k * (len(units) + 2) > MOST_NUMBERS:
        return None
    found = model.neighbors(k=k)
    left = np.repeat(np.arange(n), k)
    right = np.maximum(found.indices, 0).ravel()
    made = pair_parts(inner, inner.feature_rows, left, right)
    places = {c.key: at for at, c in enumerate(columns)}
    names = [
        {
            "text": shown(", ".join(map(str, unit.columns)), 200),
            "columns": [places[c] for c in unit.columns if c in places],
        }
        for unit in made.units
    ]
    rng = np.random.default_rng(0)
    random = pair_parts(
        inner, inner.feature_rows, rng.integers(0, n, 2000), rng.integers(0, n, 2000)
    )
    usual = float(random.total.mean())
    return Lists(
        k, names, np.asarray(found.indices, np.int32), np.asarray(found.distances, np.float32),
        made.parts.astype(np.float32).reshape(n, k, -1), usual if usual > 0 else None,
    )  # fmt: skip
