"""Columns that are hidden in new rows, and how well the neighbours found without them tell them."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import pandas as pd

from ..columns.block import Block
from ..model.model import Model

#: Values beyond which numbers are told by their rank, and most levels of other columns.
LEVELS = 20, 30
#: Least share of rows of the second level and rarer ones.
_RARER = 0.05


def hidden_columns(model: Model, frame: pd.DataFrame) -> list[Hashable]:
    """Columns of the model that can be told: numbers, and levels of which none rules."""
    found: list[Hashable] = []
    for group in model.groups[: model.n_feature_groups]:
        for name in group.columns:
            values = frame[name].dropna()
            if _is_numeric(values):
                found.append(name)
            elif (
                isinstance(values.dtype, pd.CategoricalDtype)
                or not len(values)
                or isinstance(values.iloc[0], (str, bool, np.bool_))
            ):
                counts = values.value_counts(normalize=True)
                if 2 <= len(counts) <= LEVELS[1] and counts.iloc[0] <= 1 - _RARER:
                    found.append(name)
    return found


def _is_numeric(values: pd.Series) -> bool:
    numeric = pd.api.types.is_numeric_dtype(values.dtype)
    return bool(numeric and values.dtype != bool and values.nunique() > LEVELS[0])


def hide(model: Model, blocks: list[Block], name: Hashable) -> list[Block]:
    """The blocks as if the column were a gap in every row; its whole group where that is not one
    word a column."""
    hidden = []
    for group, block in zip(model.groups, blocks, strict=False):
        if name in group.columns:
            present = block.present.copy()
            alone = present.shape[1] == len(group.columns)
            present[:, group.columns.index(name) if alone else slice(None)] = False
            block = block._replace(present=present)
        hidden.append(block)
    return hidden


def tell(known: pd.Series, true: pd.Series, lists: list[np.ndarray]) -> np.ndarray | None:
    """Skill of predicting `true` by the rows of `known` that each list names: 1 - the squared error
    over that of the average; None where `true` does not vary.

    Numbers are told by the mean of their ranks, levels by the shares of each.

    Parameters
    ----------
    lists : list of int (m, k)
        Row numbers in `known`, -1 for none.
    """
    if _is_numeric(known.dropna()):
        ranks = pd.concat([known, true], ignore_index=True).astype(float).rank(pct=True)
        values = ranks.to_numpy()[:, None]
    else:
        codes = pd.concat([known.astype(object), true.astype(object)], ignore_index=True)
        number = pd.factorize(codes)[0]
        values = np.where(number[:, None] >= 0, np.eye(number.max() + 1)[number], np.nan)
    known_values, true_values = values[: len(known)], values[len(known) :]
    average = np.nanmean(known_values, axis=0)
    judged = ~np.isnan(true_values).any(axis=1)
    worst = ((true_values[judged] - average) ** 2).sum()
    if worst == 0:
        return None
    return np.array([
        1 - ((_predicted(known_values, rows[judged], average) - true_values[judged]) ** 2).sum()
        / worst
        for rows in lists
    ])  # fmt: skip


def _predicted(values: np.ndarray, rows: np.ndarray, average: np.ndarray) -> np.ndarray:
    """Mean over the rows of a list that have a value and, once, the average of all."""
    drawn = values[np.maximum(rows, 0)]
    drawn[rows < 0] = np.nan
    count = (~np.isnan(drawn)).all(axis=2).sum(axis=1)[:, None]
    result: np.ndarray = (np.nansum(drawn, axis=1) + average) / (count + 1)
    return result
