"""`check`: the axioms of a metric on a sample of rows, and the time per call."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..engine.jit import call_distance, kernel
from ..errors import MetricError
from .base import Metric, join_side_values, rows_of_values
from .compiled import FAULT_WORDS
from .registry import get

#: Rows of the sample to compare; all triples of them are checked.
ROWS = 40
_TOLERANCE = 1e-5
#: Contents of rows -> the built-in metric whose speed is measured for comparison.
YARDSTICKS = {
    "vector": "euclidean",
    "codes": "hamming",
    "text": "levenshtein",
    "set": "jaccard",
    "bag": "qgram_cosine",
    "path": "hierarchical",
    "sparse": "sparse_cosine",
    "distances": "precomputed",
}


@dataclass(frozen=True)
class MetricReport:
    """The result of a check.

    Attributes
    ----------
    name : str
    axioms : dict of str to bool
        "finite", "not negative", "symmetric", "zero for itself", "tells rows apart", "triangle
        inequality", "within [0, 1]".
    failures : list of str
        For every violated axiom the first rows that violate it, with the values.
    nanoseconds, yardstick_nanoseconds : float
        Median time of a call from a kernel, of this metric and of `yardstick` on the same rows.
    yardstick : str
        A built-in metric for rows of the same contents.
    """

    name: str
    axioms: dict[str, bool]
    failures: list[str]
    nanoseconds: float
    yardstick: str
    yardstick_nanoseconds: float

    @property
    def is_usable(self) -> bool:
        """Whether a schema accepts it: finite, not negative, symmetric, zero for itself."""
        return all(
            self.axioms[axiom]
            for axiom in ("finite", "not negative", "symmetric", "zero for itself")
        )

    @property
    def is_metric(self) -> bool:
        """Whether it is a true metric on the sample."""
        return (
            self.is_usable
            and self.axioms["tells rows apart"]
            and self.axioms["triangle inequality"]
        )

    def __str__(self) -> str:
        lines = [f"metric {self.name!r}: {'usable' if self.is_usable else 'not usable'}"]
        lines += [
            f"  {'yes' if holds else 'NO ':3} {axiom}" for axiom, holds in self.axioms.items()
        ]
        lines += [f"  {failure}" for failure in self.failures]
        lines.append(
            f"  {self.nanoseconds:.0f} ns a call, "
            f"{self.yardstick!r} takes {self.yardstick_nanoseconds:.0f} ns"
        )
        return "\n".join(lines)

    __repr__ = __str__


def check(name: str | Metric, sample: Iterable[Any], **params: float) -> MetricReport:
    """Check the axioms of a metric on a sample of rows, and its speed.

    Parameters
    ----------
    name : str or Metric
    sample : iterable of rows, array, Series or DataFrame
        Rows as in a call of the metric: sequences of numbers or categories, strings, sets. 40 of
        them are compared.
    **params
        Values of the metric's parameters.

    Returns
    -------
    MetricReport
        To be printed.

    Raises
    ------
    MetricError
        If the function raises (the message names the rows), or with fewer than two rows.

    Examples
    --------
    >>> from frameumap import metrics
    >>> report = metrics.check("cosine", [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> report.is_usable, report.is_metric
    (True, False)
    >>> print(report.failures[0])
    triangle inequality: rows 0, 1, 2: d(0, 2) = 1 > d(0, 1) + d(1, 2) = 0.585786
    """
    metric = get(name) if isinstance(name, str) else name
    rows = list(
        sample.itertuples(index=False, name=None) if hasattr(sample, "itertuples") else sample
    )
    labels = list(range(len(rows)))
    if len(rows) < 2:
        raise MetricError(
            f"metric {metric.name!r}: a check needs at least two rows, got {len(rows)}"
        )
    if len(rows) > ROWS:
        labels = np.unique(np.linspace(0, len(rows) - 1, ROWS).astype(int)).tolist()
        rows = [rows[i] for i in labels]
    D = np.array(
        [
            [_distance(metric, x, y, labels[i], labels[j], params) for j, y in enumerate(rows)]
            for i, x in enumerate(rows)
        ]
    )
    axioms, failures = _axioms(metric, D, rows, labels, params)
    yardstick = YARDSTICKS[metric.accepts]
    time_metric = _nanoseconds(metric, metric, rows, params)
    time_yardstick = _nanoseconds(get(yardstick), metric, rows, {})
    return MetricReport(metric.name, axioms, failures, time_metric, yardstick, time_yardstick)


def _distance(metric: Metric, x: Any, y: Any, i: int, j: int, params: dict[str, float]) -> float:
    try:
        return metric(x, y, **params)
    except MetricError:
        raise
    except Exception as error:
        raise MetricError(
            f"metric {metric.name!r}, rows {i} and {j}: "
            f"the function failed with {type(error).__name__}: {error}"
        ) from error


def _axioms(
    metric: Metric, D: np.ndarray, rows: list[Any], labels: list[int], params: dict[str, float]
) -> tuple[dict[str, bool], list[str]]:
    """Axiom -> whether it holds, and a line for every violated one."""
    n = len(D)
    size = np.maximum(1.0, np.abs(np.nan_to_num(D, posinf=1.0, neginf=1.0)))
    same = np.array([[_equal(metric, x, y, params) for y in rows] for x in rows])
    with np.errstate(invalid="ignore"):
        wrong = {
            "finite": ~np.isfinite(D),
            "not negative": D < 0,
            "symmetric": np.abs(D - D.T) > _TOLERANCE * size,
            "zero for itself": same & (np.abs(D) > _TOLERANCE),
            "tells rows apart": ~same & (D <= 0),
            "within [0, 1]": (D < 0) | (D > 1 + _TOLERANCE),
        }
        sums = D[:, :, None] + D[None, :, :]  # i, middle, j
        longer = D[:, None, :] > sums * (1 + _TOLERANCE) + _TOLERANCE
    failures = []
    for axiom, bad in wrong.items():
        if bad.any() and not (axiom == "within [0, 1]" and not metric.bounded):
            i, j = map(int, np.argwhere(bad)[0])
            a, b = labels[i], labels[j]
            back = f", d({b}, {a}) = {D[j, i]:g}" if axiom == "symmetric" else ""
            failures.append(f"{axiom}: rows {a}, {b}: d({a}, {b}) = {D[i, j]:g}{back}")
    if longer.any():
        i, m, j = map(int, np.argwhere(longer)[0])
        a, b, c = labels[i], labels[m], labels[j]
        failures.append(
            f"triangle inequality: rows {a}, {b}, {c}: "
            f"d({a}, {c}) = {D[i, j]:g} > d({a}, {b}) + d({b}, {c}) = {sums[i, m, j]:g}"
        )
    axioms = {axiom: not bad.any() for axiom, bad in wrong.items()}
    axioms["triangle inequality"] = n < 3 or not longer.any()
    return axioms, failures


def _equal(metric: Metric, x: Any, y: Any, params: dict[str, float]) -> bool:
    a, b = rows_of_values(metric, x, y, params)
    return np.array_equal(a, b)


@kernel
def _repeat(address, x, nx, y, ny, weights, params, times):
    total = 0.0
    for _ in range(times):
        total += call_distance(address, x, nx, y, ny, weights, params)
    return total


def _nanoseconds(metric: Metric, like: Metric, rows: list[Any], params: dict[str, float]) -> float:
    """Median time of one call from a kernel over pairs of the sample; rows are read as `like`
    reads them."""
    record = np.concatenate([np.zeros(FAULT_WORDS), metric.values(params)])
    seconds = []
    for x, y in itertools.islice(itertools.combinations(rows, 2), 50):
        a, b = rows_of_values(like, x, y, params if metric is like else {})
        weights = np.ones(max(len(a), 1), np.float32)
        if metric.side_values:
            a, b = (join_side_values(row, np.ones(len(row))) for row in (a, b))
            weights = np.ones(max(len(a), 1), np.float32)
        pointers = (
            a.ctypes.data,
            len(a),
            b.ctypes.data,
            len(b),
            weights.ctypes.data,
            record.ctypes.data,
        )
        _repeat(metric.address, *pointers, 1)
        started = time.perf_counter()
        _repeat(metric.address, *pointers, 200)
        seconds.append((time.perf_counter() - started) / 200)
    return 1e9 * float(np.median(seconds))
