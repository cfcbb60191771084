"""64-bit digests of values and of rows: of what they hold, not of how it is stored."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..engine.jit import helper, kernel, mix
from ..engine.threads import parallel_for

#: Digest of a gap.
GAP = np.uint64(0x6A09E667F3BCC908)
#: Above, neighbouring integers share a double.
_EXACT = 2**53


@kernel
def _scramble(first, last, values, salt, keys):
    for i in range(first, last):
        keys[i] = mix(values[i] ^ salt)


@helper
def _word(data, first, last):
    """Up to 8 bytes as one word, little end first."""
    word = np.uint64(0)
    for at in range(first, last):
        word |= np.uint64(data[at]) << np.uint64(8 * (at - first))
    return word


@kernel
def _digest_bytes(first, last, offsets, data, keys):
    for i in range(first, last):
        start, end = offsets[i], offsets[i + 1]
        h = mix(np.uint64(end - start) ^ np.uint64(0x5851F42D4C957F2D))
        for at in range(start, end, 8):
            h = mix(h ^ _word(data, at, min(at + 8, end)))
        keys[i] = h


@kernel
def _digest_lists(first, last, offsets, members, keys):
    for i in range(first, last):
        h = mix(np.uint64(offsets[i + 1] - offsets[i]) ^ np.uint64(0x14057B7EF767814F))
        for at in range(offsets[i], offsets[i + 1]):
            h = mix(h ^ members[at])
        keys[i] = h


@kernel
def _combine(first, last, values, names, keys):
    for i in range(first, last):
        h = np.uint64(0)
        for c in range(values.shape[0]):
            h = mix(h ^ values[c, i] ^ names[c])
        keys[i] = h


def value_digests(column: Any) -> np.ndarray:
    """Digests of a canonical Arrow array, uint64 (n,); `GAP` for nulls and NaN."""
    keys = np.empty(len(column), np.uint64)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind) or pa.types.is_floating(kind):
        _of_numbers(column, keys)
    elif pa.types.is_temporal(kind):
        ticks = pc.fill_null(column.view(pa.int64()), 0).to_numpy(zero_copy_only=False)
        parallel_for(_scramble, len(keys), ticks.view(np.uint64), np.uint64(1), keys)
    elif pa.types.is_large_string(kind):
        offsets = np.frombuffer(column.buffers()[1], np.int64)[column.offset :][: len(keys) + 1]
        held = column.buffers()[2]
        data = np.frombuffer(held, np.uint8) if held is not None else np.zeros(0, np.uint8)
        if len(keys):
            parallel_for(_digest_bytes, len(keys), offsets, data, keys)
    elif pa.types.is_large_list(kind):
        members = value_digests(column.values)
        offsets = column.offsets.to_numpy()
        parallel_for(_digest_lists, len(keys), offsets, members, keys)
    else:  # rare types, by their text
        texts = pa.array([repr(value) for value in column.to_pylist()], pa.large_string())
        keys = value_digests(texts)
    keys[gaps_of(column)] = GAP
    return keys


def _of_numbers(column: Any, keys: np.ndarray) -> None:
    """Numbers of any type by their value as a double."""
    filled = pc.fill_null(column, False if pa.types.is_boolean(column.type) else 0)
    own = filled.to_numpy(zero_copy_only=False)
    values = own.astype(np.float64) + 0.0  # -0.0 is 0.0
    bits = values.view(np.uint64)
    if own.dtype.kind == "i" and len(own) and (own.max() > _EXACT or own.min() < -_EXACT):
        large = np.abs(values) > _EXACT
        bits[large] ^= own[large].view(np.uint64) << np.uint64(1)
    parallel_for(_scramble, len(keys), bits, np.uint64(0), keys)


def gaps_of(column: Any) -> np.ndarray:
    """Which values are null or NaN, bool (n,)."""
    floating = pa.types.is_floating(column.type)
    if not column.null_count and not floating:
        return np.zeros(len(column), bool)
    return np.asarray(pc.is_null(column, nan_is_null=floating).to_numpy(zero_copy_only=False))


def name_digests(names: list[str]) -> np.ndarray:
    """Digests of column names, uint64 (p,)."""
    return value_digests(pa.array(names, pa.large_string()))


def row_digests(values: np.ndarray, names: np.ndarray) -> np.ndarray:
    """Digests of rows, uint64 (n,), from those of their values, (p, n), and of the names (p,)."""
    keys = np.empty(values.shape[1], np.uint64)
    parallel_for(_combine, len(keys), values, names, keys)
    return keys


def rescramble(keys: np.ndarray, salt: int) -> np.ndarray:
    """Other digests of the same rows, uint64 (n,)."""
    made = np.empty_like(keys)
    parallel_for(_scramble, len(keys), keys, np.uint64(salt), made)
    return made
