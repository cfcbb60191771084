"""Where frames come in and go out; behind it there are arrays."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from ..errors import DataError, FrameUMAPWarning
from .dtypes import family

if TYPE_CHECKING:
    from ..schema.group import Group


class Frame(NamedTuple):
    """A frame that came in.

    Attributes
    ----------
    df : DataFrame
        With one level of distinct column names; the data are not copied.
    kind : {"pandas", "array", "narwhals", "arrow"}
    source : what came in
    """

    df: pd.DataFrame
    kind: str
    source: Any

    @property
    def is_array(self) -> bool:
        """Whether it has no column names of its own."""
        return self.kind == "array"


def read_frame(data: Any, fitted: Any = None) -> Frame:
    """Any dataframe, or an array of numbers, as a pandas DataFrame.

    Parameters
    ----------
    fitted : FrameUMAP, optional
        The model whose columns an array must have.

    Raises
    ------
    DataError
        If it is none, or is empty, or its columns are a MultiIndex.
    """
    if isinstance(data, pd.DataFrame):
        return Frame(plain_columns(data), "pandas", data)
    if isinstance(data, (np.ndarray, list, tuple)) or (
        hasattr(data, "__array__") and not hasattr(data, "columns")
    ):
        return Frame(_from_array(data, fitted), "array", data)
    if hasattr(data, "toarray") and hasattr(data, "nnz"):
        raise DataError(
            "sparse data is not supported; pass a dense array, or a frame with a column of sets"
        )
    if hasattr(data, "collect") and not hasattr(data, "__arrow_c_stream__"):
        raise DataError(f"got a lazy {type(data).__name__}; call .collect() first")
    import narwhals

    native = narwhals.from_native(data, eager_only=True, pass_through=True)
    if isinstance(native, narwhals.DataFrame):
        df = native.to_pandas()
        for name, dtype in native.schema.items():
            if isinstance(dtype, narwhals.Enum):  # whose categories stand in an order
                df[name] = df[name].cat.as_ordered()
        return Frame(plain_columns(df), "narwhals", data)
    if hasattr(data, "__arrow_c_stream__"):
        import pyarrow

        return Frame(plain_columns(pyarrow.table(data).to_pandas()), "arrow", data)
    raise DataError(
        f"expected a dataframe (pandas, polars, pyarrow, or anything with __arrow_c_stream__) or an array, "
        f"got {type(data).__name__}"
    )


def _from_array(data: Any, fitted: Any) -> pd.DataFrame:
    values = np.asarray(data)
    if values.dtype.kind == "c":
        raise DataError("Complex data not supported: an embedding takes real numbers")
    if values.ndim != 2:
        raise DataError(
            f"expected a 2D array, got one of {values.ndim} dimensions. Reshape your data: X.reshape(-1, 1)"
        )
    if 0 in values.shape:
        what = "sample" if values.shape[0] == 0 else "feature"
        raise DataError(
            f"found array with 0 {what}(s) (shape={values.shape}) while a minimum of 1 is required."
        )
    if fitted is not None and values.shape[1] != fitted.n_features_in_:
        raise DataError(
            f"X has {values.shape[1]} features, but {type(fitted).__name__} is expecting {fitted.n_features_in_} features "
            f"as input"
        )
    names = getattr(fitted, "feature_names_in_", [f"x{c}" for c in range(values.shape[1])])
    return pd.DataFrame(values, columns=list(names)).infer_objects()


def seen_columns(df: pd.DataFrame, groups: Sequence[Group]) -> dict[str, Any]:
    """Families and dtypes of the columns that are embedded."""
    embedded = {c for group in groups for c in group.columns}
    columns = [c for c in df.columns if c in embedded]
    return {
        "families": {c: family(df[c]) for c in columns},
        "dtypes": {c: str(df[c].dtype) for c in columns},
    }


def plain_columns(df: pd.DataFrame) -> pd.DataFrame:
    """The frame with one level of distinct column names; its data are not copied.

    Repeated names get a number, as `pandas.read_csv` does it, with a warning.
    """
    if isinstance(df.columns, pd.MultiIndex):
        raise DataError(
            "the columns are a MultiIndex; flatten them first, e.g. df.columns = ['_'.join(map(str, c)) for c in df.columns]"
        )
    if df.shape[0] == 0 or df.shape[1] == 0:
        what = "0 sample(s)" if df.shape[0] == 0 else "0 feature(s)"
        raise DataError(
            f"the frame is empty: found {what} (shape={df.shape}) while a minimum of 1 is required. There is nothing to embed"
        )
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
    warnings.warn(
        f"column names repeat; the schema calls the later ones {sorted(changed)}",
        FrameUMAPWarning,
        stacklevel=3,
    )
    return df.set_axis(names, axis=1)


def embedding_names(n_components: int) -> list[str]:
    """umap_0, umap_1, ..."""
    return [f"umap_{c}" for c in range(n_components)]


def check_append(df: pd.DataFrame, n_components: int) -> None:
    """Raise DataError if the frame has a column of the embedding's names already."""
    taken = [name for name in embedding_names(n_components) if name in df.columns]
    if taken:
        raise DataError(f"append=True would repeat columns {taken}; drop or rename them first")


def embedding_frame(frame: Frame, embedding: np.ndarray, append: bool) -> Any:
    """The embedding as columns umap_0, umap_1, ... in a frame of the kind that came in; after its
    columns if `append`.

    A pandas frame keeps its index. From an array comes a pandas frame, from other Arrow data a
    pyarrow table.
    """
    names = embedding_names(embedding.shape[1])
    if frame.kind in ("pandas", "array"):
        result = pd.DataFrame(embedding, index=frame.df.index, columns=names)
        return pd.concat([frame.df, result], axis=1) if append else result
    columns = {name: embedding[:, c] for c, name in enumerate(names)}
    if frame.kind == "narwhals":
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
    return _like(frame.source, table)


def _like(source: Any, table: Any) -> Any:
    """A DuckDB relation for a DuckDB relation, else the table."""
    if type(source).__module__.partition(".")[0] in ("duckdb", "_duckdb"):
        import duckdb

        return duckdb.from_arrow(table)
    return table
