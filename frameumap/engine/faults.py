"""Faults of metrics: the record written by compiled code, as an error that names the rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from ..errors import MetricError
from ..metrics import Metric
from ..metrics.compiled import FAULT_WORDS
from .rows import COUNT, PARAMS, RAGGED, START, STORAGE, Rows


@contextmanager
def watch_faults(
    rows: Rows,
    metrics: tuple[Metric, ...],
    names: tuple[str, ...] | None = None,
    which: np.ndarray | None = None,
) -> Iterator[None]:
    """Around kernels that compute distances: raise MetricError at the end if a metric raised or
    returned anything but a finite number >= 0.

    Parameters
    ----------
    names : tuple of str, optional
        Names of the groups.
    which : int (n,), optional
        Labels of the rows; 0, 1, 2, ... by default.
    """
    try:
        yield
    except BaseException:
        for g, metric in _groups(rows, metrics):
            _record(rows, g, metric)[:FAULT_WORDS] = 0  # clear the record for later calls
        raise
    for g, metric in _groups(rows, metrics):
        record = _record(rows, g, metric)
        if record[0] != 0:
            _raise_fault(rows, g, metric, record, names, which)


def _groups(rows: Rows, metrics: tuple[Metric, ...]) -> list[tuple[int, Metric]]:
    """Groups with their metrics; `rows` may be the leading groups alone."""
    return list(enumerate(metrics[: len(rows.groups)]))


def _record(rows: Rows, g: int, metric: Metric) -> np.ndarray:
    """The words of a fault, see `metrics.compiled.FAULT_WORDS`, and the parameters; a view."""
    start = int(rows.groups[g, PARAMS])
    return rows.params[start : start + FAULT_WORDS + len(metric.values({}))]


def _raise_fault(
    rows: Rows,
    g: int,
    metric: Metric,
    record: np.ndarray,
    names: tuple[str, ...] | None,
    which: np.ndarray | None,
) -> None:
    _, x, y, nx, ny, value = record[:FAULT_WORDS].tolist()
    params = record[FAULT_WORDS:].tolist()
    record[:FAULT_WORDS] = 0
    found = [_row_at(rows, g, int(address)) for address in (x, y)]
    group = "" if names is None else f" on group {names[g]!r}"
    if None in found:
        where, cause = "two rows, one of them new or with gaps", _cause(value)
    else:
        places = [at if which is None else int(which[at]) for at in found if at is not None]
        where = f"the rows at positions {places[0]} and {places[1]}"
        cause = _retry(metric, rows, g, (int(x), int(y)), (int(nx), int(ny)), params, value)
    raise MetricError(f"metric {metric.name!r}{group}, {where}: {cause}")


def _cause(value: float) -> str:
    if np.isnan(value):
        return "the function failed or gave NaN; a distance must be a finite number >= 0"
    return f"the distance is {value}; it must be finite and not negative"


def _row_at(rows: Rows, g: int, address: int) -> int | None:
    """A row whose values of group g are at the address."""
    spec = rows.groups[g]
    if spec[STORAGE] != RAGGED:
        past = address - rows.cells.ctypes.data
        return past // (4 * rows.cells.shape[1]) if 0 <= past < rows.cells.nbytes else None
    past = address - rows.payload.ctypes.data
    if not 0 <= past <= rows.payload.nbytes:
        return None
    entries = np.flatnonzero(rows.offsets[:-1] == past // 4)
    cells = rows.cells[:, spec[START] : spec[START] + spec[COUNT]]
    holders = np.flatnonzero(np.isin(cells, entries).any(axis=1))
    return int(holders[0]) if len(holders) else None


def _retry(
    metric: Metric,
    rows: Rows,
    g: int,
    addresses: tuple[int, int],
    lengths: tuple[int, int],
    params: list[float],
    value: float,
) -> str:
    """The error of the function, called on the two rows alone."""
    base = rows.payload if rows.groups[g, STORAGE] == RAGGED else rows.cells.reshape(-1)
    dtype = np.float32 if metric.accepts == "vector" else np.int32
    pair = []
    for address, length in zip(addresses, lengths, strict=True):
        first = (address - base.ctypes.data) // 4
        pair.append(base[first : first + length].copy().view(dtype))
    weights = [np.ones(lengths[0], np.float32)] if metric.takes_weights else []
    try:
        metric.function(*pair, *weights, *params)
    except Exception as error:
        return f"the function failed with {type(error).__name__}: {error}"
    return _cause(value)
