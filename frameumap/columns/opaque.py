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


_HEX = r"(?=.*\d)(?=.*[a-f])(?:[0-9a-f]{16,}|0x[0-9a-f]{8,})"
_BASE64 = r"(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+/_-]{20,}={0,2}"
_ENDINGS = "jpe?g|png|gif|wav|mp3|mp4|csv|txt|json|pdf|docx?|xlsx?|html?|zip|py"
_KEY = r"[A-Za-z]{0,8}[-_#:]?\d{3,}(?:[-_:]\d+)*|[A-Z0-9]{2,}(?:[-_][A-Z0-9]+)+"

FORMS = (
    Form(
        "web addresses",
        re.compile(r"(?:https?|ftp)://\S+|www\.\S+\.\S+", re.IGNORECASE),
        "take out the site, e.g. df[{c!r}].str.extract('://([^/]+)')",
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
        "take out what the names say, e.g. the folder",
    ),
    Form(
        "IP addresses",
        re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?"),
        "take out the network, e.g. the first two parts",
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
