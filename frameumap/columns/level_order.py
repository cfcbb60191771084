"""The order of levels that have one: sizes, answers, months, "18-29", "P1"; in several languages.

A schema tells of it; nothing is ordered unasked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .date_words import MONTHS
from .names import says

#: Scales from the lowest to the highest; words between commas stand at one place.
_TABLE = """
xxs; xs; s; m; l; xl; xxl, 2xl; xxxl, 3xl
tiny, extra small; small, klein, petit, pequeno; medium, mittel, moyen, mediano, medio; \
large, big, gross, grand, grande; extra large, huge, sehr gross, tres grand, muy grande
none, keine, aucun; very low, sehr niedrig, tres faible, muy bajo, muito baixo; \
low, niedrig, gering, faible, bas, bajo, baja, baixo, baixa; \
medium, mid, middle, moderate, normal, average, mittel, moyen, medio, media; \
high, hoch, eleve, fort, alto, alta; very high, sehr hoch, tres eleve, muy alto, muito alto; \
urgent, critical, kritisch
strongly disagree, stimme uberhaupt nicht zu, stimme gar nicht zu, pas du tout d'accord, \
totalmente en desacuerdo, muy en desacuerdo, discordo totalmente; \
disagree, stimme nicht zu, stimme eher nicht zu, pas d'accord, plutot pas d'accord, \
en desacuerdo, discordo; somewhat disagree, slightly disagree; \
neutral, neither agree nor disagree, undecided, teils teils, weder noch, neutre, \
ni d'accord ni pas d'accord, neutro, ni de acuerdo ni en desacuerdo; \
somewhat agree, slightly agree; \
agree, stimme zu, stimme eher zu, d'accord, plutot d'accord, de acuerdo, concordo; \
strongly agree, stimme voll zu, stimme voll und ganz zu, tout a fait d'accord, \
totalmente de acuerdo, muy de acuerdo, concordo totalmente
very dissatisfied, very unsatisfied, sehr unzufrieden, tres insatisfait, muy insatisfecho, \
muito insatisfeito; dissatisfied, unsatisfied, unzufrieden, insatisfait, insatisfecho, \
insatisfeito; neutral, neither, neutre, neutro, teils teils; \
satisfied, zufrieden, satisfait, satisfecho, satisfeito; \
very satisfied, sehr zufrieden, tres satisfait, muy satisfecho, muito satisfeito
very poor, very bad, terrible, sehr schlecht, tres mauvais, muy malo, pessimo; \
poor, bad, schlecht, mauvais, malo, ruim; fair, average, ok, mittel, mittelmassig, moyen, regular; \
good, gut, bon, bueno, bom; very good, sehr gut, tres bon, muy bueno, muito bom; \
excellent, ausgezeichnet, excelente, otimo; ideal
never, nie, niemals, jamais, nunca; rarely, seldom, selten, rarement, raramente, raras veces; \
sometimes, occasionally, manchmal, parfois, a veces, as vezes; \
often, frequently, oft, haufig, souvent, a menudo, frequentemente; usually, meistens; \
always, immer, toujours, siempre, sempre
primary, elementary, primaria; secondary, high school, secundaria; associate, some college; \
bachelor, bachelors, bachelor's, licence; master, masters, master's; \
phd, doctorate, doctoral, doktor, doctorado
minor, mild; moderate; major, serious, severe; critical, fatal
"""
_DAYS = """
monday tuesday wednesday thursday friday saturday sunday
mon tue wed thu fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag
mo di mi do fr sa so
lundi mardi mercredi jeudi vendredi samedi dimanche
lun mar mer jeu ven sam dim
lunes martes miercoles jueves viernes sabado domingo
lun mar mie jue vie sab dom
lunedi martedi mercoledi giovedi venerdi sabato domenica
segunda-feira terca-feira quarta-feira quinta-feira sexta-feira sabado domingo
segunda terca quarta quinta sexta sabado domingo
seg ter qua qui sex sab dom
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
"""
#: A month's name in any of the languages -> its place in the year.
_MONTHS = {
    word: place
    for place, name in enumerate(dict.fromkeys(MONTHS.values()))
    for word, own in MONTHS.items()
    if own == name
}
#: A day's name in any of the languages -> its place in the week.
_WEEKDAYS = {
    word: place for row in _DAYS.strip().split("\n") for place, word in enumerate(row.split())
}
_PLACES = [
    {word.strip(): place for place, words in enumerate(row.split(";")) for word in words.split(",")}
    for row in _TABLE.strip().split("\n")
]
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<=\d)\s?([kKmM])\b")
#: What may stand beside the numbers of ranges without making them different things.
_BESIDE = re.compile(
    r"\b(?:under|below|less|than|over|more|up|to|and|or|older|unter|bis|uber|und|mehr|alter|moins|"
    r"plus|de|ans|menos|mas|hasta|a|years|k|m)\b|[<>≤≥+=~$€£%.,\s–—-]"
)
_BEFORE = re.compile(
    r"^\s*(?:<|≤|under|below|less|up to|unter|bis|moins|menos|hasta)", re.IGNORECASE
)


def find_order(levels: Sequence[object], named_grade: bool = False) -> list[str] | None:
    """The strings in their order, lowest first; None where they have none.

    Parameters
    ----------
    levels : sequence
        The different values of a column.
    named_grade : bool
        Whether the column's name says grade, so that letters are marks.

    Examples
    --------
    >>> find_order(["L", "S", "M"]), find_order(["60+", "18-29", "30-59"]), find_order(["a", "b"])
    (['S', 'M', 'L'], ['18-29', '30-59', '60+'], None)
    >>> find_order(["Mo", "Di", "Mi"]), find_order(["B", "A+", "C"], named_grade=True)
    (['Mo', 'Di', 'Mi'], ['C', 'B', 'A+'])
    """
    texts = [v for v in levels if isinstance(v, str)]
    if len(texts) < max(3, len(levels)):
        return None
    plain = [_plain(text) for text in texts]
    tables = [*_PLACES, _MONTHS, _WEEKDAYS]
    for table in tables:
        places = [table.get(word.rstrip(".")) for word in plain]
        if None not in places and len(set(places)) == len(places):
            return _sorted(texts, places)
    if all(re.fullmatch(r"★+|\*+|\$+|€+", text) for text in texts):
        return _sorted(texts, [len(text) for text in texts])
    if named_grade and all(re.fullmatch(r"[A-G][+-]?", text) for text in texts):
        marks = {"+": -1, "-": 1}
        return _sorted(texts, [-3 * ord(t[0]) - marks.get(t[1:], 0) for t in texts])
    return _by_numbers(texts, plain, named_grade)


def _sorted(texts: list[str], places: Sequence[object]) -> list[str]:
    order = sorted(range(len(texts)), key=lambda i: places[i])  # type: ignore[arg-type, return-value]
    return [texts[i] for i in order]


def _by_numbers(texts: list[str], plain: list[str], named: bool) -> list[str] | None:
    """The strings by their first numbers, where all else in them is the same: nothing, or the word
    for a grade."""
    if all(map(str.isdigit, plain)):  # codes with leading zeros
        return None
    beside = {_BESIDE.sub("", _NUMBER.sub("", word)) for word in plain}
    if len(beside) != 1 or not (named or beside <= {""} or _orders(beside.pop())):
        return None
    places = []
    for text in texts:
        found = _NUMBER.search(text)
        if found is None:
            return None
        letter = _THOUSANDS.search(text)
        scale = {"k": 1e3, "m": 1e6}[letter[1].lower()] if letter else 1.0
        places.append((scale * float(found[0].replace(",", ".")), not _BEFORE.match(text)))
    return _sorted(texts, places) if len(set(places)) == len(places) else None


def _orders(word: str) -> bool:
    return says(word, "grade") or says(word, "year")


def _plain(text: str) -> str:
    """In lower case, without accents and double blanks."""
    flat = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in flat if not unicodedata.combining(c)).split())
