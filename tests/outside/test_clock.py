from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from cairn.outside import clock

NOON = datetime(2026, 5, 3, 12, tzinfo=timezone(timedelta(hours=2)))


def test_now_knows_its_time_zone() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_and_runs_again() -> None:
    with clock.frozen(NOON):
        assert clock.now() == clock.now() == NOON
        assert clock.now().tzinfo is UTC
        with clock.frozen(NOON + timedelta(days=1)):
            assert clock.now() == NOON + timedelta(days=1)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 5, 3)):  # noqa: DTZ001  the fault under test
        pass
