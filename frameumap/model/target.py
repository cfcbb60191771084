"""The target of a supervised fit: one more group, or several, intersected with the rest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ..columns.dtypes import classify
from ..errors import DataError, warn
from ..schema.check import check_columns
from ..schema.group import Group
from ..schema.schema import Schema, read_schema

#: Numbers with more distinct values are amounts, with fewer they are classes.
MAX_CLASSES = 20


class Target(NamedTuple):
    """The target's columns, under the frame's index, and their groups."""

    df: pd.DataFrame
    groups: list[Group]

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
    frame = frame.set_axis([f"target: {c}" for c in frame.columns], axis=1).set_axis(
        df.index, axis=0
    )
    return None if frame.isna().all(axis=None) else frame


def target_groups(
    target: pd.DataFrame, schema: Any, weight: float, features: list[Group]
) -> list[Group]:
    """Groups of the target, which together weigh target_weight / (1 - target_weight) times what the
    features do.

    Each column is a group. Without a schema, ordered categories are grades, numbers with many
    values amounts, all else classes.
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
    groups = list(check_columns(declared, target).ordered_groups())
    total = sum(g.effective_weight for g in features) * weight / (1 - weight)
    own = sum(g.effective_weight for g in groups)
    return [replace(g, weight=total / own * g.factor) for g in groups]


def _warn_unlabelled(series: pd.Series) -> None:
    """Warn that -1 is a class; other tools treat such rows as unlabelled."""
    classes = set(series.dropna().unique())
    if not pd.api.types.is_integer_dtype(series.dtype) or len(classes) > MAX_CLASSES:
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
