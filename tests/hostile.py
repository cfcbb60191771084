"""Loads model files whose digest is right and whose contents are not.

    python hostile.py flipped|changed COUNT SEED

`flipped` changes bytes, `changed` changes values of the manifest or arrays. Every file must raise
ModelFileError or load; a loaded model transforms rows, or raises an ordinary exception. Memory is
limited, so that a crash or a wild allocation ends the process. Prints the two counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import resource
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from frames import mixed

import frameumap
from frameumap.store.file import _HEAD, read_file, write_file

#: What a wrong manifest or array may raise in `transform`.
ORDINARY = (
    frameumap.FrameUMAPError,
    ValueError,
    TypeError,
    OverflowError,
    IndexError,
    KeyError,
    ZeroDivisionError,
    AttributeError,
)
WRONG_VALUES = [
    *(None, -1, 0, 1, 2**40, 1e308, float("nan")),
    *("", "x", [], {}, [[]], True, "numeric", "categorical"),
]
WRONG_NUMBERS = [-(2**31), -2, -1, 0, 1, 10**6, 2**31 - 1]
DTYPES = [np.int32, np.int64, np.float32, np.float64]


def flip_bytes(rng: random.Random, data: bytes) -> bytes:
    """The file with one to four bytes changed, a fifth of the files truncated; digest adjusted."""
    body = bytearray(data[_HEAD.size :])
    for _ in range(rng.randint(1, 4)):
        body[rng.randrange(len(body))] = rng.randrange(256)
    if rng.random() < 0.2:
        body = body[: rng.randrange(len(body))]
    magic, version, _, _ = _HEAD.unpack_from(data)
    return _HEAD.pack(magic, version, len(body), hashlib.sha256(body).digest()) + body


def spoil(rng: random.Random, value: Any) -> Any:
    """The value with one entry, at any depth, replaced or removed."""
    if isinstance(value, dict) and value:
        key = rng.choice(list(value))
        if rng.random() < 0.9:
            return {**value, key: spoil(rng, value[key])}
        return {k: v for k, v in value.items() if k != key}
    if isinstance(value, list) and value and rng.random() < 0.95:
        at = rng.randrange(len(value))
        return [*value[:at], spoil(rng, value[at]), *value[at + 1 :]]
    return rng.choice(WRONG_VALUES)


def spoil_array(rng: random.Random, array: np.ndarray) -> np.ndarray:
    """The array with another number, length, dtype or shape."""
    array = array.copy()
    change = rng.randrange(4)
    if change == 0 and array.size:
        array.flat[rng.randrange(array.size)] = rng.choice(WRONG_NUMBERS)
    elif change == 1:
        array = array[: rng.randrange(len(array) + 1)] if array.ndim else array
    elif change == 2:
        array = array.astype(rng.choice(DTYPES))
    else:
        array = rng.choice([array.ravel(), array[None], array.repeat(2, axis=0)])
    return array


def main() -> None:
    warnings.simplefilter("ignore")
    kind, count, rng = sys.argv[1], int(sys.argv[2]), random.Random(int(sys.argv[3]))
    new = mixed(5, seed=11)
    folder = Path(tempfile.mkdtemp())
    source, path = folder / "model", folder / "bad"
    frameumap.FrameUMAP(n_epochs=2).fit(mixed(60)).save(source)
    frameumap.FrameUMAP.load(source).transform(new)
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    data = source.read_bytes()
    manifest, arrays = read_file(source)
    refused = loaded = 0
    for _ in range(count):
        if kind == "flipped":
            path.write_bytes(flip_bytes(rng, data))
        elif rng.random() < 0.5:
            write_file(path, spoil(rng, manifest), arrays)
        else:
            name = rng.choice(list(arrays))
            write_file(path, manifest, {**arrays, name: spoil_array(rng, arrays[name])})
        try:
            model = frameumap.FrameUMAP.load(path)
        except frameumap.ModelFileError:
            refused += 1
            continue
        loaded += 1
        with contextlib.suppress(*ORDINARY):
            model.transform(new)
    sys.stdout.write(f"{refused} {loaded}\n")


if __name__ == "__main__":
    main()
