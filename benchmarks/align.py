"""Maps of slices in time: how far rows move whose neighbours stay, and what that costs.

    python benchmarks/align.py [--tables FOLDER] [--peer-python PATH] [--markdown OUT.md]

Two sets of slices: six clusters of generated rows of which a tenth wanders off, with new noise in
every slice; and, with --tables, the aircraft of nycflights13 by quarter: flights, distances,
delays, hours, carrier and airport. Every slice is embedded alone, by `frameumap.align`, and, where
PATH is an interpreter with umap-learn and all columns are numbers, by its AlignedUMAP.

"move" is the median over the rows of which at least 7 in 10 of the 15 nearest in the columns are
the same as in the slice before, as a share of the width of the map before; "others" that of all
other rows. "trust" is the trustworthiness of 15 neighbours, the mean over the slices.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import warnings
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

import frameumap

K = 15
STAY = 0.7

PEER = """
import sys, numpy as np, umap
held = np.load(sys.argv[1])
slices = [held[f"x{i}"] for i in range(len(held.files) // 2)]
relations = [dict(map(tuple, held[f"r{i}"].tolist())) for i in range(len(slices) - 1)]
model = umap.AlignedUMAP(random_state=0).fit(slices, relations=relations)
np.savez(sys.argv[2], *model.embeddings_)
"""


def drifting(n: int = 1000, slices: int = 4, seed: int = 0) -> list[pd.DataFrame]:
    """Six clusters of rows, a tenth of which wanders off."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6)) + 4 * np.eye(6)[rng.integers(0, 6, n)]
    drift = rng.normal(size=X.shape) * 1.2 * (rng.random(n) < 0.1)[:, None]
    labels = [f"r{i}" for i in range(n)]
    return [
        pd.DataFrame(X + t * drift + 0.02 * rng.normal(size=X.shape), labels, list("abcdef"))
        for t in range(slices)
    ]


def aircraft(folder: Path, most: int = 1500) -> list[pd.DataFrame]:
    """Aircraft of nycflights13 by quarter; only those of at least 20 flights in one."""
    flights = pd.read_csv(folder / "nycflights13" / "flights.csv.gz")
    flights = flights.dropna(subset=["tailnum", "arr_delay"])
    slices = []
    for _, some in flights.groupby((flights["month"] - 1) // 3):
        by = some.groupby("tailnum")
        table = by.agg(
            flights=("dest", "size"), distance=("distance", "mean"), delay=("dep_delay", "median"),
            late=("arr_delay", "median"), hour=("hour", "mean"), places=("dest", "nunique"),
        )  # fmt: skip
        for column in ("carrier", "origin"):
            table[column] = by[column].agg(lambda values: values.mode().iloc[0])
        slices.append(table[table["flights"] >= 20].sort_index().iloc[:most])
    return slices


def distances(df: pd.DataFrame) -> np.ndarray:
    """Numbers standardised, categories one-hot: what the maps are judged by."""
    X = pd.get_dummies(df).astype(float)
    return ((X - X.mean()) / X.std().replace(0, 1)).to_numpy()


def nearest(df: pd.DataFrame) -> list[set]:
    """Labels of the nearest rows."""
    found = NearestNeighbors(n_neighbors=K + 1).fit(distances(df)).kneighbors()[1]
    labels = df.index.to_numpy()
    return [set(labels[row]) for row in found]


def judge(slices: list[pd.DataFrame], maps: list[np.ndarray]) -> dict[str, float]:
    """Moves and trust of the maps."""
    stay, other = [], []
    for t in range(1, len(slices)):
        before, after = slices[t - 1], slices[t]
        both = before.index.intersection(after.index)
        one = dict(zip(before.index, nearest(before), strict=True))
        two = dict(zip(after.index, nearest(after), strict=True))
        shared = set(both)
        same = np.array(
            [len(one[r] & two[r]) / max(1, len((one[r] | two[r]) & shared)) for r in both]
        )
        gaps = maps[t][after.index.get_indexer(both)] - maps[t - 1][before.index.get_indexer(both)]
        moved = np.linalg.norm(gaps, axis=1) / np.ptp(maps[t - 1], axis=0).max()
        stay.append(moved[same >= STAY])
        other.append(moved[same < STAY])
    trust = [
        trustworthiness(distances(df), xy, n_neighbors=K)
        for df, xy in zip(slices, maps, strict=True)
    ]
    stay, other = np.concatenate(stay), np.concatenate(other)
    return {
        "rows that stay": len(stay), "move": float(np.median(stay)) if len(stay) else np.nan,
        "others": float(np.median(other)), "trust": float(np.mean(trust)),
    }  # fmt: skip


def peer_maps(python: str, slices: list[pd.DataFrame]) -> list[np.ndarray]:
    """AlignedUMAP's maps of the slices."""
    with tempfile.TemporaryDirectory() as folder:
        there, back = Path(folder) / "in.npz", Path(folder) / "out.npz"
        arrays = {f"x{t}": distances(df) for t, df in enumerate(slices)}
        for t, (before, after) in enumerate(pairwise(slices)):
            at = after.index.get_indexer(before.index)
            arrays[f"r{t}"] = np.c_[np.flatnonzero(at >= 0), at[at >= 0]]
        arrays[f"r{len(slices) - 1}"] = np.empty((0, 2), int)
        np.savez(there, **arrays)
        subprocess.run([python, "-W", "ignore", "-c", PEER, str(there), str(back)], check=True)
        held = np.load(back)
        return [held[name] for name in held.files]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=Path)
    parser.add_argument("--peer-python")
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    sets = {"clusters, some rows wander": drifting(given.rows)}
    if given.tables:
        sets["aircraft by quarter"] = aircraft(given.tables, given.rows)
    lines = []
    for name, slices in sets.items():
        maps = {"each alone": [frameumap.FrameUMAP().fit(df).embedding_ for df in slices]}
        for hold in (0.0, 0.5, 0.9):
            models = frameumap.align(slices, hold=hold)
            maps[f"align, hold={hold:g}"] = [m.embedding_ for m in models]
        if given.peer_python:
            maps["AlignedUMAP"] = peer_maps(given.peer_python, slices)
        lines += [{"slices": name, "maps": how} | judge(slices, xy) for how, xy in maps.items()]
    table = pd.DataFrame(lines).round(4)
    sys.stdout.write(table.to_string(index=False) + "\n")
    if given.markdown:
        head = "| " + " | ".join(table.columns) + " |\n|" + "---|" * table.shape[1] + "\n"
        rows = ("| " + " | ".join(map(str, row)) + " |" for row in table.itertuples(index=False))
        given.markdown.write_text(head + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
