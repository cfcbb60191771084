"""Landmarks from a sketch: the rows that are fitted, those kept aside, and the schema."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ..columns.facts import Known
from ..schema.infer import frame_schema
from ..schema.schema import Schema
from .digests import rescramble
from .sketch import ASIDE_SALT, FLOOR, Pool, Sketch
from .strata import first_of_levels
from .summary import Summary

#: Share of the landmarks that floors of rare levels and places may add.
_RARE = 0.1
_COPY_SALT = 0x1F83D9ABFB41BD6B


class Landmarks(NamedTuple):
    """The rows to fit.

    Attributes
    ----------
    frame : DataFrame
        In ascending order of the digests of the rows.
    aside : DataFrame
        Rows that are not fitted, to judge the fit by; empty where all rows are landmarks.
    rows : int
        Rows of the source.
    rare : int
        How many of the landmarks are there for the floors alone.
    share : float
        Share of the different rows that are landmarks, an estimate.
    """

    frame: pd.DataFrame
    aside: pd.DataFrame
    rows: int
    rare: int
    share: float


def choose_landmarks(sketch: Sketch) -> Landmarks:
    """The landmarks of a sketch and the rows aside."""
    sketch.compact()
    pool = sketch.pool
    assert pool is not None
    n = len(pool.keys)
    whole = int(pool.counts.sum()) == sketch.rows and n <= sketch.size
    if whole:
        copies = _copies(pool, sketch.size)
        frame = sketch.frame(pool.take(np.repeat(np.arange(n), copies)))
        return Landmarks(frame, frame.iloc[:0], sketch.rows, 0, 1.0)
    aside = np.zeros(n, bool)
    others = min(sketch.aside, n - sketch.size)
    aside[np.argsort(rescramble(pool.keys, ASIDE_SALT), kind="stable")[:others]] = True
    free = np.flatnonzero(~aside)
    main = free[: sketch.size]
    chosen = np.zeros(n, bool)
    chosen[main] = True
    chosen |= _rare_rows(sketch, pool, chosen)
    aside &= ~chosen
    picked = pool.take(np.flatnonzero(chosen))
    copies = _copies(picked, sketch.size)
    frame = sketch.frame(picked.take(np.repeat(np.arange(len(copies)), copies)))
    share = min(1.0, (float(pool.keys[main[-1]]) + 1) / 2.0**64)
    rare = int(chosen.sum()) - len(main)
    return Landmarks(frame, sketch.frame(pool.take(np.flatnonzero(aside))), sketch.rows, rare, share)


def _rare_rows(sketch: Sketch, pool: Pool, chosen: np.ndarray) -> np.ndarray:
    """Rows that floors and ends of ranges add to the chosen ones: the floor is as high as their
    number allows."""
    ends = np.isin(pool.keys, sketch.ends())
    for floor in (FLOOR, 10, 5, 2, 1):
        added = ends.copy()
        for s, levels in enumerate(pool.levels):
            among = sketch.has_floor(s, levels)
            added |= first_of_levels(pool.keys, levels, among, min(floor, sketch.floor))[0]
        if (added & ~chosen).sum() <= _RARE * sketch.size:
            break
    return added


def _copies(pool: Pool, size: int) -> np.ndarray:
    """How often each row is fitted: as often as it occurs, scaled where that is more than `size`
    rows in all, and once at least."""
    scale = min(1.0, size / pool.counts.sum())
    fraction = (rescramble(pool.keys, _COPY_SALT) >> np.uint64(11)) * 2.0**-53
    return np.maximum(1, np.floor(pool.counts * scale + fraction)).astype(np.int64)


def sample_schema(sketch: Sketch, frame: pd.DataFrame) -> Schema:
    """Kinds of columns, by the values of the landmarks and the facts of all rows."""
    known = {name: _known(sketch.summaries[name], frame[name]) for name in sketch.names}
    schema = frame_schema(frame, known)
    schema.frame_columns = tuple(frame.columns)
    return schema


def _known(summary: Summary, series: pd.Series) -> Known:
    """Facts of all rows that a sample cannot tell."""
    numeric = pd.api.types.is_numeric_dtype(series.dtype) and summary.low[0] <= summary.high[0]
    consecutive = numeric and summary.is_consecutive
    nearly_all = summary.distinct >= 0.9 * (summary.rows - summary.gaps)
    return Known(
        rows=summary.rows,
        gaps=summary.gaps / max(1, summary.rows),
        distinct=summary.distinct,
        range=(summary.low[0], summary.high[0]) if numeric else None,
        is_consecutive=consecutive,
        may_be_unique=consecutive or nearly_all,
    )
