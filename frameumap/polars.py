"""Lazy frames of polars (`fit_sample` takes them as they are): a lazy transform.

model = frameumap.fit_sample(lf, rows=200_000)
placed = frameumap.polars.transform(lf, model)      the columns of lf, and the coordinates
placed.sink_parquet("placed.parquet")
"""

from __future__ import annotations

from typing import Any

from .shipped import Shipped


def transform(lf: Any, model: Any, segments: Any = None) -> Any:
    """The lazy frame with columns of coordinates (Float32) and, with `segments` of
    `model.cluster()`, `segment` and `membership`; streamed, batch by batch."""
    import polars

    shipped = Shipped.of(model, segments)
    made = polars.DataFrame(shipped.placer.schema.empty_table()).schema

    def place(df: Any) -> Any:
        placed = polars.DataFrame(shipped.place(df.to_arrow()))
        return df.hstack(placed.get_columns())

    return lf.map_batches(
        place,
        schema={**lf.collect_schema(), **made},
        streamable=True,
        projection_pushdown=False,
        predicate_pushdown=False,
        slice_pushdown=False,
    )
