"""The table of all metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .base import ACCEPTS, Metric
from .registry import ALIASES, get, names

if TYPE_CHECKING:
    import pandas as pd

#: Operations per pair, for p columns or rows of lengths m and n, of a built-in metric without a
#: `cost` of its own.
COSTS = {
    "vector": "p",
    "codes": "p",
    "text": "m n",
    "set": "m + n",
    "bag": "m + n",
    "path": "m + n",
    "sparse": "m + n",
    "distances": "log m",
}


def table() -> pd.DataFrame:
    """All metrics: built in, registered, and offered by packages.

    Returns
    -------
    DataFrame
        One row per metric: `metric`, `accepts`, `true metric`, `bounded`, `cost` (operations per
        pair, for p columns or lengths m and n), `parameters`, `formula`, `also known as`.

    Examples
    --------
    >>> from frameumap import metrics
    >>> metrics.table().set_index("metric").loc["jaccard", "formula"]
    '1 - |x&y|/|x|y|'
    """
    import pandas as pd

    ordered = sorted(map(get, names()), key=lambda metric: ACCEPTS.index(metric.accepts))
    return pd.DataFrame([_line(metric) for metric in ordered])


def as_markdown() -> str:
    """The built-in part of the table as Markdown, for the documentation."""
    built_in = table().drop(columns="also known as")
    built_in = built_in[[get(name).is_built_in for name in built_in["metric"]]]
    lines = [f"| {' | '.join(built_in.columns)} |", "|" + "---|" * built_in.shape[1]]
    for row in built_in.itertuples(index=False, name=None):
        cells = [
            "yes" if value is True else "" if value is False else str(value).replace("|", "\\|")
            for value in row
        ]
        lines.append(f"| `{cells[0]}` | {' | '.join(cells[1:])} |")
    return "\n".join(lines) + "\n"


def _line(metric: Metric) -> dict[str, object]:
    return {
        "metric": metric.name,
        "accepts": metric.accepts,
        "true metric": metric.is_metric,
        "bounded": metric.bounded,
        "cost": metric.cost or (COSTS[metric.accepts] if metric.is_built_in else ""),
        "parameters": ", ".join(f"{name}={value:g}" for name, value in metric.params.items()),
        "formula": metric.description,
        "also known as": ", ".join(alias for alias, name in ALIASES.items() if name == metric.name),
    }
