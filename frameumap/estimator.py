"""`FrameUMAP`: the algorithm, stage by stage."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from ._jit import locked
from .errors import DataError, FrameUMAPWarning, ParameterError, choose
from .frame.border import plain_columns
from .frame.encode import ENCODERS, Encoder
from .frame.pack import Packed, pack
from .frame.probe import probe_metric
from .graph.combine import FuzzySet, GraphOptions, combine_global, combine_local, group_fuzzy_set
from .graph.expression import Term, compile_program, parse
from .graph.influence import influence
from .layout.density import local_radii
from .layout.initialize import INITS, initialize_layout
from .layout.optimize import OUTPUT_METRICS, LayoutOptions, optimize_layout
from .metrics import get as get_metric
from .neighbors.plan import Plan
from .neighbors.sketch import sketch_rows
from .progress import Progress
from .rows import Rows, pair_dissimilarities
from .schema.group import Group
from .schema.infer import infer_schema
from .schema.schema import Schema, read_schema

CALIBRATIONS = ("global", "local")


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
        The neighbour search that was chosen, and why.

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
        encoders, packed = encode_frame(df, groups)
        options = self._graph_options(len(df))
        graph, plan, sets = self._combine(packed, names, term, options, progress)
        layout = self._layout_options()
        sketch = sketch_rows(packed.rows, packed.modes, options.seed)
        start = initialize_layout(init, graph, sketch, layout.n_components, layout.seed, progress)
        radii = self._radii(packed, names, term, graph) if layout.density > 0 else None
        self.embedding_ = optimize_layout(graph, start, layout, progress, callback, radii)
        self.graph_, self.plan_, self.schema_ = graph, plan, schema
        self._encoders, self._packed = encoders, packed
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
        share, edge_distance = influence(self._packed.rows, self.graph_)
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
            graph, sets = combine_local(packed.rows, packed.modes, names, term, options, progress)
            return graph, None, sets
        graph, plan = combine_global(with_program(packed.rows, names, term), packed.modes, options, progress)
        return graph, plan, {}

    def _radii(self, packed: Packed, names: list[str], term: Term, graph: scipy.sparse.csr_array) -> np.ndarray:
        """Local radii under D, for the density term."""
        rows = np.repeat(np.arange(graph.shape[0]), np.diff(graph.indptr))
        distances = np.empty(graph.nnz)
        locked(pair_dissimilarities, with_program(packed.rows, names, term), rows, graph.indices.astype(np.int64), distances)
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


def read_init(init: Any, df: pd.DataFrame, n_components: int) -> str | np.ndarray:
    """The start that was asked for.

    Raises
    ------
    ParameterError
        If it is no known name, or positions of another shape, under another index, or not finite.
    """
    if isinstance(init, str):
        return choose(init, INITS, "init")
    if isinstance(init, pd.DataFrame) and not init.index.equals(df.index):
        raise ParameterError("init is a DataFrame with another index than the frame; reindex it to df.index")
    positions = np.asarray(init)
    if positions.shape != (len(df), n_components) or positions.dtype.kind not in "fiu":
        raise ParameterError(
            f"init must be numbers of shape {(len(df), n_components)}, got {positions.dtype} {positions.shape}"
        )
    bad = ~np.isfinite(positions.astype(np.float64)).all(axis=1)
    if bad.any():
        raise ParameterError(f"init must be finite; row {df.index[int(np.flatnonzero(bad)[0])]!r} is not")
    return positions.astype(np.float32)


def _group_set(
    packed: Packed, g: int, options: GraphOptions, progress: Progress, known: FuzzySet | None
) -> Callable[[], FuzzySet]:
    return lambda: known or group_fuzzy_set(packed.rows, packed.modes, g, options, progress)


def resolve_schema(df: pd.DataFrame, schema: Schema | Mapping[Any, Any] | None) -> Schema:
    """The schema that applies to `df`: inferred, given, or given with the rest inferred (key ``...``).

    Raises
    ------
    SchemaError
        If it names columns that the frame lacks, or leaves none to embed.
    """
    if schema is None:
        resolved = infer_schema(df)
    elif isinstance(schema, Mapping) and ... in schema:
        resolved = infer_schema(df)
        for key, value in schema.items():
            if key is not ...:
                resolved[key] = value
    else:
        resolved = read_schema(schema)
    from .schema.check import check_columns

    return check_columns(resolved, df)


def encode_frame(df: pd.DataFrame, groups: list[Group]) -> tuple[list[Encoder], Packed]:
    """Pack the groups' columns; user metrics are probed on the packed rows first."""
    encoders, blocks, metrics = [], [], []
    for group in groups:
        columns = [df[c] for c in group.columns]
        encoder = ENCODERS[group.kind]()
        encoder.fit(group, columns)
        block = encoder.encode(columns)
        metric = get_metric(group.metric)
        probe_metric(metric, group.name, block, df.index)
        encoders.append(encoder)
        blocks.append(block)
        metrics.append(metric)
    return encoders, pack(blocks, metrics, [g.effective_weight for g in groups], [g.name for g in groups])


#: Parameter -> (type, test, what was expected).
_CHECKS: dict[str, tuple[type, Callable[[Any], bool], str]] = {
    "n_neighbors": (Integral, lambda v: v >= 2, "an integer >= 2"),
    "n_components": (Integral, lambda v: 1 <= v <= 100, "an integer from 1 to 100"),
    "min_dist": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "spread": (Real, lambda v: 0 < v < math.inf, "a number > 0"),
    "repulsion_strength": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "learning_rate": (Real, lambda v: 0 < v < math.inf, "a number > 0"),
    "set_op_mix_ratio": (Real, lambda v: 0 <= v <= 1, "a number from 0 to 1"),
    "local_connectivity": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "density": (Real, lambda v: 0 <= v < math.inf, "a number >= 0"),
    "random_state": (Integral, lambda v: 0 <= v < 2**63, "an integer >= 0"),
}


def check_parameters(model: FrameUMAP) -> None:
    """Raise ParameterError for the first parameter that is out of range."""
    for name, (kind, test, expected) in _CHECKS.items():
        value = getattr(model, name)
        if isinstance(value, bool) or not isinstance(value, kind) or not test(value):
            raise ParameterError(f"{name} must be {expected}, got {value!r}")
    for name in ("n_epochs", "negative_sample_rate"):
        value = getattr(model, name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, Integral) or value < 0):
            raise ParameterError(f"{name} must be an integer >= 0 or None, got {value!r}")
    if model.min_dist > model.spread:
        raise ParameterError(f"min_dist must be at most spread, got {model.min_dist!r} > {model.spread!r}")
    choose(model.calibration, CALIBRATIONS, "calibration")
    choose(model.output_metric, OUTPUT_METRICS, "output_metric")
    if model.output_metric == "haversine" and (model.n_components != 2 or model.density > 0):
        raise ParameterError(
            "output_metric='haversine' needs n_components=2 and density=0: points of a sphere have two coordinates"
        )
    if not isinstance(model.combine, str):
        raise ParameterError(f"combine must be a string, got {model.combine!r}")


__all__ = ["DataError", "FittedGroup", "FrameUMAP"]
