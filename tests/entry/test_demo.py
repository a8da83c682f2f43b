"""The demonstration plays on whichever database the suite runs on, every step as it says."""

from __future__ import annotations

import pytest

from cairn.entry.demo.journey import play
from cairn.entry.demo.telling import NotAsTold, Teller
from cairn.outside.clock import now

pytestmark = pytest.mark.django_db


def test_the_whole_journey_does_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Teller()
    played = play(now(), tell)
    told = capsys.readouterr().out
    assert tell.count == told.count("✓") >= 18
    assert "✗" not in told
    assert played.share_url.startswith("http")


def test_a_step_that_is_not_as_told_ends_the_journey(capsys: pytest.CaptureFixture[str]) -> None:
    tell = Teller()
    with pytest.raises(NotAsTold, match="two and two"), tell.step("Counting") as step:
        step.check(2 + 2 == 5, "two and two make five")
    assert "✗ Counting" in capsys.readouterr().out
