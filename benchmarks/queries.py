"""Neighbours of new rows against comparing all pairs, and how fast new rows are placed.

    python benchmarks/queries.py --rows 12000 50000 300000 --cases blobs uniform customers
    python benchmarks/queries.py --rows 2000 5000 10000 20000 40000 --cases flights

Prints a line a case and size: the recall of new rows, and the estimate of the model; the share of
them that 15 neighbours put into their class, by the search and by comparing all pairs; rows that
two quiet cores place a second (half of the processor's time); rows compared. Images, hotels and
flights are read by the module `tables` in the folder FRAMEUMAP_TABLES.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

sys.path.append(os.environ.get("FRAMEUMAP_TABLES", "."))
#: New rows: those that are judged, and those that are timed.
JUDGED, TIMED = 500, 4000
K = 15


def blobs(n: int) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    of = rng.integers(0, 200, n)
    centers = rng.uniform(-10, 10, (200, 30))
    return pd.DataFrame(centers[of] + 3 * rng.normal(size=(n, 30))).rename(columns=str), of


def uniform(n: int) -> tuple[pd.DataFrame, np.ndarray | None]:
    return pd.DataFrame(np.random.default_rng(0).random((n, 20))).rename(columns=str), None


def customers(n: int) -> tuple[pd.DataFrame, np.ndarray | None]:
    from frameumap.datasets import make_customers

    df = make_customers(n, random_state=0)
    return df.drop(columns="segment"), df["segment"].astype("category").cat.codes.to_numpy()


def names(n: int) -> tuple[pd.DataFrame, np.ndarray | None]:
    """Names of companies with typing errors, and of persons."""
    from frameumap.datasets import make_customers

    rng = np.random.default_rng(0)
    words = make_customers(n, random_state=1)["company"].astype(str).to_numpy()
    at, letter = rng.integers(0, 6, n), rng.choice(list("abcdefghijklmnopqrstuvwxyz"), (n, 2))
    typed = [w[:i] + a + w[i + 1 :] + b for w, i, (a, b) in zip(words, at, letter, strict=True)]
    return pd.DataFrame({"name": typed}), None


def images(n: int) -> tuple[pd.DataFrame, np.ndarray | None]:
    import tables

    X, y = tables.images()
    order = np.random.default_rng(0).permutation(len(X))[:n]
    return pd.DataFrame(X[order]).rename(columns=str), y[order].astype(int)


def table(name: str) -> Callable[[int], tuple[pd.DataFrame, np.ndarray | None]]:
    def load(n: int) -> tuple[pd.DataFrame, np.ndarray | None]:
        import tables

        df, label = tables.frame(name, n)
        return df, label.astype("category").cat.codes.to_numpy()

    return load


CASES = {
    "blobs": blobs, "uniform": uniform, "customers": customers, "names": names, "images": images,
    "hotels": table("hotel_bookings"), "flights": table("nycflights13"),
}  # fmt: skip


def seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime


def vote(lists: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The commonest label of every list."""
    shares = np.zeros((len(lists), labels.max() + 1))
    np.add.at(shares, (np.arange(len(lists))[:, None], labels[np.maximum(lists, 0)]), lists >= 0)
    return shares.argmax(axis=1)


def judge(name: str, n: int) -> str:
    import frameumap
    from frameumap.model.transform import encode_new, new_parts
    from frameumap.neighbors.lists import KNN
    from frameumap.neighbors.plan import query_neighbors
    from frameumap.neighbors.recall import nearest_of_all
    from frameumap.progress import Progress

    df, labels = CASES[name](n + TIMED)
    if len(df) < n:
        return f"{name:10s} {n:7d}  has {len(df)} rows"
    n = min(n, len(df) - JUDGED)
    started = seconds()
    model = frameumap.FrameUMAP().fit(df[:n])
    fitted = seconds() - started
    estimate, inner = model.query_recall_, model._model
    new_rows = df[n : n + TIMED]
    model.transform(new_rows[:20])
    started = seconds()
    model.transform(new_rows)
    rate = len(new_rows) / (seconds() - started) * 2
    hits, right, compared = [], [], 0.0
    judged = new_rows[:JUDGED]
    for new, picked in new_parts(inner, encode_new(inner, judged), len(judged)):
        arguments: tuple[Any, ...] = (new.rows, inner.packed.metrics, new.queries, K, 0)
        found = query_neighbors(inner.index, *arguments, Progress())
        lists = KNN(found.indices.copy(), found.distances.copy())
        true = nearest_of_all(new.rows, new.queries, lists, 0, Progress())
        hits.append((found.distances <= true.distances[:, -1:]).mean(axis=1))
        search = inner.index.search
        if hasattr(search, "walk") and search.effort.trees:
            walk = search.walk(new.rows, new.queries, K, 0, search.effort, Progress())
            compared = float(walk[1].mean())
        if labels is not None:
            own, first = labels[n + picked], inner.index.classes.first
            right.append([vote(first[lists.indices], labels) == own for lists in (found, true)])
    told = "-"
    if right:
        told = " ".join(f"{share:.4f}" for share in np.concatenate(right, axis=1).mean(axis=1))
    return (
        f"{name:10s} {n:7d}  recall {np.concatenate(hits).mean():.4f} (estimate {estimate:.3f}), "
        f"class {told}, {rate:7.0f} rows/s, {compared:6.0f} compared; fit {fitted:.1f} s of a core"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[12_000])
    parser.add_argument("--cases", nargs="+", choices=CASES, default=list(CASES))
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for name in given.cases:
        for n in given.rows:
            print(judge(name, n), flush=True)


if __name__ == "__main__":
    main()
