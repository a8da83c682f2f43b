"""Read what JSON-LD catalogues write in many ways: texts in several languages, names of languages and countries, money, time, places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from cairn.catalog.importing.mapping_values import read_money
from cairn.catalog.importing.records import Place
from cairn.credentials.elm.words import country_of, language_of
from cairn.skills.importing.report import Remark
from cairn.skills.importing.values import LARGEST

MOST_TEXTS = 200
UNSAID = "und"
"""The language of a text of which nobody says it (BCP 47, RFC 5646 section 4.1)."""
_NO_LANGUAGE = {"und", "zxx", "mul", "mis"}
AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGE_NAMES = {
    "bulgarian": "bg", "czech": "cs", "danish": "da", "german": "de", "deutsch": "de", "greek": "el", "english": "en", "spanish": "es",
    "español": "es",
    "estonian": "et", "finnish": "fi", "french": "fr", "français": "fr", "irish": "ga", "croatian": "hr", "hungarian": "hu",
    "italian": "it", "italiano": "it",
    "lithuanian": "lt", "latvian": "lv", "maltese": "mt", "dutch": "nl", "nederlands": "nl", "polish": "pl",
    "portuguese": "pt", "português": "pt", "romanian": "ro", "slovak": "sk", "slovenian": "sl", "swedish": "sv", "norwegian": "no",
    "turkish": "tr", "ukrainian": "uk", "russian": "ru", "arabic": "ar", "chinese": "zh", "japanese": "ja", "korean": "ko", "hindi": "hi",
}  # fmt: skip
_COUNTRY_NAMES = {
    "united states": "US", "united states of america": "US", "usa": "US", "u.s.": "US", "united kingdom": "GB", "uk": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "ireland": "IE", "germany": "DE", "deutschland": "DE",
    "france": "FR", "spain": "ES", "españa": "ES", "italy": "IT", "italia": "IT", "netherlands": "NL", "the netherlands": "NL",
    "belgium": "BE", "austria": "AT", "österreich": "AT", "switzerland": "CH", "poland": "PL", "portugal": "PT", "sweden": "SE",
    "norway": "NO", "denmark": "DK", "finland": "FI", "canada": "CA", "mexico": "MX", "australia": "AU", "new zealand": "NZ",
    "india": "IN", "japan": "JP", "china": "CN", "brazil": "BR", "greece": "GR", "romania": "RO", "croatia": "HR", "slovenia": "SI",
    "hungary": "HU", "czechia": "CZ", "czech republic": "CZ", "estonia": "EE", "latvia": "LV", "lithuania": "LT", "malta": "MT",
}  # fmt: skip
_CURRENCIES = {
    "us dollar": "USD", "united states dollar": "USD", "$": "USD", "us$": "USD", "dollar": "USD", "euro": "EUR", "€": "EUR",
    "pound sterling": "GBP", "british pound": "GBP", "£": "GBP", "canadian dollar": "CAD", "australian dollar": "AUD",
    "swiss franc": "CHF",
}  # fmt: skip
_ISO_DURATION = re.compile(
    r"P(?:(?P<years>\d{1,6}(?:[.,]\d+)?)Y)?(?:(?P<months>\d{1,6}(?:[.,]\d+)?)M)?(?:(?P<weeks>\d{1,6}(?:[.,]\d+)?)W)?"
    r"(?:(?P<days>\d{1,6}(?:[.,]\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d{1,7}(?:[.,]\d+)?)H)?(?:(?P<minutes>\d{1,8}(?:[.,]\d+)?)M)?(?:(?P<seconds>\d{1,9}(?:[.,]\d+)?)S)?)?"
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def as_list(value: Any) -> list[Any]:
    """Return a value as a list: itself, or alone, or nothing for None."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a value."""
    return [one for one in as_list(value) if isinstance(one, dict)]


def texts_of(value: Any) -> dict[str, str]:
    """Return texts by language ("" where none is named): of a plain text, {"en": …}, {"@value", "@language"}, or a list of those."""
    found: dict[str, list[str]] = {}
    for one in as_list(value)[:MOST_TEXTS]:
        if isinstance(one, str):
            _add(found, "", one)
        elif isinstance(one, int | float | Decimal) and not isinstance(one, bool):
            _add(found, "", f"{one}"[:40])
        elif isinstance(one, Mapping) and "@value" in one:
            _add(found, str(one.get("@language") or ""), one["@value"])
        elif isinstance(one, Mapping):
            for tag, text in list(one.items())[:MOST_TEXTS]:
                if isinstance(tag, str) and (_TAG.fullmatch(tag) or tag == "@none"):
                    for each in as_list(text)[:MOST_TEXTS]:
                        _add(found, "" if tag == "@none" else tag, each)
    return {tag: "\n".join(dict.fromkeys(texts)) for tag, texts in found.items()}


def _add(found: dict[str, list[str]], tag: str, text: Any) -> None:
    if isinstance(text, str) and text.strip():
        found.setdefault(tag, []).append(text.strip())


def text_in(value: Any, language: str) -> str:
    """Return the text of a value in a language, else without one, else the first there is."""
    found = texts_of(value)
    for tag in (language, language.split("-")[0], ""):
        if tag in found:
            return found[tag]
    near = next((text for tag, text in found.items() if tag.split("-")[0] == language.split("-")[0]), None)
    return near if near is not None else next(iter(found.values()), "")


def main_language(value: Any, stated: Iterable[str] = ()) -> str:
    """Return the language in which a record is best shown: the one stated, English, or the first of the title's.

    Where nothing says which it is, it is :data:`UNSAID`, never English.
    """
    tags = [tag for tag in texts_of(value) if tag]
    for tag in [*stated, "en"]:
        near = next((one for one in tags if one.split("-")[0].lower() == tag.split("-")[0].lower()), None)
        if near:
            return near
    return tags[0] if tags else next(iter(stated), UNSAID)


def other_texts(main: str, **values: Any) -> dict[str, dict[str, object]]:
    """Return what the named values say in languages other than ``main``."""
    found: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        for tag, text in texts_of(value).items():
            if tag and tag != main:
                found.setdefault(tag, {})[name] = text[:20_000]
    return found


def address_of(value: Any) -> str:
    """Return the identifier of an object, or the text itself where it is an address or identifier alone."""
    if isinstance(value, Mapping):
        value = value.get("@id", value.get("id"))
    return value.strip() if isinstance(value, str) else ""


def web(value: Any) -> str:
    """Return a web address, "" for anything else: other schemes, accounts inside, more than 500 letters."""
    told = address_of(value)
    if not told or len(told) > 500 or re.search(r"[\s<>\"\\\x00-\x1f]", told):
        return ""
    try:
        parts = urlsplit(told)
    except ValueError:
        return ""
    return told if parts.scheme.lower() in {"http", "https"} and parts.hostname and "@" not in parts.netloc else ""


def language(value: Any) -> str:
    """Return a BCP 47 tag from a tag, an English name or the European authority's address; "" where it is none."""
    told = address_of(value) if isinstance(value, Mapping) else value
    if not isinstance(told, str) or told.strip().lower() in _NO_LANGUAGE:
        return ""
    told = told.strip()
    if told.startswith(AUTHORITY):
        return language_of(told) or ""
    plain = told.rpartition(":")[2] if told.lower().startswith("inlang") else told
    known = _LANGUAGE_NAMES.get(plain.lower()) or _LANGUAGE_NAMES.get(plain.lower().split(" (")[0])
    if known:
        return known
    return plain if _TAG.fullmatch(plain) and (len(plain) == 2 or "-" in plain or len(plain) == 3) else ""


def country(value: Any) -> str:
    """Return an alpha-2 code from a code, an English name or the European authority's address; "" where it is none."""
    told = address_of(value) if isinstance(value, Mapping) and ("@id" in value or "id" in value) else value
    if isinstance(told, Mapping):
        told = text_in(told.get("name", told), "en")
    if not isinstance(told, str):
        return ""
    plain = told.strip()
    if plain.startswith(AUTHORITY):
        return country_of(plain) or ""
    if re.fullmatch(r"[A-Z]{2}", plain):
        return "GB" if plain == "UK" else plain
    if re.fullmatch(r"[A-Z]{3}", plain):
        return country_of(f"{AUTHORITY}country/{plain}") or ""
    return _COUNTRY_NAMES.get(plain.lower(), "")


def currency(value: Any) -> str:
    """Return an ISO 4217 code from a code or a common name; "" where it is none."""
    told = value.strip() if isinstance(value, str) else ""
    if told.startswith(AUTHORITY):
        told = told.rpartition("/")[2]
    return told.upper() if re.fullmatch(r"[A-Za-z]{3}", told) else _CURRENCIES.get(told.lower(), "")


def figure(value: Any) -> Decimal | None:
    """Return a number from a number or a plain text; None where there is none. Raises ValueError for anything else."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, Mapping):
        value = value.get("@value", value.get("value"))
    told = str(value).strip() if isinstance(value, int | float | Decimal) else value
    if not isinstance(told, str) or len(told) > 60:
        raise ValueError(f"“{str(told)[:40]}” is not a number")
    plain = re.sub(r"^[$€£]\s*", "", told.strip())
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3})+,\d{1,2}", plain):
        plain = plain.replace(".", "").replace(",", ".")  # one meaning only, as much of Europe writes it
    elif re.fullmatch(r"-?\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    try:
        found = Decimal(plain)
    except InvalidOperation:
        raise ValueError(f"“{told[:40]}” is not a number") from None
    if not found.is_finite() or abs(found) > LARGEST:
        raise ValueError(f"“{told[:40]}” is not a possible figure")
    return found


def money(value: Any, code: str) -> int | None:
    """Return an amount in minor units of the currency; None where there is none. Raises ValueError for what is no exact price in it.

    "1,234" is more than a thousand, as JSON-LD writes figures; "1.234,50", "1 234,50 €" and "12,50" have one meaning each.
    """
    told = value.get("@value", value.get("value")) if isinstance(value, Mapping) else value
    if told is None or told == "" or isinstance(told, bool):
        return None
    text = str(told).strip() if isinstance(told, int | float | Decimal) else told
    if not isinstance(text, str) or len(text) > 60:
        raise ValueError(f"“{str(told)[:40]}” is not a number")
    return read_money(text, code, "" if "," in text and "." in text else ".")


def truth(value: Any) -> bool | None:
    """Return a value that is true or false, alone or first in a list; None for anything else."""
    first = next(iter(as_list(value)), None)
    return first if isinstance(first, bool) else None


def day(value: Any) -> date | None:
    """Return the day of an ISO 8601 date or moment; None where there is none. Raises ValueError for anything else."""
    if isinstance(value, Mapping):
        value = value.get("@value")
    if value is None or value == "":
        return None
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError(f"“{str(value)[:40]}” is not a date")
    told = value.strip()
    if re.fullmatch(r"\d{4}-\d{2}", told):
        told += "-01"
    try:
        return datetime.fromisoformat(told).date()
    except ValueError:
        raise ValueError(f"“{told}” is not a date") from None


@dataclass(frozen=True, slots=True)
class Span:
    """A duration of ISO 8601: hours where it is given in hours and less, weeks where in days and more, and in words."""

    hours: Decimal | None
    weeks: int | None
    text: str


def span(value: Any) -> Span | None:
    """Return an ISO 8601 duration; None where there is none. Raises ValueError for anything else.

    A day here is a day of the calendar: PT60H are 60 hours of work, P5D five days of whatever work.
    """
    told = value.get("@value") if isinstance(value, Mapping) else value
    if told is None or told == "":
        return None
    if not isinstance(told, str) or len(told) > 60:
        raise ValueError(f"“{str(told)[:40]}” is not a duration")
    found = _ISO_DURATION.fullmatch(told.strip().upper())
    if found is None or not any(found.groupdict().values()):
        raise ValueError(f"“{told}” is not a duration as ISO 8601 writes them, like PT60H or P6W")
    parts = {name: Decimal(number.replace(",", ".")) for name, number in found.groupdict().items() if number}
    time = [parts.get(name) for name in ("hours", "minutes", "seconds")]
    hours = (
        (time[0] or Decimal(0)) + (time[1] or Decimal(0)) / 60 + (time[2] or Decimal(0)) / 3600
        if any(part is not None for part in time)
        else None
    )
    days = (
        parts.get("years", Decimal(0)) * 365 + parts.get("months", Decimal(0)) * 30 + parts.get("weeks", Decimal(0)) * 7
        + parts.get("days", Decimal(0))
    )  # fmt: skip
    weeks = max(1, int((days / 7).to_integral_value())) if days else None
    words = ", ".join(
        f"{number.normalize():f} {name.removesuffix('s') if number == 1 else name}"
        for name, number in parts.items()
        if number
    )
    return Span(
        None if hours is None else round(hours, 2), None if weeks is None or weeks > 5000 else weeks, words or "0 hours"
    )


def span_of_range(least: Span | None, most: Span | None) -> Span | None:
    """Return a duration "from … to …": the figures of the longer one, because nobody should plan with less time, and both in words."""
    if least is None or most is None or least == most:
        return most or least
    return Span(most.hours, most.weeks, f"{least.text} to {most.text}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads figures, money, days and durations of one record; what cannot be read is told with its place and left out."""

    place: Place
    tell: Callable[[Remark], None]

    def figure(self, value: Any, *steps: str | int) -> Decimal | None:
        """Return :func:`figure`, or None with a remark; also where it is below zero."""
        found = self._tried(figure, value, steps)
        if found is not None and found < 0:
            self.tell(
                self.place.at(*steps).repaired("not_possible", f"{found} is less than nothing; no figure is taken.")
            )
            return None
        return found

    def money(self, value: Any, code: str, *steps: str | int) -> int | None:
        """Return :func:`money`, or None with a remark."""
        return self._tried(lambda told: money(told, code), value, steps)

    def day(self, value: Any, *steps: str | int) -> date | None:
        """Return :func:`day`, or None with a remark."""
        return self._tried(day, value, steps)

    def span(self, value: Any, *steps: str | int) -> Span | None:
        """Return :func:`span`, or None with a remark."""
        return self._tried(span, value, steps)

    def _tried[T](self, read: Callable[[Any], T | None], value: Any, steps: tuple[str | int, ...]) -> T | None:
        try:
            return read(value)
        except ValueError as trouble:
            self.tell(self.place.at(*steps).repaired("unreadable", f"{trouble}; it is left out."))
            return None
