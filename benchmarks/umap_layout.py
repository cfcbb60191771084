"""umap-learn's layout of the graph and start in a folder; run by `layout.py` in an interpreter that
has umap-learn.

    python umap_layout.py FOLDER SEED seeded|threads EPOCHS

Prints the seconds of the warm second run and writes FOLDER/peer.npy.
"""

from __future__ import annotations

import json
import sys
import time
import warnings

import numpy as np
import scipy.sparse
from umap.layouts import optimize_layout_euclidean
from umap.umap_ import find_ab_params, make_epochs_per_sample


def main() -> None:
    warnings.filterwarnings("ignore")
    folder, seed, mode, epochs = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    graph = scipy.sparse.load_npz(f"{folder}/graph.npz").tocoo()
    start = np.load(f"{folder}/start.npy")
    a, b = find_ab_params(1.0, 0.1)
    graph.data[graph.data < graph.data.max() / epochs] = 0
    graph.eliminate_zeros()
    per_sample = make_epochs_per_sample(graph.data, epochs)
    low, high = np.iinfo(np.int32).min + 1, np.iinfo(np.int32).max - 1

    def run(epochs: int) -> np.ndarray:
        Y = start.copy()
        return optimize_layout_euclidean(
            Y,
            Y,
            graph.row,
            graph.col,
            epochs,
            graph.shape[1],
            per_sample,
            a,
            b,
            np.random.RandomState(seed).randint(low, high, 3).astype(np.int64),
            1.0,
            1.0,
            5.0,
            parallel=mode == "threads",
        )

    run(2)
    begin = time.perf_counter()
    Y = run(epochs)
    seconds = time.perf_counter() - begin
    np.save(f"{folder}/peer.npy", Y)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
