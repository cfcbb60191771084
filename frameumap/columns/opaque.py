"""Strings of which the letters mean nothing: addresses of pages and mail, digests, keys, JSON,
files.

Each form has a name, a pattern and advice. Likeness of spelling is no likeness of meaning here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple


class Form(NamedTuple):
    """A form of opaque strings: its name, the pattern of one, and what to do with a column of
    them."""

    name: str
    pattern: re.Pattern[str]
    advice: str


_HEX = r"(?=.*\d)(?=.*[a-f])(?:[0-9a-f]{7,}|0x[0-9a-f]{8,})"
_BASE64 = r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/_-]{20,}={0,2}"
_ENDINGS = "jpe?g|png|gif|wav|mp3|mp4|csv|txt|json|pdf|docx?|xlsx?|html?|zip|py"
_IBAN = r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?"
_PHONE = (
    r"(?=(?:\D*\d){7})(?:\+\d{1,3}|\(\+?\d{1,5}\)|0\d{1,4})[ ./-]?"
    r"(?:\(?\d{1,5}\)?[ ./-]?){1,5}\d{2,}"
)
_IP6 = r"(?=.*[0-9a-f])(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}"
_DOMAIN = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,12}"
_KEY = r"[A-Za-z]{0,8}[-_#:]?\d{3,}(?:[-_:]\d+)*|[A-Z0-9]{2,}(?:[-_][A-Z0-9]+)+"

FORMS = (
    Form(
        "web addresses",
        re.compile(r"(?:https?|ftp)://\S+|www\.\S+\.\S+", re.IGNORECASE),
        "take out the site, e.g. df[{c!r}].str.extract('^(?:.*://)?([^/]+)')",
    ),
    Form(
        "email addresses",
        re.compile(r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"),
        "take out the domain, e.g. df[{c!r}].str.split('@').str[1]",
    ),
    Form(
        "JSON",
        re.compile(r"\{.*[:].*\}|\[\s*[\[{].*[\]}]\s*\]", re.DOTALL),
        "take out the fields that matter, e.g. pandas.json_normalize(df[{c!r}].map(json.loads))",
    ),
    Form(
        "UUIDs",
        re.compile(r"\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?", re.IGNORECASE),
        "a key",
    ),
    Form("hashes", re.compile(f"{_HEX}|{_BASE64}"), "a key"),
    Form(
        "file names",
        re.compile(rf"[^\s?*<>|]+\.(?:{_ENDINGS})", re.IGNORECASE),
        "take out the folder, e.g. df[{c!r}].str.extract(r'^(.*)[/\\\\]')",
    ),
    Form(
        "IP addresses",
        re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?"),
        "take out the network, e.g. df[{c!r}].str.rsplit('.', n=2).str[0]",
    ),
    Form(
        "hardware addresses",
        re.compile(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}", re.IGNORECASE),
        "take out the maker, e.g. df[{c!r}].str[:8]",
    ),
    Form(
        "IP addresses",
        re.compile(_IP6, re.IGNORECASE),
        "take out the network, e.g. df[{c!r}].str.rsplit(':', n=4).str[0]",
    ),
    Form(
        "colours",
        re.compile(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", re.IGNORECASE),
        "take out red, green and blue, e.g. df['red'] = df[{c!r}].str[1:3].map(lambda v: "
        "int(v, 16), na_action='ignore')",
    ),
    Form(
        "phone numbers",
        re.compile(_PHONE),
        "take out the area, e.g. df[{c!r}].str.extract('([0-9]+)')",
    ),
    Form(
        "places in degrees",
        re.compile(
            r"\d{1,3}\s?[°º]\s?(?:\d+(?:\.\d+)?\s?['′]\s?)?(?:[\d.]+\s?(?:\"|″|''))?\s?[NSEWO]"
        ),
        "read the numbers: import re; df[{c!r}] = df[{c!r}].map(lambda v: sum(float(p) / 60**i for "
        "i, p in enumerate(re.findall(r'[0-9.]+', v))) * (-1 if v[-1] in 'SW' else 1), "
        "na_action='ignore')",
    ),
    Form("account numbers", re.compile(_IBAN), "take out the country, e.g. df[{c!r}].str[:2]"),
    Form(
        "domains",
        re.compile(_DOMAIN, re.IGNORECASE),
        "take out the last part, e.g. df[{c!r}].str.rsplit('.', n=1).str[1]",
    ),
    Form("keys", re.compile(_KEY), "a key"),
)
#: Share of the strings that must have the form.
SHARE = 0.95


def find_form(strings: Sequence[str]) -> Form | None:
    """The form that nearly all strings have, if there is one.

    Examples
    --------
    >>> find_form(["http://a.org/1", "https://b.org"]).name, find_form(["A-1043", "B-2210"]).name
    ('web addresses', 'keys')
    >>> find_form(["Ann", "Bob"]) is None
    True
    """
    for form in FORMS:
        if sum(form.pattern.fullmatch(s) is not None for s in strings) >= SHARE * len(strings):
            return form
    return None


def is_free_text(strings: Sequence[str]) -> bool:
    """Whether strings are sentences: most have ten words or more, or 64 characters."""
    long = sum(len(s) > 64 or len(s.split()) >= 10 for s in strings)
    return long > len(strings) / 2
