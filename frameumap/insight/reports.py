"""What the answers of this folder share: plain values for JSON, and small HTML tables with
everything escaped."""

from __future__ import annotations

import html
import json
import math
from typing import Any

import numpy as np
import pandas as pd


def plain(value: Any) -> Any:
    """Numbers, strings, lists and dicts only; what JSON has no word for becomes a string, and NaN
    or infinity None."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (set, frozenset)):
        return [plain(v) for v in sorted(value, key=str)]
    if isinstance(value, (list, tuple, np.ndarray, pd.Index)):
        return [plain(v) for v in value]
    if isinstance(value, pd.Series):
        return plain(value.tolist())
    if isinstance(value, pd.DataFrame):
        return [
            plain(dict(zip(value.columns, row, strict=True)))
            for row in value.itertuples(index=False, name=None)
        ]
    return None if value is pd.NaT or value is pd.NA else str(value)


class Answer:
    """An answer that prints, shows itself in a notebook, and turns into plain values."""

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        raise NotImplementedError

    def to_json(self) -> str:
        """`to_dict` as JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)


def html_table(table: pd.DataFrame, index: bool = False) -> str:
    """A table as HTML."""
    if index:
        table = table.reset_index()
    left = ' style="text-align:left"'
    head = "".join(f"<th{left}>{html.escape(str(name))}</th>" for name in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td{left}>{html.escape(_cell(v))}</td>" for v in row) + "</tr>"
        for row in table.itertuples(index=False, name=None)
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    """A value as text, a gap as nothing."""
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else f"{value:.3g}"
    return "" if value is None or value is pd.NaT or value is pd.NA else str(value)
