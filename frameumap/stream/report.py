"""What a sample costs, judged on rows that were kept aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .landmarks import Landmarks


@dataclass(frozen=True)
class SampleReport:
    """The sample that a model was fitted on.

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
    """

    rows: int
    landmarks: int
    rare: int
    share: float

    def __str__(self) -> str:
        return (
            f"fitted on {self.landmarks:,} of {self.rows:,} rows, {self.rare:,} of them for rare "
            "levels and places"
        )


def judge_sample(model: Any, landmarks: Landmarks) -> SampleReport:
    """The report of a fitted model."""
    return SampleReport(
        landmarks.rows, len(landmarks.frame), landmarks.rare, round(landmarks.share, 6)
    )
