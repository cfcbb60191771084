"""`python -m frameumap demo`: embed the shipped customer table, write a table and a picture."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import pandas as pd


def demo(rows: int, folder: Path) -> None:
    """Embed `rows` generated customers, write demo.parquet and demo.png into `folder`, and print a
    report."""
    import frameumap

    customers = frameumap.datasets.make_customers(rows, random_state=0)
    print(
        f"made {len(customers):,} customers with {customers.shape[1]} columns; "
        "the column 'segment' is not embedded: it is the truth"
    )
    df = customers.drop(columns="segment")
    model = frameumap.FrameUMAP(random_state=0)
    started = time.perf_counter()
    model.fit(df)
    reason = model.plan_.reason if model.plan_ else ""
    print(f"embedded in {time.perf_counter() - started:.1f} s, {reason}\n")
    print(
        model.schema_.table()
        .drop(columns=["weight", "column_weight"])
        .to_string(index=False, max_colwidth=48)
    )
    print(
        "\nshare of each group in the edges:\n"
        + model.influence_.drop(columns="columns").round(3).to_string()
        + "\n"
    )
    embedding = pd.DataFrame(model.embedding_, index=df.index, columns=["umap_0", "umap_1"])
    purity = _purity(embedding, customers["segment"])
    print(f"share of a point's 15 nearest points that are in its segment: {purity:.2f}")
    written = folder / "demo.parquet"
    customers.join(embedding).to_parquet(written)
    print(f"wrote {written}")
    _picture(embedding, customers["segment"], folder / "demo.png")


def _purity(embedding: pd.DataFrame, segment: pd.Series) -> float:
    from scipy.spatial import cKDTree

    points = embedding.to_numpy()
    k = min(16, len(points))
    nearest = cKDTree(points).query(points, k)[1].reshape(len(points), k)[:, 1:]
    codes = segment.cat.codes.to_numpy()
    return float((codes[nearest] == codes[:, None]).mean())


def _picture(embedding: pd.DataFrame, segment: pd.Series, path: Path) -> None:
    try:
        import matplotlib as mpl
    except ImportError:
        print(
            f"no {path}: pictures need matplotlib, pip install 'frameumap[plot]'", file=sys.stderr
        )
        return
    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 7))
    for name in segment.cat.categories:
        points = embedding[(segment == name).to_numpy()]
        axes.scatter(points["umap_0"], points["umap_1"], s=6, alpha=0.6, linewidths=0, label=name)
    axes.set(xticks=[], yticks=[], title=f"{len(segment):,} customers, coloured by segment")
    axes.legend(markerscale=3, frameon=False)
    figure.savefig(path, dpi=120, bbox_inches="tight")
    plt.close(figure)
    print(f"wrote {path}")


def main(arguments: list[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="frameumap", description="UMAP for a DataFrame as it is.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "demo", help="embed a generated table of customers; writes demo.parquet and demo.png"
    )
    command.add_argument(
        "--rows", type=int, default=3000, help="customers to generate (default %(default)s)"
    )
    command.add_argument(
        "--folder", type=Path, default=Path(), help="where to write (default: here)"
    )
    parsed = parser.parse_args(arguments)
    if parsed.rows < 1:
        parser.error(f"--rows must be at least 1, got {parsed.rows}")
    if not parsed.folder.is_dir():
        parser.error(f"--folder {parsed.folder} is not a folder")
    demo(parsed.rows, parsed.folder)


if __name__ == "__main__":
    main()
