"""`SampleReport`: the sample that a model was fitted on, kept with the model."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self


@dataclass(frozen=True)
class SampleReport:
    """The sample that a model was fitted on, and what it costs.

    Attributes
    ----------
    rows : int
        Rows of the source.
    landmarks : int
        Rows that were fitted.
    rare : int
        How many of them are there so that rare levels and places have some.
    share : float
        Share of the different rows that are landmarks, an estimate.
    aside : int
        Rows that were kept from the fit to judge it by.
    recall : float or None
        Share of their nearest landmarks that `transform` finds; None without rows aside.
    skill : float or None
        How well the nearest landmarks tell a column that is hidden in the rows aside, averaged over
        columns: 0 is no better than the column's average, 1 is perfect.
    loss : float or None
        Skill that a fit of all rows is estimated to add.
    """

    rows: int
    landmarks: int
    rare: int
    share: float
    aside: int = 0
    recall: float | None = None
    skill: float | None = None
    loss: float | None = None

    def __str__(self) -> str:
        told = (
            f"fitted on {self.landmarks:,} of {self.rows:,} rows, {self.rare:,} of them for rare "
            "levels and places"
        )
        if self.recall is not None:
            told += f"; of {self.aside:,} rows aside {self.recall:.1%} of the neighbours are found"
        if self.skill is not None:
            told += (
                f", and hidden columns are told with skill {self.skill:.3f}, "
                f"about {self.loss:.3f} less than by all rows"
            )
        return told

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The report; TypeError or ValueError if the values are not those of one."""
        kept: dict[str, Any] = {}
        for field in fields(cls):
            value = values[field.name]
            whole = field.type == "int"
            kept[field.name] = (
                None if value is None and not whole else (int if whole else float)(value)
            )
        return cls(**kept)
