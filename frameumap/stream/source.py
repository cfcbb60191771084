"""Where rows come from: files, folders, Arrow data, relations and lazy frames, as parts in turn."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from ..errors import DataError

#: Rows read at a time.
ROWS = 131_072
#: Suffix -> format.
SUFFIXES = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".feather": "arrow",
    ".arrow": "arrow", ".ipc": "arrow",
}  # fmt: skip


class Part(NamedTuple):
    """Some of the rows.

    Attributes
    ----------
    data : pyarrow.Table or RecordBatch
    where : str
        The file and row group, or which batch it is, for messages.
    """

    data: Any
    where: str


def read_parts(source: Any) -> Iterator[Part]:
    """Parts of any source, read one after another.

    Parameters
    ----------
    source
        A path, glob or folder of parquet, Arrow or csv files, or a list of them; a pyarrow table,
        reader, scanner or dataset; a duckdb relation; a polars frame or lazy frame; a pandas frame;
        or an iterable of any of these.

    Raises
    ------
    DataError
        If the source is none of these, no file fits, or a part cannot be read: with the file and
        the row group.
    """
    if isinstance(source, (str, Path)):
        for path in find_files(source):
            yield from read_file_parts(path)
    elif isinstance(source, pd.DataFrame):
        yield Part(_from_pandas(source, "the frame"), "the frame")
    elif isinstance(source, (pa.Table, pa.RecordBatch)):
        yield from _slices(source, "the table")
    elif _is_dataset(source):
        for fragment in source.get_fragments():
            where = str(getattr(fragment, "path", "a fragment"))
            scan = partial(fragment.to_batches, schema=source.schema, batch_size=ROWS)
            yield from _guarded(scan, where + ", batch {}")
    else:
        yield from _of_objects(source)


def _of_objects(source: Any) -> Iterator[Part]:
    batches: Callable[[], Iterable[Any]]
    if hasattr(source, "to_arrow_reader"):  # duckdb
        batches = partial(source.to_arrow_reader, ROWS)
    elif hasattr(source, "collect_batches"):  # a lazy frame of polars
        batches = partial(source.collect_batches, chunk_size=ROWS, maintain_order=True)
    elif hasattr(source, "to_batches"):  # a scanner
        batches = source.to_batches
    elif hasattr(source, "__arrow_c_stream__"):
        batches = partial(pa.RecordBatchReader.from_stream, source)
    elif isinstance(source, Iterable) and not isinstance(source, (dict, bytes)):
        for at, item in enumerate(source):
            if isinstance(item, Part):
                yield item
                continue
            for part in read_parts(item):
                named = isinstance(item, (str, Path))
                yield part if named else part._replace(where=f"batch {at}")
        return
    else:
        raise DataError(
            "expected files (a path, a glob, a folder or a list), Arrow batches, a pyarrow "
            "dataset, a duckdb relation, a polars frame, a pandas frame, or an iterable of them; "
            f"got {type(source).__name__}"
        )
    for part in _guarded(batches, "batch {}"):
        data = part.data
        if hasattr(data, "__arrow_c_stream__") and not isinstance(data, pa.RecordBatch):
            yield part._replace(data=pa.table(data))
        else:
            yield part


def find_files(source: str | Path) -> list[str]:
    """Files of a path, a glob or a folder, in order of their names.

    Raises
    ------
    DataError
        If there is none, or one has an unknown ending.
    """
    path = Path(source)
    if path.is_dir():
        files = sorted(
            str(p) for p in path.rglob("*")
            if p.suffix.lower() in SUFFIXES and not p.name.startswith((".", "_"))
        )  # fmt: skip
    elif path.exists():
        files = [str(path)]
    else:
        files = sorted(glob.glob(str(source), recursive=True))  # noqa: PTH207 (absolute patterns)
    if not files:
        raise DataError(f"{str(source)!r}: there is no such file; files end in {_endings()}")
    for name in files:
        if Path(name).suffix.lower() not in SUFFIXES:
            raise DataError(f"{name!r}: expected a file that ends in {_endings()}")
    return files


def _endings() -> str:
    return ", ".join(SUFFIXES)


def read_file_parts(path: str) -> Iterator[Part]:
    """Parts of one file: row groups, record batches or blocks of lines."""
    form = SUFFIXES[Path(path).suffix.lower()]
    if form == "parquet":
        yield from _parquet(path)
    elif form == "arrow":
        yield from _guarded(partial(_arrow, path), f"{path}, batch {{}}")
    else:
        yield from _guarded(partial(_csv, path), f"{path}, block {{}}")


def _parquet(path: str) -> Iterator[Part]:
    import pyarrow.parquet as pq

    with _opened(lambda: pq.ParquetFile(path), path) as file:
        for group in range(file.num_row_groups):
            rows = partial(file.iter_batches, batch_size=ROWS, row_groups=[group])
            yield from _guarded(rows, f"{path}, row group {group}")


def _arrow(path: str) -> Iterator[Any]:
    with pa.memory_map(path) as file, pa.ipc.open_file(file) as reader:
        for at in range(reader.num_record_batches):
            yield reader.get_batch(at)


def _csv(path: str) -> Iterable[Any]:
    import pyarrow.csv

    tabs = Path(path).suffix.lower() == ".tsv"
    return pyarrow.csv.open_csv(
        path,
        read_options=pyarrow.csv.ReadOptions(block_size=1 << 24),
        parse_options=pyarrow.csv.ParseOptions(delimiter="\t" if tabs else ","),
        convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True),
    )


def _opened(open_: Callable[[], Any], where: str) -> Any:
    try:
        return open_()
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(where, error) from None


def _guarded(open_: Callable[[], Iterable[Any]], name: str) -> Iterator[Part]:
    """The items of what `open_` gives; errors of reading name the part, with its number for {}."""
    at = 0
    try:
        for item in open_():
            yield Part(item, name.replace("{}", str(at)))
            at += 1
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(name.replace("{}", str(at)), error) from None


def _unreadable(where: str, error: Exception) -> DataError:
    return DataError(f"{where}: cannot be read: {' '.join(str(error).split())[:200]}")


def _is_dataset(source: Any) -> bool:
    import pyarrow.dataset

    return isinstance(source, pyarrow.dataset.Dataset)


def _from_pandas(df: pd.DataFrame, where: str) -> Any:
    try:
        return pa.Table.from_pandas(df, preserve_index=False)
    except (pa.ArrowException, TypeError) as error:
        raise DataError(f"{where}: no Arrow type holds a column: {error}") from None


def _slices(data: Any, where: str) -> Iterator[Part]:
    for first in range(0, max(1, len(data)), ROWS):
        yield Part(data.slice(first, ROWS), where)
