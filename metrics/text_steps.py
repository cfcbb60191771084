"""What strings are made of: preparations of text, words, q-grams, paths."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

#: Preparations of text, in the order in which they are applied.
TEXT_STEPS = ("nfc", "nfkc", "accents", "case", "spaces", "words")
PATH_DELIMITER = "/"


def prepare_text(text: str, steps: str) -> str:
    """Apply the preparations that `steps` names, words of `TEXT_STEPS` set apart by blanks; "none"
    for none.

    nfc, nfkc: Unicode's canonical or compatible composition; accents: combining marks are dropped;
    case: full case folding;
    spaces: runs of white space become one blank, none at the ends; words: distinct words in
    alphabetical order.

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
    """Distinct words, what white space sets apart, in alphabetical order."""
    return sorted(set(text.split()))


def qgrams(text: str, q: int) -> list[str]:
    """All runs of `q` letters, repeats included (Ukkonen 1992); a shorter string is its only gram,
    an empty one has none."""
    if len(text) <= q:
        return [text] if text else []
    return [text[i : i + q] for i in range(len(text) - q + 1)]


def path_prefixes(levels: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The path's beginnings: ("A",), ("A", "B"), ("A", "B", "C")."""
    return [tuple(levels[: depth + 1]) for depth in range(len(levels))]
