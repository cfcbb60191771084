"""Groups of given distances: declared in a schema, and added to the frame as columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from ..columns.border import Frame
from ..columns.distances import COLUMN, Lists, Side, read_distances
from ..errors import DataError, SchemaError
from ..kinds import KINDS
from .schema import Schema
from .spec import Spec, read_spec


def precomputed(
    matrix: Any = None, *, knn: Any = None, far: float | None = None, **options: Any
) -> Spec:
    """Distances between rows that you have already, as a group beside others or alone.

    Parameters
    ----------
    matrix : array or DataFrame (n, n), or scipy.sparse matrix
        Symmetric, 0 on the diagonal; in the order of the frame's rows, or a DataFrame whose index
        and columns are the labels of these. inf, and what a sparse matrix does not store, is not
        known; a stored 0 is a distance.
    knn : tuple of (indices, distances), optional
        Instead of a matrix: positions of nearest rows, and distances to them, (n, k) each, in any
        order, the row itself included or not; -1 for an empty slot. It is enough that one of two
        rows names the other.
    far : float, optional
        The distance of pairs that are not known, at least the largest one given, which is the
        default. Such rows have nothing in common: by this group alone they get no edge.
    **options
        `weight`, `name`: as for `group`.

    Returns
    -------
    Spec
        A value of a schema, whose key is a name of yours for the group.

    Raises
    ------
    SchemaError
        Without distances, or with two kinds of them. `fit` checks the values: DataError for a
        shape, label or value that does not fit, with the pair of rows.

    Notes
    -----
    The group's distance is the given one, divided by the mean over random pairs as every group's
    is. New rows have to bring their distances to the rows of the fit:
    ``model.transform(df, precomputed={"links": matrix})``. A schema in text and a model file hold
    the group; the file holds the distances too, in float32.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> import frameumap
    >>> df = pd.DataFrame({"age": np.arange(40.0) % 7})
    >>> apart = np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
    >>> schema = {"links": frameumap.precomputed(apart), "age": "numeric"}
    >>> model = frameumap.FrameUMAP(schema, n_neighbors=5).fit(df)
    >>> sorted(model.groups_), model.transform(df[:2], precomputed={"links": apart[:2]}).shape
    (['age', 'links'], (2, 2))

    A matrix alone: `fit` takes it in the place of a frame.

    >>> frameumap.FrameUMAP({...: "precomputed"}, n_neighbors=5).fit_transform(apart).shape
    (40, 2)
    """
    if (matrix is None) == (knn is None):
        raise SchemaError("precomputed takes a matrix of distances, or knn=(indices, distances)")
    if knn is not None and (not isinstance(knn, (tuple, list)) or len(knn) != 2):
        raise SchemaError("knn is a tuple of two arrays, (indices, distances)")
    if far is not None:
        options["params"] = {"far": far}
    return Spec("precomputed", options=options, values=matrix if knn is None else Lists(*knn))


def takes_matrix(schema: Any) -> bool:
    """Whether the schema says that the frame itself is a matrix of distances."""
    if not isinstance(schema, Mapping) or list(schema) != [...] or isinstance(schema, Schema):
        return False
    value = schema[...]
    spec = read_spec(value, "...") if value is not ... else None
    if not isinstance(spec, Spec) or spec.kind is None or spec.values is not None:
        return False
    return KINDS[spec.kind].given_apart


def matrix_frame(matrix: Any) -> Frame:
    """A frame of one column of distances: those of a matrix among its rows.

    Raises
    ------
    DataError
    """
    matrix, labels = read_matrix(matrix)
    every = np.arange(len(labels))
    side = Side(COLUMN, labels, labels, every, every)
    return column_frame(matrix, read_distances(matrix, side), labels)


def column_frame(matrix: Any, rows: np.ndarray, labels: pd.Index) -> Frame:
    """A frame of one column, of the rows of a matrix of distances."""
    df = pd.DataFrame({COLUMN: pd.Series(rows, labels, dtype=object)})
    return Frame(df, "distances", matrix)


def read_matrix(matrix: Any) -> tuple[Any, pd.Index]:
    """A matrix of distances, dense, sparse or a DataFrame, and the labels of its rows."""
    if not (isinstance(matrix, pd.DataFrame) or scipy.sparse.issparse(matrix)):
        matrix = np.asarray(matrix)
    shape: Any = getattr(matrix, "shape", ())
    if len(shape) != 2 or 0 in shape:
        raise DataError(
            "a matrix of distances has two dimensions and at least one row, got "
            f"{type(matrix).__name__} of shape {shape}"
        )
    labels = matrix.index if isinstance(matrix, pd.DataFrame) else pd.RangeIndex(shape[0])
    return matrix, labels


def with_distances(df: pd.DataFrame, schema: Any) -> pd.DataFrame:
    """The frame of a fit with a column for every group of given distances.

    Raises
    ------
    DataError
        If the frame has a column of that name, or the distances do not fit.
    """
    given = given_distances(schema)
    every = np.arange(len(df))
    sides = {name: Side(str(name), df.index, df.index, every, every) for name in given}
    return add_columns(df, {name: read_distances(given[name], sides[name]) for name in given})


def given_distances(schema: Any) -> dict[Any, Any]:
    """Name of every group of given distances -> the distances."""
    if isinstance(schema, Schema):
        return dict(schema.given)
    if not isinstance(schema, Mapping):
        return {}
    found = {
        key: spec.values
        for key, spec in schema.items()
        if isinstance(spec, Spec) and spec.values is not None
    }
    for key in found:
        if key is ... or isinstance(key, tuple):
            raise SchemaError(
                "precomputed distances are a group of their own: its key is a name of yours, not "
                f"{'...' if key is ... else key!r}"
            )
    return found


def add_columns(df: pd.DataFrame, columns: Mapping[Any, np.ndarray]) -> pd.DataFrame:
    """The frame with further columns of objects; DataError if it has one of them already."""
    for name in columns:
        if name in df.columns:
            raise DataError(
                f"the frame has a column {name!r}, which is also the name of a precomputed group; "
                "give the group another name"
            )
    if not columns:
        return df
    further = [
        pd.Series(values, df.index, dtype=object, name=name) for name, values in columns.items()
    ]
    return pd.concat([df, *further], axis=1)


def new_distances(given: Any, name: Any) -> Any:
    """Distances of new rows: a matrix, or a tuple (indices, distances) as `Lists`."""
    if isinstance(given, Lists):
        return given
    if isinstance(given, tuple):
        if len(given) != 2:
            raise DataError(
                f"precomputed group {name!r}: expected a matrix or (indices, distances)"
            )
        return Lists(*given)
    return (
        given
        if scipy.sparse.issparse(given) or isinstance(given, pd.DataFrame)
        else np.asarray(given)
    )
