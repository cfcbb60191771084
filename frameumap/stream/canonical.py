"""Arrow data in one form: the same values give the same columns, however they are stored.

Integers become int64, other numbers float64, strings large strings, dates and times microseconds;
dictionaries are decoded. A batch is read the same in any file, chunk and library.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from ..errors import DataError

#: Test of an Arrow type -> the type in its place.
_PLAIN: tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...] = (
    (pa.types.is_uint64, lambda t: pa.float64()),
    (pa.types.is_integer, lambda t: pa.int64()),
    (pa.types.is_floating, lambda t: pa.float64()),
    (pa.types.is_decimal, lambda t: pa.float64()),
    (pa.types.is_date, lambda t: pa.timestamp("us")),
    (pa.types.is_timestamp, lambda t: pa.timestamp("us", t.tz)),
    (pa.types.is_duration, lambda t: pa.duration("us")),
    (pa.types.is_time, lambda t: pa.time64("us")),
    (pa.types.is_string, lambda t: pa.large_string()),
    (pa.types.is_string_view, lambda t: pa.large_string()),
)


def plain_type(type_: Any) -> Any:
    """The canonical type of an Arrow type."""
    if pa.types.is_dictionary(type_):
        return plain_type(type_.value_type)
    if (
        pa.types.is_list(type_)
        or pa.types.is_large_list(type_)
        or pa.types.is_fixed_size_list(type_)
        or pa.types.is_list_view(type_)
        or pa.types.is_large_list_view(type_)
    ):
        return pa.large_list(plain_type(type_.value_type))
    return next((made(type_) for test, made in _PLAIN if test(type_)), type_)


def canonical(data: Any) -> pa.Table:
    """A record batch or table with canonical columns, each in one chunk.

    Raises
    ------
    DataError
        If column names repeat, or a value does not fit its canonical type.
    """
    table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
    names = table.column_names
    if len(set(names)) < len(names):
        repeated = next(name for name in names if names.count(name) > 1)
        raise DataError(f"column {repeated!r} occurs twice; rename one of them")
    columns = [_plain(name, table.column(c)) for c, name in enumerate(names)]
    return pa.table(columns, names=names)


def _plain(name: str, column: Any) -> Any:
    type_ = plain_type(column.type)
    try:
        if pa.types.is_dictionary(column.type):
            chunks = [c.dictionary.cast(type_, safe=False).take(c.indices) for c in column.chunks]
            column = pa.chunked_array(chunks, type_)
        if column.type != type_:
            # Nanoseconds are cut off; whole numbers beyond 2^53 are rounded, as anywhere else.
            column = column.cast(type_, safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DataError(f"column {name!r}: {error}") from None
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # how some versions return an empty column
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], type_)
    return whole


def ordered_levels(data: Any) -> dict[str, list[Any] | None]:
    """Levels of the dictionary columns in order; None for those without an order."""
    found: dict[str, list[Any] | None] = {}
    for c, field in enumerate(data.schema):
        if not pa.types.is_dictionary(field.type):
            continue
        found[field.name] = None
        column = data.column(c)
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        if field.type.ordered and chunks:
            found[field.name] = chunks[0].dictionary.to_pylist()
    return found
