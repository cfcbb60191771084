"""`Document`: headings, sentences, tables and bars, before they are HTML or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Block(NamedTuple):
    """One part of a document.

    Attributes
    ----------
    kind : {"heading", "subheading", "text", "table", "bars", "code", "picture"}
    text : str
    head : tuple of str
        Of a table.
    rows : list of tuple
        Of a table its cells, of bars a text and a number from 0 to 1.
    option : int
        Of a table the column with percentages that get a bar, -1 for none; of code, 1 to fold it.
    """

    kind: str
    text: str = ""
    head: tuple[str, ...] = ()
    rows: Sequence[tuple] = ()
    option: int = -1


class Document:
    """A report as a list of blocks."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.blocks: list[Block] = []

    def heading(self, text: str) -> None:
        self.blocks.append(Block("heading", text))

    def subheading(self, text: str) -> None:
        self.blocks.append(Block("subheading", text))

    def text(self, text: str) -> None:
        self.blocks.append(Block("text", text))

    def table(self, head: Sequence[str], rows: Sequence[tuple], bar: int = -1) -> None:
        """Columns without a single value are left out."""
        kept = [c for c in range(len(head)) if any(str(row[c]) for row in rows)]
        if kept:
            some = [tuple(row[c] for c in kept) for row in rows]
            bar = kept.index(bar) if bar in kept else -1
            self.blocks.append(Block("table", "", tuple(head[c] for c in kept), some, bar))

    def bars(self, rows: Sequence[tuple]) -> None:
        if rows:
            self.blocks.append(Block("bars", rows=rows))

    def code(self, text: str, folded: bool = False) -> None:
        self.blocks.append(Block("code", text, option=int(folded)))

    def picture(self) -> None:
        """Where the picture of the map goes, if there is one."""
        self.blocks.append(Block("picture"))
