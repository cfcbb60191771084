"""The layout alone, against umap-learn's: same graph, start and epochs; time and quality for
several seeds.

frameumap runs with its own number of negative samples and with umap-learn's five.

    python benchmarks/layout.py --peer-python PATH [--rows 70000] [--seeds 5] [--data FOLDER]

PATH is an interpreter with umap-learn. FOLDER holds `tables.py` and Fashion-MNIST; without it the
table is a generated one of customers. Times are of the warm second run in the same process; memory
is the peak of the layout's own allocations.

Quality, on the same 5,000 rows (2,000 for trustworthiness): trustworthiness@15, accuracy of the
label by the 15 nearest points, share of the graph's edges among the 15 nearest points, share of
random triplets ordered as in the data, share of points beyond 3 times the 99th percentile radius.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd


def table(arguments: argparse.Namespace) -> tuple[pd.DataFrame, pd.Series, object, np.ndarray]:
    """Frame, label, schema, and the numbers by which triplets are compared."""
    import frameumap

    if arguments.data:
        sys.path.insert(0, arguments.data)
        import tables

        X, y = tables.images()
        X, y = X[: arguments.rows], y[: arguments.rows]
        df = pd.DataFrame(X, columns=[f"p{i}" for i in range(X.shape[1])])
        return df, pd.Series(y), {tuple(df.columns): "euclidean"}, X.astype(np.float32)
    df = frameumap.datasets.make_customers(arguments.rows)
    label = df.pop("segment")
    numbers = df[["revenue", "orders", "tickets"]].rank(pct=True).to_numpy(np.float32)
    return df, label, dict.fromkeys(("revenue", "orders", "tickets"), "numeric"), numbers


def quality(Y: np.ndarray, X: np.ndarray, label: np.ndarray, graph) -> dict[str, float]:
    """The five figures."""
    from scipy.spatial import cKDTree
    from scipy.spatial.distance import cdist

    rng = np.random.default_rng(0)
    n = len(Y)
    nearest = cKDTree(Y).query(Y, 16)[1][:, 1:]
    few = rng.choice(n, min(2000, n), replace=False)
    k, m = 15, len(few)
    given = cdist(X[few], X[few])
    np.fill_diagonal(given, np.inf)
    rank = given.argsort(axis=1).argsort(axis=1) + 1
    laid = cdist(Y[few], Y[few])
    np.fill_diagonal(laid, np.inf)
    near = laid.argsort(axis=1)[:, :k]
    excess = np.maximum(0, np.take_along_axis(rank, near, axis=1) - k).sum()
    trust = 1 - 2 / (m * k * (2 * m - 3 * k - 1)) * excess
    some = rng.choice(n, min(5000, n), replace=False)
    votes = np.array(
        [np.bincount(label[nearest[i]], minlength=label.max() + 1).argmax() for i in some]
    )
    kept = np.mean(
        [
            np.isin(graph.indices[graph.indptr[i] : graph.indptr[i + 1]], nearest[i]).mean()
            for i in some
        ]
    )
    a, b, c = rng.integers(0, n, (3, 20_000))
    high = np.linalg.norm(X[a] - X[b], axis=1) < np.linalg.norm(X[a] - X[c], axis=1)
    low = np.linalg.norm(Y[a] - Y[b], axis=1) < np.linalg.norm(Y[a] - Y[c], axis=1)
    radius = np.linalg.norm(Y - np.median(Y, axis=0), axis=1)
    return {
        "trustworthiness": trust,
        "label accuracy": float((votes == label[some]).mean()),
        "neighbours kept": float(kept),
        "triplets": float((high == low).mean()),
        "outliers": float((radius > 3 * np.quantile(radius, 0.99)).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-python", required=True)
    parser.add_argument("--rows", type=int, default=70_000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--data", default=os.environ.get("FRAMEUMAP_TABLES"))
    arguments = parser.parse_args()

    import scipy.sparse

    import frameumap
    from frameumap.layout.optimize import optimize_layout
    from frameumap.layout.options import LayoutOptions
    from frameumap.progress import Progress

    df, label, schema, X = table(arguments)
    codes = pd.factorize(label)[0]
    model = frameumap.FrameUMAP(schema, n_epochs=0).fit(df)
    graph, start = model.graph_, model.embedding_
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        scipy.sparse.save_npz(f"{folder}/graph.npz", scipy.sparse.csr_matrix(graph))
        np.save(f"{folder}/start.npy", start)
        for seed in range(arguments.seeds):
            for tool, samples in (("frameumap", None), ("frameumap, 5 samples", 5)):
                options = LayoutOptions(
                    n_epochs=arguments.epochs, negative_sample_rate=samples, seed=seed
                )
                optimize_layout(graph, start, options._replace(n_epochs=1), Progress())
                begin = time.perf_counter()
                Y = optimize_layout(graph, start, options, Progress())
                seconds = time.perf_counter() - begin
                rows.append({"tool": tool, "seconds": seconds, **quality(Y, X, codes, graph)})
            for mode in ("seeded", "threads"):
                command = [
                    arguments.peer_python,
                    str(Path(__file__).with_name("umap_layout.py")),
                    folder,
                    str(seed),
                    mode,
                    str(arguments.epochs),
                ]
                seconds = json.loads(
                    subprocess.run(command, check=True, capture_output=True, text=True).stdout
                )
                peer = np.load(f"{folder}/peer.npy")
                rows.append(
                    {"tool": f"umap {mode}", "seconds": seconds, **quality(peer, X, codes, graph)}
                )
            print(pd.DataFrame(rows).groupby("tool").mean().round(4).to_string(), flush=True)
    result = pd.DataFrame(rows)
    median = result.groupby("tool")["seconds"].median()
    print(f"\nseconds, median of {arguments.seeds} seeds, as ratios to frameumap's:")
    print((median / median["frameumap"]).round(2).to_string())
    tracemalloc.start()
    optimize_layout(graph, start, LayoutOptions(n_epochs=2), Progress())
    peak = tracemalloc.get_traced_memory()[1]
    held = graph.data.nbytes + graph.indices.nbytes + graph.indptr.nbytes
    print(f"memory: {(peak + held) / graph.nnz:.1f} bytes per edge, graph included")


if __name__ == "__main__":
    main()
