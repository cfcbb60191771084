"""Kinds, the semantic types of columns: one class each, and the one list of them.

`Kind` is the base class; `frameumap.register_kind` adds a kind. Inference tries the rules of all
kinds by their rank:

======  =======================================================================
 0-12   no value; one value, there or not; constant; nearly empty
17-18   strings that are dates, times of day
20      two values
30-32   dates; durations; times of day
40-41   ordered and other categories
50-51   lists: vectors, sets
57-61   numbers: infinite ones and keys are left out; counted and compact dates; cycles
62-65   numbers: named grades, codes, few grades, numbers
69-73   strings: keys and postal codes are left out; codes, grades, numbers in strings
74-76   strings that look like dates or numbers and are not read
77-79   lists; paths; addresses, digests and keys are left out
80-84   strings that repeat; strings around numbers and pages are left out; free text; short strings
99      left out: no kind covers the values
======  =======================================================================

Before them, `Kind.find_groups` finds columns that make one value together, and `Kind.find_company`
columns that are known by others: a code beside its name, columns of one scale.
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
from .precomputed import Precomputed
from .sets import Sets
from .sparse import Sparse
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
        Sparse,
        Precomputed,
    ],
    left_out.RULES,
)


def register_kind(kind: type[Kind]) -> type[Kind]:
    """Register a kind under its name; usable as a decorator.

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
