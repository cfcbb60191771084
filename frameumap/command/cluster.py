"""`frameumap cluster`: segments of the rows of a model."""

from __future__ import annotations

import argparse
from typing import Any

from .options import add_common, load_model, positive, report_written
from .outputs import TABLE_SUFFIXES, Outputs
from .talk import Talk

HELP = "find segments of the rows of a model"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument("model", metavar="MODEL", help="a file that embed --save wrote")
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="a table with the segment of each row"
    )
    add_segments(parser)
    add_common(parser)


def add_segments(parser: argparse.ArgumentParser) -> None:
    """How segments are found."""
    parser.add_argument(
        "--method", choices=["communities", "density"], default="communities",
        help="communities of the graph, or dense places (default %(default)s)",
    )  # fmt: skip
    parser.add_argument("--resolution", type=float, help="more gives more segments; about 1")
    parser.add_argument("--min-size", type=positive, metavar="N", help="of a segment")


def find_segments(model: Any, options: argparse.Namespace, talk: Talk) -> Any:
    """The segments that the arguments ask for."""
    talk.progress("finding segments")
    return model.cluster(options.method, options.resolution, min_size=options.min_size)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Find, show and write segments."""
    outputs = Outputs([options.model], options.force)
    outputs.plan(options.output, TABLE_SUFFIXES)
    model = load_model(options.model, talk)
    segments = find_segments(model, options, talk)
    total = len(segments.labels)
    lines = [
        {"segment": label, "name": name, "rows": int(size), "share": size / total}
        for label, (name, size) in enumerate(zip(segments.names, segments.sizes, strict=True))
    ]
    noise = int((segments.labels < 0).sum())
    talk.facts |= {
        "segments": lines, "noise": noise, "stable": float(segments.stable), "rows": total,
    }  # fmt: skip
    talk.say(f"{len(lines)} segments of {total:,} rows; agreement when edges are drawn anew "
             f"{segments.stable:.2f} (1 is full)")  # fmt: skip
    for line in lines:
        talk.say(f"{line['segment']:>4}  {line['rows']:>9,}  {line['share']:>6.1%}  {line['name']}")
    if noise:
        talk.say(f"  -1  {noise:>9,}  {noise / total:>6.1%}  in no segment")
    if options.output:
        outputs.table(options.output, segments.to_frame().rename_axis("row").reset_index())
    report_written(outputs, talk)
