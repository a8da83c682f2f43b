"""Moments as fifteen years of badges have written them.

Open Badges 2.0 wants ISO 8601 with a time and a zone; 1.x took dates without a time and Unix timestamps as well. A moment without a
zone is read as UTC, and a date on which something ends as the end of that day, so that nothing runs out earlier than it says.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from cairn.credentials.moments import format_moment

_ISO = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)"
    r"(?:[T ](?P<time>\d\d:\d\d(?::\d\d)?)(?P<fraction>[.,]\d{1,9})?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?\Z",
    re.ASCII | re.IGNORECASE,
)
_SECONDS = re.compile(r"-?\d{1,11}\Z", re.ASCII)


def read_date(value: object, *, end: bool = False) -> datetime | None:
    """Return the moment in UTC, or None if ``value`` is no moment at all. ``end``: a mere date means the end of that day."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, str) and _SECONDS.match(value)):
        return _from_seconds(int(value))
    found = _ISO.match(value.strip()) if isinstance(value, str) and len(value) < 64 else None
    if found is None:
        return None
    try:
        if found["time"] is None:
            day = datetime.fromisoformat(found["day"])
            return datetime.combine(day, time(23, 59, 59) if end else time(), UTC)
        zone = (found["zone"] or "Z").upper()
        fraction = (found["fraction"] or "").replace(",", ".")
        return datetime.fromisoformat(f"{found['day']}T{found['time']}{fraction}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def is_exact(value: object) -> bool:
    """Tell whether a moment is written as Open Badges 2.0 wants it: with a time and a zone."""
    found = _ISO.match(value) if isinstance(value, str) else None
    return found is not None and found["zone"] is not None


def as_stamp(value: object, *, end: bool = False) -> object:
    """Return the moment as xsd:dateTimeStamp; what cannot be read stays as it is, so that nobody takes it for no date."""
    moment = read_date(value, end=end)
    return value if moment is None else format_moment(moment)


def _from_seconds(seconds: int) -> datetime | None:
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None
