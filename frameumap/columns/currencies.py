"""Signs and codes of currencies."""

from __future__ import annotations

import unicodedata

_CURRENCIES = frozenset(
    ["USD", "EUR", "GBP", "JPY", "CHF", "CNY", "INR", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK",
     "PLN", "CZK", "HUF", "BRL", "MXN", "ZAR", "KRW", "SGD", "HKD", "TRY", "RUB", "Rs", "Rs.",
     "R$", "US$", "A$", "C$", "kr", "kr.", "Fr.", "zł"]
)  # fmt: skip
#: Currencies of countries that write a decimal point.
DECIMAL_POINT = frozenset(
    ["$", "US$", "A$", "C$", "£", "¥", "₹", "₩", "USD", "GBP", "JPY", "CNY", "INR", "AUD", "CAD",
     "NZD", "MXN", "KRW", "SGD", "HKD", "Rs", "Rs.", "CHF", "Fr."]
)  # fmt: skip


def is_currency(text: str) -> bool:
    """Whether the text is the sign or the code of a currency.

    Examples
    --------
    >>> is_currency("€"), is_currency("EUR"), is_currency("kg"), is_currency("")
    (True, True, False, False)
    """
    return text in _CURRENCIES or (
        bool(text) and all(unicodedata.category(c) == "Sc" for c in text)
    )
