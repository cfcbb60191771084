"""Conversion of any library's frame to pandas, and of results back to the same library."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, warn
from .native import arrow_table, native_columns
from .sparse import dense_columns, is_sparse_matrix, row_size, sparse_frame


class Frame(NamedTuple):
    """A frame as given, and as pandas.

    Attributes
    ----------
    df : DataFrame
        With one level of distinct column names; the data are not copied.
    container : {"pandas", "array", "sparse", "distances", "narwhals", "arrow"}
    source : object
        The frame or array as given.
    """

    df: pd.DataFrame
    container: str
    source: Any

    @property
    def types(self) -> Any:
        """Types of the columns in the frame's own library, polars or pyarrow; None for others."""
        if self.library not in ("polars", "pyarrow"):
            return None
        return getattr(self.source, "schema", None)

    @property
    def is_array(self) -> bool:
        """Whether it has no column names of its own."""
        return self.container in ("array", "sparse", "distances")

    @property
    def is_sparse(self) -> bool:
        """Whether its one column holds the rows of a sparse matrix."""
        return self.container == "sparse"

    @property
    def n_features(self) -> int:
        """Number of columns as given."""
        if self.container == "distances":
            return int(self.source.shape[1])
        return row_size(self.df) if self.is_sparse else self.df.shape[1]

    @property
    def library(self) -> str:
        """The library of the frame, for `to_library`: "pandas" for arrays too."""
        if self.container == "narwhals":
            import narwhals

            return str(narwhals.from_native(self.source, eager_only=True).implementation.value)
        if self.container == "arrow":
            return "duckdb" if _is_duckdb(self.source) else "pyarrow"
        return "pandas"


def read_frame(data: Any, fitted: Any = None) -> Frame:
    """Any dataframe, or an array of numbers, as a pandas DataFrame.

    Parameters
    ----------
    fitted : FrameUMAP, optional
        The model whose columns an array must have.

    Raises
    ------
    DataError
        If it is neither, is empty or lazy, or its columns are a MultiIndex.
    """
    sparse_fit = getattr(fitted, "_is_sparse", False)
    if is_sparse_matrix(data) or (sparse_fit and isinstance(data, np.ndarray)):
        return _read_sparse(data, fitted, sparse_fit)
    if isinstance(data, pd.DataFrame):
        return Frame(plain_columns(native_columns(dense_columns(data))), "pandas", data)
    if isinstance(data, (np.ndarray, list, tuple)) or (
        hasattr(data, "__array__") and not hasattr(data, "columns")
    ):
        return Frame(_from_array(data, fitted), "array", data)
    if hasattr(data, "collect") and not hasattr(data, "__arrow_c_stream__"):
        raise DataError(f"got a lazy {type(data).__name__}; call .collect() first")
    import narwhals

    native = narwhals.from_native(data, eager_only=True, pass_through=True)
    if isinstance(native, narwhals.DataFrame):
        df = native.to_pandas()
        for name, dtype in native.schema.items():
            if isinstance(dtype, narwhals.Enum):  # its categories are ordered
                df[name] = df[name].cat.as_ordered()
        return Frame(plain_columns(df), "narwhals", data)
    if hasattr(data, "__arrow_c_stream__"):
        import pyarrow

        return Frame(plain_columns(pyarrow.table(data).to_pandas()), "arrow", data)
    raise DataError(
        "expected a dataframe (pandas, polars, pyarrow, or anything with __arrow_c_stream__) or an "
        f"array, got {type(data).__name__}; make a frame of it: pandas.DataFrame(data)"
    )


def _read_sparse(data: Any, fitted: Any, sparse_fit: bool) -> Frame:
    """A sparse matrix, or a full one where the fit was of a sparse one."""
    if fitted is not None and not sparse_fit:
        raise DataError(
            f"the {type(fitted).__name__} was fitted on full rows, and this is a sparse matrix; "
            "use X.toarray()"
        )
    if isinstance(data, np.ndarray):
        import scipy.sparse

        data = scipy.sparse.csr_array(_from_array(data, fitted).to_numpy())
    df = sparse_frame(data)
    _check_features(row_size(df), fitted)
    return Frame(df, "sparse", data)


def _check_features(count: int, fitted: Any) -> None:
    if fitted is not None and count != fitted.n_features_in_:
        raise DataError(
            f"X has {count} features, but {type(fitted).__name__} is expecting "
            f"{fitted.n_features_in_} features as input"
        )


def _from_array(data: Any, fitted: Any) -> pd.DataFrame:
    values = np.asarray(data)
    if values.dtype.kind == "c":
        raise DataError("Complex data not supported: an embedding takes real numbers")
    if values.ndim != 2:
        records = values.dtype.names is not None or values.dtype.kind == "O"
        mend = "Reshape your data: X.reshape(-1, 1)"
        mend = "Make a frame of it: pandas.DataFrame(data)" if records else mend
        raise DataError(f"expected a 2D array, got one of {values.ndim} dimensions. {mend}")
    if 0 in values.shape:
        what = "sample" if values.shape[0] == 0 else "feature"
        raise DataError(
            f"found array with 0 {what}(s) (shape={values.shape}) while a minimum of 1 is required."
        )
    _check_features(values.shape[1], fitted)
    names = getattr(fitted, "feature_names_in_", [f"x{c}" for c in range(values.shape[1])])
    return pd.DataFrame(values, columns=list(names)).infer_objects()


def plain_columns(df: pd.DataFrame) -> pd.DataFrame:
    """The frame with one level of distinct column names; its data are not copied.

    Repeated names get a number, as `pandas.read_csv` does it, with a warning.
    """
    if isinstance(df.columns, pd.MultiIndex):
        raise DataError(
            "the columns are a MultiIndex; flatten them first, e.g. "
            "df.columns = ['_'.join(map(str, c)) for c in df.columns]"
        )
    if df.shape[0] == 0 or df.shape[1] == 0:
        what = "0 sample(s)" if df.shape[0] == 0 else "0 feature(s)"
        raise DataError(
            f"the frame is empty: found {what} (shape={df.shape}) while a minimum of 1 is "
            "required. There is nothing to embed"
        )
    df = _one_nan(_without_signals(df))
    if df.columns.is_unique:
        return df
    taken, names = set(df.columns), []
    for name, repeated in zip(df.columns, df.columns.duplicated(), strict=True):
        number = 1
        fresh = name
        while repeated and fresh in taken:
            fresh, number = f"{name}.{number}", number + 1
        taken.add(fresh)
        names.append(fresh)
    changed = {
        new for old, new in zip(df.columns, names, strict=True) if old is not new and old != new
    }
    warn(f"column names repeat; the schema calls the later ones {sorted(changed)}")
    return df.set_axis(names, axis=1)


def _one_nan(df: pd.DataFrame) -> pd.DataFrame:
    """The frame with a column that is called NaN under one object, which dicts and tuples find."""
    if not df.columns.hasnans or df.columns.dtype.kind not in "fO":
        return df
    names = [np.nan if isinstance(c, float) and c != c else c for c in df.columns]
    return df.set_axis(pd.Index(names, dtype=object, tupleize_cols=False), axis=1)


def _without_signals(df: pd.DataFrame) -> pd.DataFrame:
    """The frame; DataError for a decimal that refuses every comparison, `Decimal('sNaN')`."""
    for at in np.flatnonzero([pd.api.types.is_object_dtype(t) for t in df.dtypes]).tolist():
        try:
            df.iloc[:, [at]].isna()
        except ArithmeticError:
            raise DataError(
                f"column {df.columns[at]!r} holds Decimal('sNaN'), which cannot be compared; "
                "replace it by None"
            ) from None
    return df


def embedding_names(n_components: int) -> list[str]:
    """umap_0, umap_1, ..."""
    return [f"umap_{c}" for c in range(n_components)]


def check_append(df: pd.DataFrame, n_components: int) -> None:
    """Raise DataError if the frame has a column of the embedding's names already."""
    taken = [name for name in embedding_names(n_components) if name in df.columns]
    if taken:
        raise DataError(f"append=True would repeat columns {taken}; drop or rename them first")


def embedding_frame(frame: Frame, embedding: np.ndarray, append: bool) -> Any:
    """The embedding as columns umap_0, umap_1, ... of a frame of the same library; after the
    frame's columns if `append`.

    A pandas frame keeps its index. From an array comes a pandas frame, from other Arrow data a
    pyarrow table.
    """
    names = embedding_names(embedding.shape[1])
    if frame.container in ("pandas", "array", "sparse", "distances"):
        result = pd.DataFrame(embedding.copy(), index=frame.df.index, columns=names)
        return pd.concat([frame.df, result], axis=1) if append else result
    columns = {name: embedding[:, c] for c, name in enumerate(names)}
    if frame.container == "narwhals":
        import narwhals

        native = narwhals.from_native(frame.source, eager_only=True)
        made = [
            narwhals.new_series(name, values, backend=native.implementation)
            for name, values in columns.items()
        ]
        return (
            native.with_columns(*made).to_native() if append else native.select(*made).to_native()
        )
    import pyarrow

    table = pyarrow.table(columns)
    if append:
        whole = pyarrow.table(frame.source)
        for name in names:
            whole = whole.append_column(name, table[name])
        table = whole
    return _from_arrow(table, frame.library)


def to_library(table: pd.DataFrame, library: str, types: Any = None) -> Any:
    """The columns of a pandas frame in a frame of `library`, see `Frame.library`; a pandas frame is
    returned as it is, index included. `types` are those of `Frame.types`, by column."""
    if library == "pandas":
        return table
    made = _from_arrow(arrow_table(table, types), library)
    if types is None:
        return made
    return _cast_polars(made, types) if library == "polars" else _cast_arrow(made, types)


def _cast_polars(frame: Any, types: Any) -> Any:
    """A polars frame in the types of another, column by column, where they can hold the values."""
    for name, dtype in types.items():
        if name in frame.columns and frame.schema[name] != dtype:
            column = frame[name]
            if dtype.is_integer() and column.dtype.is_float():
                column = column.round()
            if dtype.is_temporal() and getattr(dtype, "time_zone", None) is not None:
                zoned = getattr(column.dtype, "time_zone", None) is not None
                column = column if zoned else column.dt.replace_time_zone("UTC")
                column = column.dt.convert_time_zone(dtype.time_zone)
            with contextlib.suppress(Exception):  # polars' errors; the type then stays pandas'
                frame = frame.with_columns(column.cast(dtype))
    return frame


def _cast_arrow(table: Any, schema: Any) -> Any:
    """A pyarrow table in the types of a schema, where they can hold the values."""
    import pyarrow
    import pyarrow.compute

    for at, name in enumerate(table.column_names):
        own = schema.field(name).type if name in schema.names else table[name].type
        column = table[name]
        if own == column.type:
            continue
        with contextlib.suppress(pyarrow.ArrowInvalid, pyarrow.ArrowNotImplementedError):
            if pyarrow.types.is_integer(own) and pyarrow.types.is_floating(column.type):
                column = pyarrow.compute.round(column)
            table = table.set_column(at, pyarrow.field(name, own), column.cast(own))
    return table


def _is_duckdb(source: Any) -> bool:
    return type(source).__module__.partition(".")[0] in ("duckdb", "_duckdb")


def _from_arrow(table: Any, library: str) -> Any:
    if library == "pyarrow":
        return table
    if library == "duckdb":
        import duckdb

        return duckdb.from_arrow(table)
    import narwhals

    return narwhals.from_arrow(table, backend=library).to_native()  # type: ignore[arg-type]
