"""Groups in which columns that say the same share what one column counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import pandas as pd

from ..columns.near_copies import NearCopy, find_near_copies
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


def _compared(groups: Sequence[Group]) -> dict[Hashable, str]:
    """How each column that is compared one by one with others is compared."""
    return {
        column: _COMPARED[KINDS[group.kind].content]
        for group in groups
        if KINDS[group.kind].content in _COMPARED and group.part == "linear"
        for column in group.columns
    }


def same_columns(df: pd.DataFrame, groups: Sequence[Group]) -> Same:
    """Copies and exclusive flags among the columns that are compared one by one."""
    return find_same(df, _compared(groups))


def nearly_same_columns(df: pd.DataFrame, groups: Sequence[Group], same: Same) -> list[NearCopy]:
    """Pairs of columns that say nearly the same but are no copies."""
    copy_of = {column: columns for columns in same.copies for column in columns}
    kinds = {c: kind for c, kind in _compared(groups).items() if c == copy_of.get(c, (c,))[0]}
    return find_near_copies(df, kinds)


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
