"""Short strings, under metrics of letters, q-grams or words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from ..columns.block import Columns
from ..columns.dtypes import MIXED, classify
from ..columns.facts import Facts
from ..columns.values import codes, objects, order_levels, plain_string, presence
from ..errors import DataError, SchemaError, check_one_of, warn
from ..metrics import get as get_metric
from ..metrics.text_steps import TEXT_STEPS, prepare_text, qgrams, words
from .base import Rule, Verdict
from .categorical_rules import MOST_DIFFERENT
from .entries import Entries
from .say import cut

_WORD = re.compile(r"\w+")

#: Default preparation of text: equal letters get equal code points, composed or not.
DEFAULT_STEPS = "nfc"
#: Strings of which a smaller share differs are close to categories.
CLOSE = 0.7


def _free_text(f: Facts) -> Verdict | None:
    """Sentences: what they have in common is their rare words."""
    if not f.is_free_text:
        return None
    reason = f"free text, compared by shared words, rare ones most, e.g. {cut(f.example)}"
    told = "vectors of a language model say more; give them as a column of lists instead"
    rival = ("texts that repeat", "'categorical'") if f.variety <= MOST_DIFFERENT else None
    return Verdict("text", reason, (told,), {"metric": "jaccard_rarity"}, rival)


def _short_strings(f: Facts) -> Verdict | None:
    if f.values != "string":
        return None
    told = "nearly all values differ: a name for each row, which counts little"
    warnings = (*f.misread, *((told,) if f.variety > 0.99 else ()))
    rival = ("some of them repeat", "'categorical'") if f.variety < CLOSE else None
    return Verdict(
        "text",
        f"short strings, compared by spelling, {f.distinct} different",
        warnings,
        rival=rival,
    )


#: Mean length from which letters are many, and processor seconds from which they are told.
LONG, SLOW = 500, 30
#: Seconds of 64 letters against one, measured; and the pairs of a string, at most.
STEP, PARTNERS = 1e-8, 1000


def _warn_long(name: Any, levels: Iterable[Any]) -> None:
    """Warn of comparisons of long strings before they start, with an estimate of their time."""
    lengths = np.array([len(str(level)) for level in levels], np.float64)
    count = len(lengths)
    if count < 2 or lengths.mean() < LONG:
        return
    pairs = min(count * (count - 1) / 2, count * PARTNERS)
    seconds = STEP * pairs * lengths.mean() * np.ceil(lengths / 64).mean()
    if seconds >= SLOW:
        told = f"{seconds / 60:,.0f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"
        warn(
            f"column {name!r}: {count:,} strings of {lengths.mean():,.0f} characters are compared "
            f"letter by letter, which takes about {told} of processor time; shorten them, or give "
            "the vectors of a language model as a column of lists"
        )


class Text(Entries):
    """Strings, prepared; numbers among them are their digits."""

    name = "text"
    content = "strings"
    accepts = ("text", "bag", "set")
    metric = "levenshtein_normalized"
    described_by = "members"
    rules = (Rule(83, _free_text), Rule(84, _short_strings))

    @classmethod
    def check_prepare(cls, prepare: Any, where: str) -> str:
        steps = prepare if isinstance(prepare, str) else " ".join(prepare)
        for step in steps.split():
            check_one_of(step, [*TEXT_STEPS, "none"], f"prepare of {where}", SchemaError)
        return steps

    def fit(self, columns: Columns) -> None:
        for name, series in zip(self.group.columns, columns, strict=True):
            if classify(series).family not in ("string", MIXED, ""):
                at = int(np.flatnonzero(presence(series))[0])
                raise _no_string(name, series.index[at], objects(series)[at])
            if self.holds_letters:
                _warn_long(name, codes(series)[1])
        super().fit(columns)
        if not self.holds_letters:
            self.spell(level for series in columns for level in codes(series)[1])

    def spell(self, strings: Iterable[str]) -> None:
        for text in strings:
            self.spelled.setdefault(self.entry(self._of_string(text)).tobytes(), text)

    def value_of(self, content: np.ndarray) -> Any:
        if self.holds_letters:
            return content.tobytes().decode("utf-32-le", "surrogatepass")
        return self.spelled.get(content.tobytes())

    def read(self, name: Any, series: Any) -> tuple[np.ndarray, list[Any]]:
        number, levels = codes(series)
        texts = [plain_string(level) for level in levels]
        for at, text in enumerate(texts):
            if text is None:
                row = int(np.flatnonzero(number == at)[0])
                raise _no_string(name, series.index[row], levels[at])
        made: dict[Any, int] = {}
        merged = np.array(
            [made.setdefault(self._of_string(str(v)), len(made)) for v in texts] + [-1], np.int32
        )
        return order_levels(merged[number], list(made))

    def _of_string(self, text: str) -> Any:
        """The prepared string, its words, or its q-grams."""
        metric, group = get_metric(self.group.metric), self.group
        # The metric's own preparation is part of its formula, and follows the schema's.
        steps = DEFAULT_STEPS if group.prepare is None else group.prepare
        text = prepare_text(text, f"{steps} {metric.prepare}")
        if metric.accepts == "bag":
            return tuple(qgrams(text, int({**metric.params, **dict(group.params)}.get("q", 2))))
        return tuple(words(text)) if metric.accepts == "set" else text

    def members_of(self, value: Any) -> list[Any]:
        """The words."""
        return list(dict.fromkeys(_WORD.findall(value.casefold())))

    def say_value(self, value: Any) -> str:
        said = super().say_value(value)
        return said if len(said) <= 60 else f"{said[:57]}..."


def _no_string(name: Any, row: Any, value: Any) -> DataError:
    return DataError(f"column {name!r}, row {row!r}: expected a string, got {value!r}")
