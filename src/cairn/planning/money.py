"""Amounts of money, and how they are written for people, the same on pages, in sentences and on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MINOR_DIGITS: Mapping[str, int] = dict.fromkeys(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"], 0
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
"""Digits after the point of currencies that have not two (ISO 4217)."""

SIGNS: Mapping[str, str] = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}
"""Signs of currencies that no other is mistaken for; all others are written with their code."""


def money_text(minor: int, currency: str) -> str:
    r"""Write an amount of minor units (cents, where a currency has such).

    >>> money_text(125000, "USD"), money_text(125050, "EUR"), money_text(-125000, "CHF")
    ('$1,250', '€1,250.50', '\N{MINUS SIGN}CHF 1,250')
    """
    code = currency.upper()
    digits = MINOR_DIGITS.get(code, 2)
    whole, rest = divmod(abs(minor), 10**digits)
    written = f"{whole:,}{f'.{rest:0{digits}}' if rest else ''}"
    sign = "\N{MINUS SIGN}" if minor < 0 else ""
    before = SIGNS.get(code, f"{code} " if code else "")
    return f"{sign}{before}{written}"


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents, where it has such) of a currency (ISO 4217). Currencies are never mixed."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return money_text(self.minor, self.currency)
