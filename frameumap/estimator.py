"""`FrameUMAP`: the algorithm, stage by stage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from .changes import Changes
from .columns.border import Frame, read_frame, to_library
from .errors import ParameterError, warn
from .graph.combine import GraphOptions
from .graph.expression import parse
from .insight.balance import balance_groups
from .insight.methods import Insight
from .kinds.encode import packed_words
from .layout.options import LEARNING_RATE, LayoutOptions
from .model.inverse import plausible_rows
from .model.lay_out import lay_out
from .model.made_of import say_taken_over
from .model.memory import check_capacity
from .model.model import Combined, Model, Prepared, combine_groups, prepare_model
from .model.target import Target, read_target, target_groups
from .model.transform import place_rows
from .model.weights import check_weighted, read_weights
from .parameters import check_parameters, named_parameters, plain_params, read_init, read_seed
from .progress import Progress
from .saving import Saving
from .schema.check import resolve_schema
from .schema.infer import array_schema
from .schema.precomputed import matrix_frame, takes_matrix, with_distances
from .schema.schema import Schema
from .show.methods import Show
from .stream.methods import Streams


class FrameUMAP(Changes, Saving, Insight, Show, Streams):
    """UMAP for a DataFrame as it is.

    Parameters
    ----------
    schema : Schema, mapping or None
        Kinds, groups and metrics of columns; None to infer them. Columns not named in a mapping are
        left out, unless it has the key ``...`` (Ellipsis), whose value applies to them: ``...`` to
        infer them, a kind or a metric.
    weights : mapping of group or column to float, optional
        Weights that replace those of the schema, see `Schema.set_weight`.
    combine : str
        "intersection", "union", or an expression over group names with & | - and parentheses.
    calibration : {"global", "local"}
        One scale a group, and local connectivity imposed once on the whole; or umap-learn's rho and
        sigma by row and group.
    n_neighbors : int
        Size of the neighbourhood, the row itself included; larger sees more of the whole.
    n_components : int
        Dimensions of the embedding, 1 to 100.
    min_dist, spread : float
        How close points may lie, and the scale of the layout.
    n_epochs : int or None
        Rounds of optimisation; None for 500 up to 10,000 rows and 200 above.
    negative_sample_rate : int or None
        Repelling samples for each attracting edge; None for 14 from 5,800 rows on, up to 20 for
        smaller frames.
    repulsion_strength : float
    learning_rate : float
        Length of the first steps, which shrink to 0; at 0 the start is the embedding.
    set_op_mix_ratio : float
        1 for the fuzzy union of an edge's two directions, 0 for their intersection.
    local_connectivity : float
        Number of nearest neighbours that are fully connected.
    init : {"spectral", "pca", "random"}, array or DataFrame
        Start of the layout: multilevel spectral, principal axes of the rows' sketch, noise, or
        positions (n, n_components), on the sphere in degrees. Positions that several rows share
        are moved apart by a thousandth of the whole's extent.
    output_metric : {"euclidean", "haversine"}
        Distance in the embedding; "haversine" lays out on the unit sphere and gives latitude and
        longitude in degrees.
    density : float
        Weight of densMAP's term, which preserves local density; 0 for none, umap-learn's is 2.
    unique : bool
        Whether equal rows lie on exactly one point, which counts as often as there are such rows;
        if not, they lie close together.
    balance : {"auto"} or None
        "auto" reweights groups by what they say about each other, without labels; see `balance_`.
    target_schema : Schema, mapping or None
        Schema of the columns of `y`; None for classes, grades and amounts by their dtypes.
    target_weight : float
        Share of `y` in the whole, from 0 to below 1: at 0.5 its distance varies as much between
        random pairs as that of all groups together. A group of `target_schema` with a `weight`
        counts that many columns instead.
    random_state : int, None, numpy RandomState or Generator
        Seed: the same frame and seed give the same bytes on any number of threads. A RandomState or
        Generator draws one seed at each fit, so that its own seed decides a row of fits; None takes
        a seed from the system, other at each fit. A saved model holds the seed that was used.
    verbose : bool
        Show stages and progress.

    Attributes
    ----------
    embedding_ : float32 (n, n_components)
        This and the other attributes are copies: to change one does not change the model.
    graph_ : scipy.sparse.csr_array
        The combined symmetric fuzzy set, float32 (n, n).
    schema_ : Schema
    groups_ : dict of str to FittedGroup
    influence_ : DataFrame
        Share each group had in the edges.
    column_influence_ : DataFrame
        Share each column had in the edges, and what leaving it out would change.
    balance_ : DataFrame or None
        Under `balance="auto"`, by group: `before`, `weight`, `agreement` (what the others tell of
        it), `drop_one` (what the others lose without it) and the `reason`.
    plan_ : Plan or None
        The chosen neighbour search with its reason; None under `calibration="local"`, where each
        group has its own.
    neighbor_recall_ : float
        Share of the true neighbours found: 1 for exact searches, else an estimate.
    query_recall_ : float
        The same for new rows, from rows that are taken out of the index and searched as new
        ones; measured when it, `transform` or `save` first asks.

    Examples
    --------
    >>> import frameumap
    >>> df = frameumap.datasets.make_customers(200, random_state=0)
    >>> model = frameumap.FrameUMAP(n_neighbors=10).fit(df.drop(columns="segment"))
    >>> model.embedding_.shape, model.graph_.shape
    ((200, 2), (200, 200))
    """

    @named_parameters
    def __init__(
        self,
        schema: Schema | Mapping[Any, Any] | None = None,
        *,
        weights: Mapping[Any, float] | None = None,
        combine: str = "intersection",
        calibration: str = "global",
        n_neighbors: int = 15,
        n_components: int = 2,
        min_dist: float = 0.1,
        spread: float = 1.0,
        n_epochs: int | None = None,
        negative_sample_rate: int | None = None,
        repulsion_strength: float = 1.0,
        learning_rate: float = LEARNING_RATE,
        set_op_mix_ratio: float = 1.0,
        local_connectivity: float = 1.0,
        init: str | np.ndarray | pd.DataFrame = "spectral",
        output_metric: str = "euclidean",
        density: float = 0.0,
        unique: bool = False,
        balance: str | None = None,
        target_schema: Schema | Mapping[Any, Any] | None = None,
        target_weight: float = 0.3,
        random_state: int | np.random.RandomState | np.random.Generator | None = 0,
        verbose: bool = False,
    ) -> None:
        self.schema = schema
        self.weights = weights
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
        self.unique = unique
        self.balance = balance
        self.target_schema = target_schema
        self.target_weight = target_weight
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self,
        df: Any,
        y: Any = None,
        *,
        sample_weight: Any = None,
        callback: Callable[[int, np.ndarray], None] | None = None,
    ) -> FrameUMAP:
        """Embed `df`.

        Parameters
        ----------
        df : dataframe
            A pandas, polars, pyarrow or other Arrow-compatible frame; or an array of numbers, (n,
            p).
        y : Series, DataFrame or array, optional
            Labels of the rows: classes, amounts, or several columns; gaps where unknown. They shape
            the embedding as one more group; `transform` does not need them.
        sample_weight : Series or array (n,), optional
            How many equal rows each row stands for, finite numbers > 0; see below.
        callback : callable, optional
            Called about ten times a second during the layout with the epoch and a copy of the
            positions.

        Raises
        ------
        DataError, SchemaError, MetricError, ParameterError, CapacityError
            Each names the column, row, metric or parameter, and what to do.

        Notes
        -----
        A row of weight 2 counts as two equal rows do. For whole weights, units and scales of
        columns, neighbours, rho and sigma are those of the frame with repeated rows, exactly (up to
        a sum of 200,000 or four times the rows; larger sums, and fractions, are scaled to that and
        rounded, at least once each). The weights set how often a row's edges act in the layout, as
        many times as the edges of its duplicates would (at most `n_neighbors` at one row of
        another), and how often other rows are repelled by it; the duplicates share one point. The
        layout is not the same, as its random numbers are not. A weight counts in whole duplicates
        in the calibration: below 2 a row has none. Kinds are inferred from the rows as they are,
        and `graph_` holds memberships, not weights.
        """
        self._fit_frame(self._read(df), y, sample_weight, callback)
        return self

    def _read(self, df: Any) -> Frame:
        """The frame of a fit; a matrix of distances becomes one column."""
        return matrix_frame(df) if takes_matrix(self.schema) else read_frame(df)

    def _fit_frame(
        self,
        frame: Frame,
        y: Any,
        sample_weight: Any = None,
        callback: Callable[[int, np.ndarray], None] | None = None,
        place: Callable[[Prepared, Combined, Progress], np.ndarray] | None = None,
    ) -> None:
        check_parameters(self)
        progress, seed = Progress(self.verbose), read_seed(self.random_state)
        df, n = with_distances(frame.df, self.schema), len(frame.df)
        init = read_init(self, df)
        weights = read_weights(sample_weight, df, by_index=not frame.is_array)
        count = check_weighted(self, weights, n)
        dense = frame.is_array and not frame.is_sparse
        declared = array_schema(df) if self.schema is None and dense else self.schema
        schema = resolve_schema(df, declared)
        if self.weights:
            schema = schema.weighted(self.weights)
        groups = list(schema.ordered_groups())
        target = self._read_target(y, frame)
        check_capacity(
            count, packed_words(df, groups), int(self.n_neighbors), int(self.n_components)
        )
        expression = parse(self.combine, [group.name for group in groups])
        options, layout = self._graph_options(count, seed), self._layout_options(seed)

        prepared = prepare_model(df, groups, target, expression, options, layout, weights)
        if count < self.n_neighbors:
            warn(f"n_neighbors={self.n_neighbors} is clamped to the {count} rows of the frame")
        self._balance = None
        if self.balance == "auto":
            prepared, self._balance = balance_groups(prepared)
            schema = schema.weighted(self._balance["weight"].to_dict())
        combined = combine_groups(prepared, progress)
        if place is None:
            embedding = lay_out(prepared, combined.graph, init, layout, progress, callback)
        else:
            embedding = place(prepared, combined, progress)
        self._take(Model.of(prepared, combined, embedding), schema, combined.sets)
        self._take_names(frame)
        progress.say(self._made_of)
        if taken_over := say_taken_over(self._model, self._influences):
            warn(taken_over)
        self._index = df.index
        self._fit_params = plain_params(self.get_params() | {"random_state": seed})

    def _read_target(self, y: Any, frame: Frame) -> Target | None:
        if y is None and self.target_schema is not None:
            raise ParameterError("target_schema is the schema of y, and y is not given")
        if self.target_weight == 0:
            return None
        target = read_target(y, frame.df, by_index=not frame.is_array)
        if target is None:
            return None
        return Target(target, target_groups(target, self.target_schema), self.target_weight)

    def fit_transform(self, df: Any, y: Any = None, *, sample_weight: Any = None) -> Any:
        """Embed `df` and return the coordinates, see `fit` and `transform`."""
        frame = self._read(df)
        self._fit_frame(frame, y, sample_weight)
        return self._contain(self._model.embedding, frame)

    def transform(self, df: Any, *, precomputed: Mapping[Any, Any] | None = None) -> Any:
        """Place other rows among those of the fit, which do not move.

        A row is placed by its nearest rows under the same distances; its place does not depend on
        the other rows of `df`. Rows of the fit keep their positions. Columns are found by name, in
        any order.

        Parameters
        ----------
        df : dataframe or array
        precomputed : mapping of group to distances, optional
            For every precomputed group a matrix (m, n), dense or sparse, of distances to the n rows
            of the fit, or a tuple (indices, distances); a DataFrame has the labels of both. After a
            fit of a matrix alone, `df` is the matrix.

        Returns
        -------
        float32 (m, n_components)
            An array for an array or a pandas frame, as in scikit-learn; a frame of the same library
            for polars, Arrow and others; or the container of `set_output`.

        Raises
        ------
        NotFittedError, DataError
        """
        self._check_fitted()
        frame = self._read_new(df, precomputed)
        return self._contain(place_rows(self._model, frame.df, Progress(self.verbose)), frame)

    def inverse_transform(self, points: Any) -> Any:
        """Plausible rows at points of the embedding.

        Each aggregates the rows of the nearest points: weighted medians of numbers, dates and
        grades, modes of categories, means on the circle or sphere, and the medoid of strings and
        sets.

        Parameters
        ----------
        points : (m, n_components)
            An array or a frame.

        Returns
        -------
        dataframe
            The columns that were embedded, m rows; of the library of `points`, or of the frame of
            the fit if `points` is an array.
        """
        self._check_fitted()
        frame = read_frame(points)
        library = self._library if frame.is_array else frame.library
        types = self._types if library == self._library else None
        return to_library(plausible_rows(self._model, frame.df.to_numpy()), library, types)

    def _take_names(self, frame: Frame) -> None:
        self.n_features_in_ = frame.n_features
        self._library, self._types = frame.library, frame.types
        named = not frame.is_array and all(isinstance(c, str) for c in frame.df.columns)
        self._feature_names = tuple(frame.df.columns) if named else None

    def _graph_options(self, n: int, seed: int) -> GraphOptions:
        k = int(min(n, self.n_neighbors))
        connectivity, mix = float(self.local_connectivity), float(self.set_op_mix_ratio)
        return GraphOptions(k, connectivity, mix, seed, self.calibration)

    def _layout_options(self, seed: int) -> LayoutOptions:
        return LayoutOptions(
            int(self.n_components),
            float(self.min_dist),
            float(self.spread),
            None if self.n_epochs is None else int(self.n_epochs),
            None if self.negative_sample_rate is None else int(self.negative_sample_rate),
            float(self.repulsion_strength),
            float(self.learning_rate),
            seed,
            self.output_metric,
            float(self.density),
            bool(self.unique),
        )
