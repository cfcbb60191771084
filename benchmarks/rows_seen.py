"""Columns whose kind depends on how many rows of a table inference sees.

    python benchmarks/rows_seen.py TABLE.csv ...

Every table of more than 800 rows is inferred from 800, 1,500, 4,000 (drawn at random) and all of
its rows. One line a column that is not of the same kind each time; the last line is their share.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from frameumap import infer_schema

#: Rows seen, besides all of them.
SEEN = (800, 1500, 4000)


class Differing(NamedTuple):
    """A column and its kinds, by rows seen in ascending order."""

    table: str
    column: str
    kinds: tuple[str, ...]

    def __str__(self) -> str:
        return f"| {self.table} | {self.column} | {', '.join(self.kinds)} |"


def kinds_of(df: pd.DataFrame) -> dict[str, str]:
    """The kind of every column, "ignored" where it is left out."""
    table = infer_schema(df).table()
    return dict(zip(map(str, table["column"]), table["kind"], strict=True))


def differing(name: str, df: pd.DataFrame) -> Iterator[Differing]:
    """Columns of a table whose kind depends on the rows seen."""
    parts = [df.sample(n, random_state=1) for n in SEEN if n < len(df)]
    found = [kinds_of(part) for part in (*parts, df)]
    for column in found[-1]:
        kinds = tuple(one[column] for one in found)
        if len(set(kinds)) > 1:
            yield Differing(name, column, kinds)


def measure(tables: Iterable[tuple[str, pd.DataFrame]]) -> tuple[list[Differing], int]:
    """The differing columns of all tables of more than `SEEN[0]` rows, and how many columns these
    tables have."""
    found: list[Differing] = []
    count = 0
    for name, df in tables:
        if len(df) > SEEN[0]:
            found += differing(name, df)
            count += df.shape[1]
    return found, count


if __name__ == "__main__":
    paths = map(Path, sys.argv[1:])
    listed, columns = measure((p.stem, pd.read_csv(p, low_memory=False)) for p in paths)
    print(*listed, sep="\n")
    print(f"{len(listed)} of {columns} columns, {len(listed) / max(1, columns):.2%}")
