"""Tables in JSON: an object a line, an array of objects, or one object in the shapes that pandas
and web services write."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from .errors import FileError


def read_json(text: str, name: str) -> tuple[pd.DataFrame, str]:
    """The table, and what its shape is called.

    Raises
    ------
    FileError
        Names the line, or the row.
    """
    if text.lstrip()[:1] == "[":
        return _of_objects(_whole(text, name), name), "JSON array"
    lines = [(at, part) for at, part in enumerate(text.split("\n"), 1) if part.strip()]
    if len(lines) == 1 or lines[0][1].strip() == "{" or not _is_json(lines[0][1]):
        whole = _whole_or_none(text)
        found = _of_one(whole, name) if isinstance(whole, dict) else None
        if found is not None:
            return found
    return pd.DataFrame([_row(part, line, name) for line, part in lines]), "JSON lines"


def _row(part: str, line: int, name: str) -> dict[str, Any]:
    try:
        row = json.loads(part)
    except (ValueError, RecursionError) as error:
        raise FileError(name, f"is no JSON: {error}", line=line) from None
    if not isinstance(row, dict):
        raise FileError(
            name, f"an object is expected, got {type(row).__name__}; one row a line", line=line
        )
    return row


def _is_json(text: str) -> bool:
    return _whole_or_none(text) is not None


def _whole_or_none(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _whole(text: str, name: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(name, f"is no JSON: {error.msg}", line=error.lineno) from None
    except RecursionError:
        raise FileError(name, "is JSON of too many levels") from None


def _of_objects(rows: list[Any], name: str) -> pd.DataFrame:
    for at, row in enumerate(rows):
        if not isinstance(row, dict):
            raise FileError(
                name, f"an object is expected for row {at}, got {type(row).__name__}; one a row"
            )
    return pd.DataFrame(rows)


def _of_one(whole: dict[str, Any], name: str) -> tuple[pd.DataFrame, str] | None:
    """The table that is the whole file; None if it is one row."""
    values = list(whole.values())
    columns, data = whole.get("columns"), whole.get("data")
    if isinstance(columns, list) and isinstance(data, list) and set(whole) <= {
        "columns", "data", "index",
    }:  # fmt: skip
        _check_lengths(data, len(columns), name)
        return pd.DataFrame(data, columns=list(map(str, columns))), "JSON of columns and data"
    is_one_array = len(values) == 1 and _is_rows(values[0])
    if _are(list, values) and len({len(v) for v in values}) == 1 and not is_one_array:
        return pd.DataFrame({k: pd.Series(v) for k, v in whole.items()}), "JSON by column"
    if _are(dict, values) and len({tuple(v) for v in values}) == 1:
        frame = pd.DataFrame({k: pd.Series(list(v.values())) for k, v in whole.items()})
        return frame, "JSON by column"
    tables = [key for key, value in whole.items() if _is_rows(value)]
    if len(tables) == 1:
        return pd.DataFrame(whole[tables[0]]), f"JSON, the array {tables[0]!r}"
    return None


def _are(type_: type, values: list[Any]) -> bool:
    return bool(values) and all(isinstance(v, type_) for v in values)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 1 and all(isinstance(v, dict) for v in value)


def _check_lengths(data: list[Any], width: int, name: str) -> None:
    for at, row in enumerate(data):
        if not isinstance(row, list) or len(row) != width:
            raise FileError(name, f"row {at} of 'data' should be a list of {width} values")
