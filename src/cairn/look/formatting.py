"""How amounts, times and shares are written for people. Plain values in, plain text out."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from cairn.planning.money import MINOR_DIGITS, SIGNS
from cairn.stacking.schemes import credit_in, credits_in


def minor_digits(currency: str) -> int:
    """Return how many digits of a currency stand after the point (ISO 4217).

    >>> minor_digits("USD"), minor_digits("JPY"), minor_digits("KWD")
    (2, 0, 3)
    """
    return MINOR_DIGITS.get(currency.upper(), 2)


def money_text(amount: int | Decimal | float, currency: str = "USD") -> str:
    """Write an amount: an ``int`` counts minor units (cents), a ``Decimal`` or ``float`` whole ones.

    >>> money_text(125000)
    '$1,250'
    >>> money_text(Decimal("1250.5"), "EUR")
    '€1,250.50'
    >>> money_text(125000, "CHF")
    'CHF 1,250'
    """
    code = currency.upper()
    digits = minor_digits(code)
    exact = Decimal(amount).scaleb(-digits) if isinstance(amount, int) else Decimal(str(amount))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    whole = rounded == rounded.to_integral_value()
    written = f"{abs(rounded):,.0f}" if whole else f"{abs(rounded):,.{digits}f}"
    sign = "\N{MINUS SIGN}" if rounded < 0 else ""
    return f"{sign}{SIGNS[code]}{written}" if code in SIGNS else f"{sign}{code} {written}"


def whole_money_text(amount: Decimal, currency: str = "USD") -> str:
    """Write what was worked out with guesses to whole units: cents would say that it is known to the cent.

    >>> whole_money_text(Decimal("382.50")), whole_money_text(Decimal("0.7"), "KWD")
    ('$383', 'KWD 1')
    """
    return money_text(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP), currency)


def hours_text(amount: float | Decimal | timedelta) -> str:
    """Write a workload in hours, to the nearest half hour.

    >>> hours_text(1), hours_text(37.5), hours_text(timedelta(hours=1200))
    ('1 hour', '37.5 hours', '1,200 hours')
    """
    hours = amount.total_seconds() / 3600 if isinstance(amount, timedelta) else float(amount)
    halves = int(Decimal(str(hours * 2)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    if halves == 0 and hours > 0:
        return "under half an hour"
    written = f"{halves // 2:,}" if halves % 2 == 0 else f"{halves // 2:,}.5"
    return f"{written} {'hour' if halves == 2 else 'hours'}"


def credits_text(amount: float | Decimal, scheme: str = "") -> str:
    """Write credits with the scheme they are counted in, as the sentences about stacks call them.

    >>> credits_text(1, "us-semester"), credits_text(Decimal("4.50"), "ECTS"), credits_text(3, "CPD hours"), credits_text(2)
    ('1 US semester credit', '4.5 ECTS credits', '3 CPD hours', '2 credits')
    """
    one, many = (credit_in(scheme), credits_in(scheme)) if scheme else ("credit", "credits")
    exact = Decimal(str(amount))
    return f"{exact.normalize():f} {one if exact == 1 else many}"


def percent_text(share: float | Decimal) -> str:
    """Write a share between 0 and 1 in whole per cent; never rounds up to "100%" or down to "0%" what is neither.

    >>> percent_text(0.756), percent_text(0.999), percent_text(0.001), percent_text(1)
    ('76%', 'over 99%', 'under 1%', '100%')
    """
    exact = Decimal(str(share)) * 100
    whole = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if whole == 100 and exact < 100:
        return "over 99%"
    if whole == 0 and exact > 0:
        return "under 1%"
    return f"{whole}%"
