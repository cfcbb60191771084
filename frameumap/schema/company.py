"""Rules that look at several columns: coordinates, scales that columns share, a code beside its name."""

from __future__ import annotations

import re
from collections.abc import Hashable

import numpy as np
import pandas as pd

from ..columns.facts import Facts
from .verdict import Verdict

_LATITUDE = re.compile(r"(^|[_\W])(lat|latitude|lattitude)$", re.IGNORECASE)
_LONGITUDE = re.compile(r"(^|[_\W])(lon|lng|long|longitude|longtitude)$", re.IGNORECASE)
#: Columns that share a scale, and the most values that it has.
SHARING = 3
MOST_STEPS = 11


def coordinates(seen: dict[Hashable, Facts]) -> dict[Hashable, Verdict]:
    """Pairs of columns named like latitude and longitude whose numbers fit."""
    verdicts: dict[Hashable, Verdict] = {}
    for lat, f in seen.items():
        if f.values != "number" or not _LATITUDE.search(str(lat)) or len(f.counts) < 2:
            continue
        prefix = _LATITUDE.sub("", str(lat))
        for lon, g in seen.items():
            if g.values != "number" or not _LONGITUDE.search(str(lon)):
                continue
            if _LONGITUDE.sub("", str(lon)) != prefix:
                continue
            if max(map(abs, f.range)) > 90 or max(map(abs, g.range)) > 360:
                continue
            radians = max(map(abs, f.range)) <= np.pi / 2 and max(map(abs, g.range)) <= 2 * np.pi
            warnings = (
                ("values would fit radians too; they are read as degrees",) if radians else ()
            )
            reason = f"latitude and longitude in degrees, by name and range, with {lon!r}"
            verdicts[lat] = Verdict("geo", reason, warnings, {"pair": (lat, lon)})
            other = reason.replace(repr(lon), repr(lat))
            verdicts[lon] = Verdict("geo", other, warnings, {"pair": None})
    return verdicts


def shared_scales(seen: dict[Hashable, Facts]) -> dict[Hashable, Verdict]:
    """Columns of numbers that take the same few values: the grades of one scale."""
    scales: list[tuple[set[float], list[Hashable]]] = []
    candidates = []
    for column, f in seen.items():
        if f.values == "number" and 3 <= len(f.counts) <= MOST_STEPS and f.repeats_often:
            levels = f.levels(MOST_STEPS)
            if levels is not None:
                candidates.append((-len(levels), str(column), column, set(map(float, levels))))
    for _, _, column, levels in sorted(candidates, key=lambda c: c[:2]):
        for scale, columns in scales:
            if len(levels & scale) >= len(levels) * 2 / 3 and len(levels | scale) <= MOST_STEPS:
                scale |= levels
                columns.append(column)
                break
        else:
            scales.append((levels, [column]))
    verdicts = {}
    for scale, columns in scales:
        if len(columns) >= SHARING:
            steps = ", ".join(f"{v:g}" for v in sorted(scale))
            for column in columns:
                verdicts[column] = Verdict(
                    "ordinal",
                    f"one scale with {len(columns) - 1} other columns: {steps}",
                    rival=("a count or a measure", "'numeric'"),
                )
    return verdicts


def codes_of_names(seen: dict[Hashable, Facts], sample: pd.DataFrame) -> dict[Hashable, Verdict]:
    """Whole numbers that stand for the strings of another column, one for one."""
    names: dict[int, list[Hashable]] = {}
    for column, f in seen.items():
        if f.values in ("string", "category") and 3 <= len(f.counts) and f.variety <= 0.5:
            names.setdefault(len(f.counts), []).append(column)
    verdicts = {}
    for column, f in seen.items():
        if f.values != "number" or not f.is_whole or f.variety > 0.5:
            continue
        for name in names.get(len(f.counts), ()):
            both = sample[[column, name]].dropna()
            if len(both.drop_duplicates()) == len(f.counts) == both[column].nunique():
                verdicts[column] = Verdict(
                    "categorical",
                    f"a code of {name!r}, one for one",
                    (f"says the same as {name!r}; leave one of them out",),
                )
                break
    return verdicts
