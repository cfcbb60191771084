"""Facts about numbers: their range, whether they are whole, infinite or marks of gaps."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from .marks import find_mark


class NumberFacts:
    """What `Facts` knows of numbers; nothing of this holds of other values."""

    whole: pd.Series
    present: pd.Series
    values: str

    @cached_property
    def counts(self) -> pd.Series:
        """How often each value of the sample occurs, the most frequent first."""
        raise NotImplementedError

    @cached_property
    def numbers(self) -> np.ndarray:
        """Values of the sample as float64."""
        return self.present.to_numpy(np.float64)

    @cached_property
    def is_whole(self) -> bool:
        """Whether all numbers of the sample are whole and finite."""
        finite = np.isfinite(self.numbers).all()
        return self.values == "number" and bool(finite and (self.numbers % 1 == 0).all())

    @cached_property
    def range(self) -> tuple[float, float]:
        """Smallest and largest number of the whole column."""
        return float(self.whole.min()), float(self.whole.max())

    @property
    def has_infinite(self) -> bool:
        """Whether a number of the whole column is infinite."""
        return self.values == "number" and not all(map(np.isfinite, self.range))

    @cached_property
    def gap_mark(self) -> float | None:
        """The number that seems to stand for a gap, see `marks.find_mark`."""
        if self.values != "number":
            return None
        return find_mark(self.counts.index.to_numpy(np.float64), self.counts.to_numpy())
