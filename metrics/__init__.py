"""Distances between rows. The modules know neither frames nor UMAP; `get(name)` finds a metric.

>>> from frameumap import metrics
>>> metrics.get("jaccard")({1, 2, 3}, {2, 3, 4})
0.5
"""

from __future__ import annotations

from . import categorical, cyclic, geo, numeric, ordinal, sets, text
from .metric import ACCEPTS, Metric, get, names, register

__all__ = [
    "ACCEPTS",
    "Metric",
    "categorical",
    "cyclic",
    "geo",
    "get",
    "names",
    "numeric",
    "ordinal",
    "register",
    "sets",
    "text",
]
