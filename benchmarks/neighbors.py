"""Neighbours: recall@15 and time, against pynndescent, scipy's and scikit-learn's trees, and brute
force.

    python benchmarks/neighbors.py                        all data sets
    python benchmarks/neighbors.py images names           some data sets
    python benchmarks/neighbors.py --peer-python PATH     an interpreter with pynndescent
    python benchmarks/neighbors.py --data FOLDER          with tables.py: images, hotels, flights

Every tool runs in new processes on the same rows and threads: `cold` with an empty cache of
compiled code, `warm` with the cache of the cold run. Times include the import of the tool and
exclude reading the data. Recall is measured on 2,000 rows against comparing all pairs. Quote ratios
within one run, not seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

_SYLLABLES = (
    "al an ar bel ber bri cor dan del dor el fer gra han hol ing kar kel lan lin mar mon nor or "
    "pel ran ros sal sol tam ter vel vin wes"
)
_TRADES = (
    "Motors Foods Systems Labs Partners Logistics Textiles Energy Media Pharma Steel Studios "
    "Trading Software Bau"
)

K = 16  # the row itself and 15 others
SAMPLE = 2000


def isotropic() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(200_000, 10)).astype(np.float32)


def correlated() -> np.ndarray:
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(200_000, 3)) @ rng.normal(size=(3, 10))
        + 0.1 * rng.normal(size=(200_000, 10))
    ).astype(np.float32)


def coordinates() -> np.ndarray:
    """Degrees of points around 3,000 towns of very different sizes."""
    rng = np.random.default_rng(0)
    towns = np.column_stack([rng.uniform(-60, 70, 3000), rng.uniform(-180, 180, 3000)])
    at = rng.choice(3000, 200_000, p=rng.dirichlet(np.full(3000, 0.3)))
    return (
        towns[at] + rng.normal(size=(200_000, 2)) * rng.lognormal(-3, 1, 3000)[at, None]
    ).astype(np.float64)


def names(n: int = 100_000) -> list[str]:
    """Distinct company-like names with spelling variants."""
    rng = np.random.default_rng(0)
    syllables = _SYLLABLES.split()
    trades = _TRADES.split()
    forms = ["GmbH", "Ltd", "Inc", "S.A.", "AG", "& Sons", "Group", ""]
    made: dict[str, None] = {}
    while len(made) < n:
        stem = "".join(rng.choice(syllables, rng.integers(2, 4))).title()
        name = f"{stem} {rng.choice(trades)} {rng.choice(forms)}".strip()
        for _ in range(rng.integers(1, 4)):
            made.setdefault(name)
            at = int(rng.integers(1, len(name)))
            name = (
                name[:at]
                + str(rng.choice(["", name[at - 1], "e", " "]))
                + name[at + int(rng.integers(0, 2)) :]
            )
    return list(made)[:n]


#: Data set -> metric, or None for a table whose schema is inferred; and the peers that support it.
SETS = {
    "images": ("euclidean", ("pynndescent",)),
    "isotropic": ("euclidean", ("pynndescent", "cKDTree")),
    "correlated": ("euclidean", ("pynndescent", "cKDTree")),
    "coordinates": ("haversine", ("pynndescent", "BallTree")),
    "names": ("levenshtein", ("rapidfuzz",)),
    "hotels": (None, ()),
    "flights": (None, ()),
    "customers": (None, ()),
}


def read(which: str, data: str):
    """A frame and the mapping that declares it, None to infer the schema."""
    import pandas as pd

    import frameumap

    sys.path.insert(0, data)
    metric = SETS[which][0]
    if which in ("isotropic", "correlated", "coordinates"):
        df = pd.DataFrame(globals()[which]()).rename(columns=str)
        return df, {
            tuple(df.columns): metric
            if metric == "haversine"
            else frameumap.numeric(metric=metric, prepare="none")
        }
    if which == "names":
        return pd.DataFrame({"name": names()}), {"name": metric}
    if which == "customers":
        from frameumap.datasets import make_customers

        return make_customers(int(os.environ.get("ROWS", "1000000"))).drop(columns="segment"), None
    import tables

    if which == "images":
        df = pd.DataFrame(tables.images()[0]).rename(columns=str)
        return df, {tuple(df.columns): metric}
    return tables.frame({"hotels": "hotel_bookings", "flights": "nycflights13"}[which])[0], None


def run_ours(which: str, data: str, scratch: Path) -> dict:
    """Search, then measure the recall of every tool, whose indices are in `scratch`."""
    df, declared = read(which, data)
    started = time.perf_counter()
    import resource

    import frameumap
    from frameumap.engine.distance import pair_dissimilarities
    from frameumap.engine.rows import as_queries, take_queries
    from frameumap.engine.threads import parallel_for
    from frameumap.kinds.encode import encode_frame
    from frameumap.neighbors.all_pairs import AllPairsSearch
    from frameumap.neighbors.plan import find_neighbors
    from frameumap.progress import Progress

    schema = (
        frameumap.infer_schema(df) if declared is None else frameumap.Schema.from_mapping(declared)
    )
    _, packed = encode_frame(df, list(schema.ordered_groups()))
    encoded = time.perf_counter()
    neighbors = find_neighbors(packed.rows, packed.metrics, K, 0, Progress())
    seconds = time.perf_counter() - started
    result = {
        "seconds": seconds,
        "search": seconds - (encoded - started),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "plan": str(neighbors.plan).splitlines()[0],
    }
    if not (scratch / "judge").exists():
        return result
    rows = neighbors.distinct
    picked = np.random.default_rng(1).permutation(len(rows.cells))[:SAMPLE]
    begin = time.perf_counter()
    exact = AllPairsSearch().search(
        rows, take_queries(as_queries(rows), picked), K - 1, 0, Progress()
    )
    result["brute"] = (time.perf_counter() - begin) * len(rows.cells) / len(picked)
    of = neighbors.classes.of
    found = {"frameumap": neighbors.knn.indices} | {
        f.stem: np.load(f) for f in scratch.glob("*.npy") if f.stem != "X"
    }
    for tool, indices in found.items():
        heads = of[indices[neighbors.classes.first[picked], 1:K]].astype(np.int64)
        gaps = np.empty(heads.size)
        parallel_for(
            pair_dissimilarities,
            len(gaps),
            rows,
            np.repeat(picked, heads.shape[1]),
            heads.ravel(),
            gaps,
        )
        # Duplicates make lists ambiguous: a neighbour counts if it is no farther than the last
        # exact one.
        bound = exact.distances[:, -1:].astype(np.float64) * 1.00001
        result[f"recall {tool}"] = float((gaps.reshape(heads.shape) <= bound).mean())
    return result


def run_peer(tool: str, which: str, scratch: Path) -> dict:
    X = np.load(scratch / "X.npy", allow_pickle=False)
    threads = int(os.environ["NUMBA_NUM_THREADS"])
    metric = SETS[which][0]
    if metric == "haversine":
        X = np.deg2rad(X)
    started = time.perf_counter()
    if tool == "pynndescent":
        import pynndescent

        indices = pynndescent.NNDescent(
            X, metric=metric, n_neighbors=K, random_state=0, n_jobs=threads
        ).neighbor_graph[0]
    elif tool == "cKDTree":
        import scipy.spatial

        indices = scipy.spatial.cKDTree(X).query(X, K, workers=threads)[1]
    elif tool == "BallTree":
        import sklearn.neighbors

        indices = sklearn.neighbors.NearestNeighbors(
            n_neighbors=K, algorithm="ball_tree", metric=metric, n_jobs=threads
        ).fit(X)
        indices = indices.kneighbors(X, return_distance=False)
    else:
        from rapidfuzz.distance import Levenshtein
        from rapidfuzz.process import cdist

        distances = cdist(
            X[:SAMPLE].tolist(),
            X.tolist(),
            scorer=Levenshtein.distance,
            workers=threads,
            dtype=np.int32,
        )
        np.argpartition(distances, K, axis=1)
        return {"seconds": (time.perf_counter() - started) * len(X) / SAMPLE, "extrapolated": True}
    seconds = time.perf_counter() - started
    np.save(scratch / f"{tool}.npy", np.asarray(indices, np.int32))
    return {"seconds": seconds}


def child(python: str, arguments: list[str], cache: Path, threads: int) -> dict:
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(cache),
        "NUMBA_NUM_THREADS": str(threads),
        "PYTHONWARNINGS": "ignore",
    }
    command = [python, __file__, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", default=[])
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--data", default=os.environ.get("FRAMEUMAP_TABLES", ""))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--child", nargs=2, metavar=("TOOL", "SCRATCH"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        tool, scratch = arguments.child
        which = arguments.sets[0]
        ours = tool == "frameumap"
        print(
            json.dumps(
                run_ours(which, arguments.data, Path(scratch))
                if ours
                else run_peer(tool, which, Path(scratch))
            )
        )
        return
    for which in arguments.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            scratch = Path(folder)
            peers = SETS[which][1]
            if peers:
                df, _ = read(which, arguments.data)
                np.save(
                    scratch / "X.npy",
                    np.array(df["name"], dtype=str) if which == "names" else df.to_numpy(),
                )
            times = {}
            for tool in (*peers, "frameumap"):
                python = arguments.peer_python if tool == "pynndescent" else sys.executable
                call = [which, "--data", arguments.data, "--child", tool, folder]
                (scratch / "judge").unlink(missing_ok=True)
                cold = child(python, call, scratch / f"cache-{tool}", arguments.threads)
                if tool == "frameumap":
                    (scratch / "judge").touch()
                warm = child(python, call, scratch / f"cache-{tool}", arguments.threads)
                times[tool] = cold["seconds"], warm["seconds"]
                shown = {k: round(v, 3) if isinstance(v, float) else v for k, v in warm.items()}
                print(f"{which:12} {tool:12} cold {cold['seconds']:7.1f}  {shown}", flush=True)
            for tool in peers:
                cold, warm = (a / b for a, b in zip(times[tool], times["frameumap"], strict=True))
                print(
                    f"{which:12} {tool} / frameumap: cold {cold:.1f} x, warm {warm:.1f} x",
                    flush=True,
                )


if __name__ == "__main__":
    main()
