"""What the values of a column mean: one class a kind, and the one list of them.

`Kind` says what a kind is; `frameumap.register_kind` adds one. Inference tries the rules of all
kinds by their rank:

======  =======================================================================
 0-11   no value; one value, there or not; constant
20      two values
30-32   dates; durations; times of day
40-41   ordered and other categories
50-51   lists: vectors, sets
60-61   numbers: keys are left out; numbers
70      strings of members with a delimiter
80-85   strings: of dates, repeating, of numbers, keys, free text, short
99      left out: no kind covers the values
======  =======================================================================
"""

from __future__ import annotations

from ..columns.block import Block, code_block, float_block
from ..columns.facts import Facts
from . import left_out
from .base import IGNORED, PARTS, PREPARATIONS, Kind, Rule, Verdict
from .boolean import Boolean
from .catalogue import Catalogue
from .categorical import Categorical
from .cyclic import Cyclic
from .datetime import Datetime
from .geo import Geo
from .hierarchy import Hierarchy
from .mixed import Mixed
from .numeric import Numeric
from .ordinal import Ordinal
from .sets import Sets
from .text import Text
from .time_of_day import TimeOfDay
from .vector import Vector

KINDS = Catalogue(
    [
        Numeric,
        Categorical,
        Boolean,
        Ordinal,
        Geo,
        Text,
        Datetime,
        Cyclic,
        TimeOfDay,
        Sets,
        Hierarchy,
        Vector,
        Mixed,
    ],
    left_out.RULES,
)


def register_kind(kind: type[Kind]) -> type[Kind]:
    """Make your own kind known by its name; a decorator.

    Parameters
    ----------
    kind : subclass of Kind
        With at least `name`, `accepts`, `metric` and the methods `fit`, `encode`, `decode`. A kind
        of yours with the same name is replaced.

    Returns
    -------
    The class.

    Raises
    ------
    SchemaError
        If the name is a built-in's, or the class lacks something; the message says what.
    MetricError
        If its metric is not registered.
    """
    KINDS.add(kind)
    return kind


__all__ = [
    "IGNORED",
    "KINDS",
    "PARTS",
    "PREPARATIONS",
    "Block",
    "Facts",
    "Kind",
    "Rule",
    "Verdict",
    "code_block",
    "float_block",
    "register_kind",
]
