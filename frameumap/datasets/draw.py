"""What the generators share: draws by group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..errors import ParameterError


def check_rows(n: int) -> None:
    """Raise `ParameterError` for a table without rows."""
    if n < 1:
        raise ParameterError(f"n must be at least 1, got {n!r}")


class Groups:
    """The hidden groups of a table, and draws that depend on them.

    Parameters
    ----------
    shares : mapping
        Name of a group -> its share of the rows; the shares sum to 1.
    n : int
        Rows, >= 1.
    random_state : int
        Seed.

    Attributes
    ----------
    rng : numpy Generator
    n : int
    code : (n,) int array
        The group of every row.
    """

    def __init__(self, shares: Mapping[str, float], n: int, random_state: int) -> None:
        check_rows(n)
        self.rng = np.random.default_rng(random_state)
        self.n = n
        self._names = list(shares)
        self.code = self.rng.choice(len(shares), n, p=list(shares.values()))

    @property
    def names(self) -> pd.Categorical[str]:
        """The name of every row's group."""
        return pd.Categorical.from_codes(self.code, pd.Index(self._names))

    def by(self, *values: float) -> np.ndarray:
        """For every row the value of its group; (n,)."""
        return np.array(values, float)[self.code]

    def one_of(self, *options: Sequence[Any]) -> np.ndarray:
        """For every row one of its group's options, each as likely; with one sequence, of that."""
        own = [options[g if len(options) > 1 else 0] for g in self.code.tolist()]
        draws = self.rng.random(self.n).tolist()
        out = np.empty(self.n, object)
        out[:] = [o[int(d * len(o))] for o, d in zip(own, draws, strict=True)]
        return out

    def some_of(self, *options: Sequence[str], mean: float = 2.5) -> list[list[str]]:
        """For every row some of its group's options, sorted, about `mean` of them."""
        own = [options[g if len(options) > 1 else 0] for g in self.code.tolist()]
        counts = self.rng.poisson(mean, self.n).tolist()
        return [
            sorted(str(v) for v in self.rng.choice(o, min(c, len(o)), replace=False))
            for o, c in zip(own, counts, strict=True)
        ]

    def normal(self, means: Sequence[float], deviation: float) -> np.ndarray:
        """Normal draws about the mean of each row's group; (n,)."""
        return self.by(*means) + self.rng.normal(0, deviation, self.n)

    def amounts(self, medians: Sequence[float], tail: float = 0.5) -> np.ndarray:
        """Log-normal draws with the median of each row's group, to two decimals; (n,)."""
        return (self.by(*medians) * np.exp(self.rng.normal(0, tail, self.n))).round(2)

    def counts(self, means: Sequence[float]) -> np.ndarray:
        """Poisson draws with the mean of each row's group; (n,) int."""
        return self.rng.poisson(self.by(*means))

    def flags(self, shares: Sequence[float]) -> np.ndarray:
        """True with the share of each row's group; (n,) bool."""
        return self.rng.random(self.n) < self.by(*shares)

    def grades(self, levels: Sequence[str], means: Sequence[float]) -> pd.Categorical[str]:
        """Ordered levels about the position, from 0, of each row's group."""
        at = np.clip(self.normal(means, 0.8).round(), 0, len(levels) - 1).astype(int)
        return pd.Categorical.from_codes(at, pd.Index(levels), ordered=True)

    def days(self, start: str, span: int) -> pd.DatetimeIndex:
        """Dates in the `span` days from `start`."""
        return pd.Timestamp(start) + pd.to_timedelta(self.rng.integers(0, span, self.n), unit="D")

    def lose(self, df: pd.DataFrame, **shares: float) -> pd.DataFrame:
        """`df` with gaps in the given shares of the rows of columns."""
        for column, share in shares.items():
            df[column] = df[column].where(self.rng.random(self.n) >= share)
        return df
