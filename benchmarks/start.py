"""The spectral start of the layout on a large graph: a square grid, each vertex joined to its 20
nearest.

    python benchmarks/start.py [--vertices 1000000]

Prints seconds (second run, warm) and how well the first two coordinates span the grid's two slowest
modes (1 is perfect).
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import scipy.sparse

from frameumap.layout.initialize import spectral_start
from frameumap.progress import Progress


def grid(side: int) -> scipy.sparse.csr_array:
    """Vertices of a side x side grid, each joined to those up to two steps away."""
    n = side * side
    x, y = np.divmod(np.arange(n), side)
    heads, tails = [], []
    for dx in range(-2, 3):
        for dy in range(-2, 3):
            inside = (x + dx >= 0) & (x + dx < side) & (y + dy >= 0) & (y + dy < side)
            if 0 < abs(dx) + abs(dy) <= 3:
                tails.append(np.flatnonzero(inside))
                heads.append(((x + dx) * side + y + dy)[inside])
    i, j = np.concatenate(tails), np.concatenate(heads)
    graph = scipy.sparse.csr_array((np.ones(len(i), np.float32), (i, j)), shape=(n, n))
    graph.sort_indices()
    return graph


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--vertices", type=int, default=1_000_000)
    arguments = parser.parse_args()
    spectral_start(grid(20), np.zeros((400, 2), np.float32), 2, 0, Progress())
    side = int(arguments.vertices**0.5)
    graph = grid(side)
    begin = time.perf_counter()
    X = spectral_start(graph, np.zeros((side * side, 2), np.float32), 2, 0, Progress())
    seconds = time.perf_counter() - begin
    wave = np.cos(np.pi * (np.arange(side) + 0.5) / side)
    modes = np.stack([np.repeat(wave, side), np.tile(wave, side)], axis=1)
    modes /= np.linalg.norm(modes, axis=0)
    Q, _ = np.linalg.qr(X - X.mean(axis=0))
    print(
        f"{side * side} vertices, {graph.nnz} edges: {seconds:.1f} s, "
        f"modes spanned {np.linalg.norm(modes.T @ Q) ** 2 / 2:.3f}"
    )


if __name__ == "__main__":
    main()
