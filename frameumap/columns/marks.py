"""What programs write into a cell that has no value."""

from __future__ import annotations

ERRORS = frozenset(
    ["#null!", "#n/a", "#na", "#nv", "#div/0!", "#value!", "#ref!", "#name?", "#num!"]
)


def is_error(value: object) -> bool:
    """Whether a string is what a program writes where there is no value.

    Examples
    --------
    >>> [is_error(v) for v in ("#NULL!", " #n/a ", "A")]
    [True, True, False]
    """
    return str(value).strip().lower() in ERRORS
