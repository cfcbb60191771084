"""Ray Data (extra `ray`): landmarks from all blocks, transform by `map_batches`.

model = frameumap.ray.fit_sample(ds, rows=200_000)
placed = frameumap.ray.transform(ds, model)         the columns of ds, and the coordinates
"""

from __future__ import annotations

import pickle
from typing import Any

import pyarrow as pa

from .shipped import Shipped, fit_merged, landmark_rows, merge_sketches, sketch_batches


def fit_sample(ds: Any, schema: Any = None, rows: int | None = None, **options: Any) -> Any:
    """`frameumap.fit_sample` of a Ray Dataset: the same model for any blocks. Blocks are sketched
    by the workers; the fit runs here."""
    size = landmark_rows(rows, len(ds.columns()))

    def sketch(table: Any) -> Any:
        return pa.table({"sketch": [pickle.dumps(sketch_batches([table], size))]})

    made = ds.map_batches(sketch, batch_size=None, batch_format="pyarrow").take_all()
    return fit_merged(merge_sketches(pickle.loads(row["sketch"]) for row in made), schema, options)


def transform(ds: Any, model: Any, segments: Any = None) -> Any:
    """The columns of `ds` with the coordinates (float32) and, with `segments` of `model.cluster()`,
    columns `segment` and `membership`. The model is put into the object store once."""
    import ray

    sent = ray.put(Shipped.of(model, segments))

    def place(table: Any) -> Any:
        columns = ray.get(sent).place(table)
        for name in columns.column_names:
            table = table.append_column(name, columns[name])
        return table

    return ds.map_batches(place, batch_size=None, batch_format="pyarrow")
