"""Folders of files for `transform` and `embed --landmarks`: streamed, continued if interrupted."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..stream.files import transform_files
from ..stream.source import Part, find_files, read_parts
from .errors import FileError, UsageError
from .talk import Talk

#: Arguments that only tables read at once take.
_WHOLE = (
    "format", "encoding", "delimiter", "decimal", "header", "gap", "skip_lines", "skip_ragged",
    "sheet", "sample", "to",
)  # fmt: skip


def is_folder(path: str | None) -> bool:
    """Whether an output names a folder: it is one, or ends in a slash."""
    return path is not None and (path.endswith(("/", "\\")) or Path(path).is_dir())


def check_streamed(options: argparse.Namespace, refused: Sequence[str] = ()) -> None:
    """UsageError for arguments that do not go with a folder."""
    for name in (*_WHOLE, *refused):
        if getattr(options, name, None):
            raise UsageError(
                f"--{name.replace('_', '-')} does not go with a folder of results: files are "
                "streamed, as parquet, Arrow, or csv with commas in UTF-8"
            )
    if "-" in options.tables:
        raise UsageError("standard input cannot be streamed to a folder; name files")


def files_of(options: argparse.Namespace) -> list[str]:
    """The input files."""
    return [path for table in options.tables for path in find_files(table)]


def place_files(model: Any, options: argparse.Namespace, talk: Talk, segments: Any = None) -> None:
    """Write a parquet file for every input file."""
    files = files_of(options)
    keep = _kept(files, options.drop) if options.drop else None

    def told(name: str, rows: int) -> None:
        talk.progress(f"{name}: {rows:,} rows")

    done = transform_files(
        model, files, options.output,
        segments=segments, keep=keep, told=told, replace=options.force,
    )  # fmt: skip
    talk.facts |= {"rows": done.rows, "files": done.files, "skipped": done.skipped}
    talk.facts["outputs"] = [done.folder]
    again = f", {done.skipped} of them finished before" if done.skipped else ""
    talk.say(f"placed {done.rows:,} rows among {len(model.embedding_):,}")
    talk.say(f"wrote {done.files} files to {done.folder}{again}")


def _kept(files: list[str], dropped: Sequence[str]) -> list[str]:
    names = next(iter(read_parts(files))).data.schema.names
    for name in dropped:
        if name not in names:
            raise FileError(files[0], f"--drop: there is no column {name!r}")
    return [name for name in names if name not in dropped]


def without(files: list[str], dropped: Sequence[str]) -> Iterator[Part]:
    """Parts of files without some columns, which have to be there."""
    for part in read_parts(files):
        names = part.data.schema.names
        for name in dropped:
            if name not in names:
                raise FileError(part.where, f"there is no column {name!r}")
        yield part._replace(data=part.data.select([n for n in names if n not in dropped]))
