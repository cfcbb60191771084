"""`describe`: one card a segment, with what sets it apart, a rule, typical rows and a name."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from .reports import Answer, html_table, plain
from .wording import say_share


@dataclass(frozen=True)
class Effect:
    """What one column has to do with a segment.

    Attributes
    ----------
    column : str
        The column, or the columns of a part that does not split.
    columns : tuple
    kind : str
    statistic : {"shift", "concentration", "level", "tag", "word", "radius", "gap"}
    effect : float in [-1, 1]
        How often a random row inside comes before one outside, less the reverse; where the question
        is whether a row has something, the difference of the shares.
    value : Any
        Levels, members or words; the middle of a radius; None for a shift.
    inside, outside : float or str
        Both numbers: medians of a shift, else shares.
    p_value : float
        Corrected for all columns and segments.
    significant : bool
        Whether it is below .05.
    words : str
    short : str
        For a name.
    """

    column: str
    columns: tuple[Any, ...]
    kind: str
    statistic: str
    effect: float
    value: Any
    inside: Any
    outside: Any
    p_value: float
    significant: bool
    words: str
    short: str = field(default="", repr=False)


@dataclass(frozen=True)
class Rule:
    """At most three conditions that tell a segment.

    Attributes
    ----------
    conditions : tuple of str
    coverage : float
        Share of the segment's rows that meet all of them, among rows kept aside.
    precision : float
        Share of the rows that meet them which are in the segment, among rows kept aside.
    rows : int
        Rows kept aside.
    """

    conditions: tuple[str, ...]
    coverage: float
    precision: float
    rows: int

    @property
    def text(self) -> str:
        """The conditions in one line."""
        return " and ".join(self.conditions)

    def __str__(self) -> str:
        told = f"covers {say_share(self.coverage)}, right in {say_share(self.precision)}"
        return f"{self.text} ({told} of {self.rows} rows kept aside)"


@dataclass(frozen=True)
class Card(Answer):
    """A segment.

    Attributes
    ----------
    label : Any
    name : str
        Short, and no other segment's.
    size : int
    share : float
    positions : tuple of int
        Its most typical rows.
    typical : DataFrame
        Their values.
    effects : tuple of Effect
        What sets it apart, strongest first.
    rule : Rule or None
    """

    label: Any
    name: str
    size: int
    share: float
    positions: tuple[int, ...]
    typical: pd.DataFrame = field(repr=False)
    effects: tuple[Effect, ...]
    rule: Rule | None

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        fields = [
            "column",
            "statistic",
            "effect",
            "value",
            "inside",
            "outside",
            "p_value",
            "significant",
            "words",
        ]
        rule = None
        if self.rule is not None:
            rule = {
                "conditions": list(self.rule.conditions), "text": self.rule.text,
                "rows": self.rule.rows,
                "coverage": self.rule.coverage,
                "precision": self.rule.precision,
            }  # fmt: skip
        return {
            "label": plain(self.label),
            "name": self.name,
            "size": self.size,
            "share": self.share,
            "positions": list(self.positions),
            "typical": plain(self.typical),
            "effects": [{name: plain(getattr(e, name)) for name in fields} for e in self.effects],
            "rule": rule,
        }

    def _headline(self) -> str:
        return f"{self.label}: {self.name} ({self.size:,} rows, {say_share(self.share)})"

    def __str__(self) -> str:
        lines = [self._headline(), *(f"  {e.words}" for e in self.effects)]
        return "\n".join(lines + ([f"  rule: {self.rule}"] if self.rule is not None else []))

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(e.words)}</li>" for e in self.effects)
        rule = "" if self.rule is None else f"<p>Rule: {html.escape(str(self.rule))}</p>"
        head = f"<h4>{html.escape(self._headline())}</h4>"
        return f"{head}<ul>{items}</ul>{rule}{html_table(self.typical, index=True)}"


@dataclass(frozen=True)
class Description(Answer):
    """Cards of all segments, in the order of their labels.

    Attributes
    ----------
    cards : tuple of Card
    rows : int
        Rows of the fit.
    """

    cards: tuple[Card, ...]
    rows: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the segments."""
        return tuple(card.name for card in self.cards)

    def __iter__(self) -> Iterator[Card]:
        return iter(self.cards)

    def __len__(self) -> int:
        return len(self.cards)

    def __getitem__(self, label: Any) -> Card:
        for card in self.cards:
            if card.label == label:
                return card
        raise KeyError(label)

    def to_frame(self) -> pd.DataFrame:
        """One line an effect: label, name, size, column, statistic, effect, inside, outside,
        p_value, significant, words."""
        lines = [
            {
                "label": c.label, "name": c.name, "size": c.size, "column": e.column,
                "statistic": e.statistic,
                "effect": e.effect, "inside": e.inside, "outside": e.outside,
                "p_value": e.p_value,
                "significant": e.significant, "words": e.words,
            }
            for c in self.cards for e in c.effects
        ]  # fmt: skip
        return pd.DataFrame(lines)

    def to_dict(self) -> dict[str, Any]:
        """Plain lists, strings and numbers."""
        return {"rows": self.rows, "cards": [card.to_dict() for card in self.cards]}

    def __str__(self) -> str:
        return "\n\n".join(map(str, self.cards))

    def _repr_html_(self) -> str:
        return "".join(card._repr_html_() for card in self.cards)
