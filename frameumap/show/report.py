"""`report`: what went into a map, what drives it, its segments, and how far to trust it; readable
without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..errors import ParameterError, check_one_of
from .document import Document
from .facts import (
    changed_parameters,
    group_table,
    query_line,
    reproduction,
    search_line,
    versions,
)
from .page_file import write_whole
from .render import to_html, to_markdown
from .report_parts import picture, reduced, segment_facts, trust_facts
from .report_words import figure, percent

FORMATS = ("html", "md", "json")
#: Rows up to which `trust` and `disagreement` are asked for, unless said otherwise.
CHECKED_ROWS = 100_000


def report(
    model: Any,
    path: Any = None,
    format: str | None = None,  # noqa: A002
    *,
    segments: Any = None,
    trust: Any = None,
    title: str | None = None,
) -> Any:
    """See `FrameUMAP.report`."""
    wanted = _format_of(path, format)
    found = model.cluster() if segments is None else segments
    facts = gather(model, found, trust, title)
    if wanted == "json":
        text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False)
    else:
        document = compose(facts)
        if wanted == "html":
            text = to_html(document, picture(model, found))
        else:
            text = to_markdown(document)
    return text if path is None else write_whole(path, text)


def _format_of(path: Any, wanted: str | None) -> str:
    if wanted is not None:
        return check_one_of(wanted, FORMATS, "format")
    suffix = "" if path is None else Path(path).suffix.lower().lstrip(".")
    known = {"html": "html", "htm": "html", "md": "md", "markdown": "md", "json": "json"}
    if path is not None and suffix not in known:
        raise ParameterError(
            f"report to {str(path)!r}: give format= as one of {', '.join(FORMATS)}"
        )
    return known.get(suffix, "html")


def gather(model: Any, segments: Any, trust: Any, title: str | None) -> dict[str, Any]:
    """Everything a report says, as plain lists, strings and numbers."""
    n = len(model.embedding_)
    table = model.schema_.table()
    balance = getattr(model, "balance_", None)
    return {
        "title": title or f"A map of {n:,} rows by {len(model.schema_.columns)} columns",
        "rows": n,
        "columns": len(model.schema_.columns),
        "dimensions": int(model.embedding_.shape[1]),
        "combine": str(model.combine),
        "schema": [reduced(entry) for entry in table.to_dict("records")],
        "groups": group_table(model),
        "balance": None if balance is None else [
            reduced({"group": name, **row}) for name, row in balance.to_dict("index").items()
        ],
        "search": f"{search_line(model)} {query_line(model)}",
        "recall": float(model.neighbor_recall_),
        "segments": segment_facts(model, segments),
        "trust": _trust_of(model, trust),
        "parameters": changed_parameters(model),
        "versions": versions(),
        "reproduce": reproduction(model),
        "schema_toml": _toml(model),
    }  # fmt: skip


def _trust_of(model: Any, trust: Any) -> dict[str, Any] | None:
    if trust is False or (trust is None and len(model.embedding_) > CHECKED_ROWS):
        return None
    return trust_facts(model, model.trust() if trust is None or trust is True else trust)


def _toml(model: Any) -> str | None:
    try:
        return str(model.schema_.to_toml())
    except ValueError:  # a column name that TOML has no form for
        return None


def compose(facts: dict[str, Any]) -> Document:
    """The facts in the order in which a reader wants them."""
    document = Document(facts["title"])
    sections: tuple[Callable[[Document, dict[str, Any]], None], ...] = (
        _opening, _segments, _drivers, _went_in, _trust, _odd_rows, _reproduce,
    )  # fmt: skip
    for section in sections:
        section(document, facts)
    return document


def _opening(document: Document, facts: dict[str, Any]) -> None:
    groups, segments = facts["groups"], facts["segments"]
    document.text(
        "Rows that are alike in the columns lie near each other on the map; its axes have no unit,"
        " and the size of a gap means little."
    )
    lead = groups[0] if groups else None
    if lead:
        document.text(
            f"What holds the map together most is {lead['group']} ({percent(lead['share'])})."
            f" {segments['words']}"
        )
    document.picture()


def _segments(document: Document, facts: dict[str, Any]) -> None:
    segments = facts["segments"]
    document.heading("Segments")
    document.text(segments["stability"])
    document.table(
        ("segment", "rows", "share", "what sets it apart most"),
        [(c["name"], f"{c['size']:,}", percent(c["share"]),
          c["effects"][0]["words"] if c["effects"] else "") for c in segments["cards"]],
    )  # fmt: skip
    for card in segments["cards"][:40]:
        document.subheading(card["name"])
        document.text(f"{card['size']:,} rows, {percent(card['share'])} of all.")
        document.bars([(e["words"], abs(e["effect"])) for e in card["effects"]])
        if card["rule"]:
            r = card["rule"]
            document.text(
                f"Rule: {r['text']}. It finds {percent(r['coverage'])} of the segment, and"
                f" {percent(r['precision'])} of what it finds belongs to it"
                f" ({r['rows']:,} rows kept aside)."
            )
        if card["typical"]:
            document.text("Its most typical rows:")
            document.table(tuple(card["typical"][0]), [tuple(t.values()) for t in card["typical"]])


def _drivers(document: Document, facts: dict[str, Any]) -> None:
    document.heading("What drives the map")
    document.text(
        "Share of each group of columns in the edges that hold the map together. An edge distance"
        " of 1 is that of two rows at random, 0 full agreement."
    )
    document.table(
        ("group", "columns", "share", "edge distance", "weight", "metric"),
        [(g["group"], ", ".join(g["columns"]), percent(g["share"]), f"{g['edge_distance']:.2f}",
          f"{g['weight']:.3g}", g["metric"]) for g in facts["groups"]],
        bar=2,
    )  # fmt: skip
    if facts["balance"]:
        document.text("How the groups agree, and what the others lose without each:")
        head = tuple(facts["balance"][0])
        document.table(head, [tuple(figure(row[h]) for h in head) for row in facts["balance"]])


def _went_in(document: Document, facts: dict[str, Any]) -> None:
    document.heading("What went in")
    document.table(
        ("column", "kind", "group", "reason", "warnings"),
        [(s["column"], s["kind"], s["group"], s["reason"], s["warnings"])
         for s in facts["schema"]],
    )  # fmt: skip


def _trust(document: Document, facts: dict[str, Any]) -> None:
    document.heading("How far to trust it")
    document.text(facts["search"])
    trust = facts["trust"]
    if trust is None:
        document.text("Rows were not checked one by one; report(trust=True) does.")
        return
    document.text(
        "Trustworthiness: whether rows near on the map are near in the columns. Continuity:"
        " whether rows near in the columns are near on the map. 1 is best; compare with the two"
        " baselines."
    )
    document.table(
        ("", "trustworthiness", "continuity"),
        [(o["what"], f"{o['trustworthiness']:.3f}", f"{o['continuity']:.3f}")
         for o in trust["overall"]],
    )  # fmt: skip
    document.text(f"{percent(trust['share_flagged'])} of the rows have a place to be doubted.")


def _odd_rows(document: Document, facts: dict[str, Any]) -> None:
    trust = facts["trust"]
    if trust is None:
        return
    document.heading("Rows to look at")
    if trust["flagged"]:
        document.text("Rows whose place on the map is to be doubted most:")
        document.table(("row", "reason"), [(f["row"], f["reason"]) for f in trust["flagged"]])
    if trust["disagreements"]:
        document.text("Rows whose groups of columns disagree most; look here for mistakes:")
        document.table(
            ("row", "score", "what"),
            [(d["row"], f"{d['score']:.2f}", d["words"]) for d in trust["disagreements"]],
        )
    if not trust["flagged"] and not trust["disagreements"]:
        document.text("None stands out.")


def _reproduce(document: Document, facts: dict[str, Any]) -> None:
    document.heading("To make it again")
    document.code(facts["reproduce"])
    if facts["schema_toml"]:
        document.text("where schema = frameumap.Schema.from_toml(text) of")
        document.code(facts["schema_toml"], folded=True)
    document.table(("made with", "version"), list(facts["versions"].items()))
    if facts["parameters"]:
        document.table(("parameter", "value"), list(facts["parameters"].items()))
