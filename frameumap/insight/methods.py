"""What `FrameUMAP` offers of this folder; each method hands over to a module of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..columns.sparse import is_sparse_matrix
from ..model.model import Model
from ..progress import Progress

if TYPE_CHECKING:
    from .cluster import Segments
    from .describe import Description
    from .nearest import Neighbors
    from .trust import Trust


class Insight:
    """Questions to a fitted model."""

    _model: Model
    verbose: bool

    if TYPE_CHECKING:

        def _check_fitted(self) -> None: ...

    @property
    def _row_labels(self) -> pd.Index:
        """Index of the frame of the fit; positions where it is not known."""
        n = len(self._model.packed.rows.cells)
        labels = self.__dict__.get("_index")
        return labels if labels is not None and len(labels) == n else pd.RangeIndex(n)

    def compare(self, a: Any, b: Any, *, by: str = "position") -> pd.DataFrame:
        """Why two rows are near or far, column by column.

        The parts add up to D, the dissimilarity that neighbours are searched by: a column's is its
        share of its group's distance times the group's weight. Coordinates are one part, as is a
        group that does not split. Under `|` and `-` the parts of groups are Shapley values, which
        may be negative.

        Parameters
        ----------
        a, b : int, index label, Series, mapping or frame of one row
            Integers are positions in the frame of the fit, anything else is an index label.
        by : {"position", "label"}
            "label" takes integers as index labels, too.

        Returns
        -------
        DataFrame
            By part, largest first: `columns`, `group`, `kind`, `a` and `b` (the values), `distance`
            (1 as between random rows), `part`, `typical` (the mean part of random pairs),
            `closer_than` (share of random pairs that are farther apart here) and `words`. `attrs`
            holds the `distance` D, `typical_distance` and `closer_than` of the whole.

        Raises
        ------
        NotFittedError
        DataError
            If there is no such row, or a row lacks a column.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
        >>> why = frameumap.FrameUMAP(n_neighbors=10).fit(df).compare(3, 5)
        >>> bool(abs(why["part"].sum() - why.attrs["distance"]) < 1e-9)
        True
        """
        from .compare import compare_rows

        self._check_fitted()
        return compare_rows(self._model, self._row_labels, a, b, by)

    def neighbors(self, rows: Any = None, k: int = 15, *, by: str = "position") -> Neighbors:
        """The nearest rows of the fit under D: look-alikes, duplicates, candidates for a join.

        Parameters
        ----------
        rows : dataframe, positions, index labels or None
            New rows, or rows of the fit, which are then none of their own neighbours; None for all
            rows of the fit.
        k : int
        by : {"position", "label"}
            What integers are.

        Returns
        -------
        Neighbors
            `indices` int32 (m, k), positions in the frame of the fit, -1 where there are fewer;
            `distances` float32 (m, k), ascending.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(200, random_state=0).drop(columns="segment")
        >>> model = frameumap.FrameUMAP(n_neighbors=10).fit(df)
        >>> model.neighbors(df.iloc[[7]], k=3).indices[0, 0]
        np.int32(7)
        """
        from .nearest import neighbors_of
        from .select import as_frame, check_k, positions_of

        self._check_fitted()
        k, progress = check_k(k), Progress(self.verbose)
        if rows is None:
            return neighbors_of(self._model, None, None, k, progress)
        frame = as_frame(rows)
        arrow = not _is_list(rows) and hasattr(rows, "__arrow_c_stream__")
        if frame is None and (arrow or is_sparse_matrix(rows)):
            frame = rows
        if frame is not None:
            return neighbors_of(self._model, read_frame(frame, fitted=self), None, k, progress)
        return neighbors_of(
            self._model, None, positions_of(self._row_labels, rows, by), k, progress
        )

    def cluster(
        self,
        method: str = "communities",
        resolution: float | None = None,
        *,
        min_size: int | None = None,
    ) -> Segments:
        """Segments of the rows: communities of `graph_`, or dense places of a short layout.

        Parameters
        ----------
        method : {"communities", "density"}
            Leiden communities of the fuzzy set at resolutions whose partitions persist, or HDBSCAN
            on a layout in five dimensions (needs scikit-learn), which leaves noise.
        resolution : float, optional
            One resolution of the modularity instead of the layers that persist: about 1; more gives
            more segments.
        min_size : int, optional
            Smaller communities join the segment that most of their edges lead to: by default one
            row in a hundred, at least 5, and a fifth of that in finer layers; 15 for dense places.

        Returns
        -------
        Segments
            `labels` by size, `membership` of every row, nested `layers`, `predict` for new rows,
            `names`.

        Raises
        ------
        NotFittedError
        ParameterError
            If a parameter is out of range, or a package is missing.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(300, random_state=0).drop(columns="segment")
        >>> segments = frameumap.FrameUMAP(n_neighbors=10).fit(df).cluster(resolution=0.5)
        >>> bool((segments.predict(df) == segments.labels).mean() > 0.98)
        True
        """
        from .cluster import make_segments

        self._check_fitted()
        return make_segments(
            self._model,
            self._row_labels,
            method,
            resolution,
            min_size,
            lambda s: self.describe(s, rows=0).names,
        )

    def describe(self, labels: Any = None, *, rows: int = 3, effects: int = 5) -> Description:
        """What sets segments apart: for each its size, columns with effect sizes, a rule, typical
        rows and a name.

        Parameters
        ----------
        labels : Segments, labels (n,), mask (n,), positions, column name or None
            None for `cluster()`. A mask or positions are one segment against the rest; a gap or
            noise is in none.
        rows : int
            Typical rows of each.
        effects : int
            Columns of each, the strongest.

        Returns
        -------
        Description
            Cards that print, show themselves in a notebook, and turn into a frame, a dict or JSON.

        Raises
        ------
        NotFittedError
        DataError
            If the labels do not fit the rows, or there is no such column.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(300, random_state=0)
        >>> model = frameumap.FrameUMAP(n_neighbors=10).fit(df.drop(columns="segment"))
        >>> model.describe(df["segment"])["reseller"].effects[0].significant
        True
        """
        from .profile import describe_labels, read_labels

        self._check_fitted()
        codes, names = read_labels(
            self._model, self._row_labels, self.cluster() if labels is None else labels
        )
        column = labels if isinstance(labels, str) else None
        return describe_labels(self._model, self._row_labels, codes, names, rows, effects, column)

    def trust(self, k: int = 15) -> Trust:
        """Which points of the map to trust, and the whole beside a plane of principal axes and
        chance.

        Parameters
        ----------
        k : int
            Size of the neighbourhoods that are compared.

        Returns
        -------
        Trust
            `rows`: by row trustworthiness, continuity, how far the row lands from its point if
            placed anew without it (in units of its neighbourhood), how far short layouts of other
            seeds put it, and the reason if it is flagged. `overall`: means, beside baselines.

        Raises
        ------
        NotFittedError

        Notes
        -----
        It takes about as long as two calls of `transform` with all rows.
        """
        from .select import check_k
        from .trust import judge_map

        self._check_fitted()
        return judge_map(self._model, self._row_labels, check_k(k))

    def disagreement(self, k: int = 15) -> pd.DataFrame:
        """Rows whose nearest rows in one group are far in another: inconsistent records.

        Parameters
        ----------
        k : int
            Nearest rows that are looked at.

        Returns
        -------
        DataFrame
            In the order of the fit: `score` (0 as usual), `near` and `far` (the groups), `words`.

        Raises
        ------
        NotFittedError
        """
        from .disagreement import disagreements
        from .select import check_k

        self._check_fitted()
        return disagreements(self._model, self._row_labels, check_k(k))


def _is_list(rows: Any) -> bool:
    return isinstance(rows, (list, tuple, np.ndarray, pd.Index, pd.Series))
