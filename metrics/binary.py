"""Distances between boolean vectors: float32 (p,), every value other than 0 is true.

Notation as in scipy: a = true in both rows, b = only in x, c = only in y, d = in neither,
n = a + b + c + d. 0 / 0 is 0: two rows without a true value do not differ.
"""

from __future__ import annotations

import numpy as np

from ..engine.jit import metric_kernel
from .registry import metric


@metric_kernel
def _table(x, y):
    """(a, b + c, d) as floats."""
    both = np.int64(0)
    differ = np.int64(0)
    for c in range(x.shape[0]):
        one = x[c] != 0
        two = y[c] != 0
        both += one and two
        differ += one != two
    return float(both), float(differ), float(x.shape[0] - both - differ)


@metric_kernel
def _share(part, whole):
    return part / whole if whole > 0.0 else 0.0


@metric("matching", domain="flags", bounded=True, description="(b+c) / n")
@metric_kernel
def matching(x, y):
    """(b + c) / n."""
    _, differ, _ = _table(x, y)
    return _share(differ, float(x.shape[0]))


@metric("jaccard_binary", domain="flags", limit=1.0, bounded=True, description="(b+c) / (a+b+c)")
@metric_kernel
def jaccard_binary(x, y):
    """(b + c) / (a + b + c) (Jaccard 1912)."""
    both, differ, _ = _table(x, y)
    return _share(differ, both + differ)


@metric(
    "dice_binary",
    domain="flags",
    limit=1.0,
    is_metric=False,
    bounded=True,
    description="(b+c) / (2a+b+c)",
)
@metric_kernel
def dice_binary(x, y):
    """(b + c) / (2a + b + c) (Dice 1945)."""
    both, differ, _ = _table(x, y)
    return _share(differ, 2.0 * both + differ)


@metric(
    "russell_rao",
    domain="flags",
    limit=1.0,
    bounded=True,
    aliases=("russellrao",),
    description="(n-a) / n",
)
@metric_kernel
def russell_rao(x, y):
    """(n - a) / n (Russell and Rao 1940); 0 for equal rows."""
    both, differ, _ = _table(x, y)
    n = float(x.shape[0])
    return 0.0 if differ == 0.0 else _share(n - both, n)


@metric(
    "kulczynski",
    domain="flags",
    limit=1.0,
    is_metric=False,
    bounded=True,
    aliases=("kulsinski",),
    description="(b+c-a+n) / (b+c+n)",
)
@metric_kernel
def kulczynski(x, y):
    """(b + c - a + n) / (b + c + n), umap-learn's and scipy's `kulsinski`; 0 for equal
    rows."""
    both, differ, _ = _table(x, y)
    n = float(x.shape[0])
    return 0.0 if differ == 0.0 else _share(differ - both + n, differ + n)


@metric(
    "rogers_tanimoto",
    domain="flags",
    bounded=True,
    aliases=("rogerstanimoto", "sokalmichener", "sokal_michener"),
    description="2(b+c) / (a+d+2(b+c))",
)
@metric_kernel
def rogers_tanimoto(x, y):
    """2 (b + c) / (a + d + 2 (b + c)) (Rogers and Tanimoto 1960)."""
    both, differ, neither = _table(x, y)
    return _share(2.0 * differ, both + neither + 2.0 * differ)


@metric(
    "sokal_sneath",
    domain="flags",
    limit=1.0,
    bounded=True,
    aliases=("sokalsneath",),
    description="2(b+c) / (a+2(b+c))",
)
@metric_kernel
def sokal_sneath(x, y):
    """2 (b + c) / (a + 2 (b + c)) (Sokal and Sneath 1963)."""
    both, differ, _ = _table(x, y)
    return _share(2.0 * differ, both + 2.0 * differ)


@metric("yule", domain="flags", is_metric=False, description="2bc / (ad+bc)")
@metric_kernel
def yule(x, y):
    """2bc / (ad + bc) (Yule 1900), from 0 to 2; 0 also if the true values of one row imply the
    other's."""
    both = 0.0
    only_x = 0.0
    only_y = 0.0
    for c in range(x.shape[0]):
        one = x[c] != 0
        two = y[c] != 0
        both += one and two
        only_x += one and not two
        only_y += two and not one
    neither = x.shape[0] - both - only_x - only_y
    cross = only_x * only_y
    return 0.0 if cross == 0.0 else 2.0 * cross / (both * neither + cross)
