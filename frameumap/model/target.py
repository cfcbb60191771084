"""The target of a supervised fit: one more group, or several, intersected with the rest."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..columns.dtypes import classify
from ..columns.pack import Packed, has_group, random_pairs
from ..engine.pairs import dissimilarities, group_distances
from ..engine.rows import Rows, single_group
from ..errors import DataError, warn
from ..schema.check import check_columns
from ..schema.group import Group
from ..schema.schema import Schema, read_schema

#: Numbers with more distinct values are amounts, with fewer they are classes.
MAX_CLASSES = 20


class Target(NamedTuple):
    """The target.

    Attributes
    ----------
    df : DataFrame
        Its columns, under the frame's index.
    groups : list of Group
    share : float
        Of the whole, below 1.
    """

    df: pd.DataFrame
    groups: list[Group]
    share: float

    def take(self, rows: np.ndarray) -> Target:
        """The target of some rows, repeated ones included."""
        return self._replace(df=self.df.iloc[rows])


def read_target(y: Any, df: pd.DataFrame, by_index: bool) -> pd.DataFrame | None:
    """The target as a frame under `df`'s index, columns named "target: ..."; None where every value
    is missing.

    Raises
    ------
    DataError
        If it has another length or, where both have one, another index than the frame.
    """
    if y is None:
        return None
    if isinstance(y, pd.DataFrame):
        frame = y
    elif isinstance(y, pd.Series):
        frame = y.to_frame("y" if y.name is None else y.name)
    else:
        values = np.asarray(y) if not isinstance(y, list) else np.array(y, dtype=object)
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if values.ndim == 1:
            frame = pd.DataFrame({"y": pd.Series(values).infer_objects()})
        elif values.ndim == 2:
            frame = pd.DataFrame(
                values, columns=[f"y{c}" for c in range(values.shape[1])]
            ).infer_objects()
        else:
            raise DataError(f"y must have one or two dimensions, got {values.ndim}")
    if len(frame) != len(df):
        raise DataError(
            f"y has {len(frame)} rows and the frame {len(df)}; they must be the "
            "same rows in the same order"
        )
    if by_index and isinstance(y, (pd.Series, pd.DataFrame)) and not y.index.equals(df.index):
        raise DataError(
            "y has another index than the frame; use y.reindex(df.index), or y.to_numpy() "
            "if only the order counts"
        )
    frame = frame.set_axis(_target_names(frame, df), axis=1).set_axis(df.index, axis=0)
    return None if frame.isna().all(axis=None) else frame


def _target_names(target: pd.DataFrame, df: pd.DataFrame) -> list[str]:
    """ "target: ..." for every column, with an apostrophe where the frame or the target has that
    name already."""
    names: list[str] = []
    for column in target.columns:
        name = f"target: {column}"
        while name in df.columns or name in names:
            name += "'"
        names.append(name)
    return names


def target_groups(target: pd.DataFrame, schema: Any) -> list[Group]:
    """Groups of the target, one a column.

    Without a schema, ordered categories are grades, numbers with many values amounts, all else
    classes.
    """
    if schema is None:
        for column in target.columns:
            _warn_unlabelled(target[column])
        declared = Schema.from_mapping({c: _default_kind(target[c]) for c in target.columns})
    else:
        named = read_schema(schema)
        declared = Schema()
        for group in named.groups.values():
            declared.add(
                replace(
                    group,
                    columns=tuple(f"target: {c}" for c in group.columns),
                    name=f"target: {group.name}",
                )
            )
    return list(check_columns(declared, target).ordered_groups())


def weigh_target(
    packed: Packed, target: Target, features: Rows, first: int
) -> tuple[Packed, list[Group]]:
    """The rows, and the target's groups, with what these count.

    Neighbours depend on how a distance varies between pairs, not on its mean. At a share of 1/2 the
    target's distance varies as much as that of all features together: it weighs the ratio of
    their standard deviations between random pairs, shared by the target's groups. A group with a
    weight of its own counts that many columns, as any other does.

    Parameters
    ----------
    features : Rows
        Without the target, under their dissimilarity.
    first : int
        Number of the target's first group.
    """
    rows, metrics = packed.rows, packed.metrics
    weights = rows.weights.copy()
    shared = sum(group.weight is None for group in target.groups)
    groups = []
    for g, group in enumerate(target.groups, first):
        factor = group.factor
        if group.weight is None:
            left, right = random_pairs(rows.keys, has_group(single_group(rows, g)))
            own = packed.units[g] * _spread(group_distances(rows, metrics, g, left, right))
            whole = _spread(dissimilarities(features, metrics[:first], left, right))
            if own > 0 and whole > 0:
                factor = whole / own / shared * target.share / (1 - target.share)
        weights[g] = factor * packed.units[g]
        groups.append(replace(group, weight=factor))
    return packed._replace(rows=rows._replace(weights=weights)), groups


def _spread(distances: np.ndarray) -> float:
    """Standard deviation; pairs that a contrast keeps apart for good, at inf, are left out."""
    finite = distances[np.isfinite(distances)]
    return float(finite.std()) if len(finite) else 0.0


def _warn_unlabelled(series: pd.Series) -> None:
    """Warn that -1 is a class; other tools treat such rows as unlabelled."""
    try:
        classes = set(series.dropna().unique())
    except TypeError:  # lists
        return
    numbers = all(isinstance(c, Real) and float(c).is_integer() for c in classes)
    if not numbers or len(classes) > MAX_CLASSES:
        return
    if -1 in classes and min(classes) == -1 and len(classes) > 2:
        warn(
            f"{series.name!r}: -1 is taken as a class like any other; "
            "use None or NaN for rows without a label"
        )


def _default_kind(series: pd.Series) -> str:
    content = classify(series)
    if content.levels:
        return "ordinal" if content.levels == "ordered" else "categorical"
    if content.family == "date":
        return "datetime"
    if content.family == "time":
        return "time"
    amounts = content.family in ("number", "duration") and series.nunique() > MAX_CLASSES
    return "numeric" if amounts else "categorical"
