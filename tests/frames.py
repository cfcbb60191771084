"""Frames and helpers that several test modules share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

import frameumap
from frameumap.engine.distance import pair_dissimilarities, pair_group_distances
from frameumap.engine.rows import Rows
from frameumap.kinds.encode import encode_frame, weighed

ROOT = Path(__file__).resolve().parent.parent
TABLES = Path(os.environ.get("FRAMEUMAP_TABLES", ROOT.parent / "shared" / "data"))


def mixed(n: int = 120, seed: int = 0, gaps: bool = True) -> pd.DataFrame:
    """A small frame with a column of every kind."""
    rng = np.random.default_rng(seed)
    df = pd.DataFrame(
        {
            "amount": rng.lognormal(size=n),
            "age": rng.integers(18, 90, n).astype(float),
            "plan": rng.choice(["free", "team", "pro"], n),
            "vip": rng.random(n) < 0.3,
            "grade": pd.Categorical.from_codes(
                rng.integers(0, 4, n), ["D", "C", "B", "A"], ordered=True
            ),
            "lat": rng.normal(48, 2, n),
            "lon": rng.normal(10, 3, n),
            "name": [
                f"{rng.choice(['Nord', 'Süd', 'West'])} {rng.integers(0, 10**6)}" for _ in range(n)
            ],
            "joined": pd.Timestamp("2020-01-01")
            + pd.to_timedelta(rng.integers(0, 10**8, n), unit="s"),
            "tags": [
                sorted(rng.choice(["a", "b", "c", "d"], rng.integers(0, 4), replace=False))
                for _ in range(n)
            ],
        }
    )
    if gaps:
        for column in ("amount", "plan", "lat", "name", "tags"):
            df.loc[rng.random(n) < 0.1, column] = None
    return df


def packed(df: pd.DataFrame, schema: frameumap.Schema | None = None):
    """Groups, encoded blocks and packed rows of a frame; the schema is inferred if None."""
    schema = frameumap.infer_schema(df) if schema is None else schema
    groups = list(schema.ordered_groups())
    encoders, result = encode_frame(df, groups)
    blocks = [
        weighed(g, e.encode([df[c] for c in g.columns]))
        for e, g in zip(encoders, groups, strict=True)
    ]
    return groups, blocks, result


def all_pairs(rows: Rows, g: int | None = None) -> np.ndarray:
    """Dissimilarities D of all pairs of rows, (n, n); distances of group `g` unless None."""
    n = len(rows.cells)
    left, right = (a.ravel().astype(np.int64) for a in np.divmod(np.arange(n * n), n))
    out = np.empty(n * n)
    if g is None:
        pair_dissimilarities(0, len(left), rows, left, right, out)
    else:
        pair_group_distances(0, len(left), rows, g, left, right, out)
    return out.reshape(n, n)


def python(code: str, **environment: str) -> str:
    """Run `code` in a fresh interpreter; return what it prints. Warnings are errors, but for the
    one that says which column a made-up frame hangs on."""
    code = f"import warnings; warnings.filterwarnings('ignore', r'\\d+% of the edges')\n{code}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        cwd=ROOT / "tests",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def groups_beside_chance(chance):
    """Three groups that three columns tell, beside a column that tells nothing; the frame and the
    group of every row. `chance` makes the column from a generator and the number of rows."""
    rng, n = np.random.default_rng(1), 600
    group = rng.integers(0, 3, n)
    columns = {
        "size": 4 * group + rng.normal(size=n),
        "price": rng.normal(size=n) - 4 * group,
        "plan": np.array(["free", "team", "firm"])[group],
        "chance": chance(rng, n),
    }
    return pd.DataFrame(columns), group
