"""`Prepared` and `Model`: a frame before its layout, and after; and the stages between them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.dtypes import family
from ..columns.new_rows import Lookup, entry_numbers, with_masks
from ..columns.pack import Packed
from ..columns.restore import source_of
from ..engine.pairs import dissimilarities
from ..engine.rows import Rows, leading_groups, take_rows
from ..graph.combine import FuzzySet, GraphOptions, combine_global, combine_local
from ..graph.expression import Expression, compile_program
from ..graph.membership import edge_tails
from ..kinds import Kind
from ..kinds.encode import encode_frame
from ..layout.density import local_radii
from ..layout.multiplicity import Multiplicity, draw_table, repeats
from ..layout.options import LayoutOptions
from ..metrics import Metric
from ..neighbors.plan import Neighbors, find_neighbors
from ..progress import Progress
from ..schema.group import Group
from ..schema.same import share_weights
from .target import Target, weigh_target


@dataclass(frozen=True, eq=False)
class Prepared:
    """A packed frame with its options, ready to be embedded.

    Attributes
    ----------
    groups : tuple of Group
        By name; those of the target, if there is one, are last.
    encoders : tuple of Kind
        Fitted to the columns of each group.
    packed : Packed
        The rows, target included.
    n_feature_groups : int
        Number of groups that are not the target's.
    expression : Expression
        The combination of the groups, without the target.
    graph_options : GraphOptions
    layout_options : LayoutOptions
    families : dict of column to str
        Type of the values of each column, see `columns.dtypes.family`.
    dtypes : dict of column to str
    sources : dict of column to Source
        Dtypes in full, see `columns.restore`.
    weights : float64 (n,) or None
        How many equal rows each row stands for; None where all are 1.
    """

    groups: tuple[Group, ...]
    encoders: tuple[Kind, ...]
    packed: Packed
    n_feature_groups: int
    expression: Expression
    graph_options: GraphOptions
    layout_options: LayoutOptions
    families: dict
    dtypes: dict
    sources: dict
    weights: np.ndarray | None

    @property
    def multiplicity(self) -> Multiplicity | None:
        """How many equal rows each one stands for; None where all weights are 1."""
        if self.weights is None:
            return None
        return Multiplicity(self.weights, self.graph_options.n_neighbors)

    @property
    def names(self) -> list[str]:
        """Names of all groups, in order."""
        return [group.name for group in self.groups]

    @property
    def whole_expression(self) -> Expression:
        """The combination with the target's groups intersected."""
        return self.expression.intersect(self.names[self.n_feature_groups :])

    @property
    def whole_rows(self) -> Rows:
        """The rows under the dissimilarity of `whole_expression`."""
        return with_program(self.packed.rows, self.names, self.whole_expression)


def _fields(prepared: Prepared) -> dict[str, Any]:
    return {f.name: getattr(prepared, f.name) for f in fields(Prepared)}


class Combined(NamedTuple):
    """The graph of a prepared frame.

    Attributes
    ----------
    graph : csr_array
        The symmetric fuzzy set, float32 (n, n).
    neighbors : Neighbors or None
        Of the rows under everything; None under the local calibration.
    sets : dict of str to FuzzySet
        The groups' own fuzzy sets, under the local calibration.
    """

    graph: scipy.sparse.csr_array
    neighbors: Neighbors | None
    sets: dict[str, FuzzySet]


@dataclass(frozen=True, eq=False)
class Model(Prepared):
    """A fitted model.

    Attributes
    ----------
    combined : Neighbors or None
        Neighbours of the rows under everything; None under the local calibration.
    graph : csr_array
        The symmetric fuzzy set, float32 (n, n).
    embedding : float32 (n, n_components)
    """

    combined: Neighbors | None
    graph: scipy.sparse.csr_array
    embedding: np.ndarray

    @classmethod
    def of(cls, prepared: Prepared, combined: Combined, embedding: np.ndarray) -> Model:
        """The model of a prepared frame, its graph and its embedding."""
        return cls(
            **_fields(prepared),
            combined=combined.neighbors,
            graph=combined.graph,
            embedding=embedding,
        )

    @property
    def prepared(self) -> Prepared:
        """The frame without its graph and embedding."""
        return Prepared(**_fields(self))

    @cached_property
    def feature_rows(self) -> Rows:
        """The rows without the target, under the dissimilarity that new rows are compared by."""
        return with_program(
            leading_groups(self.packed.rows, self.n_feature_groups),
            self.names[: self.n_feature_groups],
            self.expression,
        )

    @cached_property
    def feature_metrics(self) -> tuple[Metric, ...]:
        """Metrics of the groups that are not the target's."""
        return self.packed.metrics[: self.n_feature_groups]

    @cached_property
    def masked_rows(self) -> Rows:
        """The index' rows with presence bits for every group, for new rows with gaps where there
        were none."""
        return with_masks(self.index.distinct)

    @cached_property
    def index(self) -> Neighbors:
        """The search index for new rows: that of the fit, unless the fit had a target or local
        calibration."""
        if self.combined is not None and self.n_feature_groups == len(self.groups):
            return self.combined
        options = self.graph_options
        return find_neighbors(
            self.feature_rows, self.feature_metrics, options.n_neighbors, options.seed, Progress()
        )

    @cached_property
    def drawn(self) -> np.ndarray:
        """Rows that repelling samples are drawn from, see `draw_table`."""
        return draw_table(self.multiplicity)

    @cached_property
    def entries(self) -> Lookup:
        """Numbers of the strings and sets by contents."""
        return entry_numbers(self.packed.rows, self.packed.spans)

    @cached_property
    def row_digests(self) -> tuple[np.ndarray, np.ndarray]:
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


def with_program(rows: Rows, names: list[str], expression: Expression) -> Rows:
    """The rows under the dissimilarity of `expression`."""
    program, constants = compile_program(expression, names, rows.weights)
    return rows._replace(program=program, constants=constants)


def prepare_model(
    df: pd.DataFrame,
    groups: list[Group],
    target: Target | None,
    expression: Expression,
    graph_options: GraphOptions,
    layout_options: LayoutOptions,
    weights: np.ndarray | None = None,
) -> Prepared:
    """Pack the frame, and the target after it; scales are those of a frame that repeats its rows by
    their weights."""
    often = None if weights is None else repeats(weights)
    if often is not None:
        take = np.repeat(np.arange(len(df)), often)
        df, target = df.iloc[take], None if target is None else target.take(take)
    together = df if target is None else pd.concat([df, target.df], axis=1)
    targets = [] if target is None else target.groups
    embedded = {c for group in groups for c in group.columns}
    columns = [c for c in df.columns if c in embedded]
    shared = share_weights(df, groups)
    encoders, packed = encode_frame(together, [*shared, *targets], len(groups))
    units = packed.units.copy()
    for g, (own, given) in enumerate(zip(shared, groups, strict=True)):
        units[g] *= own.factor / given.factor
    packed = packed._replace(units=units)
    if target is not None:
        alone = leading_groups(packed.rows, len(groups))
        features = with_program(alone, [group.name for group in groups], expression)
        packed, targets = weigh_target(packed, target, features, len(groups))
    if often is not None:
        packed = packed._replace(rows=take_rows(packed.rows, np.cumsum(often) - often))
    return Prepared(
        groups=(*groups, *targets),
        encoders=tuple(encoders),
        packed=packed,
        n_feature_groups=len(groups),
        expression=expression,
        graph_options=graph_options,
        layout_options=layout_options,
        families={c: family(df[c]) for c in columns},
        dtypes={c: str(df[c].dtype) for c in columns},
        sources={c: source_of(df[c]) for c in columns},
        weights=weights,
    )


def combine_groups(prepared: Prepared, progress: Progress) -> Combined:
    """Neighbours, calibration and set operations: the graph."""
    metrics, options = prepared.packed.metrics, prepared.graph_options
    weights = prepared.weights
    if options.calibration == "local":
        rows, names = prepared.packed.rows, prepared.names
        features, whole = prepared.n_feature_groups, prepared.whole_expression
        graph, sets = combine_local(
            rows, metrics, names, features, whole, options, progress, weights
        )
        return Combined(graph, None, sets)
    found, neighbors = combine_global(prepared.whole_rows, metrics, options, progress, weights)
    return Combined(found.graph, neighbors, {})


def edge_radii(prepared: Prepared, graph: scipy.sparse.csr_array) -> np.ndarray:
    """Local radii under D, for the density term."""
    tails, heads = edge_tails(graph), graph.indices.astype(np.int64)
    metrics = prepared.packed.metrics
    distances = dissimilarities(prepared.whole_rows, metrics, tails, heads)
    # Only equal rows have an edge where a contrast keeps them apart: they are at distance 0.
    return local_radii(graph, np.where(np.isfinite(distances), distances, 0.0))
