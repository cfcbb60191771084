"""Facts about numbers: their range, whether they are whole or infinite."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd


class NumberFacts:
    """What `Facts` knows of numbers; nothing of this holds of other values."""

    whole: pd.Series
    present: pd.Series
    values: str

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
