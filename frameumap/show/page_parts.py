"""What a page shows, before it is packed: columns, segments, quality, names of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .column import Column, shown
from .segments import anchors, segment_colors, segment_column

#: Levels that ordered columns keep, the most first: the first that fits into the page is taken.
GRADES = (65_000, 16_000, 4_000)
#: Rows up to which segments are found without being asked for.
CLUSTERED_ROWS = 200_000


@dataclass
class PageParts:
    """What a page shows, before it is packed.

    Attributes
    ----------
    columns : list of Column
    layers : list of dict
        Segments: column, cards, anchors, colors, is_main.
    quality : list of Column
    labels : list of str or None
        Names of the rows; None for their positions.
    left_out : list of str
        Columns that did not fit.
    grades : int
    """

    columns: list[Column]
    layers: list[dict[str, Any]]
    quality: list[Column]
    labels: list[str] | None
    left_out: list[str]
    grades: int = GRADES[0]


def segment_layers(model: Any, segments: Any, points: np.ndarray) -> list[dict[str, Any]]:
    """Nested segments, coarse to fine, as columns with names, cards, places and colours."""
    if isinstance(segments, str) and segments == "auto":
        segments = model.cluster() if len(points) <= CLUSTERED_ROWS else None
    if segments is None or segments is False:
        return []
    found = []
    for at in range(len(segments.layers)):
        is_main = at == int(segments.layer)
        labels = np.asarray(segments.layers[at].labels)
        count = int(labels.max(initial=-1)) + 1
        # The page itself names the other layers, when they are looked at.
        cards = [c for c in model.describe(segments).cards if c.label != -1] if is_main else None
        names = None if cards is None else [card.name for card in cards]
        if count:
            column = segment_column(labels, names, f"segments ({count})")
            places = anchors(points, column.codes, count)
            found.append({
                "column": column, "is_main": is_main, "anchors": places,
                "colors": segment_colors(places),
                "cards": None if cards is None else [_card(card) for card in cards],
            })  # fmt: skip
    return found


def _card(card: Any) -> dict[str, Any]:
    return {
        "words": [shown(e.words, 160) for e in card.effects if e.significant][:3],
        "rule": "" if card.rule is None else shown(card.rule.text, 240),
    }


def quality_columns(trust: Any) -> list[Column]:
    if trust is None:
        return []
    made = []
    for name in ("trustworthiness", "continuity", "moved", "hubness"):
        values = np.asarray(trust.rows[name], np.float64).round(4)
        has = np.isfinite(values)
        levels, place = np.unique(values[has], return_inverse=True)
        codes = np.full(len(values), -1, np.int32)
        codes[has] = place
        made.append(Column(name, name, "", "", "number", codes, levels))
    return made


def row_labels(model: Any, df: Any) -> list[str] | None:
    index = df.index if isinstance(df, pd.DataFrame) else model._row_labels
    if index.equals(pd.RangeIndex(len(index))):
        return None
    return [shown(label, 80) for label in index.tolist()]
