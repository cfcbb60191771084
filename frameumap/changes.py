"""Changes of a fitted model, without a fit from scratch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from .columns.border import read_frame
from .errors import check_one_of
from .fitted import Fitted
from .model.reweigh_columns import reweigh_columns
from .model.update import add_rows, reweigh
from .model.weights import check_weighted, read_weights
from .progress import Progress


class Changes(Fitted):
    """Rows that come, and weights that change."""

    verbose: bool
    _index: pd.Index | None

    if TYPE_CHECKING:

        @property
        def _row_labels(self) -> pd.Index: ...

    def update(self, df: Any, *, sample_weight: Any = None) -> Self:
        """Add rows to the fitted model, without a fit from scratch.

        The new rows follow the old ones in `embedding_`; the layout continues from the current
        positions. Scales, levels and preparations stay those of the fit. `sample_weight` are the
        weights of the new rows, as in `fit`; 1 if they are not given.
        """
        self._check_fitted()
        frame = read_frame(df, fitted=self)
        weights = read_weights(sample_weight, frame.df, by_index=not frame.is_array)
        check_weighted(self, weights, len(frame.df))
        labels = self._row_labels.append(frame.df.index)
        longer = add_rows(self._model, frame.df, Progress(self.verbose), weights)
        self._take(longer, self._schema, {})
        self._index = labels
        return self

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
