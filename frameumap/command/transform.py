"""`frameumap transform`: rows of another table placed on the map of a model."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

from ..columns.border import read_frame
from ..insight.votes import new_votes
from ..stream.place import MEMBERSHIP, SEGMENT
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
    parser.add_argument(
        "--segments", action="store_true",
        help="add each row's segment and its membership, see frameumap cluster",
    )  # fmt: skip
    add_reading(parser)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Read the model and the table, place its rows, write."""
    if is_folder(options.output):
        check_streamed(options)
        model = load_model(options.model, talk)
        place_files(model, options, talk, _segments(model, options, talk))
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
    segments = _segments(model, options, talk)
    more = [] if segments is None else [SEGMENT, MEMBERSHIP]
    check_free(df, table.names[0], model.embedding_.shape[1], more)
    talk.progress(f"placing {len(df):,} rows")
    model.set_output(transform="default")
    with about(table):
        result = with_embedding(df, model.transform(df))
        if segments is not None:
            result = _with_segments(result, segments, model, df)
    outputs.table(options.output, result, options.to)
    talk.facts["rows"] = len(df)
    talk.say(f"placed {len(df):,} rows among {len(model.embedding_):,}")
    report_written(outputs, talk)


def _segments(model: Any, options: argparse.Namespace, talk: Talk) -> Any:
    """The segments of the model's rows, if they are asked for; told by number and name."""
    if not options.segments:
        return None
    talk.progress("finding segments")
    segments = model.cluster()
    for label, name in enumerate(segments.names):
        talk.say(f"{label:>4}  {name}")
    return segments


def _with_segments(
    result: pd.DataFrame, segments: Any, model: Any, df: pd.DataFrame
) -> pd.DataFrame:
    """The result with every row's segment, -1 for none, and the share of its edges that lead
    there."""
    count = segments.n_segments
    votes = new_votes(model._model, read_frame(df).df, segments.labels, count)
    best = votes.argmax(axis=1)
    segment = np.where(best == count, -1, best).astype(np.int32)
    return result.assign(**{SEGMENT: segment, MEMBERSHIP: votes[np.arange(len(best)), best]})
