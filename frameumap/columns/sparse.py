"""Sparse matrices as a frame of one column: its values are sparse rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError

#: Name of the column that a sparse matrix becomes.
COLUMN = "x"
#: The type of its values, see `dtypes.Content.family`.
FAMILY = "sparse row"


class SparseRow:
    """One row of a sparse matrix.

    Attributes
    ----------
    columns : int32 (m,)
        Ascending numbers of the columns that have a value other than 0.
    values : float32 (m,)
    size : int
        Number of columns of the matrix.
    """

    __slots__ = ("columns", "size", "values")

    def __init__(self, columns: np.ndarray, values: np.ndarray, size: int) -> None:
        self.columns, self.values, self.size = columns, values, size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SparseRow) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        shown = [f"{c}: {v:.4g}" for c, v in zip(self.columns.tolist(), self.values, strict=True)]
        more = ", ..." if len(shown) > 6 else ""
        return f"{{{', '.join(shown[:6])}{more}}}"

    def key(self) -> bytes:
        """The contents as kernels read them: column numbers, then float32 bits."""
        return self.columns.tobytes() + self.values.tobytes()

    def entry(self) -> np.ndarray:
        """The contents as int32."""
        return np.concatenate([self.columns, self.values.view(np.int32)])


def is_sparse_matrix(data: Any) -> bool:
    """Whether `data` is a matrix or array of scipy.sparse, or a frame whose columns are all of a
    sparse dtype that leaves zeros out; where gaps are left out, columns are columns."""
    if isinstance(data, pd.DataFrame):
        return data.shape[1] > 0 and all(
            isinstance(t, pd.SparseDtype) and t.fill_value == 0 for t in data.dtypes
        )
    return hasattr(data, "tocsr") and hasattr(data, "nnz")


def sparse_frame(data: Any) -> pd.DataFrame:
    """A frame with the column `COLUMN` of sparse rows; the data are not changed.

    Raises
    ------
    DataError
        If it is empty, not of real numbers, or a value is not finite in float32.
    """
    import scipy.sparse

    index = data.index if isinstance(data, pd.DataFrame) else None
    if isinstance(data, pd.DataFrame):
        accessor: Any = data.sparse
        data = accessor.to_coo()
    if data.ndim != 2 or 0 in data.shape:
        what = "sample" if data.ndim == 2 and data.shape[0] == 0 else "feature"
        raise DataError(
            f"found array with 0 {what}(s) (shape={data.shape}) while a minimum of 1 is required."
        )
    if data.dtype.kind == "c":
        raise DataError("Complex data not supported: an embedding takes real numbers")
    if data.dtype.kind not in "fiub":
        raise DataError(f"a sparse matrix must hold real numbers, got {data.dtype}")
    with np.errstate(over="ignore"):
        matrix: Any = scipy.sparse.csr_array(data.astype(np.float64)).astype(np.float32)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    if not np.isfinite(matrix.data).all():
        at = int(np.flatnonzero(~np.isfinite(matrix.data))[0])
        row = int(np.searchsorted(matrix.indptr, at, side="right")) - 1
        raise DataError(
            f"row {row}, column {matrix.indices[at]}: {matrix.data[at]} is NaN, infinity or too "
            "large for float32; a sparse row has finite numbers only"
        )
    size = matrix.shape[1]
    borders = matrix.indptr.tolist()
    columns, values = matrix.indices.astype(np.int32), matrix.data
    rows = np.empty(matrix.shape[0], object)
    for i in range(len(rows)):
        part = slice(borders[i], borders[i + 1])
        rows[i] = SparseRow(columns[part], values[part], size)
    return pd.DataFrame({COLUMN: pd.Series(rows, dtype=object).to_numpy()}, index=index)


def row_size(df: pd.DataFrame) -> int:
    """Number of columns of the matrix that `df` was made of."""
    first: Any = df[COLUMN].iloc[0]
    return int(first.size)


def dense_columns(df: pd.DataFrame) -> pd.DataFrame:
    """The frame with its columns of sparse dtypes filled in; itself if it has none."""
    sparse = [c for c, t in enumerate(df.dtypes) if isinstance(t, pd.SparseDtype)]
    if not sparse:
        return df
    accessors: dict[int, Any] = {c: df.iloc[:, c].sparse for c in sparse}
    filled = {c: accessor.to_dense() for c, accessor in accessors.items()}
    parts = [filled[c] if c in filled else df.iloc[:, c] for c in range(df.shape[1])]
    return pd.concat(parts, axis=1)
