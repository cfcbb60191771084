"""New rows with the distances that are given beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from .columns.border import Frame, read_frame
from .columns.distances import COLUMN, FAMILY, DistanceRow, Side, read_distances
from .engine.rows import START
from .errors import DataError, check_one_of
from .fitted import Fitted
from .kinds import KINDS
from .schema.precomputed import add_columns, column_frame, new_distances, read_matrix

if TYPE_CHECKING:
    from .kinds.precomputed import Precomputed

#: Where new rows go that come after those of the model.
AFTER = "after"


class Given(Fitted):
    """Rows with given distances."""

    if TYPE_CHECKING:

        @property
        def _row_labels(self) -> pd.Index: ...

    def with_distances(self, df: Any, precomputed: Mapping[Any, Any]) -> pd.DataFrame:
        """New rows with their distances to the rows of the fit as columns.

        `transform` takes the distances itself; the frame is for the other methods that take new
        rows: `neighbors`, `compare`, `predict` of segments.

        Parameters
        ----------
        df : dataframe
        precomputed : mapping of group to distances
            As for `transform`.

        Returns
        -------
        DataFrame
            `df` with a column for every precomputed group, under the group's name.

        Raises
        ------
        DataError
        """
        self._check_fitted()
        return self._read_new(df, precomputed).df

    @property
    def _given_groups(self) -> dict[Any, int]:
        """Column of every precomputed group -> number of the group."""
        if not self.__sklearn_is_fitted__():
            return {}
        groups = self._model.groups[: self._model.n_feature_groups]
        return {g.columns[0]: at for at, g in enumerate(groups) if KINDS[g.kind].given_apart}

    @property
    def _is_matrix(self) -> bool:
        """Whether the fit was of a matrix of distances."""
        return list(self._model.families.values()) == [FAMILY]

    def _read_new(
        self,
        df: Any,
        precomputed: Mapping[Any, Any] | None = None,
        at: np.ndarray | str | None = None,
    ) -> Frame:
        """New rows; those that are kept, `AFTER` the rows of the model or at the given positions,
        bring distances among each other too."""
        groups = self._given_groups
        if self._is_matrix and precomputed is None and not _has_rows(df, groups):
            matrix, labels = read_matrix(df)
            (g,) = groups.values()
            return column_frame(matrix, self._rows(matrix, COLUMN, g, labels, at), labels)
        frame, given = read_frame(df, fitted=self), precomputed or {}
        for name in given:
            check_one_of(name, list(groups), "precomputed group", DataError)
        columns = {}
        for name, g in groups.items():
            if name in given:
                columns[name] = self._rows(given[name], name, g, frame.df.index, at)
            elif name not in frame.df.columns:
                which = "fit" if at is None else "model, the new ones included"
                raise DataError(
                    f"group {name!r} is precomputed: new rows need their distances to the rows of "
                    f"the {which}: precomputed={{{name!r}: distances}}"
                )
        return frame._replace(df=add_columns(frame.df, columns))

    def _rows(
        self, given: Any, name: Any, g: int, labels: pd.Index, at: np.ndarray | str | None
    ) -> np.ndarray:
        """The rows of given distances to those of the model; rows of the fit are recognized."""
        rows, kind = self._model.packed.rows, cast("Precomputed", self._model.encoders[g])
        cells = rows.cells[:, rows.groups[g, START]]
        numbers, others = kind.numbers_of(rows, cells), self._row_labels
        if isinstance(at, str):
            at = len(others) + np.arange(len(labels))
        if at is not None:
            first = kind.next_number(rows, cells)
            longer = max(len(numbers), int(at.max(initial=-1)) + 1)
            numbers = np.append(numbers, np.zeros(longer - len(numbers), np.int64))
            numbers[at] = first + np.arange(len(at))
            names = np.empty(longer, object)
            names[: len(others)], names[at] = list(others), list(labels)
            others = pd.Index(names)
        side = Side(str(name), labels, others, numbers, at)
        held = read_distances(new_distances(given, name), side)
        if at is None:
            kind.recognize(held, rows, cells)
        return held


def _has_rows(df: Any, columns: Iterable[Any]) -> bool:
    """Whether a frame has the columns of distances already."""
    return isinstance(df, pd.DataFrame) and all(
        column in df.columns and len(df) and isinstance(df[column].iloc[0], DistanceRow)
        for column in columns
    )
