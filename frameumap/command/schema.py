"""`frameumap schema`: the kind of every column, with the reason, as a table or a file to edit."""

from __future__ import annotations

import argparse

from ..schema.schema import Schema
from .options import about, add_common, add_reading, load_table
from .outputs import Outputs
from .talk import Talk

HELP = "report the kind of every column, with the reason"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of this subcommand."""
    parser.add_argument(
        "tables", nargs="+", metavar="TABLE", help="a file, or - for standard input"
    )
    parser.add_argument(
        "-o", "--output", metavar="FILE.toml", help="write it, to be edited and given to -s; or -"
    )
    add_reading(parser)
    add_common(parser)


def run(options: argparse.Namespace, talk: Talk) -> None:
    """Infer, show and write the schema."""
    from ..schema.infer import infer_schema

    outputs = Outputs(options.tables, options.force)
    outputs.plan(options.output, ("toml",))
    table = load_table(options, talk)
    with about(table):
        schema = infer_schema(table.df)
    talk.facts["schema"] = schema.table().to_dict("records")
    talk.say(schema_lines(schema))
    if options.output:
        outputs.text(options.output, commented(schema))
    talk.facts["outputs"] = outputs.written
    if outputs.written:
        talk.say(
            f"wrote {options.output}; edit it, then: frameumap embed TABLE -s {options.output}"
        )


def schema_lines(schema: Schema) -> str:
    """The schema for the screen: column, kind, reason and warnings."""
    table = schema.table()
    names = [_cut(" ".join(str(name).split()), 28) for name in table["column"]]
    widths = [max(map(len, column), default=0) for column in (names, table["kind"])]
    return "\n".join(
        f"  {name:<{widths[0]}}  {kind:<{widths[1]}}  {_cut('; '.join(filter(None, why)), 110)}"
        for name, kind, *why in zip(
            names, table["kind"], table["reason"], table["warnings"], strict=True
        )
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def commented(schema: Schema) -> str:
    """TOML, headed by one comment line a column: kind and reason."""
    lines = [
        f"# {entry['column']}: {entry['kind']}"
        + (f"; {entry['reason']}" if entry["reason"] else "")
        + (f"; {entry['warnings']}" if entry["warnings"] else "")
        for entry in schema.table().to_dict("records")
    ]
    head = "\n".join(" ".join(line.split()) for line in lines)
    return f"{head}\n\n{schema.to_toml()}"
