"""Files of any format -> one frame, and what was found out about them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..errors import nearest
from .delimited import TextTable, read_delimited
from .errors import FileError, UsageError
from .types import MisfitError, typed_frame

TEXT = ("csv", "tsv")
#: Suffix -> format.
FORMATS = {
    "csv": "csv", "txt": "csv", "dat": "csv", "tsv": "tsv", "tab": "tsv", "parquet": "parquet",
    "pq": "parquet", "feather": "feather", "arrow": "feather", "ipc": "feather", "jsonl": "jsonl",
    "ndjson": "jsonl", "xlsx": "xlsx", "xlsm": "xlsx",
}  # fmt: skip
_COMPRESSED = {"gz": "gzip", "bz2": "bz2", "xz": "lzma"}
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "feather", b"PK\x03\x04": "xlsx"}


@dataclass(frozen=True)
class Reading:
    """How to read, where it is not to be found out."""

    format: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    header: bool | None = None
    gaps: tuple[str, ...] = ()
    skip_lines: int = 0
    skip_ragged: bool = False
    sheet: str | None = None
    sample: int | None = None
    seed: int = 0


@dataclass
class Table:
    """A frame and where it comes from.

    Attributes
    ----------
    df : DataFrame
        Rows of all files, numbered from 0.
    facts : list of str
        One line a file: format, dialect, encoding, rows.
    notes : list of str
        What was understood in one of several ways.
    place : callable
        Row -> "FILE, line N".
    """

    df: pd.DataFrame
    facts: list[str]
    notes: list[str]
    place: Callable[[int], str]
    names: list[str] = field(default_factory=list)


@dataclass
class _Part:
    name: str
    format: str
    text: TextTable | None
    df: pd.DataFrame | None

    @property
    def columns(self) -> list[str]:
        return list(self.text.columns.column_names if self.text else self.df.columns)  # type: ignore[union-attr]

    def __len__(self) -> int:
        return self.text.columns.num_rows if self.text else len(self.df)  # type: ignore[arg-type]


def read_tables(
    paths: list[str], reading: Reading, wanted: Mapping[str, str] | None = None
) -> Table:
    """Read files that have the same columns as one table.

    Parameters
    ----------
    paths : list of str
        "-" is standard input.
    reading : Reading
    wanted : mapping of column to type, optional
        For tables of text, see `types.typed_frame`.

    Raises
    ------
    FileError
        Names the file, and line and column where they are known.
    UsageError
    """
    parts = [_read_part(path, reading) for path in paths]
    _check_same_columns(parts)
    notes = [note for part in parts if part.text for note in part.text.notes]
    facts = [_fact(part) for part in parts]
    for part in parts:
        if part.text and part.text.skipped:
            lines = part.text.skipped
            notes.append(
                f"{part.name}: {len(lines):,} line(s) of another number of fields left out, the "
                f"first is line {lines[0]:,}"
            )
    place = _place(parts)
    if all(part.text for part in parts):
        df = _typed(parts, reading, wanted, notes, place)
    else:
        df = pd.concat([_frame_of(p, reading, wanted, notes) for p in parts], ignore_index=True)
    df, place = _sampled(df, reading, notes, place)
    return Table(df, facts, notes, place, [part.name for part in parts])


def _read_part(path: str, reading: Reading) -> _Part:
    name = "standard input" if path == "-" else path
    data = _bytes(path, name)
    suffixes = [s.lstrip(".").lower() for s in Path(path).suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        data = _decompressed(data, name, _COMPRESSED[suffixes.pop()])
    format_ = reading.format or _by_content(data) or FORMATS.get(suffixes[-1] if suffixes else "")
    format_ = format_ or ("jsonl" if data.lstrip()[:1] == b"{" else "csv")
    if not data.strip():
        raise FileError(name, "is empty; there is nothing to embed")
    if format_ in TEXT:
        text = read_delimited(
            data, name, encoding=reading.encoding, header=reading.header,
            delimiter=reading.delimiter or ("\t" if format_ == "tsv" else None),
            skip_lines=reading.skip_lines, skip_ragged=reading.skip_ragged,
        )  # fmt: skip
        return _Part(name, format_, text, None)
    try:
        df = _READERS[format_](data, name, reading)
    except (FileError, UsageError):
        raise
    except Exception as error:  # whatever a damaged file brings a reader to say
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise FileError(name, f"cannot be read as {format_}: {reason}") from None
    if df.shape[0] == 0 or df.shape[1] == 0:
        raise FileError(name, "has no rows; there is nothing to embed")
    return _Part(name, format_, None, df.reset_index(drop=True))


def _bytes(path: str, name: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        folder = Path(path).parent
        near = (
            nearest(Path(path).name, [p.name for p in folder.iterdir()])
            if folder.is_dir()
            else None
        )
        hint = f"; did you mean {str(folder / near)!r}?" if near else ""
        raise FileError(name, f"there is no such file{hint}") from None
    except IsADirectoryError:
        raise FileError(name, "is a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(name, f"cannot be read: {reason}") from None


def _decompressed(data: bytes, name: str, module: str) -> bytes:
    import importlib

    try:
        return bytes(importlib.import_module(module).decompress(data))
    except Exception as error:  # each module has errors of its own
        raise FileError(name, f"cannot be decompressed with {module}: {error}") from None


def _by_content(data: bytes) -> str | None:
    return next((own for magic, own in _MAGIC.items() if data.startswith(magic)), None)


def _read_parquet(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    return pyarrow.parquet.read_table(pyarrow.BufferReader(data)).to_pandas()


def _read_feather(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    import pyarrow
    from pyarrow import ipc

    opener = ipc.open_file if data.startswith(b"ARROW1") else ipc.open_stream
    return opener(pyarrow.BufferReader(data)).read_all().to_pandas()


def _read_jsonl(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    from .encoding import decode

    rows = []
    text = decode(data, name, reading.encoding).data.decode()
    for line, part in enumerate(text.split("\n"), 1):
        if not part.strip():
            continue
        try:
            row = json.loads(part)
        except (ValueError, RecursionError) as error:
            raise FileError(name, f"is no JSON: {error}", line=line) from None
        if not isinstance(row, dict):
            raise FileError(
                name, f"an object is expected, got {type(row).__name__}; one row a line", line=line
            )
        rows.append(row)
    return pd.DataFrame(rows)


def _read_xlsx(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    try:
        import openpyxl  # noqa: F401
    except ImportError:
        raise FileError(name, "needs openpyxl: pip install 'frameumap[excel]'") from None
    sheets = pd.read_excel(
        io.BytesIO(data), sheet_name=None, header=None if reading.header is False else 0
    )
    if reading.sheet is None:
        df = next(iter(sheets.values()))
    elif reading.sheet in sheets:
        df = sheets[reading.sheet]
    else:
        raise FileError(name, f"has no sheet {reading.sheet!r}; it has {', '.join(sheets)}")
    return df.set_axis(
        [str(c) if isinstance(c, str) else f"column_{c}" for c in df.columns], axis=1
    )


_READERS: dict[str, Callable[[bytes, str, Reading], pd.DataFrame]] = {
    "parquet": _read_parquet,
    "feather": _read_feather,
    "jsonl": _read_jsonl,
    "xlsx": _read_xlsx,
}


def _check_same_columns(parts: list[_Part]) -> None:
    first = parts[0]
    for part in parts[1:]:
        lacking = [c for c in first.columns if c not in part.columns]
        more = [c for c in part.columns if c not in first.columns]
        if lacking or more:
            what = f"lacks {lacking[:5]}" if lacking else f"has {more[:5]} besides"
            raise FileError(
                part.name, f"has other columns than {first.name}: it {what}; files of one table "
                "must have the same columns"
            )  # fmt: skip


def _fact(part: _Part) -> str:
    shape = f"{len(part):,} rows, {len(part.columns)} columns"
    if part.text is None:
        return f"{part.name}: {part.format}, {shape}"
    return f"{part.name}: {part.format}, {part.text.encoding}, {part.text.dialect.words()}; {shape}"


def _typed(
    parts: list[_Part],
    reading: Reading,
    wanted: Mapping[str, str] | None,
    notes: list[str],
    place: Callable[[int], str],
) -> pd.DataFrame:
    import pyarrow

    names = parts[0].columns
    table = pyarrow.concat_tables([p.text.columns.select(names) for p in parts])  # type: ignore[union-attr]
    try:
        df, own = typed_frame(table, wanted, reading.decimal, reading.gaps, place)
    except MisfitError as error:
        found = error.misfit
        file, _, line = place(found.row).rpartition(", line ")
        raise FileError(
            file,
            f"{found.value[:60]!r} is not {found.wanted}, which the schema or model wants",
            line=int(line.replace(",", "")),
            column=found.column,
        ) from None
    notes += own
    return df


def _frame_of(
    part: _Part, reading: Reading, wanted: Mapping[str, str] | None, notes: list[str]
) -> pd.DataFrame:
    if part.text is None:
        assert part.df is not None
        return part.df
    return _typed([part], reading, wanted, notes, _place([part]))


def _place(parts: list[_Part]) -> Callable[[int], str]:
    ends = np.cumsum([len(part) for part in parts])

    def place(row: int) -> str:
        at = int(np.searchsorted(ends, row, "right"))
        part = parts[at]
        row -= int(ends[at - 1]) if at else 0
        if part.text is None:
            return f"{part.name}, row {row + 1:,}"
        return f"{part.name}, line {part.text.line_of(row):,}"

    return place


def _sampled(
    df: pd.DataFrame, reading: Reading, notes: list[str], place: Callable[[int], str]
) -> tuple[pd.DataFrame, Callable[[int], str]]:
    if reading.sample is None or reading.sample >= len(df):
        return df, place
    chosen = np.sort(
        np.random.default_rng(reading.seed).choice(len(df), reading.sample, replace=False)
    )
    notes.append(f"a random sample of {reading.sample:,} of {len(df):,} rows, in their order")
    return df.iloc[chosen].reset_index(drop=True), lambda row: place(int(chosen[row]))
