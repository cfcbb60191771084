"""The named errors and the one warning class.

Every message says where (column, row, metric), what was found, what was expected, and what to do.
Its first sentence is the one that matters; lists come after it.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import warnings
from collections.abc import Iterable
from typing import Any


class FrameUMAPError(ValueError):
    """Base of all errors that frameumap raises on purpose."""


class DataError(FrameUMAPError):
    """The frame contains values that cannot be embedded as they are."""


class SchemaError(FrameUMAPError):
    """The schema does not fit the frame, or contradicts itself."""


class MetricError(FrameUMAPError):
    """A metric is unknown, violates an axiom, or does not accept the rows it was given."""


class ParameterError(FrameUMAPError):
    """A parameter is unknown, out of its range or of the wrong type."""


class UnknownParameterError(ParameterError, TypeError):
    """A parameter of this name does not exist."""


class CapacityError(FrameUMAPError, MemoryError):
    """The frame does not fit into memory; raised before work begins."""


class NotFittedError(FrameUMAPError, AttributeError):
    """A fitted attribute or method was used before `fit`."""


class ModelFileError(FrameUMAPError):
    """A file is not a frameumap model, is corrupted, or is of a newer version."""


class FrameUMAPWarning(UserWarning):
    """Input was accepted with an adjustment."""


#: A list of allowed values is shown in an error up to this length.
_LISTED = 12


def check_one_of(
    value: Any,
    allowed: Iterable[str],
    what: str,
    error: type[FrameUMAPError] = ParameterError,
    hint: str = "",
) -> Any:
    """Return `value` if it is one of `allowed`; raise `error` with the nearest name otherwise.

    Parameters
    ----------
    value : object
    allowed : iterable of str
    what : str
        Name of the parameter or of the thing that is chosen.
    error : type
    hint : str
        Sentence for values without a near name, e.g. where the whole list can be found.

    Examples
    --------
    >>> check_one_of("globl", ("global", "local"), "calibration")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    frameumap.errors.ParameterError: calibration: 'globl' is unknown; did you mean 'global'? ...
    """
    names = list(allowed)
    if isinstance(value, str) and value in names:
        return value
    found = nearest(value, names)
    first = f"{what}: {value!r} is unknown" + (f"; did you mean {found!r}?" if found else ".")
    known = f"Known: {', '.join(map(repr, names))}" if len(names) <= _LISTED else hint
    raise error(f"{first} {known}".rstrip())


def nearest(value: Any, names: Iterable[Any]) -> Any | None:
    """The name most like `value`, upper and lower case alike; None if none is similar."""
    by_text = {str(name).lower(): name for name in names}
    near = difflib.get_close_matches(str(value).lower(), by_text, n=1)
    return by_text[near[0]] if near else None


def refuse_subinterpreters() -> None:
    """Raise FrameUMAPError in a subinterpreter, which cannot load NumPy and compiled code."""
    for name in ("_interpreters", "_xxsubinterpreters"):
        try:
            interpreters: Any = importlib.import_module(name)
        except ImportError:
            continue
        if interpreters.get_current() != interpreters.get_main():
            raise FrameUMAPError(
                "frameumap runs in the main interpreter only: a subinterpreter cannot load NumPy "
                "and compiled code. Use threads or processes instead"
            )
        return


#: Packages between a user's line and the code that warns: `df.pipe(embed)`, a pipeline's step.
_BETWEEN = ("frameumap", "pandas", "sklearn", "importlib", "contextlib")


def warn(message: str) -> None:
    """Issue a FrameUMAPWarning that points at the caller's line: the first frame of the stack that
    is neither ours nor of a library that calls us for the user."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _BETWEEN:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, FrameUMAPWarning, stacklevel=level)
