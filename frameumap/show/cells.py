"""What a notebook shows of a model."""

from __future__ import annotations

import html
from typing import Any

from .facts import group_table, search_line
from .report_words import percent


def model_cell(model: Any) -> str:
    """A model as HTML: its parameters and, once fitted, its groups by their share in the map."""
    head = f"<code>{html.escape(repr(model))}</code>"
    if not model.__sklearn_is_fitted__():
        return f"{head}<p>not fitted yet</p>"
    n, p = len(model.embedding_), len(model.schema_.columns)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td style="text-align:left"><bdi>{html.escape(cell)}</bdi></td>'
            for cell in (
                g["group"], ", ".join(g["columns"]), percent(g["share"]), g["metric"],
                f"{g['weight']:.3g}",
            )
        )
        + "</tr>"
        for g in group_table(model)
    )  # fmt: skip
    heads = "".join(
        f'<th style="text-align:left">{h}</th>'
        for h in ("group", "columns", "share", "metric", "weight")
    )
    return (
        f"{head}<p>{n:,} rows by {p} columns. {html.escape(search_line(model))}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        "<p>plot() draws the map, to_html() makes a page of it, report() tells what is in it.</p>"
    )
