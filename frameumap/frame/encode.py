"""Columns -> blocks of 4-byte words, one encoder a kind; fitted once, applied the same to new rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from ..metrics import get as get_metric
from ..schema.group import Group
from .block import Encoder
from .encode_codes import CodeEncoder, EntryEncoder
from .encode_numbers import CycleEncoder, GeoEncoder, NumberEncoder, VectorEncoder
from .pack import Packed, pack
from .probe import probe_metric

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
}


def encode_frame(df: pd.DataFrame, groups: list[Group]) -> tuple[list[Encoder], Packed]:
    """Pack the groups' columns; user metrics are probed on the packed rows first."""
    encoders, blocks, metrics = [], [], []
    for group in groups:
        columns = [df[c] for c in group.columns]
        encoder = ENCODERS[group.kind]()
        encoder.fit(group, columns)
        block = encoder.encode(columns)
        metric = get_metric(group.metric)
        probe_metric(metric, group.name, block, df.index)
        encoders.append(encoder)
        blocks.append(block)
        metrics.append(metric)
    return encoders, pack(blocks, metrics, [g.effective_weight for g in groups], [g.name for g in groups])


def packed_words(df: pd.DataFrame, groups: list[Group]) -> int:
    """4-byte words of a packed row, presence bits included, as far as can be told without packing."""
    total = 0
    for group in groups:
        columns = [df[c] for c in group.columns]
        count = 3 if group.kind == "geo" else len(columns)
        if group.kind == "vector":
            count = sum(len(s[s.notna()].iloc[0]) for s in columns if s.notna().any())
        gaps = group.missing != "level" and any(s.hasnans for s in columns)
        total += count + (count + 31) // 32 * gaps
    return total


def level_names(encoder: Encoder, c: int) -> list[Any] | None:
    """The levels that the fit has seen in column c, in order; None if the encoder knows none."""
    tables = getattr(encoder, "levels", None)
    return None if tables is None or tables[c] is None else list(tables[c])
