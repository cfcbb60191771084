"""`Kind`: what the values of a column mean, in one class.

The class says what is true of the kind everywhere: its name, what its rows are to a metric, the
columns it takes, the rules by which it is inferred. An instance is the kind fitted to the columns
of one group: it packs columns into words, reads words back, and is part of a saved model.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd

from ..columns.block import Block, Columns
from ..columns.facts import Facts
from ..columns.json_values import from_json, to_json
from ..engine.rows import Rows
from ..errors import SchemaError, check_one_of
from ..metrics import Metric
from .aggregate import Nearest, medoid
from .state import Arrays

if TYPE_CHECKING:
    from ..schema.group import Group

#: The word for columns that are left out.
IGNORED = "ignored"
#: What a group may ask for: parts of dates, and preparations of numbers.
PARTS = ("linear", "time", "weekday", "season", "calendar")
PREPARATIONS = ("scores", "standard", "robust", "ranks", "log", "whiten", "none")


class Verdict(NamedTuple):
    """The answer of a rule: a kind or "ignored", the reason, warnings, and fields of the group."""

    kind: str
    reason: str
    warnings: tuple[str, ...] = ()
    options: dict[str, Any] = {}  # noqa: RUF012

    @property
    def leaves_out(self) -> bool:
        """Whether the column is not embedded."""
        return self.kind == IGNORED


class Rule(NamedTuple):
    """A rule of inference and its place in the table: of all rules the lowest `rank` that gives a
    verdict decides."""

    rank: int
    judge: Callable[[Facts], Verdict | None]


class Kind(ABC):
    """A semantic type of columns; subclass it, and `frameumap.register_kind` makes it known.

    Attributes
    ----------
    name : str
    accepts : tuple of str
        What its rows may be to a metric, see `frameumap.metrics.base`; the metric decides.
    metric : str
        The metric of a group whose schema names none.
    words : int
        4-byte words of a packed row, for every column.
    shared : str
        Name of the group that inferred columns of this kind share; "" where each column is a group
        of its own.
    prepares : sequence of str
        Values of `Metric.prepare` that are meant for this kind.
    rules : sequence of Rule
        When a column is inferred to be of this kind; none if it has to be declared.
    parts : mapping of str to (str, str)
        Part of a date -> kind and metric of the group that it makes.
    ordered : bool
        Whether levels stand in an order.
    joint : bool
        Whether the columns of a group make one value together, as latitude and longitude do.
    reads_others : bool
        Whether `fit_others` is called after `fit`, with the columns of all other groups.
    scales_columns : bool
        Whether a column may be given a weight by scaling its numbers.
    group : Group
        Of an instance: what the schema says of its columns.
    """

    name: ClassVar[str]
    accepts: ClassVar[tuple[str, ...]]
    metric: ClassVar[str]
    words: ClassVar[int] = 1
    shared: ClassVar[str] = ""
    prepares: ClassVar[Sequence[str]] = ()
    rules: ClassVar[Sequence[Rule]] = ()
    parts: ClassVar[Mapping[str, tuple[str, str]]] = {}
    ordered: ClassVar[bool] = False
    joint: ClassVar[bool] = False
    scales_columns: ClassVar[bool] = False
    reads_others: ClassVar[bool] = False

    def __init__(self, group: Group) -> None:
        self.group = group

    @property
    def balances_columns(self) -> bool:
        """Whether the group's distance is a sum of columns, each with a root mean square of 1."""
        return False

    # What a schema may say -------------------------------------------------------------------

    @classmethod
    def of(cls, group: Group) -> Kind:
        """An instance for `group`, not yet fitted."""
        return cls(group)

    @classmethod
    def find_groups(cls, seen: Mapping[Any, Facts]) -> Iterator[dict[Any, Verdict]]:
        """Columns that make one value together, each with its verdict, in the order of the
        group."""
        return iter(())

    @classmethod
    def check_columns(cls, columns: Sequence[Any], metric: Metric, where: str) -> None:
        """Raise SchemaError unless a group may have these columns."""
        return

    @classmethod
    def check_prepare(cls, prepare: Any, where: str) -> str:
        """The preparation as `Group.prepare` holds it; SchemaError if the kind has none such."""
        return check_one_of(prepare, PREPARATIONS, f"prepare of {where}", SchemaError)

    @classmethod
    def check_part(cls, part: str, metric: Metric, where: str) -> str:
        """The part of dates that a group takes; SchemaError if the metric does not fit."""
        check_one_of(part, PARTS, f"part of {where}", SchemaError)
        if part == "calendar":
            raise SchemaError(
                f"{where}: part 'calendar' needs the metric 'calendar', got {metric.name!r}"
            )
        return part

    # Columns <-> words -----------------------------------------------------------------------

    @abstractmethod
    def fit(self, columns: Columns) -> None:
        """Learn from the columns whatever `encode` needs.

        Raises
        ------
        DataError
            If a value is none of this kind; the message names column, row and value.
        """

    def fit_others(self, columns: Columns, others: Columns) -> None:
        """Learn from the columns of the other groups; for kinds that read them."""
        raise NotImplementedError

    @abstractmethod
    def encode(self, columns: Columns) -> Block:
        """Pack columns; values that the fit has not seen included."""

    @abstractmethod
    def decode(self, cells: np.ndarray, rows: Rows) -> list[Any]:
        """Values of packed words (m, width), a list or array of m for every column."""

    def width(self, columns: Columns | None = None) -> int:
        """Words of a packed row, but for presence bits; told by `columns` before the fit."""
        return self.words * len(self.group.columns)

    def levels_of(self, c: int) -> list[Any] | None:
        """The levels that the fit has seen in column c, in order; None if there are no levels."""
        return None

    @property
    def is_part(self) -> bool:
        """Whether words hold a part of each value only, from which it cannot be told."""
        return False

    # Model file ------------------------------------------------------------------------------

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        """The fitted state as JSON and arrays: every attribute but the group.

        Raises
        ------
        DataError
            If an attribute is of a type that a file cannot hold.
        """
        data, arrays = {}, {}
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                arrays[name] = value
            elif name != "group":
                data[name] = to_json(value)
        return data, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        """Take what `to_arrays` gave; ValueError, KeyError or the like if something does not
        fit."""
        vars(self).update({name: from_json(value) for name, value in data.items()})
        vars(self).update(arrays)

    # Several values as one -------------------------------------------------------------------

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        """Words that stand for several rows, (m, width), and whether there is a value, bool (m,
        width)."""
        return medoid(nearest)

    # Words for people ------------------------------------------------------------------------

    def say_value(self, value: Any) -> str:
        """A value in words; a tuple where several columns make one."""
        if isinstance(value, (tuple, list, np.ndarray)):
            return ", ".join(map(self.say_value, value))
        if isinstance(value, (float, np.floating)):
            return "none" if np.isnan(value) else f"{value:.4g}"
        return "none" if value is None or value is pd.NaT or value is pd.NA else str(value)

    def say_typical(self, values: Sequence[Any]) -> str:
        """What is typical of values without gaps: the most frequent one."""
        counts = Counter(map(self.say_value, values))
        return min(counts, key=lambda said: (-counts[said], said)) if counts else "none"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        """Two values and how they differ; `distance` is 1 for an average random pair."""
        one, two = self.say_value(a), self.say_value(b)
        return f"both {one}" if one == two else f"{one} against {two}"
