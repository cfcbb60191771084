"""Writes umap_graph.npz: umap-learn's fuzzy sets of exact neighbours. Run it in an environment that
has umap-learn.

    python make_umap_graph.py

Three inputs: plain numbers, numbers with many duplicates, and numbers on a coarse grid (ties).
"""

from pathlib import Path

import numpy as np
from umap.umap_ import fuzzy_simplicial_set

rng = np.random.default_rng(0)
INPUTS = {
    "plain": rng.normal(size=(150, 4)) * [1, 2, 5, 0.1],
    "duplicates": np.repeat(rng.normal(size=(50, 3)), 4, axis=0),
    "grid": rng.integers(0, 6, (160, 2)).astype(float),
}
CASES = [
    ("plain", 15, 1.0, 1.0),
    ("plain", 5, 2.5, 1.0),
    ("duplicates", 10, 1.0, 0.5),
    ("grid", 12, 1.0, 0.0),
]

out = {}
for number, (name, k, local_connectivity, mix_ratio) in enumerate(CASES):
    X = INPUTS[name].astype(np.float32)
    distances = np.sqrt(((X[:, None].astype(float) - X[None]) ** 2).sum(axis=-1))
    np.fill_diagonal(distances, -1)  # the row itself first, among its duplicates too
    indices = np.argsort(distances, axis=1, kind="stable")[:, :k]
    gaps = np.maximum(np.take_along_axis(distances, indices, axis=1), 0).astype(np.float32)
    graph, sigmas, rhos = fuzzy_simplicial_set(
        X,
        k,
        np.random.RandomState(0),
        "euclidean",
        knn_indices=indices,
        knn_dists=gaps,
        local_connectivity=local_connectivity,
        set_op_mix_ratio=mix_ratio,
    )
    graph = graph.tocoo()
    out |= {
        f"X{number}": X, f"indices{number}": indices.astype(np.int32), f"distances{number}": gaps,
        f"options{number}": np.array([k, local_connectivity, mix_ratio]), f"rho{number}": rhos, f"sigma{number}": sigmas,
        f"row{number}": graph.row, f"col{number}": graph.col, f"weight{number}": graph.data,
    }  # fmt: skip
np.savez_compressed(Path(__file__).with_name("umap_graph.npz"), cases=len(CASES), **out)
