"""Moments as the standard lets them be written; what cannot be read as one is none, and never the wrong one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cairn.credentials.moments import parse_moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01T00:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T05:30:00+05:30", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-02-28T24:00:00Z", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-02-28T24:00:00.000-00:00", datetime(2026, 3, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("9999-12-31T23:59:59-08:00", datetime.max.replace(tzinfo=UTC)),
        ("9999-12-31T24:00:00Z", datetime.max.replace(tzinfo=UTC)),
        ("0001-01-01T00:00:00+01:00", datetime.min.replace(tzinfo=UTC)),
    ],
)
def test_it_is_read(text: str, moment: datetime) -> None:
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-01", "2026-03-01T00:00:00", "2026-03-01t00:00:00z", "2026-03-01T00:00Z", "2026-02-29T00:00:00Z"),
        *("2026-03-01T24:00:01Z", "2026-03-01T24:00:00.5Z", "2026-03-01T25:00:00Z", "10000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        *("2026-03-01T00:00:00Z\n", " 2026-03-01T00:00:00Z", "2026-03-01T00:00:00Zz", "\uff12026-03-01T00:00:00Z", "", None, 20260301),
    ],
)  # fmt: skip
def test_it_is_no_moment(text: object) -> None:
    assert parse_moment(text) is None
