"""Tables in workbooks: the sheet, and where on it the table begins."""

from __future__ import annotations

import importlib.util
import io
from typing import Any

import pandas as pd

from .errors import FileError

#: Rows that the header is looked for in.
HEAD_ROWS = 30


def read_sheet(
    data: bytes, name: str, sheet: str | None, header: bool | None, skip_rows: int
) -> tuple[pd.DataFrame, str]:
    """The table, and in words where it was found.

    Without `sheet`, the first sheet that holds anything. Empty rows and columns before the table
    and titles above it are left out: rows of one cell, where the table has three columns or more.

    Raises
    ------
    FileError
    """
    if importlib.util.find_spec("openpyxl") is None:
        raise FileError(name, "needs openpyxl: pip install 'frameumap[excel]'")
    with pd.ExcelFile(io.BytesIO(data), engine="openpyxl") as book:
        names = [str(one) for one in book.sheet_names]
        if sheet is not None and sheet not in names:
            raise FileError(name, f"has no sheet {sheet!r}; it has {', '.join(names)}")
        for chosen in names if sheet is None else [sheet]:
            head = pd.read_excel(
                book, sheet_name=chosen, header=None, nrows=HEAD_ROWS, skiprows=skip_rows
            )
            if head.notna().to_numpy().any():
                break
        above = _rows_above(head, header)
        first = None if header is False else 0
        df = pd.read_excel(book, sheet_name=chosen, header=first, skiprows=skip_rows + above)
    df = df.dropna(how="all").reset_index(drop=True)
    unnamed = [str(c).startswith("Unnamed: ") for c in df.columns]
    df = df.loc[:, ~(df.isna().all().to_numpy() & (unnamed if header is not False else True))]
    df.columns = pd.Index([_name(c, at) for at, c in enumerate(df.columns)])
    others = ", ".join(repr(other) for other in names if other != chosen)
    words = f"xlsx, sheet {chosen!r}" + (f" (besides {others}: --sheet)" if others else "")
    return df.infer_objects(), words + (
        f", {above} row(s) above the header left out" if above else ""
    )


def _rows_above(head: pd.DataFrame, header: bool | None) -> int:
    """Rows before the header: empty ones, and titles."""
    filled = head.notna().sum(axis=1).tolist()
    width = max(filled, default=0)
    above = 0
    for count in filled:
        is_title = header is not False and count == 1 and width > 2
        if count and not is_title:
            break
        above += 1
    return above if above < len(filled) else 0


def _name(column: Any, at: int) -> str:
    if isinstance(column, str) and not column.startswith("Unnamed: "):
        return column
    return f"column_{at + 1}" if isinstance(column, str) else f"column_{column}"
