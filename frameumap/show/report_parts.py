"""Parts of a report that come from the explanations of a model: segments, trust, odd rows, and a
picture."""

from __future__ import annotations

import base64
import io
import math
from typing import Any

import numpy as np
import pandas as pd

from ..columns.values import pick_columns
from .column import number_text, shown

#: Characters of a cell, columns and rows of a table of typical rows, odd rows told.
CELL, COLUMNS, ROWS, ODD = 80, 8, 3, 15


def reduced(entry: dict[str, Any]) -> dict[str, Any]:
    """A line of a table as plain values, its texts cut where they are very long."""
    return {str(k): _plain(v) for k, v in entry.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return None if value is None else shown(value, 240)


def segment_facts(model: Any, segments: Any) -> dict[str, Any]:
    """Segments with their cards."""
    description = model.describe(segments)
    cards = [_card(card) for card in description.cards if card.label != -1]
    labels = np.asarray(segments.labels)
    noise = int((labels < 0).sum())
    words = f"It falls into {len(cards)} segments." if len(cards) > 1 else "It is one piece."
    stable = getattr(segments, "stable", None)
    said = f"{len(cards)} segments, found as {segments.method}."
    if stable is not None and math.isfinite(stable):
        said += f" Drawn anew from other edges they agree to {stable:.2f} (1 in full, 0 by chance)."
    if noise:
        said += f" {noise:,} rows are in none."
    return {"words": words, "stability": said, "noise": noise, "cards": cards}


def _card(card: Any) -> dict[str, Any]:
    rule = card.rule
    return {
        "name": shown(card.name, 120),
        "size": int(card.size),
        "share": float(card.share),
        "effects": [
            {"words": shown(e.words, 240), "effect": float(e.effect), "statistic": e.statistic}
            for e in card.effects
            if e.significant
        ],
        "rule": None if rule is None else {
            "text": shown(rule.text, 400), "coverage": float(rule.coverage),
            "precision": float(rule.precision), "rows": int(rule.rows),
        },
        "typical": _typical(card),
    }  # fmt: skip


def _typical(card: Any) -> list[dict[str, str]]:
    """The most typical rows, the columns that set the segment apart first."""
    frame = card.typical
    first = [c for e in card.effects for c in e.columns if c in frame.columns]
    order = list(dict.fromkeys([*first, *frame.columns]))[:COLUMNS]
    rows = []
    chosen = pick_columns(frame, order)
    for label, row in zip(frame.index[:ROWS], chosen.itertuples(index=False), strict=False):
        cells = {"row": shown(label, 40)}
        for column, value in zip(order, row, strict=True):
            cells[shown(column, 60)] = _cell(value)
        rows.append(cells)
    return rows


def _cell(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, (float, np.floating)):
        return number_text(float(value))
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return shown(", ".join(map(str, list(value)[:20])), CELL)
    return shown(value, CELL).removesuffix(" 00:00:00")


def trust_facts(model: Any, trust: Any) -> dict[str, Any]:
    """Trust overall, and the rows to be doubted."""
    flagged = trust.rows[trust.rows["flagged"]].nlargest(ODD, "moved")
    odd = model.disagreement().nlargest(ODD, "score")
    return {
        "overall": [
            {"what": {"map": "this map", "pca": "principal axes", "random": "at random"}[str(name)],
             "trustworthiness": float(row["trustworthiness"]),
             "continuity": float(row["continuity"])}
            for name, row in trust.overall.iterrows()
        ],
        "share_flagged": float(trust.share_flagged),
        "flagged": [
            {"row": shown(label, 60), "reason": shown(row["reason"], 240)}
            for label, row in flagged.iterrows()
        ],
        "disagreements": [
            {"row": shown(label, 60), "score": float(row["score"]),
             "words": shown(row["words"], 240)}
            for label, row in odd.iterrows() if row["score"] > 0
        ],
    }  # fmt: skip


def picture(model: Any, segments: Any) -> str | None:
    """The map as a PNG in a data URI; None without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    from .facts import plane
    from .plot import limits, plot

    shape = limits(plane(model))[2]
    figure = Figure(figsize=(8.2, 8.2 * shape + 0.5), dpi=130, layout="constrained")
    FigureCanvasAgg(figure)
    plot(model, segments, ax=figure.add_subplot())
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")
