"""Other weights of single columns in a fitted model, without the frame that it was fitted on.

In a group whose distance is a sum over columns, d = sum_c w_c d_c, a column's weight is either a
word that the metric reads or a factor in the packed numbers. Both can be changed in place.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..columns.pack import Packed
from ..engine.rows import COLUMN, COUNT, START, digest_rows
from ..schema.group import Group
from .model import Model


def reweigh_columns(model: Model, groups: Mapping[str, Group]) -> Model:
    """The model whose groups have the weights and `column_weights` of `groups`, by name.

    The scale of a group, its mean distance between random pairs, follows from the columns' shares
    in it: s' = s sum_c share_c w'_c / w_c.
    """
    for g, name in enumerate(model.names[: model.n_feature_groups]):
        old, new = model.groups[g], groups[name]
        if new == old:
            continue
        own = np.array(old.column_weights or [1.0] * len(old.columns))
        factors = np.array(new.column_weights or [1.0] * len(new.columns)) / own
        packed = _weighted(model.packed, g, factors)
        stretch = packed.scales[g] / model.packed.scales[g]
        counted = new.counted / old.counted
        units = packed.units.copy()
        units[g] *= stretch if model.encoders[g].balances_columns else counted
        weights = packed.rows.weights.copy()
        weights[g] = new.factor * units[g]
        packed = packed._replace(units=units, rows=packed.rows._replace(weights=weights))
        encoders = list(model.encoders)
        if not packed.metrics[g].takes_weights and (factors != 1).any():
            encoders[g] = copy.copy(encoders[g])
            encoders[g].scales = encoders[g].scales / factors  # type: ignore[attr-defined]
        changed = list(model.groups)
        changed[g] = new
        model = replace(model, packed=packed, groups=tuple(changed), encoders=tuple(encoders))
    return model


def _weighted(packed: Packed, g: int, factors: np.ndarray) -> Packed:
    rows, metric = packed.rows, packed.metrics[g]
    if (factors == 1).all():
        return packed
    first, count, start = (int(rows.groups[g, field]) for field in (COLUMN, COUNT, START))
    factors = factors[packed.orders[g]]  # in the order in which columns are packed
    column_weights, shares = rows.column_weights.copy(), rows.shares.copy()
    column_weights.view(np.float32)[first : first + count] *= factors.astype(np.float32)
    shares[first : first + count] *= factors
    stretch = shares[first : first + count].sum()
    shares[first : first + count] /= stretch
    inverse_scale, scales = rows.inverse_scale.copy(), packed.scales.copy()
    inverse_scale[g] /= stretch
    scales[g] *= stretch
    cells, keys = rows.cells, rows.keys
    if not metric.takes_weights:
        cells = cells.copy()
        cells.view(np.float32)[:, start : start + count] *= factors.astype(np.float32)
        keys = digest_rows(cells)
    return packed._replace(
        rows=rows._replace(
            cells=cells,
            keys=keys,
            inverse_scale=inverse_scale,
            column_weights=column_weights,
            shares=shares,
        ),
        scales=scales,
    )
