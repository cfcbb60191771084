"""Files in, a folder of parquet files out; each is written whole, and not twice."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from ..errors import DataError
from ..model.transform import warn_unknown
from .batches import check_segments
from .manifest import Manifest, model_digest
from .place import Placer, place_parts
from .source import Part, find_files, read_file_parts, read_parts


class Written(NamedTuple):
    """What a run wrote.

    Attributes
    ----------
    rows, files : int
        In the folder, those of earlier runs included.
    skipped : int
        Files that an earlier run had finished.
    folder : str
    """

    rows: int
    files: int
    skipped: int
    folder: str


def transform_files(
    model: Any,
    source: Any,
    out: str | Path,
    *,
    segments: Any = None,
    keep: Sequence[str] | None = None,
    told: Callable[[str, int], None] | None = None,
    replace: bool = False,
) -> Written:
    """Place the rows of files, and write a parquet file for each into a folder; see
    `FrameUMAP.transform_batches`.

    Parameters
    ----------
    model : FrameUMAP
    source
        A path, glob or folder, or a list of them; other sources are written as numbered parts.
    keep : sequence of str, optional
        Columns of the source that are written before the coordinates; None for all.
    told : callable, optional
        Called after each file with its name and number of rows.
    replace : bool
        Whether files that something else wrote, such as another model, are replaced.
    """
    check_segments(model._model, segments)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    made_by = {
        "model": model_digest(model, segments),
        "columns": None if keep is None else list(keep),
    }
    manifest = Manifest(folder, made_by, replace)
    placer = Placer(model._model, segments)
    rows = skipped = files = 0
    for name, path, parts in _jobs(source, folder):
        done = manifest.finished(name, path) if path is not None else None
        if done is None:
            with _whole(folder / name) as beside:
                done = _write(placer, parts(), beside, keep)
            manifest.add(name, path, done)
        else:
            skipped += 1
        rows, files = rows + done, files + 1
        if told is not None:
            told(name, done)
    warn_unknown(placer.unknown)
    return Written(rows, files, skipped, str(folder))


Job = tuple[str, Path | None, Callable[[], Iterable[Part]]]


def _jobs(source: Any, folder: Path) -> Iterator[Job]:
    """Name of each file to write, the file it comes from, and its parts."""
    paths = _paths(source)
    if paths is None:
        for at, part in enumerate(read_parts(source)):
            yield f"part-{at:05d}.parquet", None, partial(list, [part])
        return
    for path, name in zip(paths, part_names(paths), strict=True):
        if Path(path).resolve() == (folder / name).resolve():
            raise DataError(f"{path} is an input too; write to another folder")
        yield name, Path(path), partial(read_file_parts, path)


def _paths(source: Any) -> list[str] | None:
    if isinstance(source, (str, Path)):
        return find_files(source)
    if isinstance(source, (list, tuple)) and all(isinstance(s, (str, Path)) for s in source):
        return [path for item in source for path in find_files(item)]
    return None


def part_names(paths: Sequence[str]) -> list[str]:
    """Names of the results: of the files, with their folders where those differ.

    Examples
    --------
    >>> part_names(["in/a.csv", "in/b/a.parquet"]), part_names(["in/a.csv"])
    (['a.parquet', 'b__a.parquet'], ['a.parquet'])
    """
    if not paths:
        return []
    common = os.path.commonpath([os.path.dirname(os.path.abspath(p)) for p in paths])  # noqa: PTH100, PTH120
    names = []
    for path in paths:
        name = "__".join(Path(os.path.relpath(path, common)).with_suffix(".parquet").parts)
        while name in names:  # a.csv beside a.parquet
            name = f"{name.removesuffix('.parquet')}'.parquet"
        names.append(name)
    return names


@contextlib.contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A name beside `path`, which becomes it if all goes well."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write(placer: Placer, parts: Iterable[Part], path: Path, keep: Sequence[str] | None) -> int:
    """Write the columns and positions of parts; returns the number of rows."""
    import pyarrow.parquet as pq

    rows, writer = 0, None
    try:
        for placed in place_parts(placer, parts):
            table = _beside(placed.data, placed.columns, keep)
            if writer is None:
                writer = pq.ParquetWriter(path, table.schema)
            writer.write_table(table.cast(writer.schema))
            rows += table.num_rows
        if writer is None:
            pq.write_table(placer.schema.empty_table(), path)
    finally:
        if writer is not None:
            writer.close()
    return rows


def _beside(data: Any, columns: Any, keep: Sequence[str] | None) -> Any:
    """The columns of the source that are kept, then those of the result."""
    table = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
    if keep is not None:
        lacking = [name for name in keep if name not in table.column_names]
        if lacking:
            raise DataError(f"there is no column {lacking[0]!r} to keep")
        table = table.select(list(keep))
    for name in columns.column_names:
        if name in table.column_names:
            raise DataError(f"the source has a column {name!r} already; rename it, or leave it out")
        table = table.append_column(name, columns[name])
    return table
