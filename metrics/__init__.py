"""Distances between rows, independent of frames and of UMAP; `get(name)` finds a metric.

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
    levenshtein,
    likeness,
    mixed,
    numeric,
    ordinal,
    paths,
    precomputed,
    sets,
    sparse,
)
from .base import ACCEPTS, Metric
from .checking import MetricReport, check
from .registry import ALIASES, get, metric, names, register
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
    "levenshtein",
    "likeness",
    "metric",
    "mixed",
    "names",
    "numeric",
    "ordinal",
    "paths",
    "precomputed",
    "register",
    "sets",
    "sparse",
    "table",
]
