"""Kinds: what the values of a column mean, and what each kind is packed as."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import SchemaError, check_one_of
from ..metrics import Metric
from ..metrics import get as get_metric


@dataclass(frozen=True)
class Kind:
    """A semantic type of columns.

    Attributes
    ----------
    name : str
    accepts : tuple of str
        What its rows may be to a metric, see `frameumap.metrics.metric`; the metric decides.
    metric : str
        The metric it gets if the schema names none.
    shared : str
        Name of the group that inferred columns of this kind share; "" where each column is a group
        of its own.
    weight : float
        Weight of a group of one column, unless the schema gives another. Distances of strings and
        sets hardly vary between random pairs, and places explain more than two columns do: they
        need more to be heard. A category says less than a number, and a flag at most one bit.
    """

    name: str
    accepts: tuple[str, ...]
    metric: str
    shared: str = ""
    weight: float = 1.0


KINDS = {
    kind.name: kind
    for kind in (
        Kind("numeric", ("vector",), "manhattan", "numbers"),
        Kind("categorical", ("codes",), "hamming_rate", "categories", weight=0.45),
        Kind("boolean", ("codes",), "hamming_rate", "flags", weight=0.2),
        Kind("ordinal", ("vector",), "ranks", "grades"),
        Kind("geo", ("vector",), "haversine_root", weight=8.0),
        Kind("text", ("text", "bag", "set"), "levenshtein_normalized", weight=4.5),
        Kind("datetime", ("vector",), "manhattan", "dates"),
        Kind("cyclic", ("vector",), "cyclic", "cycles"),
        Kind("set", ("set",), "jaccard", weight=2.0),
        Kind("hierarchy", ("path",), "hierarchical"),
        Kind("vector", ("vector",), "euclidean"),
        Kind("mixed", ("vector",), "gower"),
    )
}

#: The word for columns that are left out.
IGNORED = "ignored"

#: Preparation that a metric asks for -> the kind of columns that it is meant for.
_KIND_OF_PREPARATION = {
    "sphere": "geo", "cyclic": "cyclic", "calendar": "cyclic", "gower": "mixed", "entropy": "ordinal", "levels": "ordinal",
    "ranks": "ordinal",
}  # fmt: skip
#: Those of them that no other kind can give.
_OWN_PREPARATIONS = ("sphere", "cyclic", "calendar", "gower", "entropy")
_KIND_OF_ROW = {
    "vector": "numeric", "codes": "categorical", "text": "text", "set": "set", "bag": "text", "path": "hierarchy",
}  # fmt: skip


def kind_of_metric(metric: Metric) -> str:
    """The kind of columns that a metric named alone is meant for."""
    return _KIND_OF_PREPARATION.get(metric.prepare, _KIND_OF_ROW[metric.accepts])


def check_pair(kind: str, metric: str, where: str) -> None:
    """Raise SchemaError unless `metric` accepts the rows of `kind`."""
    check_one_of(kind, KINDS, f"kind of {where}", SchemaError)
    found = get_metric(metric)
    if found.accepts not in KINDS[kind].accepts:
        raise SchemaError(
            f"{where}: metric {metric!r} takes rows of {found.accepts}, but kind {kind!r} has rows of "
            f"{' or '.join(KINDS[kind].accepts)}"
        )
    own = kind_of_metric(found)
    if found.prepare in _OWN_PREPARATIONS and kind != own:
        raise SchemaError(
            f"{where}: metric {metric!r} is for columns of kind {own!r}, not {kind!r}"
        )
