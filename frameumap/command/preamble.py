"""Lines before the header that belong to no table: a title, comments."""

from __future__ import annotations

from .dialect import DELIMITERS, SAMPLE_BYTES, SAMPLE_ROWS, Dialect, rows_of

#: Lines that a preamble has at most, and rows of one length that must follow it.
MOST_LINES, LEAST_ROWS = 10, 5


def preamble(text: bytes, delimiter: str | None) -> int:
    """Lines before the header.

    A line above the table is a comment (it begins with "#") or a title (one cell, no others),
    where all rows below it have one other length: of at least three under a title, as a column of
    texts may hold a comma in each of them.
    """
    head = text[:SAMPLE_BYTES].decode("utf-8", "ignore")
    for mark in (delimiter,) if delimiter else DELIMITERS:
        rows = []
        for line, row in rows_of(head, Dialect(mark)):
            rows.append((line, row))
            if len(rows) == SAMPLE_ROWS:
                break
        if len(text) > SAMPLE_BYTES and len(rows) < SAMPLE_ROWS:
            rows.pop()
        found = _first_of_table(rows)
        if found:
            return found - 1
    return 0


def _first_of_table(rows: list[tuple[int, list[str]]]) -> int:
    """Line of the header; 0 if nothing stands above it, or no table is below."""
    width = len(rows[-1][1]) if rows else 0
    start = len(rows)
    while start and len(rows[start - 1][1]) == width:
        start -= 1
    if not 0 < start <= MOST_LINES or len(rows) - start < LEAST_ROWS or width < 2:
        return 0
    above = [row for _, row in rows[:start]]
    comments = all(row[0].lstrip().startswith("#") for row in above)
    titles = width > 2 and all(_is_note(row) for row in above)
    return rows[start][0] if comments or titles else 0


def _is_note(row: list[str]) -> bool:
    return row[0].lstrip().startswith("#") or sum(bool(cell.strip()) for cell in row) == 1
