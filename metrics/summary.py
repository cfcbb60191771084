"""The table of all metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .metric import ACCEPTS, Metric
from .registry import ALIASES, get, names

if TYPE_CHECKING:
    import pandas as pd

#: Exact searches that a group on its own can use, by form; beyond them all pairs are compared, or
#: NN-descent is used.
_SEARCHES = {
    "minkowski1": "ordered, k-d tree",
    "minkowski2": "ordered, k-d tree, matrix",
    "minkowskiinf": "ordered, k-d tree",
    "direction": "matrix",
    "centered": "matrix",
    "edits": "letter bounds",
    "edit share": "letter bounds",
}
#: Points of a sphere have three coordinates, which one order or a matrix product does not suit.
_OWN_SEARCHES = {"haversine": "k-d tree", "haversine_root": "k-d tree"}
#: Steps a pair takes, for p columns or entries of lengths m and n.
_COSTS = {
    "vector": "p",
    "codes": "p",
    "text": "m n",
    "set": "m + n",
    "bag": "m + n",
    "path": "m + n",
}
_OWN_COSTS = {
    "levenshtein": "m n / 64", "levenshtein_normalized": "m n / 64", "spearman": "p log p", "wasserstein_circular": "p log p",
    "poisson": "sum |x-y|", "haversine": "1", "haversine_root": "1", "haversine_altitude": "1",
}  # fmt: skip


def table() -> pd.DataFrame:
    """All metrics, yours and those that other packages offer included.

    Returns
    -------
    DataFrame
        One line a metric: `metric`, `accepts`, `true metric`, `bounded`, `search` (exact searches
        that a group on its own can use; beyond them all pairs, or NN-descent), `cost` (steps a
        pair, p columns or lengths m and n), `parameters`,
        `formula`, `also known as`.

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
    """The built-in part of the table as Markdown, for README."""
    columns = [
        "metric",
        "accepts",
        "true metric",
        "bounded",
        "search",
        "cost",
        "parameters",
        "formula",
    ]
    built_in = table()
    built_in = built_in[[get(name).is_built_in for name in built_in["metric"]]]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for row in built_in[columns].itertuples(index=False, name=None):
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
        "search": _OWN_SEARCHES.get(metric.name, _SEARCHES.get(metric.form, "")),
        "cost": _OWN_COSTS.get(metric.name, _COSTS[metric.accepts]) if metric.is_built_in else "",
        "parameters": ", ".join(f"{name}={value:g}" for name, value in metric.params.items()),
        "formula": metric.description,
        "also known as": ", ".join(alias for alias, name in ALIASES.items() if name == metric.name),
    }
