"""The fitted attributes: each is a copy, so that nothing a caller changes is the model's state."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from .columns.border import to_library
from .columns.sparse import FAMILY as SPARSE
from .graph.combine import FuzzySet, calibrate_whole
from .model.fitted_groups import FittedGroup, fitted_groups, influence_table
from .model.made_of import Influences, column_influences, column_table, say_made_of
from .model.model import Model
from .neighbors.lists import KNN
from .neighbors.plan import Plan
from .schema.schema import Schema
from .sklearn_api import Transformer


class Fitted(Transformer):
    """What a fit leaves."""

    #: Library of the frame of the fit; a loaded model gives pandas frames.
    _library = "pandas"
    #: Types of its columns, in that library.
    _types: Any = None
    _schema: Schema
    _groups: dict[str, FittedGroup]
    _balance: pd.DataFrame | None = None
    _feature_names: tuple[str, ...] | None = None

    def _take(self, model: Model, schema: Schema, sets: dict[str, FuzzySet]) -> None:
        """Set the fitted state from `model`."""
        self._model, self._schema = model, schema
        self._groups = fitted_groups(model, sets)
        for name in (
            "_influence",
            "_influences",
            "_column_influence",
            "sample_",
        ):  # of an earlier fit
            self.__dict__.pop(name, None)

    def _fitted(self) -> Model:
        """The model; AttributeError before a fit, as for an attribute that is not there yet."""
        if not self.__sklearn_is_fitted__():
            raise AttributeError(f"this {type(self).__name__} is not fitted yet; call fit first")
        return self._model

    @property
    def embedding_(self) -> np.ndarray:
        """Positions of the rows, float32 (n, n_components); a copy."""
        return self._fitted().embedding.copy()

    @property
    def graph_(self) -> scipy.sparse.csr_array:
        """The combined symmetric fuzzy set, float32 (n, n); a copy."""
        return self._fitted().graph.copy()

    @property
    def schema_(self) -> Schema:
        """The schema of the fit; a copy."""
        self._fitted()
        return self._schema.copy()

    @property
    def groups_(self) -> dict[str, FittedGroup]:
        """The groups by name."""
        self._fitted()
        return dict(self._groups)

    @property
    def plan_(self) -> Plan | None:
        """The chosen neighbour search with its reason; None under `calibration="local"`."""
        combined = self._fitted().combined
        return None if combined is None else combined.measured_plan

    @property
    def knn_(self) -> KNN | None:
        """The nearest rows under D, the row itself first: `indices` int32 and `distances` float32,
        (n, n_neighbors) each; -1 and inf where there are fewer. A copy; None where there is no one
        list, under `calibration="local"` and after `reweight`."""
        combined = self._fitted().combined
        return None if combined is None else KNN(*(field.copy() for field in combined.knn))

    @property
    def scaled_knn_(self) -> KNN | None:
        """The lists that the graph is made of: those of `knn_` and the rows whose lists hold a row,
        by D over the fourth root of the product of both rows' mean distances to their neighbours;
        where distances are given, `knn_`. A copy; None as `knn_` is."""
        found = self._calibrated
        return None if found is None else KNN(*(field.copy() for field in found.knn))

    @property
    def rho_(self) -> np.ndarray | None:
        """Scaled distance d at which each row's membership is still 1, float32 (n,), see
        `scaled_knn_`; None as `knn_` is."""
        return None if self._calibrated is None else self._calibrated.bandwidths.rho.copy()

    @property
    def sigma_(self) -> np.ndarray | None:
        """Scale of each row's memberships, exp(-max(0, d - rho) / sigma), float32 (n,); None as
        `knn_` is."""
        return None if self._calibrated is None else self._calibrated.bandwidths.sigma.copy()

    @property
    def _calibrated(self) -> FuzzySet | None:
        model = self._fitted()
        if model.combined is None:
            return None
        rows, metrics = model.whole_rows, model.packed.metrics
        options = model.graph_options
        return calibrate_whole(rows, metrics, model.combined.knn, options, model.weights)

    @property
    def neighbor_recall_(self) -> float:
        """Share of the true neighbours found: 1 for exact searches, else an estimate."""
        combined = self._fitted().combined
        return 1.0 if combined is None else combined.plan.recall

    @property
    def query_recall_(self) -> float:
        """Share of the true neighbours that new rows find: 1 for exact searches, else an
        estimate."""
        return self._fitted().index.query_recall

    @property
    def balance_(self) -> pd.DataFrame | None:
        """What `balance="auto"` did, by group; a copy."""
        self._fitted()
        return None if self._balance is None else self._balance.copy()

    @property
    def feature_names_in_(self) -> np.ndarray:
        """Names of the columns of the fit, where all are strings."""
        if self._feature_names is None:
            raise AttributeError("the fit was of an array, or of names that are no strings")
        return np.array(self._feature_names, dtype=object)

    @property
    def influence_(self) -> Any:
        """Share of every group in the edges, largest first.

        By `group`, the index in pandas and the first column elsewhere: `share` (sums to 1),
        `edge_distance` (mean d_g/s_g along the edges: 1 as for random pairs, 0 where all edges
        agree), `weight`, `metric`, `columns`.
        """
        self._fitted()
        return self._to_library(self._influence.copy())

    @property
    def column_influence_(self) -> Any:
        """Share of every column in the edges, and what leaving it out would change.

        By `column`, the index in pandas and the first column elsewhere: `share` (sums to 1),
        `change_without` (share of a row's nearest rows that are others where D lacks the column),
        `group`. Coordinates, and columns that a metric compares as one, are one line.
        """
        self._fitted()
        return self._to_library(self._column_influence.copy())

    def _to_library(self, table: pd.DataFrame) -> Any:
        if self._library == "pandas":
            return table
        return to_library(table.reset_index(), self._library)

    @cached_property
    def _influence(self) -> pd.DataFrame:
        return influence_table(self._model, self._groups)

    @cached_property
    def _column_influence(self) -> pd.DataFrame:
        return column_table(self._model, self._influences)

    @cached_property
    def _influences(self) -> Influences:
        return column_influences(self._model)

    @property
    def _made_of(self) -> str:
        """What the map is made of, in one sentence."""
        return say_made_of(self._influences)

    @property
    def _is_sparse(self) -> bool:
        """Whether the fit was of a sparse matrix."""
        return self.__sklearn_is_fitted__() and list(self._model.families.values()) == [SPARSE]

    def __repr__(self) -> str:
        made_of = f"\n{self._made_of}" if self.__sklearn_is_fitted__() else ""
        return super().__repr__() + made_of
