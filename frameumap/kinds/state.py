"""The fitted state of kinds as JSON and named arrays, and checks of file contents."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..columns.json_values import from_json, to_json

#: Named arrays of a model file.
Arrays = dict[str, np.ndarray]


def take_array(arrays: Arrays, name: str, dtype: type, shape: tuple[int | None, ...]) -> np.ndarray:
    """The array called `name`, of the given type and shape; None for any length."""
    array = arrays[name]
    fits = array.ndim == len(shape) and all(
        want in (None, have) for want, have in zip(shape, array.shape, strict=True)
    )
    expect(array.dtype == dtype and fits, f"{name}: {array.dtype} {array.shape}")
    return array


def expect(condition: Any, what: str) -> None:
    """Raise ValueError unless the condition holds: a file is inconsistent."""
    if not condition:
        raise ValueError(f"inconsistent {what}")


def under(prefix: str, arrays: Arrays) -> Arrays:
    """The arrays whose names begin with `prefix` and a dot, without both."""
    start = f"{prefix}."
    return {name[len(start) :]: a for name, a in arrays.items() if name.startswith(start)}


def prefixed(prefix: str, arrays: Arrays) -> Arrays:
    """The arrays under longer names; `under` is the inverse."""
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def levels_to_json(table: dict[Any, int]) -> list[Any]:
    """The levels of a table level -> code, in the order of their codes."""
    return [to_json(level) for level in table]


def levels_from_json(levels: list[Any]) -> dict[Any, int]:
    """The table that `levels_to_json` was given."""
    return {from_json(level): code for code, level in enumerate(levels)}
