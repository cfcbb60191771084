"""frameumap beside one-hot, Gower, FAMD and multiplied models of umap-learn, on generated tables
and on tables of your own.

    python benchmarks/beside.py --peer-python PATH [--rows 1500] [--seeds 3] [--markdown OUT.md]
    python benchmarks/beside.py --peer-python PATH --table trips.csv --label purpose

PATH is an interpreter with umap-learn, gower and pandas. Every tool gets the columns without the
label, prepared as its users prepare them: numbers standardised with medians for gaps, categories of
at most 60 levels, places as points of the sphere for one-hot, everything else left out. frameumap
gets the frame as it is, without a schema. The score is the skill of the label among the 15 nearest
points of the plane: 1 - Brier / Brier of the base rates; 0 is no better than the label's shares.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

TOOLS = ("frameumap", "umap one-hot", "umap Gower", "FAMD", "umap A * B")


def skill(xy: np.ndarray, label: np.ndarray, k: int = 15) -> float:
    """1 - Brier / Brier of the base rates, of the label's shares among the k nearest points."""
    from scipy.spatial import cKDTree

    codes, levels = pd.factorize(label)
    near = cKDTree(xy).query(xy, k + 1)[1][:, 1:]
    truth = np.eye(len(levels))[codes]
    told = truth[near].mean(axis=1)
    base = truth.mean(axis=0)
    return float(1 - ((told - truth) ** 2).sum() / ((base - truth) ** 2).sum())


def split(df: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray | None]:
    """Standardised numbers, categories as strings, and points of the sphere, or None."""
    place = None
    found = {
        c.lower().split("_")[-1]: c for c in df if str(c).lower().split("_")[-1] in
        {"lat", "latitude", "lon", "longitude"}
    }  # fmt: skip
    if len(found) == 2:
        degrees = df[sorted(found.values(), key=lambda c: "lon" in c)].astype(float)
        lat, lon = np.deg2rad(degrees.fillna(degrees.median())).to_numpy().T
        place = np.c_[np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
        df = df.drop(columns=list(found.values()))
    number = [
        c for c in df if pd.api.types.is_numeric_dtype(df[c]) and df[c].astype(float).nunique() > 10
    ]
    category = [c for c in df if c not in number and df[c].astype(str).nunique() <= 60]
    X = df[number].astype(float)
    X = X.fillna(X.median()).fillna(0)
    return ((X - X.mean()) / X.std().replace(0, 1)).fillna(0), df[category].astype(str), place


def one_hot(df: pd.DataFrame) -> np.ndarray:
    """Numbers, flags of levels, and standardised points of the sphere."""
    X, C, place = split(df)
    parts = [X.to_numpy(), *([pd.get_dummies(C).to_numpy(float)] if C.shape[1] else [])]
    if place is not None:
        parts.append((place - place.mean(0)) / np.where(place.std(0) > 0, place.std(0), 1))
    return np.concatenate(parts, axis=1)


def peer(tool: str, df: pd.DataFrame) -> np.ndarray:
    """The plane of another tool; runs under its interpreter."""
    import umap

    X, C, _ = split(df)
    if tool == "umap one-hot":
        return umap.UMAP(random_state=42).fit_transform(one_hot(df))
    if tool == "umap Gower":
        import gower

        D = gower.gower_matrix(pd.concat([X, C.astype(object)], axis=1))
        return umap.UMAP(metric="precomputed", random_state=42).fit_transform(D)
    if tool == "FAMD":  # principal components of numbers and of flags / sqrt(share), Pages 2004
        flags = pd.get_dummies(C).to_numpy(float) if C.shape[1] else np.empty((len(X), 0))
        share = flags.mean(axis=0)
        Z = np.concatenate([X.to_numpy(), (flags - share) / np.sqrt(share)], axis=1)
        U, s, _ = np.linalg.svd(Z - Z.mean(0), full_matrices=False)
        return U[:, :2] * s[:2]
    numbers = umap.UMAP(random_state=42).fit(X) if X.shape[1] else None
    if not C.shape[1]:
        return numbers.embedding_
    codes = np.stack([pd.factorize(C[c])[0] for c in C], axis=1).astype(np.float32)
    levels = umap.UMAP(metric="hamming", random_state=42).fit(codes)
    return (numbers * levels).embedding_ if numbers is not None else levels.embedding_


def tables(arguments: argparse.Namespace) -> dict[str, tuple[pd.DataFrame, pd.Series]]:
    """Name -> frame and label."""
    if arguments.table:
        df = pd.read_csv(arguments.table)
        df = df.sample(min(len(df), arguments.rows), random_state=0).reset_index(drop=True)
        return {Path(arguments.table).stem: (df.drop(columns=arguments.label), df[arguments.label])}
    from frameumap import datasets

    out = {}
    for name in datasets.__all__:
        for seed in range(arguments.seeds if name != "make_records" else 0):
            df = getattr(datasets, name)(arguments.rows, seed)
            out[f"{name[5:]} {seed}"] = (df.iloc[:, 1:], df.iloc[:, 0])
    return out


def flat(df: pd.DataFrame) -> pd.DataFrame:
    """The frame without lists, which the others leave out."""
    lists = [
        c for c in df if isinstance(df[c].dropna().iloc[0] if df[c].notna().any() else 0, list)
    ]
    return df.drop(columns=lists)


def run_peers(all_tables: dict, interpreter: str) -> dict[str, dict[str, tuple[float, float]]]:
    """Scores and seconds of the other tools by table."""
    with tempfile.TemporaryDirectory() as folder:
        for name, (df, label) in all_tables.items():
            flat(df).assign(label__=label.astype(str).to_numpy()).to_parquet(
                Path(folder) / f"{name}.parquet"
            )
        subprocess.run([interpreter, __file__, "--work", folder], check=True)
        return json.loads((Path(folder) / "scores.json").read_text())


def work(folder: Path) -> None:
    """Under the other interpreter: every peer on every table."""
    warnings.filterwarnings("ignore")
    scores: dict[str, dict[str, tuple[float, float]]] = {}
    for path in sorted(folder.glob("*.parquet")):
        df = pd.read_parquet(path)
        label = df.pop("label__").to_numpy()
        for tool in TOOLS[1:]:
            started = time.perf_counter()
            value = skill(peer(tool, df), label)
            seconds = time.perf_counter() - started
            scores.setdefault(path.stem, {})[tool] = (value, seconds)
        print(path.stem, {t: round(s, 3) for t, (s, _) in scores[path.stem].items()}, flush=True)
    (folder / "scores.json").write_text(json.dumps(scores))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--rows", type=int, default=1500)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--table")
    parser.add_argument("--label")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--scores", type=Path, help="where the others' scores are kept")
    parser.add_argument("--work", type=Path)
    arguments = parser.parse_args()
    if arguments.work:
        return work(arguments.work)
    import frameumap

    warnings.filterwarnings("ignore")
    all_tables = tables(arguments)
    if arguments.scores and arguments.scores.exists():
        scores = json.loads(arguments.scores.read_text())
    else:
        scores = run_peers(all_tables, arguments.peer_python)
        if arguments.scores:
            arguments.scores.write_text(json.dumps(scores))
    for name, (df, label) in all_tables.items():
        started = time.perf_counter()
        value = skill(frameumap.embed(df).to_numpy(), label.astype(str).to_numpy())
        scores[name]["frameumap"] = (value, time.perf_counter() - started)
    frame = pd.DataFrame({n: {t: s[t][0] for t in TOOLS} for n, s in scores.items()}).T
    seconds = pd.DataFrame({n: {t: s[t][1] for t in TOOLS} for n, s in scores.items()}).T
    by_table = frame.groupby(frame.index.str.rsplit(" ", n=1).str[0]).mean()
    by_table.loc["mean"] = by_table.mean()
    by_table.loc["median seconds"] = seconds.median()
    print(by_table.round(3).to_string())
    if arguments.markdown:
        rows = ["| table | " + " | ".join(TOOLS) + " |", "|---" * (len(TOOLS) + 1) + "|"]
        for name, row in by_table.iterrows():
            best = row.max() if name != "median seconds" else row.min()
            cells = [f"**{v:.2f}**" if v > best - 0.005 else f"{v:.2f}" for v in row]
            rows.append(f"| {name} | " + " | ".join(cells) + " |")
        arguments.markdown.write_text("\n".join(rows) + "\n")
    return None


if __name__ == "__main__":
    main()
