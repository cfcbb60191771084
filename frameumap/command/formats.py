"""One file of any format: its bytes, its format, its rows."""

from __future__ import annotations

import importlib
import importlib.util
import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ..errors import nearest
from .delimited import TextTable, read_delimited
from .encoding import decode
from .errors import FileError, UsageError

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
    """Options of reading; None to detect."""

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
class Part:
    name: str
    format: str
    text: TextTable | None
    df: pd.DataFrame | None

    @property
    def columns(self) -> list[str]:
        return list(self.text.columns.column_names if self.text else self.df.columns)  # type: ignore[union-attr]

    def __len__(self) -> int:
        return self.text.columns.num_rows if self.text else len(self.df)  # type: ignore[arg-type]


def read_part(path: str, reading: Reading) -> Part:
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
        return Part(name, format_, text, None)
    try:
        df = _READERS[format_](data, name, reading)
    except (FileError, UsageError):
        raise
    except Exception as error:  # whatever a damaged file brings a reader to say
        reason = str(error).strip().split("\n")[0][:200] or type(error).__name__
        raise FileError(name, f"cannot be read as {format_}: {reason}") from None
    if df.shape[0] == 0 or df.shape[1] == 0:
        raise FileError(name, "has no rows; there is nothing to embed")
    return Part(name, format_, None, df.reset_index(drop=True))


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
    if importlib.util.find_spec("openpyxl") is None:
        raise FileError(name, "needs openpyxl: pip install 'frameumap[excel]'")
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
