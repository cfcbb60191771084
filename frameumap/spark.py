"""Spark DataFrames (extra `spark`): landmarks from all partitions, transform by `mapInArrow`.

model = frameumap.spark.fit_sample(sdf, rows=200_000)
placed = frameumap.spark.transform(sdf, model)      the columns of sdf, and the coordinates
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from .shipped import Shipped, fit_merged, landmark_rows, merge_sketches, sketch_batches

_TYPES = {pa.float32(): "float", pa.int32(): "int"}


def fit_sample(sdf: Any, schema: Any = None, rows: int | None = None, **options: Any) -> Any:
    """`frameumap.fit_sample` of a Spark DataFrame: the same model for any partition. Partitions are
    sketched by the executors; the fit runs on the driver."""
    size = landmark_rows(rows, len(sdf.columns))

    def sketch(batches: Iterator[Any]) -> Iterator[Any]:
        made = sketch_batches(batches, size)
        yield pa.RecordBatch.from_pydict({"sketch": [pickle.dumps(made)]})

    found = sdf.mapInArrow(sketch, "sketch binary").collect()
    return fit_merged(merge_sketches(pickle.loads(row.sketch) for row in found), schema, options)


def transform(sdf: Any, model: Any, segments: Any = None) -> Any:
    """The columns of `sdf` with the coordinates (float) and, with `segments` of `model.cluster()`,
    columns `segment` and `membership`. The model is broadcast once."""
    from pyspark.sql.types import StructType

    shipped = Shipped.of(model, segments)
    sent = sdf.sparkSession.sparkContext.broadcast(shipped)

    def place(batches: Iterator[Any]) -> Iterator[Any]:
        for data, columns in sent.value.place_each(batches):
            table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
            for name in columns.column_names:
                table = table.append_column(name, columns[name])
            yield from table.combine_chunks().to_batches()

    made = StructType(list(sdf.schema.fields))
    for field in shipped.placer.schema:
        made = made.add(field.name, _TYPES[field.type])
    return sdf.mapInArrow(place, made)
