"""What a folder of results holds, so that an interrupted run goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import DataError
from ..store.estimator_state import dismantle_estimator

NAME = "_frameumap.json"


def model_digest(model: Any, segments: Any = None) -> str:
    """SHA-256 of a fitted model and of segments of its rows, as hexadecimal digits."""
    manifest, arrays = dismantle_estimator(model)
    digest = hashlib.sha256(json.dumps(manifest, sort_keys=True, default=str).encode())
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    if segments is not None:
        digest.update(np.ascontiguousarray(segments.labels).data)
    return digest.hexdigest()


class Manifest:
    """The finished parts of a folder, by name, each with the size and time of its source.

    Parameters
    ----------
    folder : Path
    made_by : dict
        What the parts depend on besides their sources: the model's digest, the columns.
    replace : bool
        Whether parts that were made by something else are forgotten.

    Raises
    ------
    DataError
        If the folder holds parts that were made by something else.
    """

    def __init__(self, folder: Path, made_by: dict[str, Any], replace: bool = False) -> None:
        self.path = folder / NAME
        self.made_by = made_by
        self.parts: dict[str, dict[str, Any]] = {}
        if not self.path.exists():
            return
        try:
            known = json.loads(self.path.read_text(encoding="utf-8"))
            parts, before = dict(known["parts"]), known["made_by"]
        except (ValueError, KeyError, TypeError):
            raise DataError(f"{self.path} is not a manifest of frameumap; delete it") from None
        if before != made_by and replace:
            return
        if before != made_by:
            raise DataError(
                f"{folder} holds parts of another model or with other columns; write to another "
                "folder, or delete that one"
            )
        self.parts = parts

    def finished(self, name: str, source: Path) -> int | None:
        """Rows of a part that is there, whole, of this source as it is now; None if it is not."""
        known = self.parts.get(name)
        if known is None or not self.path.with_name(name).exists():
            return None
        return int(known["rows"]) if _state(source) == known["source"] else None

    def add(self, name: str, source: Path | None, rows: int) -> None:
        """Note a part that was written, and write the manifest whole."""
        self.parts[name] = {"source": _state(source) if source else None, "rows": rows}
        beside = self.path.with_name(f".{NAME}.{os.getpid()}")
        text = json.dumps({"made_by": self.made_by, "parts": self.parts}, indent=1)
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.path)


def _state(source: Path) -> dict[str, Any]:
    found = source.stat()
    return {"path": str(source), "bytes": found.st_size, "modified": found.st_mtime_ns}
