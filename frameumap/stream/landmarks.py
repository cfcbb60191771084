"""Landmarks from a sketch: the rows that are fitted, those kept aside, and the schema."""

from __future__ import annotations

from collections.abc import Hashable
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
_SPAN = 2.0**64


class Landmarks(NamedTuple):
    """The rows to fit.

    Attributes
    ----------
    frame : DataFrame
        In ascending order of the digests of the rows.
    weights : float64 (n,)
        How many rows each stands for, in proportion: copies, and less for rows of rare levels,
        which had more than their chance.
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
    weights: np.ndarray
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
    if n <= sketch.size:
        frame = sketch.frame(pool)
        return Landmarks(frame, pool.counts.astype(float), frame.iloc[:0], sketch.rows, 0, 1.0)
    aside = np.zeros(n, bool)
    others = min(sketch.aside, n - sketch.size)
    aside[np.argsort(rescramble(pool.keys, ASIDE_SALT), kind="stable")[:others]] = True
    main = np.flatnonzero(~aside)[: sketch.size]
    share = min(1.0, (float(pool.keys[main[-1]]) + 1) / _SPAN)
    chosen = np.zeros(n, bool)
    chosen[main] = True
    added, chances = _rare_rows(sketch, pool, chosen, share)
    chosen |= added
    # An estimate of a total weighs what has a chance p by 1 / p (Horvitz and Thompson 1952).
    weights = pool.counts * share / chances
    rare = int(chosen.sum()) - len(main)
    return Landmarks(
        sketch.frame(pool.take(np.flatnonzero(chosen))),
        weights[chosen],
        sketch.frame(pool.take(np.flatnonzero(aside & ~chosen))),
        sketch.rows,
        rare,
        share,
    )


def _rare_rows(
    sketch: Sketch, pool: Pool, chosen: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """Rows that floors and ends of ranges ask for, bool (n,), and the chance that each row of the
    pool had to be chosen, float64 (n,); the floor is as high as the number of rows allows."""
    ends = np.isin(pool.keys, sketch.ends())
    for floor in (FLOOR, 10, 5, 2, 1):
        added, chances = ends.copy(), np.where(ends, 1.0, share)
        for s, levels in enumerate(pool.levels):
            among = sketch.has_floor(s, levels)
            first, (full, last) = first_of_levels(
                pool.keys, levels, among, min(floor, sketch.floor)
            )
            at = np.minimum(np.searchsorted(full, levels), max(0, len(full) - 1))
            of_full = full[at] == levels if len(full) else np.zeros(len(levels), bool)
            chance = np.where(of_full, (last[at] + 1.0) / _SPAN if len(full) else 1.0, 1.0)
            chances = np.where(among, np.maximum(chances, chance), chances)
            added |= first
        if (added & ~chosen).sum() <= _RARE * sketch.size:
            break
    return added, chances


def repeated(landmarks: Landmarks, size: int) -> pd.DataFrame:
    """The frame with rows as often as they weigh, scaled where that is more than `size` in all, and
    once at least: for fits that take no weights."""
    weights = landmarks.weights
    times = np.maximum(1, np.round(weights * min(1.0, size / weights.sum()))).astype(np.int64)
    return landmarks.frame.iloc[np.repeat(np.arange(len(times)), times)]


def sample_schema(sketch: Sketch, frame: pd.DataFrame) -> Schema:
    """Kinds of columns, by the values of the landmarks and the facts of all rows."""
    known: dict[Hashable, Known] = {
        name: _known(sketch.summaries[name], frame[name]) for name in sketch.names
    }
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
