"""Preparations of text, and the words, q-grams and path prefixes of a string."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

#: Preparations of text, in the order in which they are applied.
TEXT_STEPS = ("nfc", "nfkc", "accents", "case", "spaces", "words")
PATH_DELIMITER = "/"


def prepare_text(text: str, steps: str) -> str:
    """Apply the preparations named by `steps`: entries of `TEXT_STEPS` separated by blanks, or
    "none".

    nfc, nfkc: Unicode's canonical or compatible composition; accents: combining marks are removed;
    case: full case folding; spaces: runs of white space become one blank, none at the ends; words:
    distinct words in alphabetical order.

    >>> prepare_text("  Ångström  CAFÉ ", "accents case spaces")
    'angstrom cafe'
    >>> prepare_text("new york mets new", "words")
    'mets new york'
    """
    chosen = steps.split()
    if "nfc" in chosen:
        text = unicodedata.normalize("NFC", text)
    if "nfkc" in chosen:
        text = unicodedata.normalize("NFKC", text)
    if "accents" in chosen:
        bare = "".join(
            c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)
        )
        text = unicodedata.normalize("NFC", bare)
    if "case" in chosen:
        text = text.casefold()
    if "spaces" in chosen:
        text = " ".join(text.split())
    if "words" in chosen:
        text = " ".join(words(text))
    return text


def words(text: str) -> list[str]:
    """Distinct words, separated by white space, in alphabetical order."""
    return sorted(set(text.split()))


def qgrams(text: str, q: int) -> list[str]:
    """All substrings of `q` letters, with repeats (Ukkonen 1992); a shorter string is its only
    gram, an empty string has none."""
    if len(text) <= q:
        return [text] if text else []
    return [text[i : i + q] for i in range(len(text) - q + 1)]


def path_prefixes(levels: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Prefixes of a path: ("A",), ("A", "B"), ("A", "B", "C")."""
    return [tuple(levels[: depth + 1]) for depth in range(len(levels))]
