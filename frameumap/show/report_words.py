"""Figures as words."""

from __future__ import annotations

from typing import Any


def percent(share: float) -> str:
    """A share as a whole percentage."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def figure(value: Any) -> str:
    """A cell of any type."""
    return f"{value:.3g}" if isinstance(value, float) else "" if value is None else str(value)
