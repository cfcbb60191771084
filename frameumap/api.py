"""`embed`: a frame in, two columns out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from .estimator import FrameUMAP
from .frame.border import check_append, embedding_frame
from .schema.schema import Schema


def embed(
    df: pd.DataFrame, schema: Schema | Mapping[Any, Any] | None = None, *, append: bool = False, **parameters: Any
) -> pd.DataFrame:
    """Embed the rows of a frame.

    Parameters
    ----------
    df : DataFrame
        Numbers, categories, grades, coordinates, names, dates, lists, gaps.
    schema : Schema, mapping or None
        Which columns form which group, under which metric; None to infer it, see `infer_schema`.
    append : bool
        Return the frame with the new columns after its own.
    **parameters
        As for `FrameUMAP`: combine, calibration, n_neighbors, n_components, min_dist, ...

    Returns
    -------
    DataFrame
        Columns umap_0, umap_1, ... (float32) under the index of `df`.

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
    if append and isinstance(df, pd.DataFrame):  # said before the work, not after it
        check_append(df, model.n_components)
    model.fit(df)
    return embedding_frame(df, model.embedding_, append)
