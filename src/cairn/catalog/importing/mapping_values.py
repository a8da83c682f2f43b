"""Read the values of somebody else's table: dates, money, hours, yes and no.

What cannot be read for sure raises ValueError, never guesses.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from cairn.catalog.importing.records import LARGEST_PRICE
from cairn.look.formatting import minor_digits

_DATE = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[T ]+\d{1,2}:\d{2}.*)?")
SIGNS: dict[str, tuple[str, ...]] = {
    "US$": ("USD",), "CA$": ("CAD",), "AU$": ("AUD",), "NZ$": ("NZD",), "HK$": ("HKD",), "MX$": ("MXN",), "A$": ("AUD",), "C$": ("CAD",),
    "S$": ("SGD",), "R$": ("BRL",), "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "BRL"),
    "€": ("EUR",), "Euro": ("EUR",), "euro": ("EUR",), "£": ("GBP", "EGP"), "¥": ("JPY", "CNY"), "₹": ("INR",), "₩": ("KRW",),
    "₺": ("TRY",), "₽": ("RUB",), "₴": ("UAH",), "₦": ("NGN",), "₱": ("PHP",), "฿": ("THB",),
    "₫": ("VND",), "₪": ("ILS",), "zł": ("PLN",), "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK"),
}  # fmt: skip
"""Signs, the longer before the shorter, and the currencies (ISO 4217) that have them."""
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_WORDS = re.compile(
    "|".join(re.escape(sign) + (r"s?\.?" if sign[0].isalpha() and sign[-1].isalpha() else "") for sign in SIGNS)
)
CURRENCIES = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CZK",
        "DKK",
        "EGP",
        "EUR",
        "GBP",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "JPY",
        "KES",
        "KRW",
        "MAD",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TRY",
        "TWD",
        "UAH",
        "USD",
        "UYU",
        "VND",
        "ZAR",
    ]
)
YES = frozenset(["yes", "y", "true", "t", "1", "ja", "oui", "si", "sí", "sim", "tak", "ano", "x", "✓"])
NO = frozenset(["no", "n", "false", "f", "0", "nein", "non", "não", "nie", "ne", "nej"])


def read_date(text: str, order: str) -> date:
    """Return the date in ``text``; ``order`` is mdy, dmy or ymd and decides what 3/4/2020 means. A year first is read as such."""
    found = _DATE.fullmatch(text.strip())
    if found is None:
        if re.fullmatch(r"\d{8}", text.strip()):
            return _day(int(text[:4]), int(text[4:6]), int(text[6:8]), text)
        raise ValueError(f"“{text[:40]}” is not a date")
    first, second, third = found.groups()
    if len(first) > 2 or order == "ymd":
        return _day(int(first), int(second), int(third), text)
    year = int(third)
    if len(third) == 2:
        year += 2000 if year < 70 else 1900
    month, day = (int(first), int(second)) if order == "mdy" else (int(second), int(first))
    return _day(year, month, day, text)


def _day(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"“{text[:40]}” is not a date") from error


def read_decimal(text: str, mark: str = "") -> Decimal:
    """Return a number as people write it. ``mark`` is the decimal mark ("." or ","); "" reads only what has one meaning.

    "1,234.50", "1.234,50" and "1 234,50" have one meaning; "1,234" has two and needs the mark.
    """
    plain = re.sub(r"[\s\u00a0\u202f'\u2019]", "", text.strip())
    if not re.fullmatch(r"-?\d[\d.,]*|-?[.,]\d+", plain) or len(plain) > 30:
        raise ValueError(f"“{text[:40]}” is not a number")
    commas, points = plain.count(","), plain.count(".")
    if commas and points:
        last = max(plain.rfind(","), plain.rfind("."))
        found_mark = plain[last]
        if mark and found_mark != mark and plain.count(found_mark) == 1:
            raise ValueError(f"“{text[:40]}” does not fit the decimal mark “{mark}”")
        mark = found_mark if plain.count(found_mark) == 1 else ("." if found_mark == "," else ",")
    elif commas or points:
        here = "," if commas else "."
        many = commas + points > 1
        groups = re.fullmatch(r"-?\d{1,3}(?:[.,]\d{3})+", plain) is not None
        if many:
            mark = "." if here == "," else ","
        elif groups and not plain.lstrip("-").startswith("0"):
            if not mark:
                raise ValueError(
                    f"“{text[:40]}” is {plain.replace(here, '')} or {plain.replace(here, '.')}: the decimal mark is not stated"
                )
        else:
            mark = here
    mark = mark or "."
    other = "," if mark == "." else "."
    try:
        return Decimal(plain.replace(other, "").replace(mark, "."))
    except InvalidOperation as error:
        raise ValueError(f"“{text[:40]}” is not a number") from error


def currency_in(text: str) -> str:
    """Return the currency that a price itself states ("EUR 100", "100 €"); "" where it states none or a sign of several."""
    code = _code_in(text)
    if code in CURRENCIES:
        return code
    sign = _sign_in(text)
    if sign == "£":
        return "GBP"
    return SIGNS[sign][0] if sign and len(SIGNS[sign]) == 1 else ""


def _code_in(text: str) -> str:
    found = _CODE.findall(text)
    return next((code for code in found if code in CURRENCIES), found[0] if found else "")


def _sign_in(text: str) -> str:
    return next((sign for sign in SIGNS if sign in text), "")


def read_money(text: str, currency: str, mark: str = "") -> int:
    """Return an amount in the currency's smallest unit, exactly. "free" in any word is not read: a price of 0 is.

    ``currency`` is the one the amount is taken in; a price that states another is refused, whether or not that one is known here.
    """
    if not any(letter.isdecimal() for letter in text):
        raise ValueError(f"“{text[:40]}” is not a number")
    code, sign = _code_in(text), _sign_in(text)
    if currency and ((code and code != currency) or (not code and sign and currency not in SIGNS[sign])):
        raise ValueError(f"“{text[:40]}” is not in {currency}")
    plain = _CODE.sub("", text)
    plain = _WORDS.sub("", plain).strip()
    plain = re.sub(r"[.,]\s*[-\u2013\u2014]+$", "", plain)
    try:
        amount = read_decimal(plain, mark)
    except ValueError as error:
        raise ValueError(str(error).replace(f"“{plain[:40]}”", f"“{text[:40]}”")) from error
    if amount < 0:
        raise ValueError(f"“{text[:40]}” is less than nothing")
    minor = amount.scaleb(minor_digits(currency))
    whole = minor.to_integral_value()
    if abs(minor - whole) > Decimal(
        "0.0001"
    ):  # less is the trace of a spreadsheet's arithmetic, never a part of a price
        raise ValueError(f"“{text[:40]}” has a smaller part than {currency or 'the currency'} has")
    if whole > LARGEST_PRICE:
        raise ValueError(f"“{text[:40]}” is more than a price here can be")
    return int(whole)


def parted(text: str, separator: str) -> list[str]:
    """Return the parts of a cell; a part that holds the separator stands in quotation marks, doubled inside, as in CSV itself.

    >>> parted('Plan; "Do; check"; Act', "; ")
    ['Plan', 'Do; check', 'Act']
    """
    if not separator:
        return [text]
    parts, at = [], 0
    while True:
        quoted = _QUOTED.match(text, at)
        end = quoted.end() if quoted else -1
        if quoted and (end == len(text) or text.startswith(separator, end)):
            parts.append(quoted[1].replace('""', '"'))
        else:
            end = text.find(separator, at)
            end = len(text) if end < 0 else end
            parts.append(text[at:end])
        if end == len(text):
            return parts
        at = end + len(separator)


def read_yes_no(text: str) -> bool:
    """Return True for yes and False for no in several languages."""
    plain = text.strip().casefold()
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise ValueError(f"“{text[:40]}” is neither yes nor no")
