"""The bytes of a file, unpacked, and what they are by their first bytes."""

from __future__ import annotations

import importlib
import io
import re
import sys
import zipfile
from pathlib import Path

from ..errors import nearest
from .errors import FileError

#: First bytes -> how they are packed, whatever the file is called.
_PACKED = {
    b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "lzma", b"\x28\xb5\x2f\xfd": "zstd",
}  # fmt: skip
PACKED_SUFFIXES = {"gz": "gzip", "bz2": "bz2", "xz": "lzma", "zst": "zstd", "zip": "zip"}
_MAGIC = {b"PAR1": "parquet", b"ARROW1": "feather", b"PK\x03\x04": "xlsx"}
#: First bytes, in small letters, of what people take for tables.
_NO_TABLES = {
    b"%pdf-": "a PDF; a table copied from it into a .csv can be read",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"gif8": "a picture",
    b"\xd0\xcf\x11\xe0": "a file of an old Office, such as .xls; save it as .xlsx or .csv",
    b"<!doctype html": "a web page, not the file itself; download the file",
    b"<html": "a web page, not the file itself; download the file",
    b"<?xml": "XML; convert it to .csv or .jsonl",
    b"sqlite format 3": "an SQLite database; export a table as .csv or .parquet",
    b"\x80\x04": "a Python pickle, which may run code when it is opened; save it as .parquet",
    b"\x80\x05": "a Python pickle, which may run code when it is opened; save it as .parquet",
    b"$fl2@(#)": "a file of SPSS; save it as .csv",
    b"<stata_dta>": "a file of Stata; save it as .csv",
    b"\x89hdf": "an HDF5 file; save its table as .csv or .parquet",
    b"\x93numpy": "a NumPy array; save it as .csv with names of columns",
}


def file_bytes(path: str, name: str) -> bytes:
    """The bytes of a file; of standard input if the path is "-"."""
    if path == "-":
        if sys.stdin is None:
            raise FileError(name, "is closed")
        return sys.stdin.buffer.read()
    check_is_file(path)
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise FileError(name, _why_missing(Path(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise FileError(name, f"cannot be read: {reason}") from None


def check_is_file(path: str) -> None:
    """FileError for a folder or a web address."""
    if Path(path).is_dir():
        raise FileError(path, "is a folder; name the files in it")
    if re.match(r"[a-z][a-z0-9+.-]+://", path, re.IGNORECASE):
        raise FileError(path, "is a web address; download the file first")


def _why_missing(path: Path) -> str:
    if path.is_symlink():
        return f"is a link to {str(path.readlink())!r}, where there is no file"
    found = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = nearest(path.name, found)
    hint = f"; did you mean {str(path.parent / near)!r}?" if near else ""
    return f"there is no such file{hint}"


def unpacked(data: bytes, name: str, path: str) -> tuple[bytes, str]:
    """The bytes without compression, and the suffix of what they are, in small letters."""
    suffixes = [s.lstrip(".").lower() for s in Path(path).suffixes]
    by_name = PACKED_SUFFIXES.get(suffixes[-1] if suffixes else "")
    how = next((own for magic, own in _PACKED.items() if data.startswith(magic)), None)
    if by_name == "zip" or _is_archive(data):
        return _only_member(data, name)
    if how or (by_name and data):
        data = _decompressed(data, name, how or str(by_name))
    if by_name:
        suffixes.pop()
    if how and any(data.startswith(magic) for magic in _PACKED):  # packed twice
        return unpacked(data, name, str(Path(path).with_suffix("")))
    return data, suffixes[-1] if suffixes else ""


def _is_archive(data: bytes) -> bool:
    """Whether it is a zip archive that is no workbook."""
    return data.startswith(b"PK\x03\x04") and b"[Content_Types].xml" not in data


def _decompressed(data: bytes, name: str, how: str) -> bytes:
    try:
        if how == "zstd":
            import pyarrow

            with pyarrow.CompressedInputStream(pyarrow.BufferReader(data), "zstd") as stream:
                return bytes(stream.read())
        return bytes(importlib.import_module(how).decompress(data))
    except Exception as error:  # each module has errors of its own
        raise FileError(name, f"cannot be decompressed with {how}: {error}") from None


def _only_member(data: bytes, name: str) -> tuple[bytes, str]:
    """The one file in a zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.namelist() if not m.endswith("/") and "__MACOSX" not in m]
            if len(members) == 1:
                return archive.read(members[0]), Path(members[0]).suffix.lstrip(".").lower()
    except Exception as error:  # damaged, encrypted, an unknown method
        raise FileError(name, f"cannot be unpacked: {error}") from None
    listed = ", ".join(map(repr, members[:5])) or "none"
    raise FileError(
        name, f"should hold one file; it has {listed}: unpack it and name those to read"
    )


def content_format(data: bytes, name: str) -> str | None:
    """The format by the first bytes; None for text.

    Raises
    ------
    FileError
        If they are those of something that is no table.
    """
    head = data[:64].lstrip(b"\xef\xbb\xbf \r\n\t")
    for magic, what in _NO_TABLES.items():
        if head.lower().startswith(magic):
            raise FileError(name, f"is {what}")
    if data[257:262] == b"ustar":
        raise FileError(name, "is a tar archive; unpack it and name the files in it")
    if re.match(rb"\{\s*[\"}]|\[\s*\{", head):
        return "jsonl"
    return next((own for magic, own in _MAGIC.items() if data.startswith(magic)), None)
