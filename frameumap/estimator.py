"""`FrameUMAP`: the algorithm, stage by stage."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from .distance import pair_dissimilarities
from .errors import FrameUMAPWarning, choose
from .frame.border import plain_columns
from .frame.encode import encode_frame, packed_words
from .frame.pack import Packed
from .graph.combine import FuzzySet, GraphOptions, combine_global, combine_local, group_fuzzy_set
from .graph.expression import Term, compile_program, parse
from .graph.influence import influence
from .graph.membership import edge_tails
from .layout.density import local_radii
from .layout.initialize import initialize_layout
from .layout.optimize import LayoutOptions, optimize_layout
from .memory import check_capacity
from .neighbors.plan import Plan
from .neighbors.sketch import sketch_rows
from .parameters import check_parameters, read_init
from .progress import Progress
from .rows import Rows
from .schema.check import resolve_schema
from .schema.group import Group
from .schema.schema import Schema
from .threads import spread


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

    def __init__(self, group: Group, scale: float, fuzzy_set: Callable[[], FuzzySet]) -> None:
        self.name = group.name
        self.columns = group.columns
        self.kind = group.kind
        self.metric = group.metric
        self.weight = group.effective_weight
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


class FrameUMAP:
    """UMAP for a DataFrame as it is.

    Parameters
    ----------
    schema : Schema, mapping or None
        Which columns form which group, under which metric; None to infer it. In a mapping, columns that are not named are
        left out, unless the key ``...`` (Ellipsis) is there: then they are inferred.
    combine : str
        "intersection", "union", or an expression over group names with & | - and parentheses.
    calibration : {"global", "local"}
        One scale a group, and local connectivity imposed once on the whole; or umap-learn's rho and sigma by row and group.
    n_neighbors : int
        Size of the neighbourhood, the row itself included; larger sees more of the whole.
    n_components : int
        Dimensions of the embedding, 1 to 100.
    min_dist, spread : float
        How close points may lie, and the scale of the layout.
    n_epochs : int or None
        Rounds of optimisation; None for 500 up to 10,000 rows and 200 above.
    negative_sample_rate : int or None
        Repelling samples for each attracting edge; None for 10 from 8,000 rows on, up to 20 for smaller frames.
    repulsion_strength, learning_rate : float
    set_op_mix_ratio : float
        1 for the fuzzy union of an edge's two directions, 0 for their intersection.
    local_connectivity : float
        Number of nearest neighbours that are fully connected.
    init : {"spectral", "pca", "random"}, array or DataFrame
        Start of the layout: multilevel spectral, principal axes of the rows' sketch, noise, or positions (n, n_components).
    output_metric : {"euclidean", "haversine"}
        Distance in the embedding; "haversine" lays out on the unit sphere and gives latitude and longitude in degrees.
    density : float
        Weight of densMAP's term, which keeps dense places dense; 0 for none, umap-learn's is 2.
    random_state : int
        Seed; the same frame and seed give the same bytes on any number of threads.
    verbose : bool
        Show stages and progress.

    Attributes
    ----------
    embedding_ : float32 (n, n_components)
    graph_ : scipy.sparse.csr_array
        The combined symmetric fuzzy set, float32 (n, n).
    schema_ : Schema
    groups_ : dict of str to FittedGroup
    influence_ : DataFrame
        Share each group had in the edges.
    plan_ : Plan or None
        The neighbour search that was chosen, and why; None under `calibration="local"`, where each group has its own.
    neighbor_recall_ : float
        Share of the true neighbours found: 1 for exact searches, else an estimate.

    Examples
    --------
    >>> import frameumap
    >>> df = frameumap.datasets.make_customers(200, random_state=0)
    >>> model = frameumap.FrameUMAP(n_neighbors=10).fit(df.drop(columns="segment"))
    >>> model.embedding_.shape, model.graph_.shape
    ((200, 2), (200, 200))
    """

    def __init__(
        self,
        schema: Schema | Mapping[Any, Any] | None = None,
        *,
        combine: str = "intersection",
        calibration: str = "global",
        n_neighbors: int = 15,
        n_components: int = 2,
        min_dist: float = 0.1,
        spread: float = 1.0,
        n_epochs: int | None = None,
        negative_sample_rate: int | None = None,
        repulsion_strength: float = 1.0,
        learning_rate: float = 1.0,
        set_op_mix_ratio: float = 1.0,
        local_connectivity: float = 1.0,
        init: str | np.ndarray | pd.DataFrame = "spectral",
        output_metric: str = "euclidean",
        density: float = 0.0,
        random_state: int = 0,
        verbose: bool = False,
    ) -> None:
        self.schema = schema
        self.combine = combine
        self.calibration = calibration
        self.n_neighbors = n_neighbors
        self.n_components = n_components
        self.min_dist = min_dist
        self.spread = spread
        self.n_epochs = n_epochs
        self.negative_sample_rate = negative_sample_rate
        self.repulsion_strength = repulsion_strength
        self.learning_rate = learning_rate
        self.set_op_mix_ratio = set_op_mix_ratio
        self.local_connectivity = local_connectivity
        self.init = init
        self.output_metric = output_metric
        self.density = density
        self.random_state = random_state
        self.verbose = verbose

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> FrameUMAP:
        """Set parameters by name."""
        for name, value in params.items():
            setattr(self, choose(name, self.get_params(), "parameter of FrameUMAP"), value)
        return self

    def __repr__(self) -> str:
        defaults = {n: p.default for n, p in inspect.signature(type(self)).parameters.items()}
        shown = {n: v for n, v in self.get_params().items() if isinstance(v, (str, float, int, type(None))) and n != "schema"}
        changed = {n: v for n, v in shown.items() if v != defaults[n]}
        return f"FrameUMAP({', '.join(f'{n}={v!r}' for n, v in changed.items())})"

    def fit(self, df: pd.DataFrame, *, callback: Callable[[int, np.ndarray], None] | None = None) -> FrameUMAP:
        """Embed `df`.

        Parameters
        ----------
        df : DataFrame
        callback : callable, optional
            Called about ten times a second during the layout with the epoch and a copy of the positions.

        Raises
        ------
        DataError, SchemaError, MetricError, ParameterError
            Each names the column, row, metric or parameter, and what to do.
        """
        check_parameters(self)
        progress = Progress(self.verbose)
        df = plain_columns(df)
        init = read_init(self.init, df, self.n_components)
        schema = resolve_schema(df, self.schema)
        groups = list(schema.ordered_groups())
        names = [group.name for group in groups]
        term = parse(self.combine, names)
        check_capacity(len(df), packed_words(df, groups), self.n_neighbors, self.n_components)
        encoders, packed = encode_frame(df, groups)
        options = self._graph_options(len(df))
        graph, plan, sets = self._combine(packed, names, term, options, progress)
        layout = self._layout_options()
        sketch = sketch_rows(packed.rows, packed.metrics, options.seed)
        start = initialize_layout(init, graph, sketch, layout.n_components, layout.seed, progress)
        radii = self._radii(packed, names, term, graph) if layout.density > 0 else None
        self.embedding_ = optimize_layout(graph, start, layout, progress, callback, radii)
        self.graph_, self.plan_, self.schema_ = graph, plan, schema
        self.neighbor_recall_ = 1.0 if plan is None else plan.recall
        self._encoders, self._packed = encoders, packed
        self._combined = np.array([name in term.names() for name in names])
        self.__dict__.pop("influence_", None)  # of an earlier fit
        self.groups_ = {
            group.name: FittedGroup(group, packed.scales[g], _group_set(packed, g, options, progress, sets.get(group.name)))
            for g, group in enumerate(groups)
        }
        return self

    def fit_transform(self, df: pd.DataFrame) -> np.ndarray:
        """Embed `df` and return the coordinates, float32 (n, n_components)."""
        return self.fit(df).embedding_

    @cached_property
    def influence_(self) -> pd.DataFrame:
        """Share of every group in the edges, largest first.

        Columns: `share` (sums to 1), `edge_distance` (mean d_g/s_g along the edges: 1 as for random pairs, 0 where all edges
        agree), `weight`, `metric`, `columns`.
        """
        share, edge_distance = influence(self._packed.rows, self.graph_, self._combined)
        table = pd.DataFrame(
            {
                "share": share,
                "edge_distance": edge_distance,
                "weight": [g.weight for g in self.groups_.values()],
                "metric": [g.metric for g in self.groups_.values()],
                "columns": [", ".join(map(str, g.columns)) for g in self.groups_.values()],
            },
            index=pd.Index(self.groups_, name="group"),
        )
        return table.sort_values("share", ascending=False, kind="stable")

    def _combine(
        self, packed: Packed, names: list[str], term: Term, options: GraphOptions, progress: Progress
    ) -> tuple[scipy.sparse.csr_array, Plan | None, dict[str, FuzzySet]]:
        if self.calibration == "local":
            graph, sets = combine_local(packed.rows, packed.metrics, names, term, options, progress)
            return graph, None, sets
        whole, neighbors = combine_global(with_program(packed.rows, names, term), packed.metrics, options, progress)
        return whole.graph, neighbors.plan, {}

    def _radii(self, packed: Packed, names: list[str], term: Term, graph: scipy.sparse.csr_array) -> np.ndarray:
        """Local radii under D, for the density term."""
        rows = edge_tails(graph)
        distances = np.empty(graph.nnz)
        whole = with_program(packed.rows, names, term)
        spread(pair_dissimilarities, graph.nnz, whole, rows, graph.indices.astype(np.int64), distances)
        return local_radii(graph, distances)

    def _graph_options(self, n: int) -> GraphOptions:
        k = self.n_neighbors
        if k > n:
            warnings.warn(f"n_neighbors={k} is clamped to the {n} rows of the frame", FrameUMAPWarning, stacklevel=3)
            k = n
        return GraphOptions(k, float(self.local_connectivity), float(self.set_op_mix_ratio), int(self.random_state))

    def _layout_options(self) -> LayoutOptions:
        return LayoutOptions(
            int(self.n_components), float(self.min_dist), float(self.spread), self.n_epochs,
            self.negative_sample_rate, float(self.repulsion_strength), float(self.learning_rate), int(self.random_state),
            self.output_metric, float(self.density),
        )  # fmt: skip


def with_program(rows: Rows, names: list[str], term: Term) -> Rows:
    """The rows under the dissimilarity that `term` stands for."""
    program, constants = compile_program(term, names, rows.weights)
    return rows._replace(program=program, constants=constants)


def _group_set(
    packed: Packed, g: int, options: GraphOptions, progress: Progress, known: FuzzySet | None
) -> Callable[[], FuzzySet]:
    return lambda: known or group_fuzzy_set(packed.rows, packed.metrics, g, options, progress)
