"""Numbers as people write them: decimal comma or point, groups of thousands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SPACE = " \u00a0\u202f'\u2019"

INTEGER = r"^[+-]?\d+$"
CODE = r"^[+-]?0\d+$"
POINT = r"^[+-]?((\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|(?i:inf|infinity))$"
POINT_GROUPS = rf"^[+-]?(\d+|\d{{1,3}}([,{_SPACE}]\d{{3}})+)(\.\d+)?$"
COMMA = rf"^[+-]?(\d+|\d{{1,3}}([.{_SPACE}]\d{{3}})+)(,\d+)?([eE][+-]?\d+)?$"


def _only(sign: str, groups: str) -> str:
    """Pattern of a number in which `sign` can only be the decimal: not three digits after it, or
    a zero, four digits or a group before it."""
    return (
        rf"^[+-]?([\d{groups}]*{sign}(\d{{1,2}}|\d{{4,}})|0+{sign}\d+"
        rf"|[\d{groups}]*\d{{4}}{sign}\d+|\d+[{groups}][\d{groups}]*{sign}\d+)$"
    )


ONLY_COMMA = _only(",", f".{_SPACE}")
ONLY_POINT = _only(r"\.", f",{_SPACE}")
BOOLEAN = r"^(?i:true|false)$"
MOMENT = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?)?$"
ZONED = r"^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)$"
#: Values whose patterns are tried before all are.
_FEW = 200


@dataclass
class CellColumn:
    """A column of strings without the spaces around them; `values` are those present."""

    name: str
    cells: Any
    gaps: Any
    values: Any

    def fits(self, pattern: str) -> bool:
        """Whether all values match."""
        import pyarrow.compute as pc

        def matched(values: Any) -> bool:
            return bool(pc.all(pc.match_substring_regex(values, pattern)).as_py())

        return len(self.values) > 0 and matched(self.values[:_FEW]) and matched(self.values)

    def some(self, pattern: str) -> bool:
        """Whether any value matches."""
        import pyarrow.compute as pc

        return bool(pc.any(pc.match_substring_regex(self.values, pattern)).as_py())


def find_decimal(columns: list[CellColumn], wanted: Mapping[str, str]) -> str | None:
    """The decimal sign, "," or "."; None if no column decides it, or two contradict each other."""
    comma = point = False
    for column in columns:
        if wanted.get(column.name) == "string" or column.fits(INTEGER):
            continue
        comma |= column.fits(COMMA) and column.some(ONLY_COMMA)
        point |= (column.fits(POINT) or column.fits(POINT_GROUPS)) and column.some(ONLY_POINT)
    return None if comma == point else "," if comma else "."


def plain_numbers(column: CellColumn, decimal: str | None, notes: list[str]) -> Any | None:
    """The cells with a decimal point and no groups; None if they are no numbers, or
    can be read in two ways."""
    import pyarrow.compute as pc

    comma = column.fits(COMMA)
    if decimal == "," and comma:
        bare = pc.replace_substring_regex(column.cells, rf"[.{_SPACE}]", "")
        return pc.replace_substring(bare, ",", ".")
    if column.fits(POINT):
        return column.cells
    own = decimal
    if own is None and comma and column.some(ONLY_COMMA):
        bare = pc.replace_substring_regex(column.cells, rf"[.{_SPACE}]", "")
        return pc.replace_substring(bare, ",", ".")
    if column.fits(POINT_GROUPS):
        if own != "." and column.some(",") and not column.some(ONLY_POINT):
            sample = column.values[0].as_py()
            notes.append(
                f"column {column.name!r}: a number such as {sample!r} can be read in two ways; it "
                "stays text unless --decimal says what the comma is"
            )
            return None
        return pc.replace_substring_regex(column.cells, rf"[,{_SPACE}]", "")
    return None
