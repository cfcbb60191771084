"""A stream of rows in, a stream of record batches out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import ParameterError
from ..model.model import Model
from ..model.transform import warn_unknown
from .place import Placer, place_parts
from .source import Part, read_parts

if TYPE_CHECKING:
    from ..insight.cluster import Segments


def check_segments(model: Model, segments: Any) -> None:
    """ParameterError unless `segments` are of this model."""
    if segments is None:
        return
    labels = getattr(segments, "labels", None)
    if labels is None or len(labels) != len(model.embedding):
        raise ParameterError(
            "segments must be those that model.cluster() of the same model returns, "
            f"got {type(segments).__name__}"
        )


def transform_batches(model: Model, source: Any, segments: Segments | None = None) -> Iterator[Any]:
    """See `FrameUMAP.transform_batches`; categories that the fit has not seen are told at the
    end."""
    check_segments(model, segments)
    return _placed(Placer(model, segments), source)


def _placed(placer: Placer, source: Any) -> Iterator[Any]:
    for _, columns in place_parts(placer, read_parts(source)):
        yield columns.to_batches()[0]
    warn_unknown(placer.unknown)


def place_table(model: Model, data: Any, segments: Segments | None = None) -> Any:
    """Positions of one table, a pyarrow.Table: for partitions of an engine, which may be empty."""
    placer = Placer(model, segments)
    if not data.num_rows:
        return placer.schema.empty_table()
    return placer.place(*placer.encode([Part(data, "a partition")]))
