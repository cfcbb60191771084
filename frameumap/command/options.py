"""Arguments that several subcommands share."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import DataError, SchemaError
from ..schema.schema import Schema
from .errors import FileError
from .formats import FORMATS, Reading
from .outputs import Outputs
from .tables import Table, read_tables
from .talk import Talk

#: Kind -> what its columns are read as in tables of text.
_READ_AS = {
    "numeric": "number", "geo": "number", "cyclic": "number", "text": "string", "set": "string",
    "hierarchy": "string",
}  # fmt: skip


def positive(text: str) -> int:
    """An integer >= 1, for argparse."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be an integer of at least 1, got {text!r}")
    return int(text)


def natural(text: str) -> int:
    """An integer >= 0, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be an integer of at least 0, got {text!r}")
    return int(text)


def _one_character(text: str) -> str:
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1 or not text.isascii() or text in '"\n\r':
        raise argparse.ArgumentTypeError(f"must be one ASCII character or 'tab', got {text!r}")
    return text


def add_common(parser: argparse.ArgumentParser) -> None:
    """What every subcommand has."""
    group = parser.add_argument_group("general")
    group.add_argument("--force", action="store_true", help="replace files that exist")
    group.add_argument("--threads", type=positive, help="threads to use (default: all cores)")
    group.add_argument("--quiet", action="store_true", help="say nothing but errors")
    group.add_argument("--json", action="store_true", help="the summary as JSON")
    group.add_argument("--debug", action="store_true", help="show where an error comes from")


def add_reading(parser: argparse.ArgumentParser) -> None:
    """How tables are read."""
    group = parser.add_argument_group("reading (detected unless given)")
    group.add_argument("--format", choices=sorted(set(FORMATS.values())), help="of the input")
    group.add_argument("--encoding", help="of text, such as utf-8 or cp1252")
    group.add_argument("--delimiter", type=_one_character, metavar="CHAR", help="or 'tab'")
    group.add_argument("--decimal", choices=[",", "."], help="the decimal sign")
    group.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="whether the first row has names"
    )
    group.add_argument(
        "--gap", action="append", default=[], metavar="TEXT", help="a cell that means no value"
    )
    group.add_argument("--skip-lines", type=natural, default=0, metavar="N", help="at the start")
    group.add_argument(
        "--skip-ragged", action="store_true", help="leave out lines of another number of fields"
    )
    group.add_argument("--sheet", help="of an xlsx file")
    group.add_argument("--sample", type=positive, metavar="N", help="take N rows at random")


def add_seed(parser: argparse.ArgumentParser) -> None:
    """The seed of everything random."""
    parser.add_argument(
        "--seed", type=natural, default=0, help="the same table and seed give the same files"
    )


def reading_of(options: argparse.Namespace) -> Reading:
    """The arguments of `add_reading`."""
    return Reading(
        format=options.format,
        encoding=options.encoding,
        delimiter=options.delimiter,
        decimal=options.decimal,
        header=options.header,
        gaps=tuple(options.gap),
        skip_lines=options.skip_lines,
        skip_ragged=options.skip_ragged,
        sheet=options.sheet,
        sample=options.sample,
        seed=getattr(options, "seed", 0),
    )


def load_table(
    options: argparse.Namespace, talk: Talk, wanted: Mapping[str, str] | None = None
) -> Table:
    """Read the tables named in the arguments, and report dialects and decisions."""
    talk.progress(f"reading {', '.join(options.tables)}")
    table = read_tables(options.tables, reading_of(options), wanted)
    talk.facts["inputs"] = table.facts
    for fact in table.facts:
        talk.say(fact)
    for note in table.notes:
        talk.note(note)
    return table


@contextlib.contextmanager
def about(table: Table) -> Iterator[None]:
    """Errors inside name the table, and the line where they name a row."""
    try:
        yield
    except (DataError, SchemaError) as error:
        more = f" and {len(table.names) - 1} more" if len(table.names) > 1 else ""
        found = re.search(r"\brow (\d+)", str(error))
        at = f" ({table.place(int(found[1]))})" if found and int(found[1]) < len(table.df) else ""
        hint = "; frameumap schema TABLE -o schema.toml writes a schema to edit, for -s"
        how = hint if "schema={" in str(error) else ""
        raise FileError(f"{table.names[0]}{more}", f"{error}{at}{how}") from None


def wanted_by_schema(schema: Schema | None) -> dict[str, str]:
    """Column -> what it must be read as."""
    wanted: dict[str, str] = {}
    for group in schema.groups.values() if schema is not None else ():
        levels = group.levels or ()
        textual = bool(levels) and all(isinstance(level, str) for level in levels)
        read_as = "string" if textual else _READ_AS.get(group.kind)
        if read_as:
            wanted |= {str(column): read_as for column in group.columns}
    return wanted


def wanted_by_model(model: Any) -> dict[str, str]:
    """Column -> what it was when the model was fitted, as far as text tables leave it open."""
    read_as = {"number": "number", "string": "string", "string or number": "string"}
    families = model._model.families
    return {str(c): read_as[family] for c, family in families.items() if family in read_as}


def load_model(path: str, talk: Talk) -> Any:
    """Read a model file."""
    from ..estimator import FrameUMAP

    talk.progress(f"reading {path}")
    try:
        model = FrameUMAP.load(path)
    except OSError as error:
        raise FileError(path, f"cannot be read: {error.strerror or error}") from None
    model.verbose = talk.shows_bars
    return model


def report_written(outputs: Outputs, talk: Talk) -> None:
    """The last lines of a summary."""
    talk.facts["outputs"] = outputs.written
    for path in outputs.written:
        talk.say(f"wrote {path}")
