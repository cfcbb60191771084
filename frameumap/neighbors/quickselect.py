"""Selection in place (Hoare 1961), for trees that halve their points."""

from __future__ import annotations

from ..engine.jit import helper


@helper
def place_median(values, members, first, last, middle):
    """Reorder so that no entry before `middle` is larger than one from `middle` on."""
    while last - first > 1:
        pivot = values[members[(first + last) // 2]]
        i = first
        j = last - 1
        while i <= j:
            while values[members[i]] < pivot:
                i += 1
            while values[members[j]] > pivot:
                j -= 1
            if i <= j:
                held = members[i]
                members[i] = members[j]
                members[j] = held
                i += 1
                j -= 1
        if middle <= j:
            last = j + 1
        elif middle >= i:
            first = i
        else:
            return
