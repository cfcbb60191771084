"""`Kind`: a semantic type of columns, in one class.

The class holds the properties of the kind: its name, the form of its rows, the columns it takes,
the rules of its inference. An instance is the kind fitted to the columns of one group: it packs
columns into words, decodes words, and is part of a saved model.
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
from ..columns.values import numbers
from ..engine.rows import Rows
from ..errors import SchemaError, check_one_of
from ..metrics import Metric
from ..metrics import get as get_metric
from .aggregate import Nearest, medoid
from .state import Arrays

if TYPE_CHECKING:
    from ..schema.group import Group

#: The word for excluded columns.
IGNORED = "ignored"
#: Allowed values of `Group.part` and, for numbers, of `Group.prepare`.
PARTS = ("linear", "time", "weekday", "season", "calendar")
PREPARATIONS = ("scores", "standard", "robust", "ranks", "log", "whiten", "none")


class Verdict(NamedTuple):
    """The answer of a rule.

    Attributes
    ----------
    kind : str
        A kind or "ignored".
    reason : str
    warnings : tuple of str
        What to look at, with the line that changes it.
    options : dict
        Fields of the group.
    rival : tuple of (str, str) or None
        Where another answer was close: its reason, and the value that `schema[column] = ...` takes
        for it.
    """

    kind: str
    reason: str
    warnings: tuple[str, ...] = ()
    options: dict[str, Any] = {}  # noqa: RUF012
    rival: tuple[str, str] | None = None

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
        Possible forms of its rows, see `frameumap.metrics.base`; the metric decides.
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
        Whether levels are ordered.
    joint : bool
        Whether the columns of a group make one value together, as latitude and longitude do.
    given_apart : bool
        Whether the values are given beside the frame, as a matrix of distances is.
    reads_others : bool
        Whether `fit_others` is called after `fit`, with the columns of all other groups.
    content : str
        What the values are, whatever the kind is called: "numbers", "dates", "levels", "flags",
        "grades", "cycle", "clock", "places", "strings", "members", "path", "vector"; "" for others.
    scales_columns : bool
        Whether a column may be given a weight by scaling its numbers.
    family : str
        Type of the values that only this kind takes, see `columns.dtypes.Content`; "" if there is
        none.
    counterparts : mapping of str to str
        Metrics of other kinds -> this kind's own metric of that meaning.
    described_by : {"order", "levels", "members", "nearness"}
        What tells a segment of rows by such a column: where its values lie in an order, its levels,
        what its values have (`members_of`), or how near they are to its middle.
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
    given_apart: ClassVar[bool] = False
    reads_others: ClassVar[bool] = False
    content: ClassVar[str] = ""
    family: ClassVar[str] = ""
    counterparts: ClassVar[Mapping[str, str]] = {}
    described_by: ClassVar[str] = "nearness"

    def __init__(self, group: Group) -> None:
        self.group = group

    @property
    def balances_columns(self) -> bool:
        """Whether the group's distance is a sum of columns, each with a root mean square of 1."""
        return False

    # Checks of a schema -------------------------------------------------------------------

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
    def find_company(cls, seen: Mapping[Any, Facts], sample: pd.DataFrame) -> Mapping[Any, Verdict]:
        """Columns that are of this kind by the other columns of the frame, each with its verdict;
        these come before all rules."""
        return {}

    @classmethod
    def check_format(cls, text: str, part: str, where: str) -> None:
        """Raise SchemaError unless strings of this kind may be read by the format `text`."""
        raise SchemaError(f"{where}: a {cls.name} column takes no format, got {text!r}")

    @classmethod
    def find_format(cls, group: Group, name: Any, series: pd.Series) -> str:
        """The format of the strings of a column that was declared without one; "" if they need
        none."""
        return ""

    @classmethod
    def read_format(cls, name: Any, series: pd.Series, text: str) -> tuple[np.ndarray, np.ndarray]:
        """Strings read by a format, as numbers, float64 (n,), and presence."""
        return numbers(name, series, text)

    @classmethod
    def check_columns(cls, columns: Sequence[Any], metric: Metric, where: str) -> None:
        """Raise SchemaError unless a group may have these columns."""
        return

    @classmethod
    def check_prepare(cls, prepare: Any, where: str) -> str:
        """The preparation in the form of `Group.prepare`; SchemaError if the kind does not have
        it."""
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
        """Compute the state that `encode` needs.

        Raises
        ------
        DataError
            If a value is not of this kind; the message names column, row and value.
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
        """Words of a packed row without presence bits; computed from `columns` before the fit."""
        return self.words * len(self.group.columns)

    def levels_of(self, c: int) -> list[Any] | None:
        """The levels that the fit has seen in column c, in order; None if there are no levels."""
        return None

    @property
    def is_part(self) -> bool:
        """Whether words hold only a part of each value, so that it cannot be decoded."""
        return False

    # Model file ------------------------------------------------------------------------------

    def to_arrays(self) -> tuple[dict[str, Any], Arrays]:
        """The fitted state as JSON and arrays: every attribute but the group.

        Raises
        ------
        DataError
            If an attribute is of an unsupported type.
        """
        data, arrays = {}, {}
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                arrays[name] = value
            elif name != "group":
                data[name] = to_json(value)
        return data, arrays

    def from_arrays(self, data: dict[str, Any], arrays: Arrays) -> None:
        """Restore the state from `to_arrays`; ValueError, KeyError or the like if it is
        inconsistent."""
        vars(self).update({name: from_json(value) for name, value in data.items()})
        vars(self).update(arrays)

    # Aggregation -------------------------------------------------------------------

    def aggregate(self, nearest: Nearest) -> tuple[np.ndarray, np.ndarray]:
        """One packed value for several rows, (m, width), and its presence, bool (m, width)."""
        return medoid(nearest)

    # Description of segments --------------------------------------------------------------------

    def members_of(self, value: Any) -> list[Any]:
        """Members or words of a value, for shares by member; none for kinds without."""
        return []

    def points_of(self, values: np.ndarray) -> np.ndarray | None:
        """Points, float64 (n, d), of packed values (n, p) whose Euclidean distance grows with the
        metric's; None if there are none, and only the metric can tell."""
        grows = get_metric(self.group.metric).increases_with
        points = values.astype(np.float64)
        if grows == "minkowski2":
            return points
        if grows == "centered":
            points = points - points.mean(axis=1, keepdims=True)
        if grows in ("direction", "centered"):
            return points / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1e-30)
        return None

    def value_at(self, point: np.ndarray, rows: Rows) -> Any:
        """The value at one of the points; None if it cannot be told."""
        if get_metric(self.group.metric).increases_with != "minkowski2":
            return None
        if len(point) != self.width():
            return None
        columns = self.decode(point.astype(np.float32)[None, :], rows)
        values = tuple(column[0] for column in columns)
        return values[0] if len(values) == 1 else values

    def say_radius(self, radius: float) -> str:
        """A distance between points in words; "" if it has no unit."""
        return ""

    # Text ------------------------------------------------------------------------

    def say_value(self, value: Any) -> str:
        """A value in words; a tuple where several columns make one."""
        if isinstance(value, (tuple, list, np.ndarray)):
            return ", ".join(map(self.say_value, value))
        if isinstance(value, (float, np.floating)):
            return "none" if np.isnan(value) else f"{value:.4g}"
        return "none" if value is None or value is pd.NaT or value is pd.NA else str(value)

    def say_typical(self, values: Sequence[Any]) -> str:
        """The typical value of values without gaps: the most frequent one."""
        counts = Counter(map(self.say_value, values))
        return min(counts, key=lambda said: (-counts[said], said)) if counts else "none"

    def say_difference(self, a: Any, b: Any, distance: float) -> str:
        """Two values and how they differ; `distance` is 1 for an average random pair."""
        one, two = self.say_value(a), self.say_value(b)
        return f"both {one}" if one == two else f"{one} against {two}"
