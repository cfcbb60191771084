"""`Model`: what a fit leaves behind, in small named parts; and the stages that make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.new_rows import Lookup, entry_numbers, with_masks
from ..columns.pack import Packed
from ..engine.distance import pair_dissimilarities
from ..engine.rows import Rows, leading_groups
from ..engine.threads import spread
from ..graph.combine import FuzzySet, GraphOptions, combine_global, combine_local, group_fuzzy_set
from ..graph.expression import Term, compile_program
from ..graph.membership import edge_tails
from ..kinds import Kind
from ..kinds.encode import encode_frame
from ..layout.density import local_radii
from ..layout.optimize import LayoutOptions
from ..metrics import Metric
from ..neighbors.lists import KNN
from ..neighbors.plan import Neighbors, Plan, find_neighbors
from ..progress import Progress
from ..schema.group import Group


@dataclass
class Model:
    """A fitted model.

    Attributes
    ----------
    groups : tuple of Group
        By name; those of the target, if there is one, stand last.
    encoders : tuple of Kind
        Fitted to the columns of each group.
    packed : Packed
        The rows the model was fitted on, target included.
    features : int
        Number of groups that are not the target's.
    term : Term
        How the groups are combined, without the target.
    graph_options : GraphOptions
    layout_options : LayoutOptions
    families : dict of column to str
        What the values of each column were, see `columns.dtypes.family`.
    dtypes : dict of column to str
    combined : Neighbors or None
        Neighbours of the rows under everything; None under the local calibration.
    graph : csr_array
    embedding : float32 (n, n_components)
    """

    groups: tuple[Group, ...]
    encoders: tuple[Kind, ...]
    packed: Packed
    features: int
    term: Term
    graph_options: GraphOptions
    layout_options: LayoutOptions
    families: dict = field(default_factory=dict)
    dtypes: dict = field(default_factory=dict)
    combined: Neighbors | None = None
    graph: scipy.sparse.csr_array | None = None
    embedding: np.ndarray | None = None

    @property
    def names(self) -> list[str]:
        """Names of all groups, in order."""
        return [group.name for group in self.groups]

    @cached_property
    def feature_rows(self) -> Rows:
        """The rows without the target, under the dissimilarity that new rows are compared by."""
        return with_program(
            leading_groups(self.packed.rows, self.features), self.names[: self.features], self.term
        )

    @cached_property
    def feature_metrics(self) -> tuple[Metric, ...]:
        """Metrics of the groups that are not the target's."""
        return self.packed.metrics[: self.features]

    @cached_property
    def masked_rows(self) -> Rows:
        """The index' rows with presence bits for every group, for new rows with gaps where there
        were none."""
        return with_masks(self.index.distinct)

    @cached_property
    def index(self) -> Neighbors:
        """What finds the neighbours of new rows: that of the fit, unless the target or the
        calibration was another."""
        if self.combined is not None and self.features == len(self.groups):
            return self.combined
        options = self.graph_options
        return find_neighbors(
            self.feature_rows, self.feature_metrics, options.n_neighbors, options.seed, Progress()
        )

    @cached_property
    def entries(self) -> Lookup:
        """Numbers of the strings and sets by contents."""
        return entry_numbers(self.packed.rows, self.packed.spans)

    @cached_property
    def words(self) -> tuple[np.ndarray, np.ndarray]:
        """Digests of the distinct rows in ascending order, and the row of each."""
        keys = self.index.distinct.keys
        order = np.argsort(keys, kind="stable")
        return keys[order], order

    @cached_property
    def mean_distance(self) -> float:
        """Mean distance to the neighbours, over all rows."""
        distances = self.index.knn.distances
        finite = np.isfinite(distances)
        return float(distances[finite].mean(dtype=np.float64)) if finite.any() else 0.0

    def changed(self, **fields: object) -> Model:
        """A model with other fields; what was computed from the old ones is computed anew."""
        return replace(self, **fields)  # type: ignore[arg-type]


def with_program(rows: Rows, names: list[str], term: Term) -> Rows:
    """The rows under the dissimilarity that `term` stands for."""
    program, constants = compile_program(term, names, rows.weights)
    return rows._replace(program=program, constants=constants)


def prepare_model(
    df: pd.DataFrame,
    groups: list[Group],
    target: pd.DataFrame | None,
    target_groups: list[Group],
    term: Term,
    graph_options: GraphOptions,
    layout_options: LayoutOptions,
) -> Model:
    """Pack the frame, and the target after it."""
    together = df if target is None else pd.concat([df, target], axis=1)
    everything = [*groups, *target_groups]
    encoders, packed = encode_frame(together, everything)
    return Model(
        tuple(everything), tuple(encoders), packed, len(groups), term, graph_options, layout_options
    )


def whole_term(model: Model) -> Term:
    """The combination with the target's groups intersected."""
    targets = [Term("group", name) for name in model.names[model.features :]]
    if not targets:
        return model.term
    parts = model.term.operands if model.term.operator == "&" else (model.term,)
    return Term("&", operands=tuple(sorted([*parts, *targets])))


def combine_groups(
    model: Model, calibration: str, progress: Progress
) -> tuple[Model, dict[str, FuzzySet]]:
    """The model with its graph; and the groups' own fuzzy sets, if the calibration made them."""
    packed, names, term = model.packed, model.names, whole_term(model)
    if calibration == "local":
        graph, sets = combine_local(
            packed.rows, packed.metrics, names, term, model.graph_options, progress
        )
        return model.changed(graph=graph, combined=None), sets
    whole, neighbors = combine_global(
        with_program(packed.rows, names, term), packed.metrics, model.graph_options, progress
    )
    return model.changed(graph=whole.graph, combined=neighbors), {}


def edge_radii(model: Model) -> np.ndarray:
    """Local radii under D, for the density term."""
    graph = model.graph
    assert graph is not None
    distances = np.empty(graph.nnz)
    whole = with_program(model.packed.rows, model.names, whole_term(model))
    spread(
        pair_dissimilarities,
        graph.nnz,
        whole,
        edge_tails(graph),
        graph.indices.astype(np.int64),
        distances,
    )
    return local_radii(graph, distances)


class FittedGroup:
    """One group of a fitted model.

    Attributes
    ----------
    name, columns, kind, metric : as in the schema
    weight : float
        Exponent of the group's membership.
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
    def graph(self) -> scipy.sparse.csr_array:
        """The group's own fuzzy set: symmetric memberships, float32 CSR (n, n)."""
        return self.fuzzy_set.graph

    def __repr__(self) -> str:
        return f"FittedGroup({self.name!r}, {self.metric!r}, {len(self.columns)} columns, weight {self.weight:g})"


def fitted_groups(model: Model, sets: dict[str, FuzzySet]) -> dict[str, FittedGroup]:
    """The groups by name, each with its own fuzzy set on request."""

    def maker(g: int, name: str) -> Callable[[], FuzzySet]:
        rows, metrics = model.packed.rows, model.packed.metrics
        return lambda: (
            sets.get(name) or group_fuzzy_set(rows, metrics, g, model.graph_options, Progress())
        )

    weights = model.packed.rows.weights.tolist()
    return {
        group.name: FittedGroup(group, weights[g], model.packed.scales[g], maker(g, group.name))
        for g, group in enumerate(model.groups)
    }


__all__ = [
    "KNN",
    "FittedGroup",
    "Model",
    "Plan",
    "combine_groups",
    "edge_radii",
    "fitted_groups",
    "prepare_model",
]
