"""`frameumap demo`: the whole way on a generated table of customers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from .embed import fit, with_embedding
from .embed_outputs import write_picture
from .errors import UsageError
from .options import add_common, add_seed, positive, report_written
from .outputs import Outputs, missing_extra
from .talk import Talk

HELP = "embed a generated table of customers: table, picture, page and report"
#: What is written, and what it needs.
WRITES = {
    "demo.parquet": None, "demo.png": "picture", "demo.html": "page", "demo.md": None,
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument(
        "--rows", type=positive, default=3000, help="customers to generate (default %(default)s)"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(), help="where to write (default: here)"
    )
    add_seed(parser)
    parser.set_defaults(n_neighbors=15, n_components=2, min_dist=0.1)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Generate, embed, write."""
    from ..datasets import make_customers

    if not options.folder.is_dir():
        raise UsageError(f"--folder {options.folder} is not a folder")
    outputs = Outputs([], force=True)  # its own files, by fixed names
    customers = make_customers(options.rows, random_state=options.seed)
    talk.say(
        f"made {len(customers):,} customers with {customers.shape[1]} columns; "
        "the column 'segment' is not embedded: it is the truth"
    )
    model = fit(customers.drop(columns="segment"), None, options, talk)
    purity = _purity(model.embedding_, customers["segment"])
    talk.say(f"share of a point's 15 nearest points that are in its segment: {purity:.2f}")
    talk.facts["purity"] = purity
    for name, needed in WRITES.items():
        lacking = None if needed is None else missing_extra(needed)
        if lacking:
            talk.note(f"no {name}, which {lacking}")
        else:
            _write(outputs, options.folder / name, model, customers, talk)
    report_written(outputs, talk)


def _write(outputs: Outputs, path: Path, model: Any, customers: pd.DataFrame, talk: Talk) -> None:
    title = f"{len(customers):,} customers, coloured by segment"
    talk.progress(f"writing {path}")
    if path.suffix == ".parquet":
        outputs.table(path, with_embedding(customers, model.embedding_))
    elif path.suffix == ".png":
        write_picture(outputs, str(path), model, customers, "segment", title)
    elif path.suffix == ".html":
        with outputs.whole(path) as beside:
            model.to_html(beside, df=customers, color="segment", segments="auto")
    else:
        with outputs.whole(path) as beside:
            model.report(beside, title="Generated customers")


def _purity(points: Any, segment: pd.Series) -> float:
    from scipy.spatial import cKDTree

    k = min(16, len(points))
    nearest = cKDTree(points).query(points, k)[1].reshape(len(points), k)[:, 1:]
    codes = segment.cat.codes.to_numpy()
    return float((codes[nearest] == codes[:, None]).mean()) if k > 1 else 1.0
