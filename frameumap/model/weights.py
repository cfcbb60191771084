"""Weights of rows: read and checked, and a frame in which rows count as often as they weigh."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ..errors import DataError, ParameterError
from ..layout.multiplicity import repeats


def read_weights(sample_weight: Any, df: pd.DataFrame, by_index: bool = True) -> np.ndarray | None:
    """Weights of the rows, float64 (n,); None if they are not given or all 1.

    Parameters
    ----------
    by_index : bool
        Whether a Series must have the frame's index; False for arrays, which have none.

    Raises
    ------
    DataError
        If they have another length or index than the frame, or one is not a finite number > 0.
    """
    if sample_weight is None:
        return None
    if (
        by_index
        and isinstance(sample_weight, pd.Series)
        and not sample_weight.index.equals(df.index)
    ):
        raise DataError(
            "sample_weight has another index than the frame; use "
            "sample_weight.reindex(df.index), or sample_weight.to_numpy() if only the order counts"
        )
    values = np.asarray(sample_weight)
    if values.shape != (len(df),) or values.dtype.kind not in "fiu":
        raise DataError(
            f"sample_weight must be {len(df)} numbers, one a row, got {values.dtype} of shape "
            f"{values.shape}"
        )
    weights = values.astype(np.float64)
    bad = ~(np.isfinite(weights) & (weights > 0))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"sample_weight of row {df.index[at]!r} is {values[at]}: a weight is a finite "
            "number above zero; leave such rows out of the fit, and place them with transform"
        )
    return None if (weights == 1).all() else weights


def join_weights(
    old: np.ndarray | None, new: np.ndarray | None, n_old: int, n_new: int
) -> np.ndarray | None:
    """The weights of old rows and of new ones after them; None if all are 1."""
    if old is None and new is None:
        return None
    return np.concatenate([np.ones(n) if w is None else w for w, n in ((old, n_old), (new, n_new))])


def check_weighted(parameters: Any, weights: np.ndarray | None, n: int) -> int:
    """The number of rows that `n` weighted ones stand for, at least `n`; ParameterError if
    `parameters` do not go with weights."""
    if weights is None:
        return n
    if parameters.density > 0:
        raise ParameterError(
            "sample_weight needs density=0: densMAP's radii are those of the rows as they are"
        )
    return max(n, int(repeats(weights).sum()))
