"""Which stages give the same bytes under other processors, emulated on this one.

    python benchmarks/machines.py [--rows 600]

Each process compiles for itself and runs as another machine would:

    this one         all that the processor has
    without FMA      numba compiles for a generic x86-64; numpy, OpenBLAS and the C library are told
                     to leave out FMA, AVX2 and AVX-512

and each in both modes, by default and under FRAMEUMAP_PORTABLE=1. Digests of the stages: neighbours
(lists, distances), graph, start, layout, new rows. Stages that differ are named, with the largest
difference; the price is the time of fit in the portable mode over that by default.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PLAIN = {
    "NUMBA_CPU_NAME": "x86-64",
    "NUMBA_CPU_FEATURES": "",
    "OPENBLAS_CORETYPE": "Prescott",
    "NPY_DISABLE_CPU_FEATURES": (
        "SSE3 SSSE3 SSE41 POPCNT SSE42 AVX F16C FMA3 AVX2 AVX512F AVX512CD AVX512_SKX AVX512_CLX "
        "AVX512_CNL AVX512_ICL AVX512_SPR"
    ),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX,-AVX512F",
}
CHILD = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np
import frameumap
from frameumap.layout.initialize import initialize_layout
from frameumap.neighbors.sketch import sketch_rows
from frameumap.progress import Progress

rows = int(sys.argv[2])
held = {}
tables = {
    "mixed": frameumap.datasets.make_customers(rows, random_state=0).drop(columns="segment"),
    "listings": frameumap.datasets.make_listings(rows, random_state=0),
}
for name, df in tables.items():
    new, df = df.iloc[: rows // 10], df.iloc[rows // 10 :]
    frameumap.FrameUMAP(n_epochs=20).fit(df)
    begin = time.process_time()
    model = frameumap.FrameUMAP().fit(df)
    seconds = time.process_time() - begin
    inner = model._model
    sketch = sketch_rows(inner.packed.rows, inner.packed.metrics, 0)
    start = initialize_layout("spectral", model.graph_, sketch, 2, 0, Progress())
    held |= {
        f"{name}: packed": inner.packed.rows.cells, f"{name}: scales": inner.packed.scales,
        f"{name}: neighbours": model.knn_.indices, f"{name}: distances": model.knn_.distances,
        f"{name}: graph": model.graph_.data, f"{name}: start": start,
        f"{name}: layout": model.embedding_, f"{name}: new rows": model.transform(new),
        f"{name}: seconds": np.array(seconds),
    }
np.savez(sys.argv[1], **held)
"""


def run(rows: int, settings: dict[str, str], folder: Path, name: str) -> dict[str, np.ndarray]:
    """The stages of one process."""
    cache, out = folder / f"cache-{name}", folder / f"{name}.npz"
    environment = {**os.environ, **settings, "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", CHILD, str(out), str(rows)]
    subprocess.run(command, check=True, env=environment, stderr=subprocess.DEVNULL)
    return dict(np.load(out))


def difference(a: np.ndarray, b: np.ndarray) -> float:
    """0 for the same bytes, else the largest difference; inf for other shapes."""
    if a.shape != b.shape:
        return float("inf")
    if a.tobytes() == b.tobytes():
        return 0.0
    with np.errstate(invalid="ignore"):
        gaps = np.abs(a.astype(np.float64) - b.astype(np.float64))
    return float(np.nanmax(gaps, initial=1e-300))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=600)
    parser.add_argument("--folder", type=Path, help="keeps compiled code for the next run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        times = {}
        for mode in ("default", "portable"):
            extra = {"FRAMEUMAP_PORTABLE": "1"} if mode == "portable" else {}
            here = run(given.rows, extra, folder, f"{mode}-here")
            there = run(given.rows, {**PLAIN, **extra}, folder, f"{mode}-there")
            told = {k: difference(here[k], there[k]) for k in here if not k.endswith("seconds")}
            times[mode] = sum(float(v) for k, v in here.items() if k.endswith("seconds"))
            same = [k for k, v in told.items() if v == 0]
            other = {k: f"{v:.3g}" for k, v in told.items() if v}
            sys.stdout.write(f"{mode}: same {len(same)} of {len(told)}; {json.dumps(other)}\n")
            sys.stdout.flush()
        sys.stdout.write(f"price: {times['portable'] / times['default']:.2f}\n")


if __name__ == "__main__":
    main()
