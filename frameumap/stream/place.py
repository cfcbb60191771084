"""Positions and segments of a stream of rows, each row by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from ..columns.block import Block
from ..columns.border import embedding_names
from ..errors import DataError
from ..insight.votes import count_votes
from ..model.model import Model
from ..model.transform import count_unknown, encode_new, new_memberships, new_parts, settle_rows
from ..progress import Progress
from .canonical import canonical
from .source import Part

if TYPE_CHECKING:
    from ..insight.cluster import Segments

#: Rows placed at a time: enough to occupy all cores, few enough to hold twice.
ROWS = 100_000
#: Names of the columns of segments.
SEGMENT, MEMBERSHIP = "segment", "membership"


class Placer:
    """Places tables of new rows; counts what it cannot say row by row.

    Parameters
    ----------
    model : Model
    segments : Segments, optional
        Segments of the model's rows, into which new ones are put.

    Attributes
    ----------
    rows : int
        Rows placed.
    unknown : Counter of column to int
        Rows whose category the fit has not seen.
    """

    def __init__(self, model: Model, segments: Segments | None = None) -> None:
        self.model = model
        self.segments = segments
        self.rows = 0
        self.unknown: Counter[Hashable] = Counter()

    @property
    def schema(self) -> Any:
        """Columns of the results."""
        names = embedding_names(self.model.layout_options.n_components)
        fields = [(name, pa.float32()) for name in names]
        if self.segments is not None:
            fields += [(SEGMENT, pa.int32()), (MEMBERSHIP, pa.float32())]
        return pa.schema(fields)

    def encode(self, parts: list[Part]) -> tuple[list[Block], int]:
        """Blocks of the rows of parts, and their number; an error names the part that it is in."""
        table = canonical(joined(parts).data)
        try:
            return encode_new(self.model, self._frame(table)), table.num_rows
        except DataError as error:
            if len(parts) == 1:
                raise DataError(f"{parts[0].where}: {error}") from None
        for part in parts:
            self.encode([part])
        raise DataError(f"{parts[0].where} to {parts[-1].where}: columns of several types")

    def _frame(self, table: Any) -> pd.DataFrame:
        wanted = [name for name in table.column_names if name in self.model.families]
        return table.select(wanted).to_pandas()

    def place(self, blocks: list[Block], m: int) -> Any:
        """Columns of `m` rows, a pyarrow.Table."""
        self.unknown.update(count_unknown(self.model, blocks))
        self.rows += m
        placed = np.empty((m, self.model.layout_options.n_components), np.float32)
        segment, membership = np.empty(m, np.int32), np.empty(m, np.float32)
        quiet = Progress()
        for new, picked in new_parts(self.model, blocks, m):
            heads, strengths = new_memberships(self.model, new, quiet)
            placed[picked] = settle_rows(self.model, new, heads, strengths, quiet)
            if self.segments is not None:
                labels, count = self.segments.labels, self.segments.n_segments
                votes = count_votes(self.model, new, heads, strengths, labels, count)
                best = votes.argmax(axis=1)
                segment[picked] = np.where(best == count, -1, best)
                membership[picked] = votes[np.arange(len(best)), best]
        columns = [pa.array(np.ascontiguousarray(column)) for column in placed.T]
        if self.segments is not None:
            columns += [pa.array(segment), pa.array(membership)]
        return pa.table(columns, schema=self.schema)


class Placed(NamedTuple):
    """Rows and their positions.

    Attributes
    ----------
    data : pyarrow.Table or RecordBatch
    columns : pyarrow.Table
    """

    data: Any
    columns: Any


def place_parts(placer: Placer, parts: Iterable[Part]) -> Iterator[Placed]:
    """Place parts in their order; the next one is read and encoded while kernels run."""
    chunks = gather(parts)
    with ThreadPoolExecutor(1, "frameumap-read") as reader:

        def advance() -> tuple[Any, list[Block], int] | None:
            for some in chunks:
                return joined(some).data, *placer.encode(some)
            return None

        waiting = reader.submit(advance)
        while (ready := waiting.result()) is not None:
            waiting = reader.submit(advance)
            data, blocks, m = ready
            yield Placed(data, placer.place(blocks, m))


def gather(parts: Iterable[Part], rows: int = ROWS) -> Iterator[list[Part]]:
    """The same rows in lists of parts that hold about `rows` together; empty parts are left out."""
    held: list[Part] = []
    count = 0
    for part in parts:
        n = part.data.num_rows
        if held and n and (count + n > rows or part.data.schema != held[0].data.schema):
            yield held
            held, count = [], 0
        if n > rows:
            yield from ([part._replace(data=part.data.slice(a, rows))] for a in range(0, n, rows))
        elif n:
            held.append(part)
            count += n
    if held:
        yield held


def joined(parts: list[Part]) -> Part:
    """Parts of one schema as one."""
    if len(parts) == 1:
        return parts[0]
    tables = [
        pa.Table.from_batches([p.data]) if isinstance(p.data, pa.RecordBatch) else p.data
        for p in parts
    ]
    return Part(pa.concat_tables(tables), f"{parts[0].where} to {parts[-1].where}")
