"""Changes of a fitted model, without a fit from scratch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd

from .errors import DataError, check_one_of
from .given import AFTER, Given
from .insight.select import positions_of
from .model.model import Model
from .model.remove import remove_rows, replace_rows
from .model.reweigh_columns import reweigh_columns
from .model.update import add_rows, reweigh
from .model.weights import check_weighted, read_weights
from .progress import Progress


class Changes(Given):
    """Rows that come, and weights that change."""

    verbose: bool
    _index: pd.Index | None

    if TYPE_CHECKING:

        @property
        def _row_labels(self) -> pd.Index: ...

    def update(
        self,
        df: Any,
        *,
        sample_weight: Any = None,
        precomputed: Mapping[Any, Any] | None = None,
    ) -> Self:
        """Add rows to the fitted model, without a fit from scratch.

        The new rows follow the old ones in `embedding_`; the layout continues from the current
        positions. Scales, levels and preparations stay those of the fit. `sample_weight` are the
        weights of the new rows, as in `fit`; 1 if they are not given. `precomputed` has the
        distances of the new rows to those of the fit and then among each other, (m, n + m), see
        `transform`.
        """
        self._check_fitted()
        frame = self._read_new(df, precomputed, at=AFTER)
        weights = read_weights(sample_weight, frame.df, by_index=not frame.is_array)
        check_weighted(self, weights, len(frame.df))
        labels = self._row_labels.append(frame.df.index)
        longer = add_rows(self._model, frame.df, Progress(self.verbose), weights)
        self._take(longer, self._schema, {})
        self._index = labels
        if frame.container == "distances":
            self.n_features_in_ = len(labels)
        return self

    def remove(self, rows: Any, *, by: str = "position") -> Self:
        """Take rows out of the fitted model; the others keep their places, bit for bit.

        Rows that had a removed one among their neighbours get the next nearest, and the graph
        follows. Scales, levels and preparations stay those of the fit. Strings, sets and
        distances that only the removed rows held are no longer in the model; levels and members
        are, as `transform` knows them.

        Parameters
        ----------
        rows : int, index label, list of these, or bool array (n,)
            Integers are positions in the frame of the fit, anything else is an index label.
        by : {"position", "label"}
            "label" takes integers as index labels, too.

        Raises
        ------
        DataError
            If there is no such row, one is named twice, or none would be left.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
        >>> model = frameumap.FrameUMAP(n_neighbors=10, n_epochs=50).fit(df)
        >>> before = model.embedding_
        >>> (model.remove([3, 5]).embedding_ == before[[0, 1, 2, 4, *range(6, 200)]]).all()
        np.True_
        """
        self._check_fitted()
        labels = self._row_labels
        at = _positions(labels, rows, by)
        if len(at) == len(labels):
            raise DataError(f"all {len(at)} rows are named: a model needs at least one")
        model = remove_rows(self._model, at, Progress(self.verbose))
        self._change(model, labels.delete(at))
        return self

    def replace(
        self,
        df: Any,
        rows: Any = None,
        *,
        by: str = "position",
        precomputed: Mapping[Any, Any] | None = None,
    ) -> Self:
        """Put other rows in the places of some of the fit's: corrected records, say.

        The new rows are placed as `transform` places them, among the others, which keep their
        places, bit for bit; rows whose neighbours changed get new ones, and the graph follows.
        Scales, levels and preparations stay those of the fit; a target is unknown for the new rows.

        Parameters
        ----------
        df : dataframe
            The new rows.
        rows : list of positions or index labels, or bool array (n,), optional
            The rows that they replace, in the order of `df`; by default those with the index labels
            of `df`. These keep their labels.
        by : {"position", "label"}
            What integers in `rows` are.
        precomputed : mapping of group to distances, optional
            Distances of the new rows to all rows of the model as it will be, (m, n), see
            `transform`.

        Raises
        ------
        DataError
            If there is no such row, one is named twice, or there are not as many as new ones.
        """
        self._check_fitted()
        labels = self._row_labels
        if rows is None:
            if not isinstance(df, pd.DataFrame):
                raise DataError("the new rows have no index: name the rows, replace(df, rows)")
            rows, by = df.index, "label"
        at = _positions(labels, rows, by)
        frame = self._read_new(df, precomputed, at=at)
        if len(frame.df) != len(at):
            raise DataError(f"{len(frame.df)} new rows cannot replace {len(at)}")
        if len(at) == len(labels):
            raise DataError(f"all {len(at)} rows are named: use fit")
        model = replace_rows(self._model, at, frame.df, Progress(self.verbose))
        self._change(model, labels)
        return self

    def _change(self, model: Model, labels: pd.Index) -> None:
        """Take a model of other rows."""
        self._take(model, self._schema, {})
        self._index = labels
        if self._is_matrix and self.n_features_in_ != len(labels):
            self.n_features_in_ = len(labels)

    def reweight(
        self, weights: Mapping[Any, float] | None = None, combine: str | None = None
    ) -> Self:
        """Change the weights of groups or columns, or `combine`, and update the layout in seconds.

        The edges are kept and weighed anew; groups and columns that are not named keep their
        weights. A fit with `weights` may find other neighbours.

        Parameters
        ----------
        weights : mapping of group or column to float, optional
            As for `Schema.set_weight`; 0 switches a group off.
        combine : str, optional

        Raises
        ------
        ParameterError
            If there is no such group or column, or a weight is not a number >= 0.
        SchemaError
            If the metric of a column's group does not weigh columns.
        """
        self._check_fitted()
        own = self._model.names[: self._model.n_feature_groups]
        for name in weights or {}:
            if name not in own and name not in self._schema.columns:
                check_one_of(name, [*own, *map(str, self._schema.columns)], "group or column")
        by_group = {name: w for name, w in (weights or {}).items() if name in own}
        by_column = {name: w for name, w in (weights or {}).items() if name not in own}
        before = self._schema.weighted(by_column)
        model = reweigh_columns(self._model, before.groups) if by_column else self._model
        model = reweigh(model, by_group, combine, Progress(self.verbose))
        schema = before.copy()
        schema.groups = {g.name: g for g in model.groups[: model.n_feature_groups]}
        self._take(model, schema, {})
        return self


def _positions(labels: pd.Index, rows: Any, by: str) -> np.ndarray:
    """Positions of rows, int64; DataError if there is no such row or one is named twice."""
    mask = np.asarray(rows) if isinstance(rows, (list, np.ndarray, pd.Series)) else np.empty(0)
    if mask.dtype == bool and mask.ndim == 1 and len(mask):
        if len(mask) != len(labels):
            raise DataError(f"a mask has one value a row, {len(labels)}; got {len(mask)}")
        return np.flatnonzero(mask)
    at = positions_of(labels, rows, by)
    twice = np.flatnonzero(np.bincount(at, minlength=len(labels)) > 1)
    if len(twice):
        raise DataError(f"row {labels[twice[0]]!r} is named twice")
    return at
