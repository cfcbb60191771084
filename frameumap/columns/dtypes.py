"""`classify`: the content of a Series. The only place that interprets dtypes and Python types."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from .distance_row import FAMILY as DISTANCES
from .distance_row import DistanceRow
from .sparse import FAMILY as SPARSE
from .sparse import SparseRow

#: Family of columns of strings with numbers or booleans among them.
MIXED = "string or number"
#: Types of the values of a list column.
LISTS = (list, tuple, set, frozenset, np.ndarray)
_NUMBERS = (bool, np.bool_, int, float, np.number, Decimal)


class Content(NamedTuple):
    """The content of a column.

    Attributes
    ----------
    family : str
        "boolean", "number", "date", "duration", "time", "string", "list", `MIXED`, another type's
        name, or "" where there is no value or no common type. Of categories, that of the levels.
    levels : {"", "unordered", "ordered"}
        Whether the dtype says that values are levels.
    problem : str
        Why no built-in kind covers the values; "" if one does.
    remark : str
        How ambiguous values were read; "" if there are none.
    """

    family: str
    levels: str = ""
    problem: str = ""
    remark: str = ""


#: numpy `dtype.kind` -> family.
_KINDS = {"i": "number", "u": "number", "f": "number", "b": "boolean", "M": "date", "m": "duration"}
#: Beginnings of the names of Arrow types -> family.
_ARROW = {
    "list": "list",
    "large_list": "list",
    "fixed_size_list": "list",
    "string": "string",
    "large_string": "string",
    "date": "date",
    "timestamp": "date",
    "duration": "duration",
    "time": "time",
    "bool": "boolean",
}
#: Answers of `pandas.api.types.infer_dtype` for objects -> family.
_OBJECTS = {
    "string": "string",
    "boolean": "boolean",
    "integer": "number",
    "floating": "number",
    "decimal": "number",
    "mixed-integer-float": "number",
    "datetime": "date",
    "datetime64": "date",
    "date": "date",
    "period": "date",
    "timedelta": "duration",
    "timedelta64": "duration",
    "time": "time",
    "empty": "",
}
_COMPLEX = "complex numbers; give their real and imaginary parts as two columns"


def classify(series: pd.Series) -> Content:
    """The content of a column, by dtype or, for objects, by all of its values."""
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in _KINDS:
        return Content(_KINDS[dtype.kind])
    if isinstance(dtype, pd.CategoricalDtype):
        content = classify(dtype.categories.to_series())
        return content._replace(levels="ordered" if dtype.ordered else "unordered", remark="")
    if isinstance(dtype, pd.StringDtype):
        return Content("string")
    if isinstance(dtype, pd.IntervalDtype):
        return Content("Interval", "ordered")
    if isinstance(dtype, (pd.PeriodDtype, pd.DatetimeTZDtype)):
        return Content("date")
    if pd.api.types.is_complex_dtype(dtype):
        return Content("complex", problem=_COMPLEX)
    if pd.api.types.is_bool_dtype(dtype) and dtype.name != "object":
        return Content("boolean")
    if pd.api.types.is_numeric_dtype(dtype):
        return Content("number")
    name = str(dtype) if isinstance(dtype, pd.ArrowDtype) else ""
    if name.startswith("dictionary"):
        return _of_objects(series)._replace(levels="unordered", remark="")
    family = next((own for start, own in _ARROW.items() if name.startswith(start)), None)
    return Content(family) if family and family != "list" else _of_objects(series)


def family(series: pd.Series) -> str:
    """The type of a column's values, see `Content.family`."""
    return classify(series).family


def _of_objects(series: pd.Series) -> Content:
    present = series[series.notna()].astype(object)
    if not len(present):
        return Content("")
    first = present.iloc[0]
    if isinstance(first, LISTS) and present.map(lambda v: isinstance(v, LISTS)).all():
        return Content("list", problem=_nested(present))
    if isinstance(first, SparseRow) and present.map(lambda v: isinstance(v, SparseRow)).all():
        return Content(SPARSE)
    if isinstance(first, DistanceRow) and present.map(lambda v: isinstance(v, DistanceRow)).all():
        return Content(DISTANCES)
    inferred = pd.api.types.infer_dtype(present, skipna=True)
    if inferred in _OBJECTS:
        return Content(
            _OBJECTS[inferred], problem=_zones(present) if inferred == "datetime" else ""
        )
    if inferred == "complex":
        return Content("complex", problem=_COMPLEX)
    types = present.map(type)
    strings = types.map(lambda t: issubclass(t, str)).to_numpy(bool)
    numbers = types.map(lambda t: issubclass(t, _NUMBERS)).to_numpy(bool)
    if numbers.all():
        return Content("number")
    if (strings | numbers).all():
        return Content(MIXED, remark=_numbers_among_strings(present, numbers))
    one = all(own is types.iloc[0] for own in types)
    return Content(type(first).__name__ if one else "", problem=_problem(present, types))


def _numbers_among_strings(present: pd.Series, numbers: np.ndarray) -> str:
    found = present[numbers].tolist()
    rows = list(map(repr, present.index[numbers].tolist()))
    at = rows.index(min(rows))  # the same one for any order of the rows
    what = "1 value is a number" if len(found) == 1 else f"{len(found)} values are numbers"
    value = found[at].item() if isinstance(found[at], np.generic) else found[at]
    return (
        f"{what} among {len(present) - len(found)} strings, e.g. {value!r} in row {rows[at]}: read "
        f"as strings"
    )


def _zones(present: pd.Series) -> str:
    """Why dates have no common meaning: some have a time zone and others none."""
    zoned = present.map(lambda v: getattr(v, "tzinfo", None) is not None).to_numpy(bool)
    if zoned.all() or not zoned.any():
        return ""
    row = present.index[int(zoned.argmin())]
    return (
        f"dates without a time zone, the first in row {row!r}, among dates that have one; give all "
        f"of them one, e.g. with tz_localize"
    )


def _nested(present: pd.Series) -> str:
    """Why the lists have no kind: they hold what cannot be a member of a set, such as a list."""
    for row, value in present.items():
        if isinstance(value, np.ndarray) and not value.ndim:
            return f"arrays without a dimension, the first in row {row!r}; give numbers"
        for member in value:
            if isinstance(member, (list, set, dict, np.ndarray)):
                return f"lists of {type(member).__name__}, the first in row {row!r}; flatten them"
    return ""


def _problem(present: pd.Series, types: pd.Series) -> str:
    one = types.iloc[0].__name__
    other = [i for i, own in enumerate(types) if own is not types.iloc[0]]
    if not len(other):
        return f"values of type {one}, which no kind covers; convert them to strings or numbers"
    return (
        f"values that have no common meaning: {one} in row {present.index[0]!r}, "
        f"{types.iloc[other[0]].__name__} in row {present.index[other[0]]!r}; convert them to one "
        f"type"
    )


def plain_string(value: Any) -> str | None:
    """A string unchanged, a number or boolean as its digits or name; None for anything else.

    >>> [plain_string(v) for v in ("a", 7, 7.0, 1.5, True, b"a")]
    ['a', '7', '7', '1.5', 'True', None]
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, _NUMBERS):
        return None
    whole = isinstance(value, (float, np.floating)) and float(value).is_integer()
    return str(int(value)) if whole else str(value)
