"""Columns -> blocks of 4-byte words, one encoder a kind; fitted once, applied the same to new
rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..columns.block import Block, Encoder
from ..columns.pack import Packed, pack
from ..columns.probe import probe_metric
from ..metrics import get as get_metric
from ..schema.group import Group
from .codes import CodeEncoder
from .entries import EntryEncoder
from .joint import GradeEntropyEncoder, MixedEncoder, WhiteningEncoder
from .numbers import CycleEncoder, GeoEncoder, NumberEncoder, VectorEncoder

ENCODERS: dict[str, Callable[[], Encoder]] = {
    "numeric": NumberEncoder,
    "datetime": NumberEncoder,
    "ordinal": NumberEncoder,
    "cyclic": CycleEncoder,
    "geo": GeoEncoder,
    "vector": VectorEncoder,
    "categorical": CodeEncoder,
    "boolean": CodeEncoder,
    "text": EntryEncoder,
    "set": EntryEncoder,
    "hierarchy": EntryEncoder,
    "mixed": MixedEncoder,
}
#: Preparations that need an encoder of their own, whatever the kind.
BY_PREPARATION: dict[str, Callable[[], Encoder]] = {
    "whiten": WhiteningEncoder,
    "entropy": GradeEntropyEncoder,
}


def encoder_of(group: Group) -> Encoder:
    """An encoder for the group's columns, not yet fitted."""
    prepare = group.prepare or get_metric(group.metric).prepare
    return BY_PREPARATION.get(
        prepare if group.kind in ("numeric", "ordinal") else "", ENCODERS[group.kind]
    )()


def block_width(group: Group, sizes: list[int]) -> int:
    """Words of a row of the group, but for presence; `sizes` are the lengths of a vector group's
    lists."""
    count = len(group.columns)
    if group.kind == "vector":
        return sum(sizes)
    if group.kind == "geo":
        return count + 1
    if group.kind == "hierarchy":
        return 1
    if group.part == "calendar":
        return 3 * count
    metric = get_metric(group.metric)
    return count * (2 if metric.side_values and not metric.is_ragged else 1)


def encode_frame(df: pd.DataFrame, groups: list[Group]) -> tuple[list[Encoder], Packed]:
    """Pack the groups' columns; user metrics are probed on the packed rows first."""
    encoders, blocks, metrics = [], [], []
    for group in groups:
        columns = [df[c] for c in group.columns]
        encoder = encoder_of(group)
        encoder.fit(group, columns)
        block = weighed(group, encoder.encode(columns))
        metric = get_metric(group.metric)
        probe_metric(metric, group, block, df.index)
        encoders.append(encoder)
        blocks.append(block)
        metrics.append(metric)
    names, params = (
        [g.name for g in groups],
        [m.values(dict(g.params)) for m, g in zip(metrics, groups, strict=True)],
    )
    return encoders, pack(blocks, metrics, [g.effective_weight for g in groups], names, params)


def weighed(group: Group, block: Block) -> Block:
    """The block with what the schema says of its columns' weights."""
    if group.column_weights is None:
        return block
    factor = np.array(group.column_weights)
    shares = block.shares * factor
    return block._replace(
        weights=(block.weights * factor).astype(np.float32), shares=shares / shares.sum()
    )


def packed_words(df: pd.DataFrame, groups: list[Group]) -> int:
    """4-byte words of a packed row, presence bits included, as far as can be told without
    packing."""
    total = 0
    for group in groups:
        columns = [df[c] for c in group.columns]
        held = [s[s.notna()] for s in columns] if group.kind == "vector" else []
        count = block_width(group, [len(s.iloc[0]) for s in held if len(s)])
        gaps = group.missing != "level" and any(s.hasnans for s in columns)
        total += count + (count + 31) // 32 * gaps
    return total


def level_names(encoder: Encoder, c: int) -> list[Any] | None:
    """The levels that the fit has seen in column c, in order; None if the encoder knows none."""
    encoder = getattr(encoder, "grades", encoder)
    tables = getattr(encoder, "levels", None)
    return None if tables is None or tables[c] is None else list(tables[c])
