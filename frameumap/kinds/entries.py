"""`Entries`: strings, sets, q-grams, words and paths as numbers of distinct entries, whose contents
are in a ragged store."""

from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..columns.block import Block, Columns
from ..columns.json_values import from_json, to_json
from ..columns.values import order_levels
from ..engine.rows import Rows
from ..metrics import get as get_metric
from ..metrics.rows import code_points, join_side_values
from .base import Kind
from .state import Arrays, levels_from_json, levels_to_json, take_array

if TYPE_CHECKING:
    from ..schema.group import Group


#: Codes of members that the fit has not seen begin here, and end before twice as much.
_UNSEEN = 2**30


class Entries(Kind):
    """Values of any length, each held once.

    Attributes
    ----------
    members : dict of member to int
        Codes of members, grams, words or beginnings of paths.
    rarity : float64 (members,)
        log(1 + n / c), c of n rows having the member; for metrics with that side value.
    spelled : dict of bytes to str
        Of a string that is held as words or grams: contents -> the first such string.
    """

    #: Whether the order of members matters.
    keeps_order = False

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.members: dict[Any, int] = {}
        self.rarity = np.empty(0)
        self.spelled: dict[bytes, str] = {}

    @abstractmethod
    def read(self, name: Any, series: Any) -> tuple[np.ndarray, list[Any]]:
        """Number of every row's value, -1 where absent, and the distinct values: strings, or tuples
        of members."""

    @abstractmethod
    def value_of(self, content: np.ndarray) -> Any:
        """The value of an entry's contents, int32."""

    def fit(self, columns: Columns) -> None:
        if self.holds_letters:
            return
        read = [self.read(name, series) for name, series in self.parts_of(columns)]
        found = [m for _, values in read for value in values for m in value]
        _, levels = order_levels(*_factorized(found))
        self.members = {level: c for c, level in enumerate(levels)}
        if get_metric(self.group.metric).side_values == "rarity":
            self.rarity = self._rarities(read)

    def _rarities(self, read: list[tuple[np.ndarray, list[Any]]]) -> np.ndarray:
        counts, rows = np.zeros(len(self.members)), 0
        for number, values in read:
            held = number[number >= 0]
            rows += len(held)
            times = np.bincount(held, minlength=len(values))
            for value, count in zip(values, times, strict=True):
                counts[[self.members[m] for m in set(value)]] += count
        return np.log1p(rows / np.maximum(counts, 1))

    @property
    def holds_letters(self) -> bool:
        """Whether entries are code points and not codes of members."""
        return get_metric(self.group.metric).accepts == "text"

    def encode(self, columns: Columns) -> Block:
        parts = self.parts_of(columns)
        n, p = len(columns[0]), len(parts)
        cells, present = np.zeros((n, p), np.int32), np.zeros((n, p), bool)
        entries: list[list[np.ndarray]] = []
        first = 0
        for c, (name, series) in enumerate(parts):
            number, contents = self._numbered(name, series)
            present[:, c] = number >= 0
            cells[:, c] = np.where(number >= 0, number + first, first)
            entries.append(contents or [np.empty(0, np.int32)])
            first += len(entries[-1])
        return Block(cells, present, np.ones(p, np.float32), np.full(p, 1 / p), entries)

    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Values by the numbers of their entries, (m, p)."""
        offsets, payload = rows.offsets, rows.payload
        return [
            [self.value_of(payload[offsets[entry] : offsets[entry + 1]]) for entry in column]
            for column in cells.T.tolist()
        ]

    def known_members(self, content: np.ndarray) -> list[Any]:
        """Members of an entry; those added after the fit have no name."""
        halves = 2 if get_metric(self.group.metric).side_values else 1
        own = content[: len(content) // halves].tolist()
        return [self._names[code] for code in own if code < len(self._names)]

    @cached_property
    def _names(self) -> list[Any]:
        return list(self.members)

    def parts_of(self, columns: Columns) -> list[tuple[Any, Any]]:
        """(name, column) for every column of the block."""
        return list(zip(self.group.columns, columns, strict=True))

    def _numbered(self, name: Any, series: Any) -> tuple[np.ndarray, list[np.ndarray]]:
        """Number of every row's entry, -1 where absent, and the entries in an order independent of
        the order of rows."""
        number, values = self.read(name, series)
        if self.holds_letters:
            if not values:
                return number, []
            points = code_points("".join(values))
            return number, list(np.split(points, np.cumsum([len(v) for v in values])[:-1]))
        contents: dict[tuple[int, ...], int] = {}
        merged = np.array(
            [contents.setdefault(tuple(self._codes(v)), len(contents)) for v in values] + [-1],
            np.int32,
        )
        number, keys = order_levels(merged[number], list(contents))
        return number, [self._with_side_values(np.array(key, np.int32)) for key in keys]

    def _codes(self, value: Iterable[Any]) -> list[int]:
        """Codes of an entry's members; those that the fit has not seen have codes hashed from
        themselves, so that rows added later share what they have in common and nothing else."""
        fresh: dict[Any, int] = {}
        for m in value:
            if m not in self.members and m not in fresh:
                code = _UNSEEN + zlib.crc32(repr(m).encode("utf-8", "surrogatepass")) % _UNSEEN
                while code in fresh.values():
                    code = _UNSEEN + (code + 1) % _UNSEEN
                fresh[m] = code
        own = [self.members[m] if m in self.members else fresh[m] for m in value]
        return own if self.keeps_order else sorted(own)

    def _with_side_values(self, row: np.ndarray) -> np.ndarray:
        if not len(self.rarity):
            return row
        # A member absent from the fit has the largest rarity.
        known = np.append(self.rarity, self.rarity.max(initial=0.0))
        return join_side_values(row, known[np.minimum(row, len(self.rarity))])

    def entry(self, value: Iterable[Any]) -> np.ndarray:
        """Contents of an entry with these members, int32."""
        return self._with_side_values(np.array(self._codes(value), np.int32))

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        spelled = [to_json(text) for text in self.spelled.values()]
        return {"members": levels_to_json(self.members), "spelled": spelled}, {
            "rarity": self.rarity
        }

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        self.members = levels_from_json(data["members"])
        rare = get_metric(self.group.metric).side_values == "rarity"
        count = len(self.members) if rare else 0
        self.rarity = take_array(arrays, "rarity", np.float64, (count,))
        self.spell(str(from_json(text)) for text in data["spelled"])

    def spell(self, strings: Iterable[str]) -> None:
        """Keep one source string per entry, for `decode`; only strings have one."""


def numbered(values: Iterable[Any]) -> tuple[np.ndarray, list[Any]]:
    """Number of every value in order of appearance, -1 for None, and the distinct values."""
    distinct: dict[Any, int] = {}
    number = [-1 if v is None else distinct.setdefault(v, len(distinct)) for v in values]
    return np.array(number, np.int32), list(distinct)


def _factorized(values: list[Any]) -> tuple[np.ndarray, list[Any]]:
    levels = list(dict.fromkeys(values))
    return np.arange(len(levels)), levels
