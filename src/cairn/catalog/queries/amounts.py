"""Prices of several currencies side by side: every one in hundredths of its currency's main unit, nothing converted.

A price is kept in minor units, and of those a yen has none and a Kuwaiti dinar a thousand: 95,000 yen and 950.00 dollars are the same
number there. What sorts prices, or puts them into bands, needs them on one scale. Fractions of a hundredth are rounded up, so that
nothing that costs anything is free, and nothing counts as cheaper than it is.
"""

from __future__ import annotations

from django.db.models import BigIntegerField, Case, F, When

from cairn.look.formatting import minor_digits
from cairn.planning.money import MINOR_DIGITS

_WITHOUT, _IN_THOUSANDTHS = (
    [written for code, digits in MINOR_DIGITS.items() if digits == wanted for written in (code, code.lower())]
    for wanted in (0, 3)
)
_LARGEST = 2**50
"""A hundred times more than that would soon be more than the databases' numbers can say; it stands at the end of any order as it is."""


def in_hundredths(minor: int, currency: str) -> int:
    """Return an amount in minor units of a currency (ISO 4217) in hundredths of its main unit.

    >>> in_hundredths(95_000, "JPY"), in_hundredths(95_000, "USD"), in_hundredths(95_000, "KWD"), in_hundredths(1, "KWD")
    (9500000, 95000, 9500, 1)
    """
    digits = minor_digits(currency)
    if digits == 0:
        return minor * 100 if minor <= _LARGEST else minor
    return -(-minor // 10) if digits == 3 else minor


def price_in_hundredths(offer: str = "") -> Case:
    """Return :func:`in_hundredths` of an offer's price, for the database to work out; None where none is stated.

    ``offer`` is the way to the offer from what is asked for ("offers__").
    """
    price, currency = f"{offer}price_total", f"{offer}currency__in"
    return Case(
        When(**{currency: _WITHOUT, f"{price}__lte": _LARGEST}, then=F(price) * 100),
        When(**{currency: _IN_THOUSANDTHS}, then=(F(price) + 9) / 10),
        default=F(price),
        output_field=BigIntegerField(),
    )
