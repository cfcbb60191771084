"""One file a model: a head, then Arrow data whose metadata is the JSON manifest. Nothing in it is
ever run.

The head is the magic word, the version, the length of the rest and its SHA-256, so that truncated,
corrupted and foreign files are detected before anything else is read. A file is written under a
temporary name and then renamed: the write is atomic.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import ModelFileError
from ..kinds.state import Arrays

MAGIC = b"frameumap model\n"
VERSION = 1
_HEAD = struct.Struct("<16sIQ32s")
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("dtype", pa.string()),
        ("shape", pa.list_(pa.int64())),
        ("data", pa.large_binary()),
    ]
)
_DTYPES = {str(np.dtype(t)): np.dtype(t) for t in (np.int32, np.int64, np.float32, np.float64)}


def write_file(path: Any, manifest: dict[str, Any], arrays: Arrays) -> None:
    """Write the file atomically."""
    path = Path(path)
    sink = pa.BufferOutputStream()
    columns = list(arrays.items())
    table = pa.table(
        [
            [name for name, _ in columns],
            [str(a.dtype) for _, a in columns],
            [list(a.shape) for _, a in columns],
            pa.array([np.ascontiguousarray(a).tobytes() for _, a in columns], pa.large_binary()),
        ],
        schema=_SCHEMA.with_metadata({"manifest": json.dumps(manifest)}),
    )
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    payload = sink.getvalue()
    handle, beside = tempfile.mkstemp(
        dir=path.resolve().parent, prefix=f".{path.name}.", suffix=".part"
    )
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD.pack(MAGIC, VERSION, payload.size, hashlib.sha256(payload).digest()))
            file.write(payload)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def read_file(path: Any) -> tuple[dict[str, Any], Arrays]:
    """Manifest and arrays.

    Raises
    ------
    ModelFileError
        If it is not a frameumap model, is truncated or corrupted, or of a newer version.
    FileNotFoundError, PermissionError
    """
    data = Path(path).read_bytes()
    if len(data) < _HEAD.size or data[: len(MAGIC)] != MAGIC:
        raise ModelFileError(f"{path} is not a frameumap model")
    _, version, size, digest = _HEAD.unpack_from(data)
    if version > VERSION:
        raise ModelFileError(
            f"{path} is of version {version}, and this frameumap reads up to {VERSION}; "
            "update frameumap"
        )
    payload = memoryview(data)[_HEAD.size :]
    if version < 1 or len(payload) != size:
        raise ModelFileError(
            f"{path} is truncated or padded: {len(payload)} bytes instead of {size}; "
            "copy or save it again"
        )
    if hashlib.sha256(payload).digest() != digest:
        raise ModelFileError(
            f"{path} is corrupted: its contents do not match their digest; copy or save it again"
        )
    try:
        return _parse(payload)
    except Exception as error:  # any error that Arrow raises on a hostile file
        raise ModelFileError(
            f"{path} cannot be read: {type(error).__name__}: {str(error)[:200]}"
        ) from error


def _parse(payload: memoryview) -> tuple[dict[str, Any], Arrays]:
    table = pa.ipc.open_file(pa.py_buffer(payload)).read_all()
    table.validate(full=True)
    if not table.schema.equals(_SCHEMA):
        raise ValueError("other columns than a model's")
    manifest = json.loads(table.schema.metadata[b"manifest"])
    arrays: Arrays = {}
    for name, dtype, shape, data in zip(*(table.column(c) for c in range(4)), strict=True):
        values = np.frombuffer(data.as_buffer(), _DTYPES[dtype.as_py()])
        dims = shape.as_py()
        if any(d < 0 for d in dims):
            raise ValueError("a negative shape")
        arrays[name.as_py()] = values.reshape(dims).copy()
    return manifest, arrays
