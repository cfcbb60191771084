"""`frameumap transform`: rows of another table placed on the map of a model."""

from __future__ import annotations

import argparse

from .embed import check_free, with_embedding
from .errors import FileError, UsageError
from .options import (
    about,
    add_common,
    add_reading,
    load_model,
    load_table,
    report_written,
    wanted_by_model,
)
from .outputs import TABLE_SUFFIXES, WRITTEN, Outputs
from .stream import check_streamed, is_folder, place_files
from .talk import Talk

HELP = "place the rows of another table on the map of a model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument("model", metavar="MODEL", help="a file that embed --save wrote")
    parser.add_argument(
        "tables",
        nargs="+",
        metavar="TABLE",
        help="a file, or - for standard input; with -o FOLDER/ also folders and 'parts/*.parquet'",
    )
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE",
        help="the table with coordinates, or -; or FOLDER/ for a file of each input, streamed: an "
        "interrupted run goes on where it stopped",
    )  # fmt: skip
    parser.add_argument("--to", choices=WRITTEN, help="format of -o - (default csv)")
    parser.add_argument(
        "--drop", action="append", default=[], metavar="COL", help="leave a column out"
    )
    add_reading(parser)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Read the model and the table, place its rows, write."""
    if is_folder(options.output):
        check_streamed(options)
        place_files(load_model(options.model, talk), options, talk)
        return
    outputs = Outputs([options.model, *options.tables], options.force)
    outputs.plan(options.output, TABLE_SUFFIXES)
    if options.to is not None and options.output != "-":
        raise UsageError("--to goes with -o -; elsewhere the name's ending says the format")
    model = load_model(options.model, talk)
    table = load_table(options, talk, wanted_by_model(model))
    unknown = [name for name in options.drop if name not in table.df.columns]
    if unknown:
        raise FileError(table.names[0], f"--drop: there is no column {unknown[0]!r}")
    df = table.df.drop(columns=options.drop)
    check_free(df, table.names[0], model.embedding_.shape[1])
    talk.progress(f"placing {len(df):,} rows")
    model.set_output(transform="default")
    with about(table):
        result = with_embedding(df, model.transform(df))
    outputs.table(options.output, result, options.to)
    talk.facts["rows"] = len(df)
    talk.say(f"placed {len(df):,} rows among {len(model.embedding_):,}")
    report_written(outputs, talk)
