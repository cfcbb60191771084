"""Distances in a hierarchy: a row holds the codes of its path's prefixes, A, A/B, A/B/C."""

from __future__ import annotations

from ..engine.jit import metric_kernel
from .registry import metric


@metric(
    "hierarchical",
    limit=1.0,
    accepts="path",
    is_metric=False,
    bounded=True,
    aliases=("hierarchical_categorical",),
    description="1 - 2 shared / (|x|+|y|)",
)
@metric_kernel
def hierarchical(x, y):
    """1 - 2 s / (|x| + |y|), s the number of levels shared from the root (Wu and Palmer 1994, the
    root itself not counted)."""
    shared = 0
    while shared < x.shape[0] and shared < y.shape[0] and x[shared] == y[shared]:
        shared += 1
    total = x.shape[0] + y.shape[0]
    return 0.0 if total == 0 else 1.0 - 2.0 * shared / total


@metric("path_length", accepts="path", description="|x| + |y| - 2 shared")
@metric_kernel
def path_length(x, y):
    """|x| + |y| - 2 s, s the number of levels shared: edges between the two nodes (Rada et al.
    1989)."""
    shared = 0
    while shared < x.shape[0] and shared < y.shape[0] and x[shared] == y[shared]:
        shared += 1
    return float(x.shape[0] + y.shape[0] - 2 * shared)
