"""Dask DataFrames (extra `dask`): landmarks from all partitions, transform partition by partition.

model = frameumap.dask.fit_sample(ddf, rows=200_000)
xy = frameumap.dask.transform(ddf, model)           lazy; the index of ddf
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from .errors import DataError
from .shipped import Shipped, fit_merged, landmark_rows, merge_sketches, sketch_batches

#: Sketches merged at a time.
_FAN = 8


def fit_sample(ddf: Any, schema: Any = None, rows: int | None = None, **options: Any) -> Any:
    """`frameumap.fit_sample` of a Dask DataFrame: the same model for any partition and number of
    workers. Partitions are sketched where they are; the fit runs here."""
    from dask import delayed

    size = landmark_rows(rows, len(ddf.columns))
    sketches = [delayed(_sketch)(part, size) for part in ddf.to_delayed()]
    merge = delayed(merge_sketches)
    while len(sketches) > 1:
        sketches = [merge(sketches[at : at + _FAN]) for at in range(0, len(sketches), _FAN)]
    return fit_merged(merge(sketches).compute(), schema, options)


def transform(ddf: Any, model: Any, segments: Any = None) -> Any:
    """A lazy Dask DataFrame of coordinates (float32) and, with `segments` of `model.cluster()`,
    columns `segment` and `membership`; under the index of `ddf`.

    The model is sent once: to all workers at once where a client of several is there, so that the
    graph stays small; compute the result by the same client then.
    """
    shipped = Shipped.of(model, segments)
    _check_lists(ddf, model._model.families)
    meta = shipped.placer.schema.empty_table().to_pandas().set_axis(ddf._meta.index[:0])
    return ddf.map_partitions(_place, _sent(shipped), meta=meta)


def _sent(shipped: Shipped) -> Any:
    """What stands for the model in a graph."""
    from dask import delayed

    try:
        from distributed import default_client

        client = default_client()
    except (ImportError, ValueError):  # no client: the graph runs in this process
        return delayed(shipped)
    if client.asynchronous or len(client.scheduler_info()["workers"]) < 2:
        return delayed(shipped)  # a lone worker that dies would lose what was sent to it
    return client.scatter(shipped, broadcast=True)


def _check_lists(ddf: Any, families: dict[Any, str]) -> None:
    advice = "make the frame under dask.config.set({'dataframe.convert-string': False})"
    for name in families:
        if families[name] == "list" and ddf.dtypes.get(name) == "string":
            raise DataError(f"column {name!r}: Dask has turned lists into strings; {advice}")


def _sketch(part: pd.DataFrame, size: int) -> Any:
    return sketch_batches([pa.Table.from_pandas(part, preserve_index=False)], size)


def _place(part: pd.DataFrame, shipped: Shipped) -> pd.DataFrame:
    placed = shipped.place(pa.Table.from_pandas(part, preserve_index=False))
    columns = {name: np.asarray(placed[name]) for name in placed.column_names}
    return pd.DataFrame(columns, index=part.index)
