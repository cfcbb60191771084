"""`embed`: a frame in, two columns out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from .columns.border import check_append, embedding_frame
from .estimator import FrameUMAP
from .schema.schema import Schema

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Options(TypedDict, total=False):
    """Parameters of `FrameUMAP` after the schema, for editors and type checkers."""

    weights: Mapping[Any, float] | None
    combine: str
    calibration: str
    n_neighbors: int
    n_components: int
    min_dist: float
    spread: float
    n_epochs: int | None
    negative_sample_rate: int | None
    repulsion_strength: float
    learning_rate: float
    set_op_mix_ratio: float
    local_connectivity: float
    init: str | np.ndarray | pd.DataFrame
    output_metric: str
    density: float
    unique: bool
    balance: str | None
    target_schema: Schema | Mapping[Any, Any] | None
    target_weight: float
    random_state: int | np.random.RandomState | np.random.Generator | None
    verbose: bool


def embed(
    df: Any,
    schema: Schema | Mapping[Any, Any] | None = None,
    *,
    append: bool = False,
    sample_weight: Any = None,
    **options: Unpack[Options],
) -> Any:
    """Embed the rows of a frame.

    Parameters
    ----------
    df : dataframe
        A pandas, polars, pyarrow or other Arrow-compatible frame, or an array. Columns may hold
        numbers, categories, grades, coordinates, text, dates, lists and gaps.
    schema : Schema, mapping or None
        Kinds, groups and metrics of columns; None to infer them, see `infer_schema`.
    append : bool
        Return the frame with the new columns after its own.
    sample_weight : Series or array (n,), optional
        How many equal rows each row stands for, see `FrameUMAP.fit`.
    **options
        As for `FrameUMAP`: weights, combine, calibration, n_neighbors, n_components, min_dist, ...

    Returns
    -------
    dataframe
        Columns umap_0, umap_1, ... (float32), in a frame of the same library, with the index of
        `df`.

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
    model = FrameUMAP(schema, **options)
    frame = model._read(df)
    if append:  # fail before the fit
        check_append(frame.df, model.n_components)
    model._fit_frame(frame, None, sample_weight)
    return embedding_frame(frame, model.embedding_, append)


def fit_sample(
    source: Any,
    schema: Schema | Mapping[Any, Any] | None = None,
    rows: int | None = None,
    **options: Unpack[Options],
) -> FrameUMAP:
    """Fit a model on landmarks of a source of any length, see `FrameUMAP.fit_sample`.

    Parameters
    ----------
    source
        Parquet, Arrow or csv files (a path, a glob, a folder, a list), a pyarrow dataset, table or
        reader, a duckdb relation, a polars lazy frame, a pandas frame, or an iterable of batches.
    schema : Schema, mapping or None
        Kinds, groups and metrics of columns; None to infer them from all rows.
    rows : int, optional
        Landmarks; None for what memory allows, 100,000 to 1,000,000.
    **options
        As for `FrameUMAP`.

    Returns
    -------
    FrameUMAP
        Then `FrameUMAP.transform_batches` places the rows of the source and any others.

    Raises
    ------
    DataError, SchemaError, MetricError, ParameterError
        Each names the part, column, metric or parameter, and what to do.

    Examples
    --------
    >>> import frameumap
    >>> df = frameumap.datasets.make_customers(600, random_state=0).drop(columns="segment")
    >>> model = frameumap.fit_sample([df[:250], df[250:]], rows=300, n_epochs=50)
    >>> print(model.sample_)  # doctest: +ELLIPSIS
    fitted on ... of 600 rows, ...
    """
    return FrameUMAP(schema, **options).fit_sample(source, rows)
