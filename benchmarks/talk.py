"""Images of clothes and digits by PCA, t-SNE, umap-learn and frameumap: plain, with labels, and
with new points; local and global figures, seconds, pictures.

    python benchmarks/talk.py digits [--peer-python PATH] [--rows N] [--markdown OUT.md]
    FRAMEUMAP_TABLES=FOLDER python benchmarks/talk.py fashion_mnist --rows 12000 --pictures FOLDER
    python benchmarks/talk.py digits --triplet-python PATH

`digits` are scikit-learn's and run anywhere; `fashion_mnist` and `mnist` are read from
FOLDER/NAME/{train,t10k}-{images-idx3,labels-idx1}-ubyte.gz. PATH is an interpreter with umap-learn
and openTSNE, or one with torch for the triplet network (two hidden layers, margin 1, semi-hard
triplets). Each tool has its defaults and a seed.

Five sixths of the rows are embedded and one sixth placed afterwards. "accuracy": share of rows
whose label is that of most of their 15 nearest, among the fit's rows in the map. "trust":
trustworthiness of 15 neighbours. "triplets": share of random triplets whose order of distances is
that of the data. "centroids": rank correlation of the distances between the classes' centres with
those in the data. With labels "trust" and what follows judge the map against pixels, which it is
not asked to keep.
"""

from __future__ import annotations

import argparse
import gzip
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

K = 15
PEERS = {
    "t-SNE": """
import openTSNE
fitted = openTSNE.TSNE(random_state=0, n_jobs=2).fit(X)
lap()
new = fitted.transform(Z)
Y = np.asarray(fitted)
""",
    "umap-learn": """
import umap
model = umap.UMAP(random_state=0).fit(X)
lap()
new, Y = model.transform(Z), model.embedding_
""",
    "umap-learn, labels": """
import umap
model = umap.UMAP(random_state=0).fit(X, y)
lap()
new, Y = model.transform(Z), model.embedding_
""",
}
TRIPLET = """
import torch
torch.manual_seed(0); torch.set_num_threads(2)
D, H = X.shape[1], 256
net = torch.nn.Sequential(torch.nn.Linear(D, H), torch.nn.ReLU(), torch.nn.Linear(H, H),
                          torch.nn.ReLU(), torch.nn.Linear(H, 2))
best = torch.optim.Adam(net.parameters(), 1e-3)
A, B, t = (torch.tensor(v) for v in (X / X.max(), Z / X.max(), y))
for epoch in range(30):
    for part in torch.randperm(len(A)).split(256):
        out, lab = net(A[part]), t[part]
        gap = torch.cdist(out, out)
        same = lab[:, None] == lab
        far = torch.where(same, gap, -1).max(1).values
        hard = torch.where(~same & (gap > far[:, None]), gap, torch.inf).min(1).values
        near = torch.where(torch.isinf(hard), torch.where(same, torch.inf, gap).min(1).values, hard)
        loss = torch.relu(far - near + 1).mean()
        best.zero_grad(); loss.backward(); best.step()
lap()
with torch.no_grad():
    Y, new = net(A).numpy(), net(B).numpy()
"""
RUN = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
held = np.load(sys.argv[1]); X, y, Z = held["X"], held["y"], held["Z"]
laps = [time.perf_counter()]
def lap(): laps.append(time.perf_counter())
{body}
lap()
np.savez(sys.argv[2], Y=Y, new=new, seconds=np.diff(laps))
"""


def read_images(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Pixels float32 (n, p) and labels int64 (n,)."""
    if name == "digits":
        from sklearn.datasets import load_digits

        X, y = load_digits(return_X_y=True)
        return X.astype(np.float32), y.astype(np.int64)
    folder = Path(os.environ.get("FRAMEUMAP_TABLES", "../shared/data")) / name
    parts: list[list[np.ndarray]] = [[], []]
    for part in ("train", "t10k"):
        for at, (kind, head) in enumerate((("images-idx3", 16), ("labels-idx1", 8))):
            with gzip.open(folder / f"{part}-{kind}-ubyte.gz") as file:
                parts[at].append(np.frombuffer(file.read()[head:], np.uint8))
    y = np.concatenate(parts[1]).astype(np.int64)
    return np.concatenate(parts[0]).reshape(len(y), -1).astype(np.float32), y


class Result(dict):
    """Places of the fit's rows and of new ones, and the seconds of both."""


def run_peer(python: str, body: str, data: dict[str, np.ndarray]) -> Result:
    """A tool in another interpreter."""
    with tempfile.TemporaryDirectory() as folder:
        there, back = f"{folder}/in.npz", f"{folder}/out.npz"
        np.savez(there, **data)
        code = RUN.replace("{body}", body)
        subprocess.run([python, "-c", code, there, back], check=True)
        held = np.load(back)
        return Result(held)


def run_ours(data: dict[str, np.ndarray], labels: bool) -> Result:
    """frameumap on pixels, which have one unit: they are compared as they are."""
    import frameumap

    pixels = {...: frameumap.group(metric="euclidean", prepare="none")}
    laps = [time.perf_counter()]
    model = frameumap.FrameUMAP(pixels).fit(data["X"], data["y"].astype(str) if labels else None)
    laps.append(time.perf_counter())
    new = model.transform(data["Z"])
    laps.append(time.perf_counter())
    return Result(Y=model.embedding_, new=new, seconds=np.diff(laps))


def run_pca(data: dict[str, np.ndarray]) -> Result:
    from sklearn.decomposition import PCA

    laps = [time.perf_counter()]
    model = PCA(2, random_state=0).fit(data["X"])
    Y = model.transform(data["X"])
    laps.append(time.perf_counter())
    new = model.transform(data["Z"])
    laps.append(time.perf_counter())
    return Result(Y=Y, new=new, seconds=np.diff(laps))


def accuracy(Y: np.ndarray, y: np.ndarray, at: np.ndarray, truth: np.ndarray, skip: int) -> float:
    """Share of the places `at` whose label is that of most of the K nearest in Y."""
    from scipy.spatial import cKDTree

    near = cKDTree(Y).query(at, K + skip)[1][:, skip:]
    votes = np.apply_along_axis(np.bincount, 1, y[near], minlength=int(y.max()) + 1)
    return float((votes.argmax(axis=1) == truth).mean())


def trust(X: np.ndarray, Y: np.ndarray, some: int = 5000) -> float:
    from sklearn.manifold import trustworthiness

    rows = np.random.default_rng(0).permutation(len(X))[:some]
    return float(trustworthiness(X[rows], Y[rows], n_neighbors=K))


def triplets(X: np.ndarray, Y: np.ndarray, count: int = 100_000) -> float:
    """Share of random triplets (i, j, k) of which j and k are in the same order from i."""
    i, j, k = np.random.default_rng(0).integers(0, len(X), (3, count))
    order = [
        np.linalg.norm(A[i] - A[j], axis=1) < np.linalg.norm(A[i] - A[k], axis=1) for A in (X, Y)
    ]
    return float((order[0] == order[1]).mean())


def centroids(X: np.ndarray, Y: np.ndarray, y: np.ndarray) -> float:
    """Rank correlation of the distances between the centres of classes."""
    from scipy.spatial.distance import pdist
    from scipy.stats import spearmanr

    found = [pdist(np.array([A[y == c].mean(axis=0) for c in np.unique(y)])) for A in (X, Y)]
    return float(spearmanr(*found).statistic)


def judge(result: Result, data: dict[str, np.ndarray]) -> dict[str, float]:
    X, y, Y = data["X"], data["y"], result["Y"]
    return {
        "accuracy": accuracy(Y, y, Y, y, 1), "new": accuracy(Y, y, result["new"], data["truth"], 0),
        "trust": trust(X, Y), "new trust": trust(data["Z"], result["new"]),
        "triplets": triplets(X, Y), "centroids": centroids(X, Y, y),
        "seconds": float(result["seconds"][0]), "new seconds": float(result["seconds"][1]),
    }  # fmt: skip


def results(given: argparse.Namespace, data: dict[str, np.ndarray]) -> Iterator[tuple[str, Result]]:
    """Every tool that was asked for, and its maps."""
    peer, network = given.peer_python, given.triplet_python
    tools: dict[str, Callable[[], Result]] = {"PCA": lambda: run_pca(data)}
    if peer:
        tools |= {name: lambda n=name: run_peer(peer, PEERS[n], data) for name in PEERS}
    tools |= {
        "frameumap": lambda: run_ours(data, labels=False),
        "frameumap, labels": lambda: run_ours(data, labels=True),
    }
    if network:
        tools["triplet network, labels"] = lambda: run_peer(network, TRIPLET, data)
    for name, run in tools.items():
        if not given.tools or name in given.tools:
            yield name, run()


def draw(name: str, maps: dict[str, Result], data: dict[str, np.ndarray], folder: Path) -> None:
    """A panel a tool: the fit's rows coloured by label, new ones as rings."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    columns = min(4, len(maps))
    rows = -(-len(maps) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(3.2 * columns, 3.2 * rows), squeeze=False, layout="constrained"
    )
    for axis in axes.ravel():
        axis.set_axis_off()
    for axis, (tool, result) in zip(axes.ravel(), maps.items(), strict=False):
        Y, new = result["Y"], result["new"]
        size = min(6.0, 12_000 / len(Y))
        axis.scatter(*Y.T, s=size, c=data["y"], cmap="tab10", linewidths=0, rasterized=True)
        some = slice(0, 300)
        colors = plt.get_cmap("tab10")(data["truth"][some] / 9)
        axis.scatter(*new[some].T, s=9, facecolors="none", edgecolors=colors, linewidths=0.6)
        low, high = np.percentile(Y, [0.1, 99.9], axis=0)
        pad = 0.05 * (high - low)
        axis.set(xlim=(low[0] - pad[0], high[0] + pad[0]), ylim=(low[1] - pad[1], high[1] + pad[1]))
        axis.set_title(tool, fontsize=10)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"talk_{name}.png", dpi=80)
    plt.close(figure)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("images", choices=["digits", "fashion_mnist", "mnist"])
    parser.add_argument("--rows", type=int, help="of the whole, fit and new ones; all by default")
    parser.add_argument("--peer-python")
    parser.add_argument("--triplet-python")
    parser.add_argument("--tools", nargs="+", help="some of them, by name")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--pictures", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    X, y = read_images(given.images)
    some = np.random.default_rng(0).permutation(len(X))[: given.rows]
    X, y = X[some], y[some]
    last = len(X) - len(X) // 6
    data = {"X": X[:last], "y": y[:last], "Z": X[last:], "truth": y[last:]}
    maps: dict[str, Result] = {}
    lines = []
    for name, result in results(given, data):
        maps[name] = result
        lines.append({"tool": name} | judge(result, data))
        sys.stdout.write(f"{lines[-1]}\n")
        sys.stdout.flush()
    table = pd.DataFrame(lines).round(4)
    sys.stdout.write(table.to_string(index=False) + "\n")
    if given.markdown:
        head = "| " + " | ".join(table.columns) + " |\n|" + "---|" * table.shape[1] + "\n"
        rows = ("| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False))
        given.markdown.write_text(head + "\n".join(rows) + "\n")
    if given.pictures:
        draw(given.images, maps, data, given.pictures)


if __name__ == "__main__":
    main()
