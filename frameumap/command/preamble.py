"""Lines before the header that belong to no table: a title, comments."""

from __future__ import annotations

import itertools
from collections import Counter

from .dialect import DELIMITERS, SAMPLE_BYTES, SAMPLE_ROWS, Dialect, rows_of

#: Lines that a preamble has at most, and rows of one length that must follow it.
MOST_LINES, LEAST_ROWS = 10, 5


def preamble(text: bytes, delimiter: str | None) -> int:
    """Lines before the header.

    A line above the table is a comment (it begins with "#") or a title (one cell, no others),
    where nearly all rows below it have one other length: of at least three under a title, as a
    column of texts may hold a comma in each of them.
    """
    head = text[:SAMPLE_BYTES].decode("utf-8", "ignore")
    is_cut = len(text) > SAMPLE_BYTES
    found = 0
    for mark in (delimiter,) if delimiter else DELIMITERS:
        rows = _rows(head, mark, is_cut)
        widths = {len(row) for _, row in rows}
        if len(widths) == 1 and widths != {1}:
            return 0  # the first row is as long as the others
        found = found or _first_of_table(rows)
    return max(found - 1, 0)


def _rows(head: str, mark: str, is_cut: bool) -> list[tuple[int, list[str]]]:
    """Rows and their lines, without the last one where it may be cut."""
    rows = list(itertools.islice(rows_of(head, Dialect(mark)), SAMPLE_ROWS + 1))
    return rows[:-1] if is_cut or len(rows) > SAMPLE_ROWS else rows


def _first_of_table(rows: list[tuple[int, list[str]]]) -> int:
    """Line of the header; 0 if nothing stands above it, or no table is below."""
    lengths = [len(row) for _, row in rows]
    width, count = Counter(lengths).most_common(1)[0] if rows else (0, 0)
    start = lengths.index(width) if rows else 0
    is_table = count >= max(LEAST_ROWS, 0.9 * (len(rows) - start))
    if not 0 < start <= MOST_LINES or not is_table or width < 2:
        return 0
    above = [row for _, row in rows[:start]]
    comments = all(row[0].lstrip().startswith("#") for row in above)
    titles = width > 2 and all(_is_note(row) for row in above)
    return rows[start][0] if comments or titles else 0


def _is_note(row: list[str]) -> bool:
    return row[0].lstrip().startswith("#") or sum(bool(cell.strip()) for cell in row) == 1
