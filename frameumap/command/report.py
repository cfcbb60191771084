"""`frameumap report`: a report of a model."""

from __future__ import annotations

import argparse
from pathlib import Path

from .embed_outputs import REPORTS
from .options import add_common, load_model, report_written
from .outputs import Outputs
from .talk import Talk

HELP = "write a report of a model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument("model", metavar="MODEL", help="a file that embed --save wrote")
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-",
        help="an .html, .md or .json file (default: Markdown on the screen)",
    )  # fmt: skip
    parser.add_argument("--title")
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Write it."""
    outputs = Outputs([options.model], options.force)
    outputs.plan(options.output, REPORTS)
    model = load_model(options.model, talk)
    title = options.title or f"{Path(options.model).name}: {len(model.embedding_):,} rows"
    talk.progress("writing the report")
    if options.output == "-":
        form = "json" if options.json else "md"
        outputs.text("-", model.report(format=form, title=title) + "\n")
        talk.as_json = False  # the report is the answer
    else:
        with outputs.whole(options.output) as beside:
            model.report(beside, title=title)
    report_written(outputs, talk)
