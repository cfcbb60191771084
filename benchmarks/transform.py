"""New rows and labels: kNN accuracy of test rows in the embedding and times, against umap-learn, on
Fashion-MNIST.

    python benchmarks/transform.py --data FOLDER --peer-python PATH

FOLDER holds tables.py, PATH is an interpreter with umap-learn.
`plain`: fit on 60,000 rows, transform 10,000. `labels`: the fit has the labels, the test rows have
none (metric learning). Accuracy of a test row is by its 15 nearest training rows in the plane;
`own` is that of the training rows among themselves. Every tool runs twice, in separate processes;
the figures are of the second, which finds its compiled code in the cache.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time

import numpy as np

SPLIT = 60_000


def accuracy(
    train: np.ndarray, labels: np.ndarray, queries: np.ndarray, truth: np.ndarray, skip: int = 0
) -> float:
    """Share of the queries whose 15 nearest training rows vote for the truth; `skip=1` excludes the
    row itself."""
    from scipy.spatial import cKDTree

    nearest = cKDTree(train).query(queries, 15 + skip)[1][:, skip:]
    votes = np.zeros((len(queries), labels.max() + 1))
    np.add.at(votes, (np.arange(len(queries))[:, None], labels[nearest]), 1)
    return float((votes.argmax(axis=1) == truth).mean())


def run(tool: str, data: str, supervised: bool) -> dict:
    sys.path.insert(0, data)
    import tables

    X, y = tables.images()
    y = y.astype(int)
    target = y[:SPLIT] if supervised else None
    started = time.perf_counter()
    if tool == "frameumap":
        import pandas as pd

        import frameumap

        df = pd.DataFrame(X).rename(columns=str)
        model = frameumap.FrameUMAP({tuple(df.columns): "euclidean"})
        train, test = df.iloc[:SPLIT], df.iloc[SPLIT:]
        target = None if target is None else pd.Series(target.astype(str), name="label")
        model.fit(train, target)
    else:
        import umap

        model = umap.UMAP(random_state=42) if tool == "umap seeded" else umap.UMAP(n_jobs=-1)
        train, test = X[:SPLIT], X[SPLIT:]
        model.fit(train, target)
    fitted = time.perf_counter()
    placed = model.transform(test)
    done = time.perf_counter()
    E = model.embedding_
    return {
        "fit": fitted - started,
        "transform": done - fitted,
        "test": accuracy(E, y[:SPLIT], placed, y[SPLIT:]),
        "own": accuracy(E, y[:SPLIT], E, y[:SPLIT], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", default=os.environ.get("FRAMEUMAP_TABLES", ""))
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--tools", nargs="*", default=["umap seeded", "umap threads", "frameumap"])
    parser.add_argument("--kinds", nargs="*", default=["plain", "labels"])
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(run(arguments.child[0], arguments.data, arguments.child[1] == "labels")))
        return
    for kind in arguments.kinds:
        for tool in arguments.tools:
            python = sys.executable if tool == "frameumap" else arguments.peer_python
            command = [
                python,
                "-W",
                "ignore",
                __file__,
                "--data",
                arguments.data,
                "--child",
                tool,
                kind,
            ]
            for _ in range(2):
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                if done.returncode:
                    raise SystemExit(done.stderr[-2000:])
            print(
                f"{kind:7} {tool:13}",
                {k: round(v, 4) for k, v in json.loads(done.stdout.splitlines()[-1]).items()},
                flush=True,
            )


if __name__ == "__main__":
    main()
