"""`frameumap explain`: what sets segments apart, or why two rows are near or far."""

from __future__ import annotations

import argparse
from typing import Any

from .cluster import add_segments, find_segments
from .errors import UsageError
from .options import add_common, load_model, natural
from .talk import Talk

HELP = "say what sets segments apart, or why two rows are near or far"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument("model", metavar="MODEL", help="a file that embed --save wrote")
    parser.add_argument(
        "rows", nargs="*", type=natural, metavar="ROW",
        help="two rows of the table, the first is 0; without them, the segments",
    )  # fmt: skip
    parser.add_argument("--by", metavar="COL", help="the levels of a column in place of segments")
    add_segments(parser)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Compare two rows, or describe segments."""
    if len(options.rows) not in (0, 2):
        raise UsageError("explain takes two rows, or none for the segments")
    if options.rows and options.by:
        raise UsageError("--by describes the levels of a column; it does not go with rows")
    model = load_model(options.model, talk)
    if options.rows:
        _compare(model, (options.rows[0], options.rows[1]), talk)
        return
    chosen: Any = options.by or find_segments(model, options, talk)
    described = model.describe(chosen)
    talk.facts |= described.to_dict()
    talk.say(str(described))


def _compare(model: Any, rows: tuple[int, int], talk: Talk) -> None:
    a, b = rows
    parts = model.compare(a, b)
    facts = parts.attrs
    talk.say(
        f"rows {a} and {b}: distance {facts['distance']:.3g}, closer than "
        f"{facts['closer_than']:.0%} of all pairs"
    )
    for name, line in parts.iterrows():
        talk.say(f"{line['part']:>8.3f}  {name}: {line['words']}")
    talk.facts |= {
        **{name: float(value) for name, value in facts.items()},
        "parts": [
            {"name": str(name), "part": float(line["part"]), "words": line["words"]}
            for name, line in parts.iterrows()
        ],
    }
