"""`Metric`: a distance between two rows of one group, and what is known about it.

A metric is a function of two rows. What a row is depends on `accepts`:

========  ==========================================================================================
vector    float32 values of the group's columns, shape (p,)
codes     int32 codes of the group's categorical columns, shape (p,)
text      int32 Unicode code points of one string, any length
set       int32 codes of one set's members (of a string: its words), ascending, without repeats
bag       int32 codes of one multiset's members (of a string: its q-grams), ascending, with repeats
path      int32 codes of "A", "A/B", "A/B/C" for the path A/B/C
========  ==========================================================================================

After the rows a function may take `weights`, a float32 array with one weight a column (vector,
codes), and then numbers that `params` names. A metric with `terms` gets rows twice as long: the
second half holds the float32 bits of a number that belongs to each value, such as the rarity of a
member.
"""

from __future__ import annotations

import inspect
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import MetricError
from .compiled import c_function
from .text_steps import PATH_DELIMITER, path_prefixes, prepare_text, qgrams, words

ACCEPTS = ("vector", "codes", "text", "set", "bag", "path")
#: Rows of any length, held once for every distinct value.
RAGGED_ACCEPTS = ("text", "set", "bag", "path")
#: How categories are weighted by column -> what a column weighs. See `frame.encode_codes`.
WEIGHTINGS = ("", "rate", "eskin")
#: What the second half of a row holds. See `frame.terms`.
TERMS = ("", "entropy", "goodall", "rarity")

#: Form -> what a distance of that form grows with.
FORMS = {
    "": "nothing that a search could use",
    "minkowski1": "sum |x - y|",
    "minkowski2": "sum (x - y)^2",
    "minkowskiinf": "max |x - y|",
    "direction": "the angle between x and y",
    "centered": "the angle between x and y, each less its mean",
    "edits": "it is a number of edits: insertions, deletions, substitutions or transpositions of letters",
    "edit share": "it is 2 L / (|x| + |y| + L) for a number L of edits",
}

_HERE = str(Path(__file__).parent) + os.sep


@dataclass(frozen=True)
class Metric:
    """A distance between two rows of one group.

    Attributes
    ----------
    name : str
        What a schema calls it.
    function : numba dispatcher
        ``function(x, y[, weights][, parameters])`` -> float, see the module's table for the arrays.
    accepts : {"vector", "codes", "text", "set", "bag", "path"}
        What a row is.
    is_metric : bool
        Whether the triangle inequality holds and only equal rows are at distance 0.
    bounded : bool
        Whether distances stay within [0, 1].
    symmetric : bool
        Always True for what a schema takes; `metrics.check` tells of functions that are not.
    gap_power : float
        How a distance over the columns present in both rows grows to all columns: it is multiplied
        by (all / present) ** gap_power. 1 for sums over columns, 1/2 for roots of sums of squares,
        0 for averages and maxima.
    prepare : str
        The preparation of numbers or of text that suits the metric, if the schema names none.
    additive : bool
        Whether the distance is a sum over columns, so that it may be taken in parts.
    form : str
        What the distance is an increasing function of, if a search can use it; one of `FORMS`.
    params : mapping of str to float
        Parameters with their defaults, in the order in which the function takes them.
    weighting, terms : str
        Entries of `WEIGHTINGS` and `TERMS`.
    description : str
        One line, with the formula.
    """

    name: str
    function: Any
    accepts: str
    is_metric: bool = True
    bounded: bool = False
    symmetric: bool = True
    gap_power: float = 0.0
    prepare: str = "none"
    additive: bool = False
    form: str = ""
    params: Mapping[str, float] = field(default_factory=dict, hash=False)
    weighting: str = ""
    terms: str = ""
    description: str = ""

    def __call__(
        self, x: Any, y: Any, weights: Any = None, *, terms: Any = None, **params: float
    ) -> float:
        """Distance between two rows given as Python values.

        Parameters
        ----------
        x, y : sequence of numbers, sequence of categories, str, set, path
        weights : sequence of float, optional
            One a column.
        terms : pair of sequences, optional
            What belongs to the values of x and of y (to the members in ascending order); 1 each if
            left out.
        **params
            Values of parameters; the others have their defaults.

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
                f"metric {self.name!r} compares rows of one length; got {len(a)} and {len(b)} values"
            )
        length = len(a)
        if self.terms:
            own = terms if terms is not None else (np.ones(len(a)), np.ones(len(b)))
            a, b = (join_terms(row, np.asarray(t)) for row, t in zip((a, b), own, strict=True))
        further: list[Any] = []
        if self.takes_weights:
            further.append(
                np.ones(length, np.float32)
                if weights is None
                else np.ascontiguousarray(weights, np.float32)
            )
        return float(self.function(a, b, *further, *self.values(params)))

    def values(self, params: Mapping[str, float]) -> list[float]:
        """Values of the parameters that the function takes, given some of them.

        Raises
        ------
        MetricError
            If there is no parameter of that name, or its value is no finite number.
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
                    f"metric {self.name!r}: parameter {name!r} must be a finite number, got {value!r}"
                )
        return [
            float(params.get(name, default))
            for name, default in self.params.items()
            if name in self._arguments
        ]

    @cached_property
    def _arguments(self) -> tuple[str, ...]:
        """Names of what the function takes after the two rows."""
        return tuple(inspect.signature(self.function.py_func).parameters)[2:]

    @property
    def takes_weights(self) -> bool:
        """Whether the function takes a weight a column: its third argument, unless that is a
        parameter."""
        return bool(self._arguments) and self._arguments[0] not in self.params

    @property
    def is_built_in(self) -> bool:
        """Whether the package brings it along."""
        return str(self.function.py_func.__code__.co_filename).startswith(_HERE)

    @property
    def is_ragged(self) -> bool:
        """Whether rows are of any length."""
        return self.accepts in RAGGED_ACCEPTS

    @cached_property
    def _compiled(self) -> Any:
        used = len(self.values({}))
        return c_function(self.function, self.accepts, self.takes_weights, used, self.is_built_in)

    @property
    def address(self) -> int:
        """Address of the compiled C function, see `compiled`; compiled or loaded on first use."""
        return int(self._compiled.address)


def join_terms(row: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """A row followed by its terms: numbers as they are, or codes and the bits of the terms."""
    own = np.ascontiguousarray(terms, np.float32)
    return np.concatenate([row, own if row.dtype == np.float32 else own.view(np.int32)])


def code_points(text: str) -> np.ndarray:
    """Unicode code points, int32."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.int32).copy()


def rows_of_values(
    metric: Metric, x: Any, y: Any, params: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """Two rows, as kernels see them, from Python values."""
    if metric.accepts == "vector":
        return np.ascontiguousarray(x, np.float32), np.ascontiguousarray(y, np.float32)
    if metric.accepts == "text" and not isinstance(x, np.ndarray):
        return code_points(prepare_text(x, metric.prepare)), code_points(
            prepare_text(y, metric.prepare)
        )
    if metric.accepts == "text":
        return np.ascontiguousarray(x, np.int32), np.ascontiguousarray(y, np.int32)
    one, two = (_members(metric, value, params) for value in (x, y))
    known = set(one) | set(two)
    # Numbers keep their order; anything else is numbered as it comes.
    ordered = (
        sorted(known)
        if all(isinstance(v, (int, np.integer)) for v in known)
        else dict.fromkeys([*one, *two])
    )
    codes = {value: code for code, value in enumerate(ordered)}
    a, b = ([codes[v] for v in values] for values in (one, two))
    if metric.accepts in ("set", "bag"):
        a, b = sorted(a), sorted(b)
    return np.array(a, np.int32), np.array(b, np.int32)


def _members(metric: Metric, value: Any, params: Mapping[str, float]) -> list[Any]:
    if metric.accepts == "path":
        return path_prefixes(value.split(PATH_DELIMITER) if isinstance(value, str) else list(value))
    if isinstance(value, str):
        if metric.accepts == "bag":
            return qgrams(value, int(params.get("q", metric.params.get("q", 2))))
        value = words(value) if metric.accepts == "set" else value
    return list(set(value)) if metric.accepts == "set" else list(value)
