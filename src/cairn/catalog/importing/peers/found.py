"""What the files of one export hold, gathered until every issuer has been read, and how their values are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cairn.catalog.importing.records import CatalogRecord, Place, ProviderRecord
from cairn.skills.importing.json_files import own_address, text_of
from cairn.skills.importing.report import Report

MOST = 200_000
_MONTHS = {"days": 1 / 30.44, "weeks": 7 / 30.44, "months": 1.0, "years": 12.0}
AWARDS = "awards: they are the holders', and are not part of a catalogue"


@dataclass(slots=True)
class Found:
    """What the files of one run hold: issuers by every name they go by, and definitions still to be written."""

    report: Report
    issuers: dict[str, ProviderRecord] = field(default_factory=dict)
    waiting: list[tuple[Callable[[Found], CatalogRecord], Place]] = field(default_factory=list)
    seen: dict[str, Place] = field(default_factory=dict)

    def later(self, make: Callable[[Found], CatalogRecord], place: Place) -> None:
        """Keep a definition until every issuer has been read."""
        self.waiting.append((make, place))

    def refuse(self, place: Place, code: str, message: str, remedy: str = "") -> None:
        """Tell that an entry was refused."""
        self.report.remark("records", place.refused(code, message, remedy))

    def award(self, number: int = 1) -> None:
        """Count awards that are left where they are."""
        if number:
            self.report.skip(AWARDS, number)


def entries(values: Any, place: Place, found: Found) -> Iterator[tuple[Mapping[str, Any], Place]]:
    """Yield the objects of a list with their places; what is no object is refused."""
    if not isinstance(values, list):
        values = [values]
    for number, value in enumerate(values[:MOST], 1):
        here = Place(place.file, number)
        if isinstance(value, dict):
            yield value, here
        else:
            found.refuse(here, "no_object", "The entry is not an object with names and values.", "Export it again.")


def long_text(value: Any) -> str:
    """Return a text without its markup, or "" where it is none."""
    text = value if isinstance(value, str) else ""
    return re.sub(r"<[^>]{0,500}>", " ", text[:20_000]).replace("\x00", "").strip()


def tags_of(value: Any) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(text_of(one, 100) for one in value[:100] if text_of(one)) if isinstance(value, list) else ()


def web_address(address: str) -> str:
    """Return the address where it is one of the public web, else ""."""
    return address if own_address(address) and address.startswith(("http://", "https://")) else ""


def months_of(expires: Any, here: Place, found: Found) -> int | None:
    """Return how many months a badge is valid; what cannot be read is told and stays open."""
    amount, unit = (expires or {}).get("amount"), text_of((expires or {}).get("duration"))
    if amount is None:
        return None
    if not isinstance(amount, int) or isinstance(amount, bool) or unit not in _MONTHS or not 0 < amount < 10_000:
        found.report.remark(
            "records", here.at("expires").repaired("bad_expiry", "How long it is valid cannot be read; it stays open.")
        )
        return None
    return max(1, round(amount * _MONTHS[unit]))
