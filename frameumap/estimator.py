"""`FrameUMAP`: the algorithm, stage by stage."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from .columns.border import Frame, read_frame, seen_columns
from .errors import FrameUMAPWarning, ModelFileError
from .graph.combine import FuzzySet, GraphOptions
from .graph.expression import parse
from .graph.influence import influence
from .insight.methods import Insight
from .kinds.encode import packed_words
from .layout.initialize import initialize_layout
from .layout.optimize import LayoutOptions, optimize_layout
from .model.inverse import plausible_rows
from .model.memory import check_capacity
from .model.model import Model, combine_groups, edge_radii, fitted_groups, prepare_model, whole_term
from .model.target import read_target, target_groups
from .model.transform import place_rows
from .model.update import add_rows, reweigh
from .neighbors.sketch import sketch_rows
from .parameters import check_parameters, plain_params, read_init, read_params
from .progress import Progress
from .schema.check import resolve_schema
from .schema.infer import array_schema
from .schema.schema import Schema
from .show.methods import Show
from .sklearn_api import Transformer
from .store.encoders import expect
from .store.file import read_file, write_file
from .store.model_state import assemble, dismantle
from .store.values import from_json, index_from_json, index_to_json, to_json


class FrameUMAP(Transformer, Insight, Show):
    """UMAP for a DataFrame as it is.

    Parameters
    ----------
    schema : Schema, mapping or None
        Which columns form which group, under which metric; None to infer it. In a mapping, columns
        that are not named are left out, unless the key ``...`` (Ellipsis) is there: then they are
        inferred.
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
    repulsion_strength, learning_rate : float
    set_op_mix_ratio : float
        1 for the fuzzy union of an edge's two directions, 0 for their intersection.
    local_connectivity : float
        Number of nearest neighbours that are fully connected.
    init : {"spectral", "pca", "random"}, array or DataFrame
        Start of the layout: multilevel spectral, principal axes of the rows' sketch, noise, or
        positions (n, n_components).
    output_metric : {"euclidean", "haversine"}
        Distance in the embedding; "haversine" lays out on the unit sphere and gives latitude and
        longitude in degrees.
    density : float
        Weight of densMAP's term, which keeps dense places dense; 0 for none, umap-learn's is 2.
    target_schema : Schema, mapping or None
        What the columns of `y` are; None for classes, grades and amounts by their dtypes.
    target_weight : float
        Share of `y` in the whole, from 0 to below 1, against all groups together.
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
        The neighbour search that was chosen, and why; None under `calibration="local"`, where each
        group has its own.
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
        target_schema: Schema | Mapping[Any, Any] | None = None,
        target_weight: float = 0.5,
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
        self.target_schema = target_schema
        self.target_weight = target_weight
        self.random_state = random_state
        self.verbose = verbose

    def fit(
        self, df: Any, y: Any = None, *, callback: Callable[[int, np.ndarray], None] | None = None
    ) -> FrameUMAP:
        """Embed `df`.

        Parameters
        ----------
        df : dataframe
            Of pandas, polars, pyarrow or anything that speaks Arrow; or an array of numbers, (n,
            p).
        y : Series, DataFrame or array, optional
            What is known of the rows: classes, amounts, or several columns; gaps where it is not
            known. It shapes the embedding as one more group, and `transform` does without it.
        callback : callable, optional
            Called about ten times a second during the layout with the epoch and a copy of the
            positions.

        Raises
        ------
        DataError, SchemaError, MetricError, ParameterError, CapacityError
            Each names the column, row, metric or parameter, and what to do.
        """
        check_parameters(self)
        progress = Progress(self.verbose)
        frame = read_frame(df)
        init = read_init(self.init, frame.df, self.n_components)
        schema = resolve_schema(
            frame.df,
            array_schema(frame.df) if self.schema is None and frame.is_array else self.schema,
        )
        groups = list(schema.ordered_groups())
        target = (
            read_target(y, frame.df, by_index=not frame.is_array)
            if self.target_weight > 0
            else None
        )
        targets = (
            []
            if target is None
            else target_groups(target, self.target_schema, self.target_weight, groups)
        )
        check_capacity(
            len(frame.df), packed_words(frame.df, groups), self.n_neighbors, self.n_components
        )
        term = parse(self.combine, [group.name for group in groups])
        options = self._graph_options(len(frame.df))
        model = prepare_model(
            frame.df, groups, target, targets, term, options, self._layout_options()
        )
        if options.n_neighbors < self.n_neighbors:
            clamped = f"n_neighbors={self.n_neighbors} is clamped to the {len(frame.df)} rows of the frame"
            warnings.warn(clamped, FrameUMAPWarning, stacklevel=2)
        model, sets = combine_groups(model, self.calibration, progress)
        assert model.graph is not None
        sketch = sketch_rows(model.packed.rows, model.packed.metrics, options.seed)
        start = initialize_layout(
            init, model.graph, sketch, self.n_components, options.seed, progress
        )
        radii = edge_radii(model) if self.density > 0 else None
        embedding = optimize_layout(
            model.graph, start, model.layout_options, progress, callback, radii
        )
        self._take(
            model.changed(embedding=embedding, **seen_columns(frame.df, groups)), schema, sets
        )
        self._take_names(frame)
        self._index = frame.df.index
        return self

    def fit_transform(self, df: Any, y: Any = None) -> Any:
        """Embed `df` and return the coordinates, float32 (n, n_components), or what `set_output`
        asks for."""
        self.fit(df, y)
        return self._contain(self.embedding_, read_frame(df).df.index)

    def transform(self, df: Any) -> Any:
        """Place other rows among those of the fit, which stay where they are.

        A row is placed by its nearest rows under the same distances; its place does not depend on
        what else `df` holds. Rows of
        the fit land on their own points. Columns are found by name, in any order.

        Returns
        -------
        float32 (m, n_components)
            Or what `set_output` asks for.

        Raises
        ------
        NotFittedError, DataError
        """
        self._check_fitted()
        frame = read_frame(df, fitted=self)
        return self._contain(
            place_rows(self._model, frame.df, Progress(self.verbose)), frame.df.index
        )

    def inverse_transform(self, points: Any) -> pd.DataFrame:
        """Plausible rows at points of the embedding.

        Each is put together from the rows of the nearest points: weighted medians of numbers, dates
        and grades, modes of
        categories, means on the circle or sphere, and the medoid of strings and sets.

        Parameters
        ----------
        points : (m, n_components)

        Returns
        -------
        DataFrame
            The columns that were embedded, m rows.
        """
        self._check_fitted()
        return plausible_rows(self._model, points)

    def update(self, df: Any) -> FrameUMAP:
        """Add rows to the fitted model, without a fit from scratch.

        The new rows follow the old ones in `embedding_`; all move on from where they are. Scales,
        levels and preparations stay those of the fit.
        """
        self._check_fitted()
        frame = read_frame(df, fitted=self)
        labels = self._row_labels.append(frame.df.index)
        self._take(add_rows(self._model, frame.df, Progress(self.verbose)), self.schema_, {})
        self._index = labels
        return self

    def reweight(
        self, weights: Mapping[str, float] | None = None, combine: str | None = None
    ) -> FrameUMAP:
        """A new layout under other weights of groups or another `combine`, from the present one:
        seconds, for exploring.

        The edges stay and are weighed anew; groups that are not named keep their weights. A fit
        with the weights in the schema
        may find other neighbours.

        Raises
        ------
        ParameterError
            If a group is unknown or a weight is not a number >= 0.
        """
        self._check_fitted()
        model = reweigh(self._model, weights, combine, Progress(self.verbose))
        schema = Schema(
            {g.name: g for g in model.groups[: model.features]},
            self.schema_.ignored,
            self.schema_.notes,
        )
        self._take(model, schema, {})
        return self

    def save(self, path: Any) -> None:
        """Write the fitted model to one file: Arrow data and a JSON manifest, no pickle.

        Metrics of your own are stored by name and fingerprint; register them before loading.

        Raises
        ------
        NotFittedError
        DataError
            If a level or column name is of a type that a file cannot hold.
        """
        self._check_fitted()
        write_file(path, *self._dismantled())

    @classmethod
    def load(cls, path: Any) -> FrameUMAP:
        """Read what `save` wrote; the model transforms as it did.

        Raises
        ------
        ModelFileError
            If the file is none of ours, is cut or damaged, is of a newer version, or needs a metric
            that is not registered.
        """
        manifest, arrays = read_file(path)
        return assembled(cls, manifest, arrays, str(path))

    def __getstate__(self) -> dict[str, Any]:
        if not self.__sklearn_is_fitted__():
            return {"params": self.__dict__}
        manifest, arrays = self._dismantled()
        # What a file does not hold: parameters that are objects, and the container that was asked
        # for.
        own = {
            k: v
            for k, v in self.__dict__.items()
            if k in self.get_params() or k == "_sklearn_output_config"
        }
        return {"params": own, "manifest": manifest, "arrays": arrays}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state["params"])
        if "manifest" in state:
            loaded = assembled(type(self), state["manifest"], state["arrays"], "the pickled model")
            self.__dict__.update(
                {k: v for k, v in loaded.__dict__.items() if k not in self.__dict__}
            )

    def _dismantled(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        names = getattr(self, "feature_names_in_", None)
        manifest, arrays = dismantle(self._model)
        manifest["params"] = plain_params(self.get_params())
        manifest["schema"] = (
            [to_json(c) for c in self.schema_.ignored],
            list(self.schema_.ignored.values()),
        )
        manifest["index"] = index_to_json(self._row_labels)
        manifest["n_features_in"] = self.n_features_in_
        manifest["feature_names_in"] = None if names is None else list(names)
        return manifest, arrays

    def _take(self, model: Model, schema: Schema, sets: dict[str, FuzzySet]) -> None:
        """Make `model` what the estimator tells of."""
        assert model.graph is not None
        assert model.embedding is not None
        self._model = model
        self.embedding_, self.graph_, self.schema_ = model.embedding, model.graph, schema
        self.plan_ = None if model.combined is None else model.combined.plan
        self.neighbor_recall_ = 1.0 if self.plan_ is None else self.plan_.recall
        self.groups_ = fitted_groups(model, sets)
        self.__dict__.pop("influence_", None)  # of an earlier fit

    def _take_names(self, frame: Frame) -> None:
        self.n_features_in_ = frame.df.shape[1]
        self.__dict__.pop("feature_names_in_", None)
        if not frame.is_array and all(isinstance(c, str) for c in frame.df.columns):
            self.feature_names_in_ = frame.df.columns.to_numpy(object)

    @cached_property
    def influence_(self) -> pd.DataFrame:
        """Share of every group in the edges, largest first.

        Columns: `share` (sums to 1), `edge_distance` (mean d_g/s_g along the edges: 1 as for random
        pairs, 0 where all edges agree), `weight`, `metric`, `columns`.
        """
        model = self._model
        combined = np.array([name in whole_term(model).names() for name in model.names])
        share, edge_distance = influence(model.packed.rows, self.graph_, combined)
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

    def _graph_options(self, n: int) -> GraphOptions:
        k = min(n, self.n_neighbors)
        return GraphOptions(
            k, float(self.local_connectivity), float(self.set_op_mix_ratio), int(self.random_state)
        )

    def _layout_options(self) -> LayoutOptions:
        return LayoutOptions(
            int(self.n_components),
            float(self.min_dist),
            float(self.spread),
            self.n_epochs,
            self.negative_sample_rate,
            float(self.repulsion_strength),
            float(self.learning_rate),
            int(self.random_state),
            self.output_metric,
            float(self.density),
        )


def assembled(
    kind: type[FrameUMAP], manifest: dict[str, Any], arrays: dict[str, np.ndarray], where: str
) -> FrameUMAP:
    """The estimator from a manifest and arrays; ModelFileError if they do not fit."""
    try:
        model = assemble(manifest, arrays)
        estimator = kind(**read_params(manifest["params"]))
        check_parameters(estimator)
        schema = Schema()
        for group in model.groups[: model.features]:
            schema.add(group)
        schema.ignored = dict(
            zip(map(from_json, manifest["schema"][0]), map(str, manifest["schema"][1]), strict=True)
        )
        expect(model.layout_options == estimator._layout_options(), "layout options")
        expect(
            model.graph_options == estimator._graph_options(model.graph_options.n_neighbors),
            "graph options",
        )
        estimator._take(model, schema, {})
        estimator._index = index_from_json(manifest.get("index"))
        estimator.n_features_in_ = int(manifest["n_features_in"])
        if manifest["feature_names_in"] is not None:
            estimator.feature_names_in_ = np.array(
                [str(name) for name in manifest["feature_names_in"]], dtype=object
            )
    except ModelFileError:
        raise
    except Exception as error:  # a hostile file may lack anything
        raise ModelFileError(
            f"{where} is inconsistent: {type(error).__name__}: {str(error)[:200]}"
        ) from error
    return estimator
