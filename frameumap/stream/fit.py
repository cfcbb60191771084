"""`fit_sample`: one pass over all rows, then a fit on the landmarks."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from numbers import Integral
from typing import Any

from ..columns.border import Frame, plain_columns
from ..errors import DataError, ParameterError, SchemaError
from ..model.memory import available_bytes
from ..progress import Progress
from ..schema.precomputed import given_distances, takes_matrix
from .landmarks import choose_landmarks, repeated, sample_schema
from .report import judge_sample
from .sketch import Sketch
from .source import Part, read_parts

#: Landmarks where memory decides, at least and at most.
FEWEST, MOST = 100_000, 1_000_000
#: Share of the free memory that the landmarks may take.
_SHARE = 0.4
#: Bytes that a landmark takes in the fit, and for every column in the pass.
_ROW, _COLUMN = 3000, 60


def fit_landmarks(model: Any, source: Any, rows: int | None) -> Any:
    """See `FrameUMAP.fit_sample`."""
    check_rows(rows)
    if given_distances(model.schema) or takes_matrix(model.schema):
        raise SchemaError(
            "given distances are between the rows of one frame, in its order: use fit, or "
            "transform with precomputed=..."
        )
    progress = Progress(model.verbose)
    sketch = sketch_parts(read_parts(source), rows)
    progress.say(f"landmarks: {sketch.rows:,} rows read, {sketch.size:,} are fitted at most")
    return fit_sketch(model, sketch)


def check_rows(rows: Any) -> None:
    """ParameterError unless `rows` is a number of landmarks or None."""
    if rows is None:
        return
    if isinstance(rows, bool) or not isinstance(rows, Integral) or rows < 2:
        raise ParameterError(f"rows must be an integer >= 2 or None, got {rows!r}")


def sketch_parts(parts: Iterable[Part], rows: int | None) -> Sketch:
    """The sketch of parts; DataError names the part that it cannot take."""
    parts = iter(parts)
    first = next(parts, None)
    if first is None:
        raise DataError("the source is empty: there is no row to fit")
    size = default_rows(len(first.data.schema)) if rows is None else int(rows)
    sketch = Sketch(size)
    for data, where in _after(first, parts):
        try:
            sketch.add(data, where)
        except DataError as error:
            told = str(error)
            raise DataError(told if where in told else f"{where}: {told}") from None
    return sketch


def _after(first: Part, parts: Iterator[Part]) -> Iterator[Part]:
    return itertools.chain([first], parts)


def default_rows(columns: int) -> int:
    """Landmarks that the free memory allows, rounded down to two digits."""
    free = available_bytes()
    if free is None:
        return FEWEST
    most = int(_SHARE * free / (_ROW + _COLUMN * columns))
    digits = 10 ** max(0, len(str(most)) - 2)
    return max(FEWEST, min(MOST, most // digits * digits))


def fit_sketch(model: Any, sketch: Sketch) -> Any:
    """The model fitted on the landmarks of a sketch."""
    if not sketch.rows:
        raise DataError("the source is empty: there is no row to fit")
    landmarks = choose_landmarks(sketch)
    weighted = model.density == 0  # densMAP's radii take no weights
    frame = landmarks.frame if weighted else repeated(landmarks, sketch.size)
    frame = plain_columns(frame.reset_index(drop=True))
    given = model.schema
    try:
        if given is None:
            model.schema = sample_schema(sketch, frame)
        model._fit_frame(
            Frame(frame, "pandas", frame), None, landmarks.weights if weighted else None
        )
    finally:
        model.schema = given
    model.sample_ = judge_sample(model, landmarks, frame)
    Progress(model.verbose).say(str(model.sample_))
    return model
