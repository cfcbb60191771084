"""Columns as a few bins, levels or members: what statistics and rules of segments count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse

from ..frame.encode import level_names
from ..model import Model
from ..rows import Rows
from .parts import Unit, all_units
from .select import group_cells
from .wording import Wording, wording_of

#: Bins of a number, of equal counts where values allow.
BINS = 64
#: Levels, words or members that are told apart: the most frequent.
MOST_ITEMS = 300
#: A word or member must be had by so many rows.
RAREST = 3


@dataclass
class View:
    """One part of the rows, ready to be counted.

    Attributes
    ----------
    name : str
    unit : Unit
    kind : str
    wording : Wording
    form : {"ordered", "levels", "items", "ball"}
    codes : int32 (n,)
        Bin or level of every row, -1 for a gap (ordered, levels).
    count : int
        Number of bins, levels or items.
    items : csr bool (n, count) or None
        Which members every row has (items).
    present : bool (n,)
    labels : list
        Levels or members.
    low, high : list
        Smallest and largest value of every bin (ordered).
    points : float64 (n, d) or None
        Points whose Euclidean distance grows with the metric's (ball).
    """

    name: str
    unit: Unit
    kind: str
    wording: Wording
    form: str
    present: np.ndarray
    codes: np.ndarray | None = None
    count: int = 0
    items: scipy.sparse.csr_array | None = None
    labels: list[Any] | None = None
    low: list[Any] | None = None
    high: list[Any] | None = None
    points: np.ndarray | None = None
