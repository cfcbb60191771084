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
_MERIDIEM = re.compile(r"\b([AaPp])\.?\s?[Mm]\b\.?")
_ZONE = re.compile(r"\s*\b(?:GMT|UTC)([+-]\d{1,2})(?::?(\d{2}))?$|\s*\b(?:GMT|UTC)$|(?<=\d)Z$")


def _english(match: re.Match[str]) -> str:
    word = match[0]
    plain = word.rstrip(".").lower().translate(_ACCENTS)
    return MONTHS[plain][:3] if plain in MONTHS else word


def _offset(match: re.Match[str]) -> str:
    if match[1] is None:
        return "+0000"
    hours = int(match[1])
    return f"{'-' if hours < 0 else '+'}{abs(hours):02d}{match[2] or '00'}"


def english(text: str) -> str:
    """The string with English months of three letters, "AM" or "PM", and zones as +hhmm.

    Examples
    --------
    >>> english("3. März 2021"), english("12 août 1998"), english("9:05 p.m.")
    ('3. Mar 2021', '12 Aug 1998', '9:05 PM')
    >>> english("8:00 GMT-5")
    '8:00-0500'
    """
    text = _MERIDIEM.sub(lambda m: f"{m[1].upper()}M", text)
    return _ZONE.sub(_offset, _WORD.sub(_english, text))


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
