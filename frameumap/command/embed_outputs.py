"""The outputs of `frameumap embed`: planned before the work, written after it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pandas as pd

from .errors import UsageError
from .files import PACKED_SUFFIXES, check_is_file
from .formats import FORMATS
from .graph_files import GRAPH_SUFFIXES, write_graph
from .outputs import NESTED, TABLE_SUFFIXES, Outputs, missing_extra, need, suffix_of
from .talk import Talk

PICTURES = ("png", "pdf", "svg")
REPORTS = ("html", "md", "json")


def plan_outputs(options: argparse.Namespace, talk: Talk) -> Outputs:
    """The outputs, checked: their names, folders, and what is needed to write them."""
    given = (options.output, options.html, options.png, options.report, options.save, options.graph)
    if all(path is None for path in given):
        _take_defaults(options, talk)
    outputs = Outputs(
        [*options.tables, *([options.schema] if options.schema else [])], options.force
    )
    outputs.plan(options.output, TABLE_SUFFIXES)
    outputs.plan(options.html, ("html", "htm"))
    outputs.plan(options.png, PICTURES)
    outputs.plan(options.report, REPORTS)
    outputs.plan(options.save)
    outputs.plan(options.graph, GRAPH_SUFFIXES)
    to = FORMATS.get(suffix_of(Path(options.output or "")))
    if options.output == "-":
        to = options.to or "csv"
    elif options.to is not None:
        raise UsageError("--to goes with -o -; elsewhere the name's ending says the format")
    if options.neighbors and to not in NESTED:
        raise UsageError(f"--neighbors needs -o with a name in one of {', '.join(NESTED)}")
    for path, what in (
        (options.html, "page"), (options.png, "picture"), (to == "xlsx" or None, "xlsx"),
    ):  # fmt: skip
        if path is not None:
            need(what)
    return outputs


def _take_defaults(options: argparse.Namespace, talk: Talk) -> None:
    """Where to write if nothing is said: beside the table."""
    first = options.tables[0]
    if first == "-":
        options.output = "-"
        talk.data_on_stdout = True
        return
    check_is_file(first)
    path = Path(first)
    stem = path.name
    while Path(stem).suffix.lstrip(".").lower() in {*FORMATS, *PACKED_SUFFIXES}:
        stem = Path(stem).stem
    options.output = str(path.with_name(f"{stem}.umap.parquet"))
    missing = missing_extra("page")
    if missing is None:
        options.html = str(path.with_name(f"{stem}.umap.html"))
    else:
        talk.note(f"no page, which {missing}")


def write_outputs(
    options: argparse.Namespace,
    outputs: Outputs,
    model: Any,
    whole: pd.DataFrame,
    result: pd.DataFrame,
    talk: Talk,
) -> None:
    if options.output:
        outputs.table(options.output, result, options.to)
    if options.save:
        with outputs.whole(options.save) as beside:
            model.save(beside)
    if options.graph:
        talk.progress("writing the graph")
        labels = None if options.label is None else whole[options.label]
        write_graph(outputs, options.graph, model, labels)
    title = f"{Path(options.tables[0]).name}: {len(whole):,} rows"
    if options.png:
        talk.progress("drawing the picture")
        write_picture(outputs, options.png, model, whole, options.label, title)
    if options.html:
        talk.progress("writing the page")
        with outputs.whole(options.html) as beside:
            model.to_html(beside, df=whole, color=options.label, segments="auto", title=title)
    if options.report:
        talk.progress("writing the report")
        with outputs.whole(options.report) as beside:
            model.report(beside, title=title)


def write_picture(
    outputs: Outputs, path: str, model: Any, df: pd.DataFrame | None, label: str | None, title: str
) -> None:
    """The map as .png, .pdf or .svg, without a window."""
    import matplotlib as mpl

    backend = mpl.get_backend()
    mpl.use("agg")
    try:
        axes = model.plot(label, df=df, title=title)
        with outputs.whole(path) as beside:
            axes.figure.savefig(beside, dpi=150, bbox_inches="tight")
    finally:
        from matplotlib import pyplot as plt

        plt.close("all")
        mpl.use(backend)
