"""`Metric`: a distance between two rows of one group, and its properties.

A metric is a function of two rows. `accepts` names the contents of a row:

========  ==========================================================================================
vector    float32 values of the group's columns, shape (p,)
codes     int32 codes of the group's categorical columns, shape (p,)
text      int32 Unicode code points of one string, any length
set       int32 codes of one set's members (of a string: its words), ascending, without repeats
bag       int32 codes of one multiset's members (of a string: its q-grams), ascending, with repeats
path      int32 codes of "A", "A/B", "A/B/C" for the path A/B/C
sparse    int32 numbers of the columns that have a value, ascending, then the float32 bits of those
distances the number of a row and the distances to others, see `metrics.precomputed`
========  ==========================================================================================

After the rows a function may take `weights`, a float32 array with one weight per column (vector,
codes), then the numbers named by `params`. A metric with `side_values` gets rows twice as long: the
second half holds, as float32 bits, one number per value, such as the rarity of a member.
"""

from __future__ import annotations

import inspect
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MetricError
from .compiled import c_function
from .rows import join_side_values, rows_of_values

ACCEPTS = ("vector", "codes", "text", "set", "bag", "path", "sparse", "distances")
#: Rows of any length; every distinct value is stored once.
RAGGED_ACCEPTS = ("text", "set", "bag", "path", "sparse", "distances")
#: Rules for the weights of categorical columns.
WEIGHTINGS = ("", "balanced", "rate", "eskin")
#: Contents of the second half of a row.
SIDE_VALUES = ("", "entropy", "goodall", "likeness", "rarity")

#: Name -> the quantity of which the distance is an increasing function.
INCREASES_WITH = {
    "": "no quantity that an exact search can bound",
    "minkowski1": "sum |x - y|",
    "minkowski2": "sum (x - y)^2",
    "minkowskiinf": "max |x - y|",
    "direction": "the angle between x and y",
    "centered": "the angle between x and y, each less its mean",
    "edits": "the number of edits: insertions, deletions, substitutions or transpositions",
    "edit share": "2 L / (|x| + |y| + L), L the number of edits",
}

#: Quantity -> what a constant may be added to; units do not matter to any of them.
_SHIFTS = {
    "minkowski1": "columns",
    "minkowski2": "columns",
    "minkowskiinf": "columns",
    "direction": "",
    "centered": "rows",
}

_HERE = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True)
class Metric:
    """A distance between two rows of one group.

    Attributes
    ----------
    name : str
        Its name in a schema.
    function : numba dispatcher
        ``function(x, y[, weights][, parameters])`` -> float; the arrays are those of `accepts`.
    accepts : {"vector", "codes", "text", "set", "bag", "path", "sparse", "distances"}
        Contents of a row, see the module's table.
    is_metric : bool
        Whether the triangle inequality holds and only equal rows are at distance 0. Every metric is
        symmetric; `metrics.check` reports functions that are not.
    bounded : bool
        Whether distances stay within [0, 1].
    gap_power : float
        Extrapolation from the columns present in both rows to all columns: the distance is
        multiplied by (all / present) ** gap_power. 1 for sums over columns, 1/2 for roots of sums
        of squares, 0 for averages and maxima.
    prepare : str
        Default preparation of numbers or of text, if the schema names none.
    additive : bool
        Whether the distance is a sum over columns and can be computed in parts.
    increases_with : str
        The quantity of which the distance is an increasing function; a key of `INCREASES_WITH`.
        Exact searches bound it.
    limit : float or {"edits", "edit share"}
        Distance between rows that have nothing in common, where that is the largest; of numbers,
        where none is negative. For edits it depends on the lengths of both strings: max(m, n), or
        as a share 2 max(m, n) / (m + n + max(m, n)). inf where there is no largest.
    domain : {"", "counts", "flags"}
        Which numbers have a meaning: all; those not below 0; 0 and 1.
    unit_free : bool
        Whether other units, x -> c x of every value, multiply all distances by one factor.
    shift : {"", "columns", "rows"}
        Whether distances stay when a constant is added to a column ("columns"), or one constant to
        all values ("rows"). True of quantities of `INCREASES_WITH` without being named.
    params : mapping of str to float
        Parameters and their defaults, in the order of the function's arguments.
    weighting, side_values : str
        Entries of `WEIGHTINGS` and `SIDE_VALUES`.
    cost : str
        Operations per pair, for p columns or rows of lengths m and n; empty if unknown.
    description : str
        One line, with the formula.
    """

    name: str
    function: Any
    accepts: str
    is_metric: bool = True
    bounded: bool = False
    gap_power: float = 0.0
    prepare: str = "none"
    additive: bool = False
    increases_with: str = ""
    limit: float | str = math.inf
    domain: str = ""
    unit_free: bool = False
    shift: str = ""
    params: Mapping[str, float] = field(default_factory=dict, hash=False)
    weighting: str = ""
    side_values: str = ""
    cost: str = ""
    description: str = ""

    def __call__(
        self, x: Any, y: Any, weights: Any = None, *, side_values: Any = None, **params: float
    ) -> float:
        """Distance between two rows given as Python values.

        Parameters
        ----------
        x, y : sequence of numbers, sequence of categories, str, set, path
        weights : sequence of float, optional
            One per column, 1 by default.
        side_values : pair of sequences, optional
            One number per value of x and of y (per member in ascending order), 1 by default.
        **params
            Values of parameters; the others keep their defaults.

        Examples
        --------
        >>> from frameumap import metrics
        >>> metrics.get("levenshtein")("kitten", "sitting")
        3.0
        >>> metrics.get("jaccard")({"a", "b"}, {"b"})
        0.5
        """
        a, b = rows_of_values(self, x, y, params)
        if self.accepts in ("vector", "codes") and len(a) != len(b):
            raise MetricError(
                f"metric {self.name!r} compares rows of one length; "
                f"got {len(a)} and {len(b)} values"
            )
        length = len(a)
        if self.side_values:
            numbers = (np.ones(len(a)), np.ones(len(b))) if side_values is None else side_values
            a, b = (join_side_values(row, v) for row, v in zip((a, b), numbers, strict=True))
        further: list[Any] = []
        if self.takes_weights:
            further.append(
                np.ones(length, np.float32)
                if weights is None
                else np.ascontiguousarray(weights, np.float32)
            )
        return float(self.function(a, b, *further, *self.values(params)))

    def values(self, params: Mapping[str, float]) -> list[float]:
        """Arguments of the function after rows and weights: `params`, else defaults.

        Raises
        ------
        MetricError
            If there is no parameter of that name, or its value is not a finite number.
        """
        for name, value in params.items():
            if name not in self.params:
                known = ", ".join(map(repr, self.params)) or "none"
                raise MetricError(f"metric {self.name!r} has no parameter {name!r}; it has {known}")
            if (
                isinstance(value, bool)
                or not isinstance(value, (int, float, np.number))
                or not np.isfinite(value)
            ):
                raise MetricError(
                    f"metric {self.name!r}: parameter {name!r} must be a finite number, "
                    f"got {value!r}"
                )
        return [
            float(params.get(name, default))
            for name, default in self.params.items()
            if name in self.arguments
        ]

    @cached_property
    def arguments(self) -> tuple[str, ...]:
        """Names of the function's arguments after the two rows."""
        return tuple(inspect.signature(self.function.py_func).parameters)[2:]

    @property
    def ignores_units(self) -> bool:
        """Whether other units change no neighbour."""
        return self.unit_free or self.increases_with in _SHIFTS

    @property
    def ignores_shift(self) -> str:
        """What a constant may be added to: "columns", "rows" (all values) or ""."""
        return self.shift or _SHIFTS.get(self.increases_with, "")

    @property
    def takes_weights(self) -> bool:
        """Whether the function takes column weights: its third argument, unless a parameter."""
        return bool(self.arguments) and self.arguments[0] not in self.params

    @property
    def is_built_in(self) -> bool:
        """Whether the metric is part of the package."""
        return str(self.function.py_func.__code__.co_filename).startswith(_HERE)

    @property
    def is_ragged(self) -> bool:
        """Whether rows differ in length."""
        return self.accepts in RAGGED_ACCEPTS

    @cached_property
    def _compiled(self) -> Any:
        used = len(self.values({}))
        return c_function(self.function, self.accepts, self.takes_weights, used, self.is_built_in)

    @property
    def address(self) -> int:
        """Address of the compiled C function (`compiled`); compiled or loaded on first use."""
        return int(self._compiled.address)
