"""Moments of the European Learning Model: xsd:dateTime, which may leave out its time zone."""

from __future__ import annotations

import re
from datetime import datetime

from cairn.credentials.moments import parse_moment

_WITHOUT_ZONE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?\Z", re.ASCII)


def moment(text: object, *, zone_needed: bool = False) -> datetime | None:
    """Return the moment in UTC, or None if ``text`` is none.

    A moment without a zone is read as UTC, unless ``zone_needed``: the profile allows it, and a credential must not lose its end
    because its issuer left out a letter.
    """
    if isinstance(text, str) and not zone_needed and _WITHOUT_ZONE.match(text):
        return parse_moment(f"{text}Z")
    return parse_moment(text)
