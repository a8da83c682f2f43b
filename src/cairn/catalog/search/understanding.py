"""What a question says beside its words: "under 1000", "free", "evening", "online" are conditions and no words to look for.

Each condition that is understood is told to the person, who can have the words looked for as words instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cairn.catalog.search.words import fold


@dataclass(frozen=True)
class Condition:
    """One thing understood. ``kind``: price, hours (at most ``most`` hundredths), currency, mode or time (one of ``values``)."""

    kind: str
    said: str
    told: str
    most: int = 0
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Understood:
    """A question, as the words that are left and the conditions."""

    text: str
    conditions: tuple[Condition, ...] = field(default=())


_NUMBER = r"(?P<number>\d{1,3}(?:[ ,.]\d{3})+|\d{1,7})(?P<thousands> ?k\b)?"
_UNDER = (
    r"(?:under|below|less than|cheaper than|at most|max(?:imum)?|up to|no more than|within|"
    r"unter|hochstens|maximal|bis zu|weniger als|moins de|menos de|hasta|maximo|por menos de|"
    r"meno di|fino a|massimo)"
)
_CODES = (
    "USD", "EUR", "GBP", "CHF", "AUD", "NZD", "JPY", "CNY", "INR", "KRW", "SGD", "HKD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF",
    "RON", "BGN", "ILS", "ZAR", "BRL", "MXN", "KWD", "BHD", "AED", "SAR",
)  # fmt: skip
_NAMED = {code.lower(): code for code in _CODES} | {
    "us$": "USD", "us dollar": "USD", "us dollars": "USD", "ca$": "CAD", "canadian dollars": "CAD", "€": "EUR", "euro": "EUR",
    "euros": "EUR", "£": "GBP", "pound": "GBP", "pounds": "GBP", "pfund": "GBP", "yen": "JPY", "₹": "INR",
}  # fmt: skip
"""What names one currency and no other; "$" and "dollars" are several countries', and "cad" is also what draughtsmen learn."""
_MONEY = rf"(?:{'|'.join(map(re.escape, sorted(_NAMED, key=len, reverse=True)))}|\$|dollars?|dolares)"
_HOURS = r"(?:hours?|hrs?|h|stunden|horas|ore)"
_LIMIT = re.compile(rf"\b{_UNDER}\s*(?P<money>{_MONEY}\s*)?{_NUMBER}\s*(?P<unit>{_HOURS}\b|{_MONEY})?(?!\w)")
_FREE = re.compile(
    r"\b(?:free of charge|for free|free|no cost|kostenlos|kostenfrei|gratis|gratuit[eoai]?s?)\b(?!\s*(?:lance|hand|form))|免费|免費"
)
_TIME = re.compile(
    r"\b(?:in the evenings?|evenings?|after work|at night|night classes|abendkurse?|abends?|am abend|"
    r"cours du soir|le soir|por la noche|nocturn[oa]s?|seral[ei]|di sera)\b|夜校|晚上"
)
_ONLINE = re.compile(
    r"\b(?:online|remotely|remote|from home|distance learning|fernkurs|fernunterricht|von zu hause|en ligne|en linea|a distancia|virtual|"
    r"a distanza|da remoto)\b|在线|在線|线上|線上"
)
_ONSITE = re.compile(r"\b(?:in person|on site|face to face|vor ort|presencial(?:es)?|in presenza)\b")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """Return ``text`` on one line, without control characters and signs that turn the direction of writing."""
    return " ".join(_UNSAFE.sub(" ", text).split())


def understand(text: str) -> Understood:
    """Take the conditions out of a question. Each stands for itself; the last one said of a kind holds."""
    left = fold(text)
    found: dict[str, Condition] = {}
    limit = _LIMIT.search(left)
    while limit is not None:
        number = int(re.sub(r"\D", "", limit["number"])) * (1000 if limit["thousands"] else 1)
        if limit["unit"] and re.fullmatch(_HOURS, limit["unit"]):
            found["hours"] = Condition("hours", limit[0].strip(), f"{number:,} hours at most", most=number * 100)
        else:
            words, named = limit[0].strip(), _NAMED.get((limit["money"] or limit["unit"] or "").strip())
            found["price"] = Condition("price", words, f"a price of {number:,} at most", most=number * 100)
            found.pop("currency", None)
            if named:
                found["currency"] = Condition("currency", words, f"a price in {named}", values=(named,))
        left = left[: limit.start()] + " " + left[limit.end() :]
        limit = _LIMIT.search(left)
    for pattern, kind, told, most, values in (
        (_FREE, "price", "free of charge", 0, ()),
        (_TIME, "time", "in the evening", 0, ("evening",)),
        (_ONLINE, "mode", "online", 0, ("online", "blended")),
        (_ONSITE, "mode", "on site", 0, ("onsite", "blended")),
    ):
        said = pattern.search(left)
        if said is not None:
            found[kind] = Condition(kind, said[0], told, most, values)
            left = pattern.sub(" ", left)
    return Understood(" ".join(left.split()), tuple(found.values()))
