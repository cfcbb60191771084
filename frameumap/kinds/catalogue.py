"""`Catalogue`: the kinds by name, those of other packages included."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..columns.facts import Facts
from ..columns.prepare import PREPARATIONS
from ..errors import SchemaError, check_one_of, warn
from ..metrics import Metric
from ..metrics import get as get_metric
from ..metrics.base import ACCEPTS
from .base import IGNORED, Kind, Rule, Verdict

#: Packages offer kinds under this group of entry points: name = "module:Class".
ENTRY_POINTS = "frameumap.kinds"


class Catalogue(Mapping[str, type[Kind]]):
    """Kinds by name: built-in ones, then registered ones, then those offered by packages.

    Attributes
    ----------
    built_in : tuple of str
        Names that cannot be registered.
    """

    def __init__(self, kinds: Sequence[type[Kind]], further: Sequence[Rule]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._further = tuple(further)
        self._offers_read = False
        self.built_in = tuple(self._kinds)

    def _all(self) -> dict[str, type[Kind]]:
        if not self._offers_read:
            self._offers_read = True
            from importlib.metadata import entry_points

            for point in entry_points(group=ENTRY_POINTS):
                if point.name in self._kinds:  # registered by hand
                    continue
                try:
                    self.add(point.load())
                except Exception as error:
                    warn(
                        f"kind {point.name!r} is offered by {point.value!r}, which fails to load: "
                        f"{error}"
                    )
        return self._kinds

    def __getitem__(self, name: str) -> type[Kind]:
        # Entry points are loaded only for names not found here.
        return self._kinds[name] if name in self._kinds else self._all()[name]

    def __contains__(self, name: object) -> bool:
        return name in self._kinds or name in self._all()

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._all()))

    def __len__(self) -> int:
        return len(self._all())

    def add(self, kind: type[Kind]) -> None:
        """Add a kind; SchemaError if it is incomplete or inconsistent."""
        if not (isinstance(kind, type) and issubclass(kind, Kind)):
            raise SchemaError(f"expected a subclass of frameumap.Kind, got {kind!r}")
        where = f"kind {getattr(kind, 'name', kind.__name__)!r}"
        lacking = [name for name in ("name", "accepts", "metric") if not hasattr(kind, name)]
        lacking += sorted(kind.__abstractmethods__)
        if lacking or inspect.isabstract(kind):
            raise SchemaError(f"{where} lacks {', '.join(lacking)}")
        if kind.name in self.built_in or kind.name == IGNORED:
            raise SchemaError(f"{kind.name!r} is a built-in kind; choose another name")
        for accepted in kind.accepts:
            check_one_of(accepted, ACCEPTS, f"accepts of {where}", SchemaError)
        if get_metric(kind.metric).accepts not in kind.accepts:
            raise SchemaError(f"{where}: metric {kind.metric!r} does not take its rows")
        for other in self._kinds.values():
            if kind.shared and kind.shared == other.shared and kind.name != other.name:
                raise SchemaError(
                    f"{where}: the shared group {kind.shared!r} is that of kind {other.name!r}"
                )
        self._kinds[kind.name] = kind

    def rules(self) -> list[Rule]:
        """The table of inference, in the order in which rules are tried; registered kinds go before
        built-in ones of their rank."""
        kinds = self._all().values()
        own = [rule for kind in reversed(list(kinds)) for rule in kind.rules]
        return sorted([*own, *self._further], key=lambda rule: rule.rank)

    def judge(self, facts: Facts) -> Verdict:
        """The first verdict on a column."""
        return next(v for rule in self.rules() if (v := rule.judge(facts)) is not None)

    def of_metric(self, metric: Metric) -> str:
        """The kind of columns that a metric named alone is meant for."""
        kinds = list(self._all().values())
        tests: list[Any] = [
            lambda kind: metric.prepare in kind.prepares,
            lambda kind: metric.accepts == kind.accepts[0],
            lambda kind: metric.accepts in kind.accepts,
        ]
        return next(kind.name for test in tests for kind in kinds if test(kind))

    def of_part(self, part: str, kind: str) -> str | None:
        """The kind of dates that has `part` as a group of `kind`; None if there is none."""
        made = ((name, self[name].parts.get(part)) for name in self)
        return next((name for name, group in made if group and group[0] == kind), None)

    def check_pair(self, name: str, metric: str, where: str) -> None:
        """Raise SchemaError unless `metric` accepts the rows of the kind called `name`."""
        if name not in self:
            check_one_of(name, self, f"kind of {where}", SchemaError)
        kind, found = self[name], get_metric(metric)
        if found.accepts not in kind.accepts:
            raise SchemaError(
                f"{where}: metric {metric!r} takes rows of {found.accepts}, but kind {name!r} has "
                f"rows of "
                f"{' or '.join(kind.accepts)}"
            )
        # A preparation of this kind alone.
        own = found.prepare not in (*PREPARATIONS, *kind.prepares)
        if own and any(found.prepare in other.prepares for other in self._kinds.values()):
            raise SchemaError(
                f"{where}: metric {metric!r} is for columns of kind {self.of_metric(found)!r}, "
                f"not {name!r}"
            )
