"""Vectors past the usual sizes: clusters of power-law sizes, each of a dozen local dimensions.

    python benchmarks/vectors.py make FILE.npy --rows 3000000        float32 (rows, 300)
    python benchmarks/vectors.py fit FILE.npy                        embeds the file, read in place

`fit` prints JSON: seconds by the clock and of the processor, the peak of memory, and what the file
and the packed rows take. Word vectors look like this: sizes fall with the rank, and a word has
about twelve directions in which its neighbours lie.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

COLUMNS, LOCAL, CLUSTERS = 300, 12, 500
_BLOCK = 100_000


def make(path: Path, rows: int, seed: int = 0) -> dict[str, Any]:
    """Cluster c has a share of about 1 / (c + 10) of the rows: a center of length 1 or so in every
    direction, 12 directions of its own, and a tenth of noise in all."""
    rng = np.random.default_rng(seed)
    share = 1 / (np.arange(CLUSTERS) + 10.0)
    centers = rng.normal(size=(CLUSTERS, COLUMNS)).astype(np.float32)
    axes = rng.normal(size=(CLUSTERS, LOCAL, COLUMNS)).astype(np.float32)
    X = np.lib.format.open_memmap(path, "w+", np.float32, (rows, COLUMNS))
    for first in range(0, rows, _BLOCK):
        size = min(_BLOCK, rows - first)
        of = rng.choice(CLUSTERS, size, p=share / share.sum())
        local = rng.normal(size=(size, LOCAL)).astype(np.float32) / np.sqrt(LOCAL)
        block = centers[of] + 0.05 * rng.standard_normal((size, COLUMNS), np.float32)
        order = np.argsort(of, kind="stable")
        borders = np.flatnonzero(np.diff(of[order], prepend=-1))
        for members in np.split(order, borders[1:]):
            block[members] += local[members] @ axes[of[members[0]]]
        X[first : first + size] = block
    X.flush()
    return {"rows": rows, "GB": round(X.nbytes / 1e9, 3)}


def fit(path: Path, epochs: int | None) -> dict[str, Any]:
    import frameumap

    X = np.load(path, mmap_mode="r")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    model = frameumap.FrameUMAP(n_epochs=epochs).fit(X)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    packed = model._model.packed.rows.cells.nbytes
    edges = len(X) * model._model.graph_options.n_neighbors
    return {
        "rows": len(X), "recall": model.neighbor_recall_, "of new rows": model.query_recall_,
        "packed GB": round(packed / 1e9, 3), "added to memory GB": round((peak - before) / 1e9, 3),
        "allowed GB": round((1.5 * packed + 200 * edges) / 1e9, 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["make", "fit"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--epochs", type=int)
    given = parser.parse_args()
    started = time.perf_counter()
    made = make(given.file, given.rows) if given.step == "make" else fit(given.file, given.epochs)
    used = resource.getrusage(resource.RUSAGE_SELF)
    made |= {
        "seconds": round(time.perf_counter() - started, 1),
        "of the processor": round(used.ru_utime + used.ru_stime, 1),
        "peak GB": round(used.ru_maxrss * 1024 / 1e9, 2),
    }
    print(json.dumps(made, indent=1))


if __name__ == "__main__":
    main()
