"""Files written whole or not at all, never over others unless that is asked for."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import FileError, UsageError
from .formats import FORMATS
from .talk import write_data
from .write_sheet import write_sheet

#: Formats a table can be written in.
WRITTEN = ("csv", "tsv", "parquet", "feather", "jsonl", "xlsx")
#: Those that hold lists in a cell.
NESTED = ("parquet", "feather", "jsonl")


class Outputs:
    """The files of one run, checked before any work is done.

    Parameters
    ----------
    inputs : list of str
        Paths that must not be written.
    force : bool
        Whether files that exist are replaced.
    """

    def __init__(self, inputs: list[str], force: bool) -> None:
        self.force = force
        self.written: list[str] = []
        self._inputs = {Path(path).resolve() for path in inputs if path != "-"}
        self._planned: set[Path] = set()

    def plan(self, path: str | Path | None, suffixes: tuple[str, ...] = ()) -> None:
        """Check a path that will be written.

        Raises
        ------
        UsageError
            If its suffix is none of `suffixes`, it is given twice, or it is an input.
        FileError
            If its folder is not there, or it is, and may not be replaced.
        """
        if path is None or str(path) == "-":
            return
        target = Path(path)
        if suffixes and suffix_of(target) not in suffixes:
            known = ", ".join(f".{s}" for s in suffixes)
            raise UsageError(f"{path}: the name must end in one of {known}")
        if target.resolve() in self._inputs:
            raise UsageError(f"{path} is an input too; write to another file")
        if target.resolve() in self._planned:
            raise UsageError(f"{path} is to be written twice")
        self._planned.add(target.resolve())
        if not target.parent.is_dir():
            raise FileError(str(path), f"there is no folder {str(target.parent)!r}")
        if target.is_dir():
            raise FileError(str(path), "is a folder; name a file in it")
        if target.exists() and not target.is_file():
            raise FileError(str(path), "is no regular file; -o - writes to standard output")
        if target.exists() and not self.force:
            raise FileError(str(path), "exists already; --force replaces it")

    @contextmanager
    def whole(self, path: str | Path) -> Iterator[Path]:
        """A temporary name in the same folder, which becomes `path` if all goes well."""
        target = Path(path).resolve()  # a link stays a link
        beside = target.with_name(f".{target.stem[:40]}.{secrets.token_hex(4)}{target.suffix}")
        try:
            yield beside
            with beside.open("rb+") as file:
                os.fsync(file.fileno())
            self._settle(beside, target)
        except OSError as error:
            raise FileError(str(path), f"cannot be written: {error.strerror or error}") from None
        finally:
            beside.unlink(missing_ok=True)
        self.written.append(str(path))

    def _settle(self, beside: Path, target: Path) -> None:
        if self.force:
            beside.replace(target)
            return
        try:
            os.link(beside, target)  # unlike a rename, never replaces what came meanwhile
        except FileExistsError:
            raise FileError(str(target), "exists already; --force replaces it") from None
        except OSError:  # a file system without hard links
            if target.exists():
                raise FileError(str(target), "exists already; --force replaces it") from None
            beside.replace(target)

    def text(self, path: str | Path, text: str) -> None:
        """Write a text."""
        if str(path) == "-":
            write_data(text.encode("utf-8", "backslashreplace"))
            return
        with self.whole(path) as beside:
            beside.write_text(text, encoding="utf-8", newline="\n")

    def table(self, path: str | Path, df: pd.DataFrame, format_: str | None = None) -> None:
        """Write a table in the format of the path's suffix; to standard output if it is "-"."""
        if str(path) == "-":
            sink = io.BytesIO()
            write_table(df, sink, format_ or "csv")
            write_data(sink.getvalue())
            return
        with self.whole(path) as beside, beside.open("wb") as file:
            write_table(df, file, format_ or FORMATS[suffix_of(Path(path))])


def suffix_of(path: Path) -> str:
    """The suffix in small letters, without its point."""
    return path.suffix.lower().lstrip(".")


TABLE_SUFFIXES = tuple(s for s, format_ in FORMATS.items() if format_ in WRITTEN and s != "json")


def write_table(df: pd.DataFrame, sink: Any, format_: str) -> None:
    """Write a frame, without its index, to a binary stream."""
    if format_ in ("csv", "tsv"):
        text = df.to_csv(index=False, sep="\t" if format_ == "tsv" else ",", lineterminator="\n")
        sink.write(text.encode("utf-8", "surrogatepass"))
    elif format_ == "jsonl":
        text = df.to_json(orient="records", lines=True, date_format="iso", force_ascii=False)
        sink.write(text.encode("utf-8", "surrogatepass"))
    elif format_ == "xlsx":
        need("xlsx")
        write_sheet(df, sink)
    else:
        _write_arrow(df, sink, format_)


def _write_arrow(df: pd.DataFrame, sink: Any, format_: str) -> None:
    import pyarrow
    import pyarrow.feather
    import pyarrow.parquet

    try:
        table = pyarrow.Table.from_pandas(df, preserve_index=False)
    except _not_in_arrow():
        table = pyarrow.Table.from_pandas(_plain_objects(df), preserve_index=False)
    if format_ == "feather":
        pyarrow.feather.write_feather(table, sink)
    else:
        pyarrow.parquet.write_table(table, sink)


def _not_in_arrow() -> tuple[type[Exception], ...]:
    """What Arrow raises for values that it has no type for."""
    import pyarrow

    return (
        pyarrow.ArrowInvalid, pyarrow.ArrowTypeError, pyarrow.ArrowNotImplementedError,
        OverflowError,
    )  # fmt: skip


def _plain_objects(df: pd.DataFrame) -> pd.DataFrame:
    """Columns of several Python types, which Arrow has no type for, as text."""
    import pyarrow

    changed = {}
    for name in df.columns[[dtype.kind == "O" for dtype in df.dtypes]]:
        try:
            pyarrow.array(df[name], from_pandas=True)
        except _not_in_arrow():
            changed[name] = df[name].map(str, na_action="ignore")
    return df.assign(**changed)


#: What is asked for -> (module, extra).
_EXTRAS = {
    "page": ("plotly", "html"),
    "picture": ("matplotlib", "plot"),
    "xlsx": ("openpyxl", "excel"),
}


def missing_extra(what: str) -> str | None:
    """The line to install what `what` needs; None if it is there."""
    from importlib.util import find_spec

    module, extra = _EXTRAS[what]
    if find_spec(module) is not None:
        return None
    return f"needs {module}: pip install 'frameumap[{extra}]'"


def need(what: str) -> None:
    """Raise FileError unless the package for `what` is installed."""
    line = missing_extra(what)
    if line:
        raise FileError(f"a {what}", line)
