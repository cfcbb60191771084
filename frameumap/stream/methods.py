"""What `FrameUMAP` offers of this folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ParameterError

if TYPE_CHECKING:
    from ..insight.cluster import Segments
    from ..model.model import Model
    from ..model.sample_report import SampleReport
    from .files import Written


class Streams:
    """Fit and transform of rows that memory does not hold."""

    if TYPE_CHECKING:
        _model: Model
        sample_: SampleReport

        def _check_fitted(self) -> None: ...

    def fit_sample(self, source: Any, rows: int | None = None) -> Any:
        """Fit on landmarks: rows chosen in one pass over a source of any length.

        The pass counts gaps, ranges and levels of *all* rows, and keeps the rows with the smallest
        digests of their contents, with a floor for every level of a category, for gaps and for
        places (cells of 5 degrees). So the landmarks, and with them the model, are the same for any
        order and partition of the rows. Memory does not grow with the source.

        Parameters
        ----------
        source
            Parquet, Arrow or csv files (a path, a glob, a folder, a list), a pyarrow dataset, table
            or reader, a duckdb relation, a polars lazy frame, a pandas frame, or an iterable of
            batches of any of these. It is read once.
        rows : int, optional
            Landmarks, floors not counted; None for what memory allows, 100,000 to 1,000,000.

        Returns
        -------
        FrameUMAP
            Fitted on the landmarks, in the order of their digests; with `sample_`, a `SampleReport`
            of what the sample costs.

        Raises
        ------
        DataError
            If a part cannot be read, or lacks a column of the parts before it; names the part.
        """
        from .fit import fit_landmarks

        return fit_landmarks(self, source, rows)

    def transform_batches(
        self,
        source: Any,
        *,
        segments: Segments | None = None,
        out: str | Path | None = None,
        keep: Sequence[str] | None = None,
    ) -> Iterator[Any] | Written:
        """Place a stream of rows, each by itself: the same bytes for any order and partition.

        Parameters
        ----------
        source
            As for `fit_sample`. Columns are found by name; others are ignored.
        segments : Segments, optional
            Of `cluster()`: adds columns `segment` (int32, -1 for noise) and `membership` (float32).
        out : path of a folder, optional
            Writes a parquet file for every file of the source, with its columns and the
            coordinates. Files that an earlier, interrupted run has finished are not done again.
        keep : sequence of str, optional
            With `out`, the columns of the source that are written; None for all.

        Returns
        -------
        iterator of pyarrow.RecordBatch
            Columns umap_0, umap_1, ... (float32) of the rows in their order, and those of segments;
            or with `out`, a `Written` with the numbers of rows and files.

        Raises
        ------
        NotFittedError
        DataError
            If a part cannot be read, lacks a column, or holds values of another type than the fit;
            names the file and the row group. What was written before stays.

        Examples
        --------
        >>> import frameumap
        >>> df = frameumap.datasets.make_customers(300, random_state=0).drop(columns="segment")
        >>> model = frameumap.FrameUMAP(n_neighbors=10).fit(df)
        >>> batches = [df[:100], df[100:]]
        >>> sum(batch.num_rows for batch in model.transform_batches(batches))
        300
        """
        from .batches import transform_batches
        from .files import transform_files

        self._check_fitted()
        if out is not None:
            return transform_files(self, source, out, segments=segments, keep=keep)
        if keep is not None:
            raise ParameterError("keep= names columns to write, and needs out=")
        return transform_batches(self._model, source, segments)
