"""`read_column`: a column of a frame, of any dtype, as codes and levels."""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from ..columns.values import objects, presence
from ..kinds import KINDS
from .column import Column, shown


def content_of(kind: str) -> str:
    """`Kind.content` of a kind by its name; "" for none."""
    return KINDS[kind].content if kind in KINDS else ""


def through(codes: np.ndarray, then: np.ndarray) -> np.ndarray:
    """codes -> then[codes], -1 staying -1."""
    return np.append(then, -1).astype(np.int32)[codes]


def read_column(series: pd.Series, key: Hashable, name: str, group: Any) -> Column:
    """A column of any dtype as codes and levels."""
    kind = "" if group is None else group.kind
    where = "" if group is None else group.name
    types, dtype = pd.api.types, series.dtype
    if types.is_bool_dtype(dtype) or content_of(kind) in ("levels", "flags"):
        return Column(key, name, kind, where, "levels", *_levels(series))
    if isinstance(dtype, pd.CategoricalDtype):
        form = "grades" if dtype.ordered else "levels"
        return Column(key, name, kind, where, form, *_levels(series))
    if content_of(kind) == "grades" and not types.is_numeric_dtype(dtype):
        declared = None if group.levels is None else list(group.levels)
        return Column(key, name, kind, where, "grades", *_levels(series, declared))
    if types.is_datetime64_any_dtype(dtype):
        seconds = (series.dt.tz_localize(None) if series.dt.tz is not None else series).to_numpy()
        values = seconds.astype("datetime64[us]").astype(np.float64) / 1e6
        return Column(key, name, kind, where, "date", *_numbers(values, presence(series)))
    if types.is_timedelta64_dtype(dtype):
        values = series.dt.total_seconds().to_numpy(np.float64)
        return Column(key, name, kind, where, "number", *_numbers(values, presence(series)))
    if types.is_numeric_dtype(dtype) and not types.is_complex_dtype(dtype):
        values = series.to_numpy(np.float64, na_value=np.nan)
        codes, levels = _numbers(values, np.isfinite(values))
        whole = bool((levels == np.round(levels)).all())
        if content_of(kind) == "cycle" and group.part == "linear":
            form, period = "cycle", float(group.period or 1.0)
        else:
            form, period = "number", 0.0
        return Column(key, name, kind, where, form, codes, levels, period, whole)
    return _objects(series, key, name, kind, where)


def distinct(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct values in ascending order, and the place of every value among them."""
    codes, found = pd.factorize(np.ascontiguousarray(values))
    order = np.argsort(found)
    place = np.empty(len(found), np.int32)
    place[order] = np.arange(len(found), dtype=np.int32)
    return found[order], place[codes]


def _numbers(values: np.ndarray, has: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    levels, place = distinct(values[has])
    codes = np.full(len(values), -1, np.int32)
    codes[has] = place
    return codes, levels


def _levels(series: pd.Series, order: list[Any] | None = None) -> tuple[np.ndarray, list[str]]:
    """Codes and levels that occur: in the declared order, else sorted as text."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes, levels = series.cat.codes.to_numpy(np.int32), list(series.cat.categories)
        ordered = bool(series.dtype.ordered)
    else:
        codes, found = pd.factorize(series)
        levels, ordered = list(found), False
        if order is not None:
            at = {level: r for r, level in enumerate(order)}
            new = np.array([at.get(level, len(order)) for level in levels], np.int32)
            codes, levels, ordered = through(codes, new), [*order, "(other)"], True
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    texts = [shown(level) for level in levels]
    kept = [c for c in range(len(levels)) if counts[c]]
    if not ordered:
        kept.sort(key=lambda c: texts[c])
    new = np.full(len(levels), -1, np.int32)
    new[kept] = np.arange(len(kept), dtype=np.int32)
    return through(codes, new), [texts[c] for c in kept]


def _objects(series: pd.Series, key: Hashable, name: str, kind: str, where: str) -> Column:
    """Strings, lists, dates in objects, anything."""
    has = presence(series)
    values = objects(series)
    sample = values[has][:1000]
    if content_of(kind) == "members" or (
        all(isinstance(v, (set, frozenset)) for v in sample) and len(sample)
    ):
        made = [tuple(sorted({shown(m, 80) for m in v})) if h and not isinstance(v, str)
                else ((shown(v),) if h else None)
                for v, h in zip(values, has, strict=True)]  # fmt: skip
        return Column(key, name, kind, where, "items", *_coded(made))
    if len(sample) and all(isinstance(v, (datetime.date, datetime.datetime)) for v in sample):
        dates = pd.to_datetime(series, errors="coerce")
        if (dates.notna().to_numpy() == has).all():
            return read_column(dates, key, name, None)
    is_time = len(sample) > 0 and all(isinstance(v, datetime.time) for v in sample)
    texts = [
        (v if isinstance(v, str) else str(v)) if h else None
        for v, h in zip(values.tolist(), has.tolist(), strict=True)
    ]
    codes, levels = _levels(pd.Series(texts, dtype=object))
    return Column(key, name, kind, where, "grades" if is_time else "levels", codes, levels)


def _coded(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    table: dict[Any, int] = {}
    codes = [-1 if v is None else table.setdefault(v, len(table)) for v in values]
    order = sorted(table)
    place = np.empty(len(order), np.int32)
    place[[table[v] for v in order]] = np.arange(len(order), dtype=np.int32)
    return through(np.array(codes, np.int32), place), order
