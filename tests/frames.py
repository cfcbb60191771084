"""Frames and helpers that several test modules share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

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


def python(code: str, **environment: str) -> str:
    """Run `code` in a fresh interpreter; return what it prints."""
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
