"""What the name of a column says, in several languages. Evidence beside the values, never alone
against them."""

from __future__ import annotations

import re
from collections.abc import Hashable

_SPLIT = re.compile(r"[a-zà-ÿ]+(?![a-zà-ÿ])|[A-Z]+(?![a-zà-ÿ])|[A-Z][a-zà-ÿ]+|[\u3040-\uffff]+")


def words(name: Hashable) -> list[str]:
    """Words of a name, in lower case: set apart by anything but letters, and by capitals.

    Examples
    --------
    >>> words("ZipCode"), words("MO_YR-sold2"), words(3)
    (['zip', 'code'], ['mo', 'yr', 'sold'], [])
    """
    return [w.lower() for w in _SPLIT.findall(str(name))]


_TABLE = """
identifier: id ids uuid guid key index idx rowid row no nr num number pk url link ref serial seq
    sequence unnamed record nummer numero numéro code ident identifier ean upc gtin isbn issn imei
code: code codes cod cd codigo código kode id ids pk fk key uid identifier type types typ typo tipo
    class classe klasse clase category kategorie categorie categoria cat group grp gruppe groupe
    grupo cluster segment sector section district precinct ward region zone block prct council state
    county country city land pays pais stadt ville ciudad gender sex sexe sexo geschlecht status
    état estado label flag method mode kind party race ethnicity religion occupation job marital
    department dept abteilung branch store shop site station route line channel device camera model
    make brand color colour treatment arm diagnosis icd fips naics sic subject team player league
    source version
postal: zip zipcode postcode postal plz cep postleitzahl
grade: grade rating rank level stage class score stars likert quality severity priority generation
    gen note stufe niveau nivel rang cond condition qual education edu educ agegroup bracket tier
year: year yr years jahr année annee ano año anno season saison fy baujahr inception vintage
    founded built
calendar: month mon mo monat mois mes mese quarter qtr quartal weekday dayofweek wday dow week hour
    hr stunde
hour: hour hr stunde heure hora ora uur hourofday
month: month mo mnth monat mois mes mese mês maand monthofyear monthno monthnum
weekday: weekday wday dow dayofweek wochentag
yearday: yday doy dayofyear julianday
direction: direction bearing azimuth heading aspect winddir wdir richtung azimut
date: date dates datum fecha data dato time timestamp ts epoch unix datetime zeit heure hora temps
    uhrzeit created updated modified dob birthdate birthday born posted published day tag jour día
    when period start end begin at on since until deadline expiry closed opened clock dt
count: count counts total sum amount n nb num number quantity qty times age price cost value mean
    avg average pct percent size length width height weight rooms beds baths bedrooms bathrooms
    goals points minutes seconds days nights weeks months hours sqft sqm area distance children kids
    runs wins losses votes anzahl menge alter preis nombre prix edad precio cantidad zimmer pièces
    habitaciones baños
"""


def _read_table(text: str) -> dict[str, frozenset[str]]:
    """Topics and their words; a line that is indented goes on with the one before."""
    topics: dict[str, frozenset[str]] = {}
    for row in text.strip().replace("\n    ", " ").split("\n"):
        topic, _, found = row.partition(":")
        topics[topic] = frozenset(found.split())
    return topics


#: Topic -> words that belong to it.
VOCABULARY = _read_table(_TABLE)


def says(name: Hashable, topic: str) -> bool:
    """Whether a word of the name belongs to a topic of `VOCABULARY`.

    Examples
    --------
    >>> says("zip_code", "postal"), says("fecha_alta", "date"), says("update", "date")
    (True, True, False)
    """
    return any(w in VOCABULARY[topic] for w in words(name))


def says_code(name: Hashable) -> bool:
    """Whether the name is that of a code: it ends in such a word, or holds one that means nothing
    else, and does not begin as a count does.

    Examples
    --------
    >>> says_code("LandUseType"), says_code("code_of_conduct"), says_code("source_bytes")
    (True, True, False)
    >>> says_code("YearsCodedJob"), says_code("num_type")
    (False, False)
    """
    found = words(name)
    if not found or found[0] in _COUNTING:
        return False
    return found[-1] in VOCABULARY["code"] or any(w in _SURE for w in found)


def says_key(name: Hashable) -> bool:
    """Whether the name is that of a key, and of no count or number.

    Examples
    --------
    >>> says_key("tweet_id"), says_key("id_type"), says_key("house no")
    (True, False, False)
    """
    found = words(name)
    return bool(found) and found[-1] in _KEYS


def says_date(name: Hashable) -> bool:
    """Whether the name is that of a date and of nothing else.

    Examples
    --------
    >>> says_date("StartDate"), says_date("start")
    (True, False)
    """
    return any(w in _DATES for w in words(name))


def names_cycle(name: Hashable) -> str | None:
    """The part of a date, or the direction, that a name is of; None if it is of none.

    Examples
    --------
    >>> names_cycle("hour"), names_cycle("day_of_week"), names_cycle("wind direction")
    ('hour', 'weekday', 'direction')
    >>> names_cycle("hours"), names_cycle("term_in_months"), names_cycle("price_per_month")
    (None, None, None)
    """
    found = words(name)
    joined = "".join(found)
    for topic in CYCLES:
        if joined.endswith(("dayofweek", "dayofyear")):
            found = [joined[-9:]]
        last = [w for w in found if w not in _INDEX][-1:]
        own = VOCABULARY[topic]
        own_word = last and (last[0] in own or "".join(found[-2:]) in own)
        if own_word and not {"per", "pro", "par", "por"} & set(found):
            return topic
    return None


#: Topics of `VOCABULARY` whose numbers go round.
CYCLES = ("hour", "month", "weekday", "yearday", "direction")
_INDEX = frozenset(["no", "num", "number", "nr", "nummer", "of", "day", "sold", "index"])
_DATES = frozenset(
    ["date", "dates", "datum", "fecha", "data", "datetime", "timestamp", "dob", "birthdate",
     "birthday"]
)  # fmt: skip
_KEYS = frozenset(
    ["id", "ids", "pk", "fk", "key", "uid", "uuid", "guid", "identifier", "ean", "upc", "gtin",
     "isbn", "issn", "imei"]
)  # fmt: skip
_COUNTING = _read_table(
    "counting: years months weeks days hours minutes num count total avg average mean"
)["counting"]
_SURE = _read_table(
    "sure: code codes cod cd codigo código kode type types typ tipo category class district"
)["sure"]


def ends_in(name: Hashable, topic: str) -> bool:
    """Whether the last word of the name belongs to a topic."""
    found = words(name)
    return bool(found) and found[-1] in VOCABULARY[topic]
