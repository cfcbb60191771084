"""Columns in the byte order of this machine, and in the types of Arrow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd


def native_columns(df: pd.DataFrame) -> pd.DataFrame:
    """The frame with numbers in this machine's byte order; itself if all of them are.

    Files of other machines (FITS, HDF5) give columns in the other order, which pandas holds and
    cannot sort or count.
    """
    foreign = [c for c, t in enumerate(df.dtypes) if isinstance(t, np.dtype) and not t.isnative]
    if not foreign:
        return df
    parts = [
        df.iloc[:, c].astype(df.dtypes.iloc[c].newbyteorder("=")) if c in foreign else df.iloc[:, c]
        for c in range(df.shape[1])
    ]
    return pd.concat(parts, axis=1)


def arrow_table(df: pd.DataFrame, types: Any = None) -> Any:
    """The frame as a pyarrow table; objects that Arrow cannot read by themselves (maps) in the
    types of a schema of the same names."""
    import pyarrow

    try:
        return pyarrow.Table.from_pandas(df, preserve_index=False)
    except pyarrow.ArrowException:
        if not isinstance(types, pyarrow.Schema):
            raise
    arrays = [
        pyarrow.array(df[name].tolist(), types.field(name).type)
        if name in types.names and df[name].dtype == object
        else pyarrow.array(df[name], from_pandas=True)
        for name in df.columns
    ]
    return pyarrow.table(arrays, list(df.columns))
