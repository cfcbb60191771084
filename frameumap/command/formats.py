"""One file of any format: its bytes, its format, its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .delimited import TextTable, distinct_names, read_delimited
from .encoding import decode
from .errors import FileError, UsageError
from .files import content_format, file_bytes, unpacked
from .json_tables import read_json
from .sheets import read_sheet

TEXT = ("csv", "tsv")
#: Suffix -> format.
FORMATS = {
    "csv": "csv", "txt": "csv", "dat": "csv", "tsv": "tsv", "tab": "tsv", "parquet": "parquet",
    "pq": "parquet", "feather": "feather", "arrow": "feather", "ipc": "feather", "jsonl": "jsonl",
    "ndjson": "jsonl", "json": "jsonl", "xlsx": "xlsx", "xlsm": "xlsx",
}  # fmt: skip
#: Arguments that only tables of text, or only workbooks, have a use for.
_ONLY = {
    "encoding": (*TEXT, "jsonl"), "delimiter": TEXT, "decimal": TEXT, "gaps": TEXT,
    "skip_ragged": TEXT, "header": (*TEXT, "xlsx"), "skip_lines": (*TEXT, "xlsx"),
    "sheet": ("xlsx",),
}  # fmt: skip
_ARGUMENTS = {"gaps": "gap", "skip_ragged": "skip-ragged", "skip_lines": "skip-lines"}


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
    """The rows of one file; `format` is for people, `text` and `df` exclude each other."""

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
    """Read one file.

    Raises
    ------
    FileError
    UsageError
        If an argument is given that has no meaning for the file's format.
    """
    name = "standard input" if path == "-" else path
    data, suffix = unpacked(file_bytes(path, name), name, path)
    format_ = reading.format or content_format(data, name) or FORMATS.get(suffix) or "csv"
    if not data.strip():
        raise FileError(name, "is empty; there is nothing to embed")
    _refuse_useless(reading, format_, name)
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
    words = df.attrs.pop("words", format_)
    names = df.columns.tolist()
    df.columns = pd.Index(distinct_names(names, names))
    return Part(name, words, None, df)


def _refuse_useless(reading: Reading, format_: str, name: str) -> None:
    for field, formats in _ONLY.items():
        given = getattr(reading, field)
        is_given = given is not None if field == "header" else bool(given)
        if is_given and format_ not in formats:
            argument = _ARGUMENTS.get(field, field)
            raise UsageError(f"--{argument} has no meaning for {name}, which is {format_}")


def _with_index(df: pd.DataFrame) -> pd.DataFrame:
    """Columns that pandas had made the index are columns again; row numbers are none."""
    plain = all(name is None for name in df.index.names)
    if plain and pd.api.types.is_integer_dtype(df.index.dtype):
        return df.reset_index(drop=True)
    return df.reset_index()


def _read_parquet(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.parquet.ParquetFile(pyarrow.BufferReader(data)).read()
    return _to_frame(table)


def _read_feather(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    import pyarrow
    from pyarrow import ipc

    opener = ipc.open_file if data.startswith(b"ARROW1") else ipc.open_stream
    return _to_frame(opener(pyarrow.BufferReader(data)).read_all())


def _to_frame(table: Any) -> pd.DataFrame:
    """An Arrow table as a frame; ArrowInvalid if its strings or offsets are damaged."""
    table.validate(full=True)
    return _with_index(table.to_pandas())


def _read_json(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    df, words = read_json(decode(data, name, reading.encoding).data.decode(), name)
    df.attrs["words"] = words
    return df


def _read_xlsx(data: bytes, name: str, reading: Reading) -> pd.DataFrame:
    df, words = read_sheet(data, name, reading.sheet, reading.header, reading.skip_lines)
    df.attrs["words"] = words
    return df


_READERS: dict[str, Callable[[bytes, str, Reading], pd.DataFrame]] = {
    "parquet": _read_parquet,
    "feather": _read_feather,
    "jsonl": _read_json,
    "xlsx": _read_xlsx,
}
