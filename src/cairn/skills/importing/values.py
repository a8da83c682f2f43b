"""Turn the text of a cell into a value: tidy words, numbers, money in minor units. What cannot be read raises ValueError, never guesses."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation

LARGEST = Decimal(10) ** 15
"""No figure in any of these files comes near it; "1e999999" does not get past it."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u200b\ufeff]")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_COMMA = re.compile(r"[-+]?(?:(?:\d+|\d{1,3}(?:\.\d{3})+),(?:\d{1,2}|\d{4,})|0,\d+)")
_SPACE = re.compile(r"\s+")
_MOJIBAKE = re.compile(
    "[ÂÃâ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2122\u20ac]"
)


def tidy(text: str) -> str:
    """Return ``text`` on one line: stray quotation marks at its ends, control characters and mangled letters put right.

    "RÃ©sumÃ©" is read again as UTF-8 and becomes "Résumé"; an inverted question mark between blanks, which is what a dash becomes in
    some exports, becomes a dash again.
    """
    if _MOJIBAKE.search(text):
        with suppress(UnicodeError):  # A real "Ã" stands in it: the words stay as they are.
            text = text.encode("cp1252").decode("utf-8")
    text = _CONTROL.sub(" ", text)
    text = text.replace(" \u00bf ", " \u2013 ")
    text = text.replace('""', '"')
    text = _SPACE.sub(" ", text).strip()
    if text.count('"') % 2 or (text.startswith('"') and text.endswith('"') and text.count('"') == 2):
        text = text.strip('"').strip()
    return text


def number(text: str) -> Decimal | None:
    """Return the number in ``text``, None where it is empty. Thousands separators and a currency sign are understood.

    "1,234" is more than a thousand, as the official files write it; "1.234,56" and "4,12" have one meaning each. Raises ValueError for
    anything else, also for "NaN", "Infinity" and what is beyond :data:`LARGEST`.
    """
    plain = text.strip().lstrip("$€£").strip()
    if "," in plain:
        if _THOUSANDS.fullmatch(plain):
            plain = plain.replace(",", "")
        elif _COMMA.fullmatch(plain):
            plain = plain.replace(".", "").replace(",", ".")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) > LARGEST:
        raise ValueError(f"“{text}” is not a number")
    return value


def decimal(text: str, places: int) -> Decimal | None:
    """Return the number rounded to ``places``, None where it is empty; ValueError as :func:`number`."""
    value = number(text)
    return None if value is None else round(value, places)


def cents(text: str) -> int | None:
    """Return an amount of money in minor units, None where it is empty; ValueError as :func:`number`, and for less than nothing."""
    value = number(text)
    if value is None:
        return None
    if value < 0:
        raise ValueError(f"“{text}” is less than nothing")
    return int((value * 100).to_integral_value())


def cip(text: str) -> str:
    """Return a CIP code as ``52.0201`` from that, from ``520201`` or from a number that lost its leading zero; ValueError otherwise."""
    plain = text.strip().strip('="')
    if re.fullmatch(r"\d{1,2}\.\d{1,4}", plain):
        field, detail = plain.split(".")
        return f"{field.zfill(2)}.{detail.ljust(4, '0')}"
    if re.fullmatch(r"\d{5,6}", plain):
        plain = plain.zfill(6)
        return f"{plain[:2]}.{plain[2:]}"
    raise ValueError(f"“{text}” is not a CIP code")


def soc(text: str) -> str:
    """Return a SOC code as ``15-1252``; ValueError otherwise."""
    plain = text.strip().strip('="')
    if re.fullmatch(r"\d{2}-\d{4}", plain):
        return plain
    raise ValueError(f"“{text}” is not a SOC code")
