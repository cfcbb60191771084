"""A user's metric against the built-in one with the same formula: compilation, search and embedding
of 50,000 rows.

    python benchmarks/metrics.py [--rows 50000]

Every measurement is a separate process. `first` includes compilation, because the user's module is
new; `second` is the next process, which finds the cache of the first.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

METRIC = '''
import frameumap


@frameumap.metric("my_manhattan", gap_power=1.0, prepare="scores")
def my_manhattan(x, y):
    """sum |x - y|"""
    total = 0.0
    for c in range(len(x)):
        total += abs(x[c] - y[c])
    return total
'''

CHILD = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
import numpy as np, pandas as pd
import frameumap, mine
rng = np.random.default_rng(0)
n, p = int(sys.argv[3]), 24
X = rng.normal(size=(n, 8)) @ rng.normal(size=(8, p)) + 0.3 * rng.normal(size=(n, p))
df = pd.DataFrame(X, columns=[f"c{i}" for i in range(p)])
started = time.perf_counter()
metric = frameumap.metrics.get(sys.argv[2])
metric.address
compiled = time.perf_counter() - started
started = time.perf_counter()
model = frameumap.FrameUMAP({tuple(df.columns): sys.argv[2]}).fit(df)
print(json.dumps({
    "compile": compiled,
    "embed": time.perf_counter() - started,
    "search": model.plan_.search,
    "missed": sum(metric.function.stats.cache_misses.values()),
}))
"""


def run(folder: Path, metric: str, rows: int) -> dict:
    command = [sys.executable, "-W", "ignore", "-c", CHILD, str(folder), metric, str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=50_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "mine.py").write_text(METRIC)
        run(folder, "manhattan", arguments.rows)
        results = {}
        for turn in ("first", "second"):
            for metric in ("my_manhattan", "manhattan"):
                results[metric, turn] = run(folder, metric, arguments.rows)
                print(turn, metric, results[metric, turn], flush=True)
    for turn in ("first", "second"):
        mine, theirs = results["my_manhattan", turn], results["manhattan", turn]
        print(
            f"{turn}: own / built-in = {mine['embed'] / theirs['embed']:.2f}, "
            f"compilation {mine['compile']:.2f} s"
        )


if __name__ == "__main__":
    main()
