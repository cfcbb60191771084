"""`frameumap TABLE`, `frameumap embed TABLE`: a table in, the map of its rows out."""

from __future__ import annotations

import argparse
import time
from typing import Any

import pandas as pd

from ..columns.border import embedding_names
from ..errors import nearest
from ..parameters import check_parameters
from ..show.facts import search_line
from .embed_outputs import plan_outputs, write_outputs
from .errors import FileError, UsageError
from .graph_files import neighbors_column
from .options import (
    about,
    add_common,
    add_reading,
    add_seed,
    load_table,
    positive,
    report_written,
    wanted_by_schema,
)
from .outputs import WRITTEN, Outputs
from .schema import schema_lines
from .stream import check_streamed, files_of, is_folder, place_files, without
from .tables import Table
from .talk import Talk

HELP = "embed a table: coordinates, page, picture, report, model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument(
        "tables", nargs="+", metavar="TABLE",
        help="csv, tsv, parquet, feather, jsonl or xlsx, several of one shape, or - for standard "
        "input",
    )  # fmt: skip
    out = parser.add_argument_group(
        "outputs (without any: TABLE.umap.parquet and TABLE.umap.html beside the table)"
    )
    out.add_argument("-o", "--output", metavar="FILE", help="the table with its coordinates, or -")
    out.add_argument("--to", choices=WRITTEN, help="format of -o - (default csv)")
    out.add_argument(
        "--landmarks", type=positive, metavar="N",
        help="fit on N rows of files of any length, then stream all to -o FOLDER/",
    )  # fmt: skip
    out.add_argument("--html", metavar="FILE", help="the map as one page that works offline")
    out.add_argument("--png", metavar="FILE", help="a picture, also .pdf or .svg")
    out.add_argument("--report", metavar="FILE", help="a report, .html, .md or .json")
    out.add_argument("--save", metavar="FILE", help="the model, for the other subcommands")
    out.add_argument("--graph", metavar="FILE", help="its graph: .npz, .parquet, .csv or .graphml")
    out.add_argument(
        "--neighbors", action="store_true", help="add a column of nearest rows to the table"
    )
    columns = parser.add_argument_group("columns")
    columns.add_argument("-s", "--schema", metavar="FILE.toml", help="see frameumap schema")
    columns.add_argument(
        "--label", metavar="COL", help="colour by it; it takes no part in the embedding"
    )
    columns.add_argument(
        "--drop", action="append", default=[], metavar="COL", help="leave a column out of all"
    )
    model = parser.add_argument_group("embedding")
    add_seed(model)  # type: ignore[arg-type]
    model.add_argument("-k", "--n-neighbors", type=positive, default=15, metavar="N")
    model.add_argument("--n-components", type=positive, default=2, metavar="N")
    model.add_argument("--min-dist", type=float, default=0.1, metavar="X")
    add_reading(parser)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Check, read, embed, write."""
    if options.landmarks is not None:
        embed_files(options, talk)
        return
    outputs = plan_outputs(options, talk)
    if options.label is not None and options.label in options.drop:
        raise UsageError(f"--label {options.label} is dropped by --drop")
    make_model(options)  # its parameters are checked before anything is read
    schema = _read_schema(options.schema)
    table = load_table(options, talk, wanted_by_schema(schema))
    whole = _without(table, options.drop)
    _check_columns(whole, options, table)
    df = whole if options.label is None else whole.drop(columns=options.label)
    with about(table):
        model = fit(df, schema, options, talk)
    result = with_embedding(whole, model.embedding_)
    if options.neighbors:
        talk.progress("finding neighbours")
        result["neighbors"] = neighbors_column(model, options.n_neighbors)
    write_outputs(options, outputs, model, whole, result, talk)
    report_written(outputs, talk)


def embed_files(options: argparse.Namespace, talk: Talk) -> None:
    """Fit on landmarks of files, then place all rows of the files."""
    check_streamed(options, ("html", "png", "report", "graph", "neighbors"))
    if not is_folder(options.output):
        raise UsageError("--landmarks N needs -o FOLDER/: a file is written for every input file")
    outputs = Outputs([*options.tables], options.force)
    outputs.plan(options.save)
    model = make_model(options)
    model.schema = _read_schema(options.schema)
    left_out = [*options.drop, *([options.label] if options.label else [])]
    talk.progress(f"choosing {options.landmarks:,} landmarks of {', '.join(options.tables)}")
    model.fit_sample(without(files_of(options), left_out), options.landmarks)
    talk.say(schema_lines(model.schema_))
    talk.say(str(model.sample_))
    if options.save is not None:
        with outputs.whole(options.save) as beside:
            model.save(beside)
    place_files(model, options, talk)


def make_model(options: argparse.Namespace) -> Any:
    """A model that is not fitted yet, its parameters checked."""
    from ..estimator import FrameUMAP

    model = FrameUMAP(
        n_neighbors=options.n_neighbors,
        n_components=options.n_components,
        min_dist=options.min_dist,
        random_state=options.seed,
    )
    check_parameters(model)
    return model


def fit(df: pd.DataFrame, schema: Any, options: argparse.Namespace, talk: Talk) -> Any:
    """The fitted model, and what there is to say of it."""
    from ..schema.infer import infer_schema

    model = make_model(options)
    model.schema = schema if schema is not None else infer_schema(df)
    talk.facts["schema"] = model.schema.table().to_dict("records")
    talk.say(schema_lines(model.schema))
    talk.progress(f"embedding {len(df):,} rows (the first run compiles for about a minute)")
    started = time.perf_counter()
    model.verbose = talk.shows_bars
    model.fit(df)
    took = time.perf_counter() - started
    talk.say(f"embedded {len(df):,} rows in {took:.1f} s")
    talk.say(search_line(model))
    shares = model.influence_["share"]
    talk.say(
        "what holds the map together: "
        + ", ".join(f"{name} {share:.0%}" for name, share in shares.head(6).items())
    )
    talk.facts |= {
        "rows": len(df),
        "seconds": round(took, 3),
        "seed": options.seed,
        "recall": float(model.neighbor_recall_),
        "influence": {str(name): float(share) for name, share in shares.items()},
    }
    return model


def _read_schema(path: str | None) -> Any:
    from ..schema.schema import Schema

    if path is None:
        return None
    try:
        return Schema.read(path)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise FileError(path, "is no UTF-8 text, and so no schema") from None
    except ValueError as error:
        raise FileError(path, str(error)) from None


def _without(table: Table, dropped: list[str]) -> pd.DataFrame:
    for name in dropped:
        _check_known(name, table, "--drop")
    return table.df.drop(columns=dropped)


def _check_known(name: str, table: Table, option: str) -> None:
    if name not in table.df.columns:
        near = nearest(name, table.df.columns)
        hint = f"; did you mean {near!r}?" if near is not None else ""
        raise FileError(table.names[0], f"{option}: there is no column {name!r}{hint}")


def _check_columns(df: pd.DataFrame, options: argparse.Namespace, table: Table) -> None:
    if options.label is not None:
        _check_known(options.label, table, "--label")
        if df.shape[1] == 1:
            raise FileError(table.names[0], f"has no column besides the label {options.label!r}")
    if df.shape[1] == 0:
        raise FileError(table.names[0], "no column is left after --drop")
    more = ["neighbors"] if options.neighbors else []
    check_free(df, table.names[0], options.n_components, more)


def check_free(df: pd.DataFrame, name: str, n_components: int, more: list[str]) -> None:
    """Raise if the columns that will be added are there already."""
    taken = [c for c in [*embedding_names(n_components), *more] if c in df.columns]
    if taken:
        drops = " ".join(f"--drop {column}" for column in taken)
        raise FileError(name, f"has a column {taken[0]!r} already, which the result needs; {drops}")


def with_embedding(df: pd.DataFrame, embedding: Any) -> pd.DataFrame:
    """The table with its coordinates."""
    names = embedding_names(embedding.shape[1])
    return pd.concat([df, pd.DataFrame(embedding, index=df.index, columns=names)], axis=1)
