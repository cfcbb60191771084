"""Words in dates: months and weekdays of several languages, in English."""

from __future__ import annotations

import re

_ENGLISH = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip

#: Full and short names of the months, by language; without accents and dots, in lower case.
_FOREIGN = {
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "de short": "jan feb mrz apr mai jun jul aug sep okt nov dez",
    "de long": "januar februar maerz april mai juni juli august sept oktober november dezember",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "fr short": "janv fevr mars avr mai juin juil aout sept oct nov dec",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
    "es short": "ene feb mar abr may jun jul ago set oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre",
    "it short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro "
    "dezembro",
    "pt short": "jan fev mar abr mai jun jul ago set out nov dez",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
}
_ACCENTS = str.maketrans("äáàâãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")
#: A word -> the English month.
MONTHS = {name.lower(): name for name in _ENGLISH} | {name[:3].lower(): name for name in _ENGLISH}
for _line in _FOREIGN.values():
    for _word, _name in zip(_line.split(), _ENGLISH, strict=True):
        MONTHS.setdefault(_word, _name)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_MONTHS = {name[:3] for name in _ENGLISH}
_SHORT_WEEKDAYS = {name[:3] for name in _WEEKDAYS}
_WORD = re.compile(r"[^\W\d_]+\.?")
#: Zones by name -> hours from UTC.
_HOURS = {
    "GMT": 0, "UTC": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "EST": -5, "EDT": -4,
    "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
#: Weekdays that stand before a date, of several languages; they say nothing that the date does not.
_WEEKDAY_NAMES = """
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr sa
    so
    lundi mardi mercredi jeudi vendredi samedi dimanche lun mar mer jeu ven sam dim lunes martes
    miercoles jueves viernes sabado domingo mie jue vie sab dom lunedi martedi mercoledi giovedi
    venerdi domenica gio segunda terca quarta quinta sexta maandag dinsdag woensdag donderdag
    vrijdag zaterdag zondag"""
_FOREIGN_WEEKDAYS = frozenset(_WEEKDAY_NAMES.split()).difference(MONTHS)
_MERIDIEM = re.compile(r"(?<![^\W\d_])([AaPp])\.?\s?[Mm]\b\.?")
_ZONE = re.compile(
    r"(?<=[\dM])\s*\b(?:GMT|UTC)([+-]\d{1,2})(?::?(\d{2}))?"
    rf"|(?<=[\dM])\s*\b({'|'.join(_HOURS)})\b|(?<=\d)Z$"
)
#: Ways of writing that say nothing: patterns, and what stands in their place.
_PLAIN = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        (r"(?<=\d)(?:st|nd|rd|th|er|º)\b", ""),  # 3rd, 1er
        (r"\b(?:de|del|of|the|at|um|à)\s+|\s*\bUhr\b", ""),  # 3 de enero de 2020
        (r"(?<=T\d{6})Z$|(?<=T\d{4})Z$", ""),
        (r"\b(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?", r"\1-\2-\3"),
        (r"\b(\d{1,2})\s?h\s?(?=\d{2}\b)", r"\1:"),  # 12h30
        (r"(?<=\d{4}):(?=\d{2}:\d{2})", " "),  # 03/Jan/2019:19:28
        (r"(?<=:\d{2}),(?=\d{1,9}\b)", "."),  # 19:28:33,231
        (r"(\d{1,2})\.(\d{2})\.(\d{2})((?:\.\d+)? [AP]M)$", r"\1:\2:\3\4"),  # 7.28.33 PM
        (r"(?<![\d:.])(\d{1,2})(?=\s?[AP]M$)", r"\1:00"),  # 7 PM
        (r"\s+", " "),
    )
)


def _english(match: re.Match[str]) -> str:
    word = match[0]
    plain = word.rstrip(".").lower().translate(_ACCENTS)
    return MONTHS[plain][:3] if plain in MONTHS else word


def _offset(match: re.Match[str]) -> str:
    hours = int(match[1] or _HOURS.get(match[3], 0))
    return f"{'-' if hours < 0 else '+'}{abs(hours):02d}{match[2] or '00'}"


def english(text: str) -> str:
    """The string with English months of three letters, "AM" or "PM", zones as +hhmm, hours with a
    colon, and without words that say nothing.

    Examples
    --------
    >>> english("3. März 2021"), english("12 août 1998"), english("9:05 p.m.")
    ('3. Mar 2021', '12 Aug 1998', '9:05 PM')
    >>> english("8:00 GMT-5"), english("8:00 EST"), english("the 3rd of May 2021 at 7pm")
    ('8:00-0500', '8:00-0500', '3 May 2021 7:00PM')
    """
    first, _, rest = text.strip().partition(" ")
    if rest[:1].isdigit() and first.rstrip(",.").lower().translate(_ACCENTS) in _FOREIGN_WEEKDAYS:
        text = rest
    text = _MERIDIEM.sub(lambda m: f"{m[1].upper()}M", text)
    for pattern, plain in _PLAIN:
        text = pattern.sub(plain, text)
    return _ZONE.sub(_offset, _WORD.sub(_english, text)).strip()


def word_code(word: str) -> str | None:
    """What a word of an `english` date is to `strptime`: "%b", "%A", "%a", "%p", or None."""
    name = word.capitalize()
    if name in _SHORT_MONTHS:
        return "%b"
    if name in _WEEKDAYS:
        return "%A"
    if name in _SHORT_WEEKDAYS:
        return "%a"
    return "%p" if word in ("AM", "PM") else None


def has_full_month(text: str) -> bool:
    """Whether a string holds an English month in full; May counts."""
    return any(name in text for name in _ENGLISH)
