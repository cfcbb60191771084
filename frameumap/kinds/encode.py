"""Columns -> blocks of 4-byte words, one fitted kind a group; applied the same to new rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..columns.block import Block
from ..columns.pack import Packed, pack
from ..columns.probe import probe_metric
from ..errors import SchemaError
from ..metrics import get as get_metric
from . import KINDS, Kind

if TYPE_CHECKING:
    from ..schema.group import Group


def kind_of(group: Group) -> Kind:
    """The group's kind, not yet fitted to its columns."""
    return KINDS[group.kind].of(group)


def encode_frame(
    df: pd.DataFrame, groups: Sequence[Group], n_features: int | None = None
) -> tuple[list[Kind], Packed]:
    """Pack the groups' columns; user metrics are probed on the packed rows first.

    The first `n_features` groups are not the target's: kinds that read other columns read theirs.
    """
    features = groups[:n_features]
    kinds, blocks, metrics = [], [], []
    for group in groups:
        columns = [df[c] for c in group.columns]
        kind = kind_of(group)
        kind.fit(columns)
        if kind.reads_others:
            beside = {c: df[c] for g in features for c in g.columns if c not in group.columns}
            kind.fit_others(columns, list(beside.values()))
        block = weighed(group, _checked(kind, kind.encode(columns)))
        metric = get_metric(group.metric)
        probe_metric(metric, group, block, df.index)
        kinds.append(kind)
        blocks.append(block)
        metrics.append(metric)
    names, params = (
        [g.name for g in groups],
        [m.values(dict(g.params)) for m, g in zip(metrics, groups, strict=True)],
    )
    weights = [g.factor for g in groups]
    counted = [
        None if k.balances_columns else g.counted for k, g in zip(kinds, groups, strict=True)
    ]
    return kinds, pack(blocks, metrics, weights, names, params, counted)


def _checked(kind: Kind, block: Block) -> Block:
    """The block; SchemaError if it is not as wide as its kind says."""
    if block.cells.shape[1] != kind.width():
        raise SchemaError(
            f"group {kind.group.name!r}: kind {kind.name!r} says that a row has {kind.width()} "
            f"words, but its "
            f"encode gives {block.cells.shape[1]}; set `words` or define `width`"
        )
    return block


def weighed(group: Group, block: Block) -> Block:
    """The block under the schema's weights of columns."""
    if group.column_weights is None:
        return block
    factor = np.array(group.column_weights)
    shares = block.shares * factor
    return block._replace(
        weights=(block.weights * factor).astype(np.float32), shares=shares / shares.sum()
    )


def packed_words(df: pd.DataFrame, groups: Sequence[Group]) -> int:
    """4-byte words of a packed row, presence bits included, estimated without packing."""
    total = 0
    for group in groups:
        columns = [df[c] for c in group.columns]
        count = kind_of(group).width(columns)
        gaps = group.missing != "level" and any(s.hasnans for s in columns)
        total += count + (count + 31) // 32 * gaps
    return total
