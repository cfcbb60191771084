"""Single groups of a fitted model: weight, scale, own fuzzy set, share in the graph."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse

from ..graph.combine import FuzzySet, group_fuzzy_set
from ..graph.influence import influence
from ..neighbors.lists import KNN
from ..progress import Progress
from ..schema.group import Group
from .model import Model


class FittedGroup:
    """One group of a fitted model.

    Attributes
    ----------
    name, columns, kind, metric : as in the schema
    weight : float
        How many times as much as by itself every column of the group counts.
    scale : float
        s_g, the mean distance of a random pair.
    """

    def __init__(
        self, group: Group, weight: float, scale: float, fuzzy_set: Callable[[], FuzzySet]
    ) -> None:
        self.name = group.name
        self.columns = group.columns
        self.kind = group.kind
        self.metric = group.metric
        self.weight = weight
        self.scale = scale
        self._make = fuzzy_set

    @cached_property
    def fuzzy_set(self) -> FuzzySet:
        """Neighbours, calibration and graph of the group alone; computed when first asked for."""
        return self._make()

    @property
    def neighbors(self) -> KNN:
        """The nearest rows in the group alone, the row itself first: indices int32 and distances
        float32, (n, n_neighbors) each; -1 and inf where there are fewer. Distances are d_g / s_g, 1
        as between random rows. A copy."""
        return KNN(*(field.copy() for field in self.fuzzy_set.knn))

    @property
    def rho(self) -> np.ndarray:
        """Distance at which each row's membership is still 1, float32 (n,); a copy."""
        return self.fuzzy_set.bandwidths.rho.copy()

    @property
    def sigma(self) -> np.ndarray:
        """Scale of each row's memberships, exp(-max(0, d - rho) / sigma), float32 (n,); a copy."""
        return self.fuzzy_set.bandwidths.sigma.copy()

    @property
    def graph(self) -> scipy.sparse.csr_array:
        """The group's own fuzzy set: symmetric memberships, float32 CSR (n, n)."""
        return self.fuzzy_set.graph

    def __repr__(self) -> str:
        size = f"{len(self.columns)} columns, weight {self.weight:g}"
        return f"FittedGroup({self.name!r}, {self.metric!r}, {size})"


def fitted_groups(model: Model, sets: dict[str, FuzzySet]) -> dict[str, FittedGroup]:
    """The groups by name, each with its own fuzzy set on request."""

    def maker(g: int, name: str) -> Callable[[], FuzzySet]:
        rows, metrics = model.packed.rows, model.packed.metrics
        return lambda: (
            sets.get(name)
            or group_fuzzy_set(rows, metrics, g, model.graph_options, Progress(), model.weights)
        )

    weights = (model.packed.rows.weights / model.packed.units).tolist()
    return {
        group.name: FittedGroup(group, weights[g], model.packed.scales[g], maker(g, group.name))
        for g, group in enumerate(model.groups)
    }


def influence_table(model: Model, groups: Mapping[str, FittedGroup]) -> pd.DataFrame:
    """Share of every group in the edges, largest first; see `FrameUMAP.influence_`."""
    combined = np.array([name in model.whole_expression.names() for name in model.names])
    packed = model.packed
    share, edge_distance = influence(packed.rows, packed.metrics, model.graph, combined)
    table = pd.DataFrame(
        {
            "share": share,
            "edge_distance": edge_distance,
            "weight": [g.weight for g in groups.values()],
            "metric": [g.metric for g in groups.values()],
            "columns": [", ".join(map(str, g.columns)) for g in groups.values()],
        },
        index=pd.Index(groups, name="group"),
    )
    return table.sort_values("share", ascending=False, kind="stable")
