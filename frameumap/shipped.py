"""A fitted model as bytes, for the workers of an engine; each process loads it once."""

from __future__ import annotations

import hashlib
import tempfile
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from .estimator import FrameUMAP
from .stream.batches import check_segments, place_table
from .stream.fit import check_rows, default_rows, fit_sketch, sketch_parts
from .stream.place import Placer, place_parts
from .stream.sketch import Sketch
from .stream.source import Part


class Labels(NamedTuple):
    """What a worker needs of segments, see `insight.cluster.Segments`."""

    labels: np.ndarray
    n_segments: int


@dataclass(frozen=True)
class Shipped:
    """The bytes of a model's file, and segments of its rows.

    Attributes
    ----------
    data : bytes
    digest : str
        By which a process knows that it has loaded the model.
    labels : Labels or None
        Of the segments.
    """

    data: bytes
    digest: str
    labels: Any

    @classmethod
    def of(cls, model: FrameUMAP, segments: Any = None) -> Shipped:
        """A fitted model, ready to be sent."""
        model._check_fitted()
        check_segments(model._model, segments)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model"
            model.save(path)
            data = path.read_bytes()
        labels = None if segments is None else Labels(segments.labels, segments.n_segments)
        return cls(data, hashlib.sha256(data).hexdigest(), labels)

    @property
    def placer(self) -> Placer:
        """A new placer of the model."""
        return Placer(_load(self)._model, self.labels)

    def place(self, data: Any) -> Any:
        """Positions of the rows of a record batch or table, a pyarrow.Table."""
        return place_table(_load(self)._model, data, self.labels)

    def place_each(self, batches: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Batches with their positions; small ones are joined."""
        yield from place_parts(self.placer, (Part(b, f"batch {i}") for i, b in enumerate(batches)))


_LOCK = threading.Lock()
#: The model that this process has loaded last, by its digest.
_LOADED: dict[str, FrameUMAP] = {}


def _load(shipped: Shipped) -> FrameUMAP:
    with _LOCK:
        if shipped.digest not in _LOADED:
            _LOADED.clear()
            _LOADED[shipped.digest] = _read(shipped.data)
        return _LOADED[shipped.digest]


def _read(data: bytes) -> FrameUMAP:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        path.write_bytes(data)
        return FrameUMAP.load(path)


def sketch_batches(batches: Iterable[Any], rows: int) -> Sketch | None:
    """The sketch of a partition; None if it has no batch."""
    parts = [Part(batch, f"batch {at}") for at, batch in enumerate(batches)]
    if not parts:
        return None
    made = sketch_parts(parts, rows)
    made.compact()
    return made


def merge_sketches(sketches: Iterable[Sketch | None]) -> Sketch:
    """One sketch of all partitions, whatever their order."""
    found = [sketch for sketch in sketches if sketch is not None]
    if not found:
        return Sketch(2)
    merged = Sketch(found[0].size)
    for sketch in found:
        merged.merge(sketch)
    return merged


def landmark_rows(rows: int | None, columns: int) -> int:
    """The number of landmarks, checked; by the memory of this machine if None."""
    check_rows(rows)
    return default_rows(columns) if rows is None else int(rows)


def fit_merged(sketch: Sketch, schema: Any, options: dict[str, Any]) -> FrameUMAP:
    """A model fitted on the landmarks of a sketch."""
    model: FrameUMAP = fit_sketch(FrameUMAP(schema, **options), sketch)
    return model
