"""The named errors and the one warning class.

Every message says where (column, row, metric), what was found, what was expected, and what to do.
"""

from __future__ import annotations

import difflib
import inspect
import warnings
from collections.abc import Iterable


class FrameUMAPError(ValueError):
    """Base of all errors that frameumap raises on purpose."""


class DataError(FrameUMAPError):
    """The frame holds something that cannot be embedded as it is."""


class SchemaError(FrameUMAPError):
    """The schema does not fit the frame, or contradicts itself."""


class MetricError(FrameUMAPError):
    """A metric is unknown, breaks an axiom, or was given rows it does not accept."""


class ParameterError(FrameUMAPError):
    """A parameter is out of its range or of the wrong type."""


class CapacityError(FrameUMAPError, MemoryError):
    """The frame cannot fit into memory; said before work begins."""


class NotFittedError(FrameUMAPError, AttributeError):
    """A model was asked for what only a fit gives."""


class ModelFileError(FrameUMAPError):
    """A file is not a model, is damaged, or is of a newer version."""


class FrameUMAPWarning(UserWarning):
    """Something was understood, but the user will want to know how."""


def choose(
    value: str, allowed: Iterable[str], what: str, error: type[FrameUMAPError] = ParameterError
) -> str:
    """Return `value` if it is one of `allowed`, else raise `error` with the nearest name."""
    names = list(allowed)
    if value in names:
        return value
    near = difflib.get_close_matches(str(value), names, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise error(f"{what} must be one of {', '.join(map(repr, names))}; got {value!r}.{hint}")


#: Packages between a user's line and the code that warns: `df.pipe(embed)`, a pipeline's step.
_BETWEEN = ("frameumap", "pandas", "sklearn")


def warn(message: str) -> None:
    """Issue a FrameUMAPWarning that points at the caller's line: the first frame of the stack that
    is neither ours nor of a library that calls us for the user."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _BETWEEN:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, FrameUMAPWarning, stacklevel=level)
