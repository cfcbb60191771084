"""`embed`: a frame in, two columns out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .columns.border import check_append, embedding_frame, read_frame
from .estimator import FrameUMAP
from .schema.schema import Schema


def embed(
    df: Any,
    schema: Schema | Mapping[Any, Any] | None = None,
    *,
    append: bool = False,
    **parameters: Any,
) -> Any:
    """Embed the rows of a frame.

    Parameters
    ----------
    df : dataframe
        Of pandas, polars, pyarrow or anything that speaks Arrow, or an array: numbers,
        categories, grades, coordinates, names, dates, lists, gaps.
    schema : Schema, mapping or None
        Which columns form which group, under which metric; None to infer it, see `infer_schema`.
    append : bool
        Return the frame with the new columns after its own.
    **parameters
        As for `FrameUMAP`: combine, calibration, n_neighbors, n_components, min_dist, ...

    Returns
    -------
    dataframe
        Columns umap_0, umap_1, ... (float32), in a frame of the kind that came in, under the index
        of `df`.

    Raises
    ------
    DataError, SchemaError, MetricError, ParameterError
        Each names the column, row, metric or parameter, and what to do.

    Examples
    --------
    >>> import frameumap
    >>> df = frameumap.datasets.make_customers(300, random_state=0)
    >>> df.drop(columns="segment").pipe(frameumap.embed).columns.tolist()
    ['umap_0', 'umap_1']
    """
    model = FrameUMAP(schema, **parameters)
    frame = read_frame(df)
    if append:  # said before the work, not after it
        check_append(frame.df, model.n_components)
    model._fit_frame(frame, None)
    return embedding_frame(frame, model.embedding_, append)
