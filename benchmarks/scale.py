"""Rows past memory: customers in parquet parts, a fit on landmarks, and a streamed transform.

    python benchmarks/scale.py make FOLDER --rows 10000000 --parts 64
    python benchmarks/scale.py fit FOLDER --landmarks 200000
    python benchmarks/scale.py place FOLDER                 all rows, to FOLDER/placed
    python benchmarks/scale.py same FOLDER --rows 100000    one digest for every way to place them

Each step is a process of its own and prints JSON: seconds by the clock and of the processor, and
the peak of its memory. Customers have 20 columns: names, places, tags, dates, grades, numbers and
gaps. `same` takes the first parts, about as many rows as it is told.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


def make(folder: Path, rows: int, parts: int) -> dict[str, Any]:
    from frameumap.datasets import make_customers

    (folder / "parts").mkdir(parents=True, exist_ok=True)
    borders = np.linspace(0, rows, parts + 1).astype(int)
    for part in range(parts):
        size = int(borders[part + 1] - borders[part])
        df = make_customers(size, random_state=part).drop(columns="segment")
        df.to_parquet(folder / f"parts/{part:03d}.parquet", index=False)
    return {"rows": rows, "parts": parts}


def fit(folder: Path, landmarks: int) -> dict[str, Any]:
    import frameumap

    model = frameumap.fit_sample(folder / "parts", rows=landmarks)
    model.save(folder / "m.frameumap")
    recall = {"neighbors": model.neighbor_recall_, "queries": model.query_recall_}
    return {"sample": str(model.sample_), **recall}


def place(folder: Path) -> dict[str, Any]:
    import frameumap

    model = frameumap.FrameUMAP.load(folder / "m.frameumap")
    shutil.rmtree(folder / "placed", ignore_errors=True)
    started = time.perf_counter()
    written = model.transform_batches(folder / "parts", out=folder / "placed")
    rate = written.rows / (time.perf_counter() - started)
    return {"rows": written.rows, "rows a second": round(rate)}


def digest_of(table: Any) -> int:
    """Of rows with their positions, whatever their order, as a sum of digests of the rows."""
    from frameumap.stream.canonical import canonical
    from frameumap.stream.digests import name_digests, row_digests, value_digests

    table = canonical(table)
    names = sorted(table.column_names)
    values = np.stack([value_digests(table.column(name).chunk(0)) for name in names])
    return int(row_digests(values, name_digests(names)).sum(dtype=np.uint64))


def same(folder: Path, rows: int) -> dict[str, Any]:
    """Digests of the rows and their places, for every way to place them."""
    import frameumap

    table = _first_rows(folder, rows)
    model = frameumap.FrameUMAP.load(folder / "m.frameumap")
    found = {}
    order = np.random.default_rng(0).permutation(len(table))
    for name, source in (
        ("1 part", table), ("7 parts", table), ("64 parts", table),
        ("64 parts, rows shuffled", table.take(order)),
    ):  # fmt: skip
        parts = int(name.split()[0])
        borders = np.linspace(0, len(source), parts + 1).astype(int)
        batches = [source.slice(a, b - a) for a, b in itertools.pairwise(borders)]
        placed = pa.Table.from_batches(model.transform_batches(batches))
        found[name] = digest_of(_joined(source, placed))
    split = folder / "some"
    shutil.rmtree(split, ignore_errors=True)
    split.mkdir()
    for part in range(8):
        first, last = len(table) * part // 8, len(table) * (part + 1) // 8
        pq.write_table(table.slice(first, last - first), split / f"{part}.parquet")
    for name, workers, kill in (
        ("Dask, 1 worker", 1, False),
        ("Dask, 2 workers", 2, False),
        ("Dask, 2 workers, one killed", 2, True),
    ):
        placed = _by_dask(split, model, workers, kill)
        found[name] = digest_of(_joined(table, pa.Table.from_pandas(placed, preserve_index=False)))
    return {"rows": len(table), "digests": found, "equal": len(set(found.values())) == 1}


def _first_rows(folder: Path, rows: int) -> Any:
    tables, count = [], 0
    for path in sorted((folder / "parts").glob("*.parquet")):
        tables.append(pq.read_table(path))
        count += len(tables[-1])
        if count >= rows:
            break
    return pa.concat_tables(tables, promote_options="permissive").combine_chunks()


def _joined(table: Any, placed: Any) -> Any:
    for name in placed.column_names:
        table = table.append_column(name, placed[name])
    return table


def _by_dask(folder: Path, model: Any, workers: int, kill: bool) -> Any:
    import dask.dataframe as dd
    import distributed

    import frameumap

    with (
        distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        lazy = frameumap.dask.transform(dd.read_parquet(str(folder)), model)
        future = client.compute(lazy)
        if kill:
            timer = threading.Timer(5, _kill_one, [client])
            timer.start()
        return future.result()


def _kill_one(client: Any) -> None:
    address, worker = next(iter(client.run(os.getpid).items()))
    print(f"killed the worker at {address}")
    os.kill(worker, signal.SIGKILL)


def measured(step: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """The result of a step with its time and the peak of memory."""
    started = time.perf_counter()
    result = step(*arguments)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return result | {
        "seconds": round(time.perf_counter() - started, 1),
        "of the processor": round(used.ru_utime + used.ru_stime, 1),
        "peak GB": round(used.ru_maxrss * 1024 / 1e9, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=["make", "fit", "place", "same"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--parts", type=int, default=64)
    parser.add_argument("--landmarks", type=int, default=200_000)
    given = parser.parse_args()
    arguments: Iterator[Any] = {
        "make": (given.rows, given.parts),
        "fit": (given.landmarks,),
        "place": (),
        "same": (given.rows,),
    }[given.step]
    step = {"make": make, "fit": fit, "place": place, "same": same}[given.step]
    print(json.dumps(measured(step, given.folder, *arguments), indent=1))


if __name__ == "__main__":
    main()
