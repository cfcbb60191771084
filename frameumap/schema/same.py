"""Groups in which columns that say the same share what one column counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import pandas as pd

from ..columns.same import Same, find_same
from ..errors import SchemaError
from ..kinds import KINDS
from ..progress import logger
from .group import Group

#: What a kind's values are -> how two columns of them are compared.
_COMPARED = {
    "numbers": "numbers",
    "dates": "numbers",
    "levels": "levels",
    "flags": "flags",
    "strings": "strings",
}


def same_columns(df: pd.DataFrame, groups: Sequence[Group]) -> Same:
    """Copies and exclusive flags among the columns that are compared one by one."""
    kinds = {
        column: _COMPARED[KINDS[group.kind].content]
        for group in groups
        if KINDS[group.kind].content in _COMPARED and group.part == "linear"
        for column in group.columns
    }
    return find_same(df, kinds)


def share_weights(df: pd.DataFrame, groups: Sequence[Group]) -> list[Group]:
    """The groups with the weights under which copies of a column count as one together."""
    same = same_columns(df, groups)
    if same.copies:
        told = "; ".join(", ".join(map(repr, columns)) for columns in same.copies[:5])
        logger.info(f"columns that say the same share the weight of one: {told}")
    return [_shared(group, same.shares) for group in groups]


def _shared(group: Group, shares: dict[Hashable, float]) -> Group:
    own = [shares.get(column, 1.0) for column in group.columns]
    if all(share == 1 for share in own):
        return group
    if len(own) == 1:
        return replace(group, weight=group.factor * own[0])
    before = group.column_weights or [1.0] * len(own)
    try:
        return replace(group, column_weights=tuple(w * s for w, s in zip(before, own, strict=True)))
    except SchemaError:  # compared as one: Euclidean, say
        return group
