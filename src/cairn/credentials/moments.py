"""Moments as credentials write them: xsd:dateTimeStamp, a date-time that always says its offset from UTC (VC 2.0 section 4.9)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cairn.credentials.errors import CredentialError

_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_END_OF_DAY = re.compile(r"T24:00:00(?=(?:\.0+)?[Z+-])")
"""The same as midnight of the next day (XML Schema 1.1, section 3.3.7)."""
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_LONGEST = len("2026-03-01T00:00:00.123456789+00:00")


def parse_moment(text: object) -> datetime | None:
    """Return the moment in UTC, or None if ``text`` is no xsd:dateTimeStamp (a missing offset included)."""
    return _parsed(text) if isinstance(text, str) and len(text) <= _LONGEST else None


@lru_cache(maxsize=4096)
def _parsed(text: str) -> datetime | None:
    """Awards of one day carry the same moments, and each is asked for several times."""
    if not _STAMP.match(text):
        return None
    begun = _END_OF_DAY.sub("T00:00:00", text)
    try:
        moment = datetime.fromisoformat(begun) + (timedelta() if begun == text else timedelta(days=1))
    except OverflowError:
        return _LAST
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        # The end of the year 9999 somewhere west of Greenwich, as some write who mean “never”.
        return _LAST if moment.year > 1 else _FIRST


def format_moment(moment: datetime) -> str:
    """Return ``moment`` in UTC as ``2026-03-01T00:00:00Z``, with a fraction only if there is one; raises ``moment_without_zone``."""
    aware(moment)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def aware(moment: datetime) -> datetime:
    """Return ``moment`` if it knows its time zone; raises :class:`CredentialError` ``moment_without_zone`` otherwise."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise CredentialError(
            "moment_without_zone",
            "A moment without a time zone means different things in different places.",
            remedy="Give an aware datetime, such as datetime.now(UTC).",
        )
    return moment
