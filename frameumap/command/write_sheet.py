"""A frame as a sheet of Excel: texts stay texts, and what a sheet cannot hold is refused."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from ..errors import DataError

#: Rows below the header, columns, and characters of a cell.
ROWS, COLUMNS, CHARACTERS = 1_048_575, 16_384, 32_767
#: Characters that no sheet can hold.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_INSTEAD = "; write .parquet or .csv instead"


def write_sheet(df: pd.DataFrame, sink: Any) -> None:
    """Write a frame, without its index, to a binary stream as .xlsx.

    Raises
    ------
    DataError
        If it has too many rows or columns, or a text that a cell cannot hold.
    """
    for what, count, most in (("rows", len(df), ROWS), ("columns", df.shape[1], COLUMNS)):
        if count > most:
            raise DataError(f"{count:,} {what}: a sheet holds {most:,}{_INSTEAD}")
    for name in df.columns:
        _check_texts(name, df[name])
    zoned = [c for c in df.columns if isinstance(df[c].dtype, pd.DatetimeTZDtype)]
    df = df.assign(**{c: df[c].map(lambda when: when.isoformat(), "ignore") for c in zoned})
    with pd.ExcelWriter(sink, engine="openpyxl") as writer:
        df.to_excel(writer, index=False)
        for row in next(iter(writer.sheets.values())).iter_rows():
            for cell in row:
                if cell.data_type == "f":  # "=1+1" is a value, not a formula to run
                    cell.data_type = "s"


def _check_texts(name: Any, column: pd.Series) -> None:
    where = f"column {str(name)[:80]!r}"
    texts = [name, *column] if column.dtype == object or column.dtype == "str" else [name]
    for row, text in enumerate(texts, -1):
        if not isinstance(text, str):
            continue
        at = where if row < 0 else f"{where}, row {row}"
        if len(text) > CHARACTERS:
            raise DataError(
                f"{at}: {len(text):,} characters; a cell of a sheet holds {CHARACTERS:,}{_INSTEAD}"
            )
        if _CONTROL.search(text):
            raise DataError(f"{at}: a control character, which no sheet can hold{_INSTEAD}")
