"""Distances between rows. The modules know neither frames nor UMAP; `get(name)` finds a metric.

>>> from frameumap import metrics
>>> metrics.get("jaccard")({1, 2, 3}, {2, 3, 4})
0.5
"""

from __future__ import annotations

from . import (
    binary,
    categorical,
    cyclic,
    directions,
    edits,
    geo,
    grams,
    histogram,
    hyperbolic,
    mixed,
    numeric,
    ordinal,
    paths,
    sets,
)
from . import levenshtein as text
from .checking import MetricReport, check
from .metric import ACCEPTS, Metric
from .registry import ALIASES, get, names, register
from .summary import table

__all__ = [
    "ACCEPTS",
    "ALIASES",
    "Metric",
    "MetricReport",
    "binary",
    "categorical",
    "check",
    "cyclic",
    "directions",
    "edits",
    "geo",
    "get",
    "grams",
    "histogram",
    "hyperbolic",
    "mixed",
    "names",
    "numeric",
    "ordinal",
    "paths",
    "register",
    "sets",
    "table",
    "text",
]
