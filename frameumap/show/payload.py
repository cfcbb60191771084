"""What a page carries: arrays and texts, deflated, in base64, and a manifest that no value of the
table can break out of."""

from __future__ import annotations

import base64
import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from .column import ORDERED, Column

#: Bytes from which speed counts more than size.
MANY_BYTES = 400_000


class Blocks:
    """Data of a page, each block an element of its own that is no script.

    Attributes
    ----------
    texts : list of str
        Base64 of every block, in order; their elements have the ids b0, b1, ...
    """

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self.texts: list[str] = []

    def array(self, values: np.ndarray) -> dict[str, str]:
        """Add an array; what the manifest says of it."""
        values = np.ascontiguousarray(values)
        if values.dtype.byteorder == ">":
            values = values.astype(values.dtype.newbyteorder("<"))
        planes = values.view(np.uint8).reshape(-1, values.dtype.itemsize).T
        return {"id": self._add(np.ascontiguousarray(planes).tobytes()), "type": values.dtype.name}

    def json(self, value: Any) -> dict[str, str]:
        """Add a list of texts, or anything that JSON holds."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return {"id": self._add(text.encode("utf-8", "replace")), "type": "json"}

    def _add(self, data: bytes) -> str:
        self._waiting.append(data)
        return f"b{len(self._waiting) - 1}"

    def finish(self) -> None:
        """Deflate what was added; zlib lets both cores work."""
        with ThreadPoolExecutor(4) as pool:
            self.texts = list(pool.map(_packed, self._waiting))
        self._waiting = []

    @property
    def size(self) -> int:
        """Bytes of all blocks in the page."""
        return sum(map(len, self.texts))

    def html(self) -> str:
        """The elements."""
        return "\n".join(
            f'<script type="text/plain" id="b{i}">{text}</script>'
            for i, text in enumerate(self.texts)
        )


def _packed(data: bytes) -> str:
    level = 1 if len(data) > MANY_BYTES else 6
    return base64.b64encode(zlib.compress(data, level)).decode("ascii")


def script_json(value: Any) -> str:
    """JSON for a script element: nothing in it can end the element or open another."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def small_codes(codes: np.ndarray, levels: int) -> np.ndarray:
    """codes + 1, so that 0 is a gap, in the narrowest unsigned type."""
    kind = np.uint8 if levels < 255 else np.uint16 if levels < 65_535 else np.uint32
    return (codes + 1).astype(kind)


def rounded(column: Column, most: int) -> Column:
    """An ordered column with at most `most` levels: neighbours share the value of their middle one.

    Levels are cut at equal steps of half the rank and half its normal score, so that rows in the
    tails keep their values.
    """
    if column.form not in ORDERED or len(column.levels) <= most:
        return column
    from scipy.special import ndtri

    counts = column.counts
    rank = (np.cumsum(counts) - 0.5 * counts) / counts.sum()
    score = ndtri(rank)
    step = 0.5 * rank + 0.5 * (score - score[0]) / (score[-1] - score[0])
    grade = np.minimum((step * most).astype(np.int64), most - 1)
    first = np.flatnonzero(np.append(True, grade[1:] != grade[:-1]))
    last = np.append(first[1:], len(grade)) - 1
    place = np.repeat(np.arange(len(first)), last - first + 1)
    codes = np.append(place, -1).astype(np.int32)[column.codes]
    levels = np.asarray(column.levels)[(first + last) // 2]
    return Column(**{**vars(column), "codes": codes, "levels": levels})


def column_entry(column: Column, blocks: Blocks) -> dict[str, Any]:
    """Add a column's codes and levels; what the manifest says of it."""
    levels = np.asarray(column.levels, np.float64) if column.form in ORDERED else None
    return {
        "name": column.name,
        "kind": column.kind,
        "group": column.group,
        "form": column.form,
        "period": column.period,
        "whole": column.whole,
        "role": "",
        "codes": blocks.array(small_codes(column.codes, len(column.levels))),
        "levels": blocks.json(list(column.levels)) if levels is None else blocks.array(levels),
    }
