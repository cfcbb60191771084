"""Where frames come in and go out; behind it there are arrays."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, FrameUMAPWarning


def plain_columns(df: Any) -> pd.DataFrame:
    """The frame with one level of distinct column names; its data are not copied.

    Repeated names get a number, as `pandas.read_csv` does it, with a warning.

    Raises
    ------
    DataError
        If `df` is no DataFrame, is empty, or its columns are a MultiIndex.
    """
    if not isinstance(df, pd.DataFrame):
        raise DataError(f"expected a pandas DataFrame, got {type(df).__name__}; wrap arrays with pandas.DataFrame(X)")
    if isinstance(df.columns, pd.MultiIndex):
        raise DataError(
            "the columns are a MultiIndex; flatten them first, e.g. df.columns = ['_'.join(map(str, c)) for c in df.columns]"
        )
    if df.shape[0] == 0 or df.shape[1] == 0:
        raise DataError(f"the frame is empty: {df.shape[0]} rows, {df.shape[1]} columns; there is nothing to embed")
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
    changed = {new for old, new in zip(df.columns, names, strict=True) if old is not new and old != new}
    warnings.warn(f"column names repeat; the schema calls the later ones {sorted(changed)}", FrameUMAPWarning, stacklevel=3)
    return df.set_axis(names, axis=1)


def embedding_names(n_components: int) -> list[str]:
    """umap_0, umap_1, ..."""
    return [f"umap_{c}" for c in range(n_components)]


def check_append(df: pd.DataFrame, n_components: int) -> None:
    """Raise DataError if the frame has a column of the embedding's names already."""
    taken = [name for name in embedding_names(n_components) if name in df.columns]
    if taken:
        raise DataError(f"append=True would repeat columns {taken}; drop or rename them first")


def embedding_frame(df: pd.DataFrame, embedding: np.ndarray, append: bool) -> pd.DataFrame:
    """The embedding as columns umap_0, umap_1, ... under the frame's own index; after the frame's columns if `append`."""
    result = pd.DataFrame(embedding, index=df.index, columns=embedding_names(embedding.shape[1]))
    return pd.concat([df, result], axis=1) if append else result
