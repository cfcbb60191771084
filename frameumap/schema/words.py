"""Words for kinds: those of other tools and of everyday use are understood, near ones suggested."""

from __future__ import annotations

from ..errors import SchemaError, check_one_of, nearest
from ..kinds import IGNORED, KINDS
from ..metrics import ALIASES
from ..metrics import names as metric_names

#: Other words for kinds, of other tools and of everyday use.
_WORDS = {
    "numeric": ("number", "numbers", "numerical", "float", "float32", "float64", "double", "int",
                "int32", "int64", "integer", "continuous", "real", "quantity", "amount"),
    "categorical": ("cat", "category", "categories", "nominal", "factor", "enum", "level"),
    "boolean": ("bool", "flag", "binary"),
    "ordinal": ("ordered", "grade", "grades", "rank"),
    "datetime": ("date", "dates", "timestamp", "datetime64"),
    "text": ("name", "names", "varchar"),
    "geo": ("latlon", "latlong", "coordinates", "location"),
    "set": ("sets", "list", "tags", "multilabel"),
    "vector": ("embedding", "array"),
    "hierarchy": ("path", "tree"),
    IGNORED: ("ignore", "drop", "skip", "exclude", "omit", "none", "id"),
}  # fmt: skip
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words}
#: Names of storage types, which do not determine a kind.
_STORAGE = ("str", "string", "object", "char")


def kind_word(word: str, where: str) -> str:
    """The kind or metric that `word` names: other words for kinds are understood.

    Raises
    ------
    SchemaError
        If it names neither, with the nearest name.
    """
    known = {*KINDS, IGNORED, *metric_names(), *ALIASES}
    if word in known:
        return word
    if word.lower() in _STORAGE:
        raise SchemaError(
            f"kind of {where}: {word!r} says how values are stored, not what they mean; did you "
            "mean 'text' (compared letter by letter) or 'categorical' (the same or not)?"
        )
    if word.lower() in _KIND_OF_WORD:
        return _KIND_OF_WORD[word.lower()]
    close = nearest(word, [*KINDS, IGNORED, *_KIND_OF_WORD, *known])
    if close is not None:
        close = _KIND_OF_WORD.get(close, close)
        raise SchemaError(
            f"kind or metric of {where}: {word!r} is unknown; did you mean {close!r}?"
        )
    every = f"Kinds: {', '.join(KINDS)}, {IGNORED}; metrics: frameumap.metrics.names()"
    return check_one_of(word, sorted(known), f"kind or metric of {where}", SchemaError, every)
