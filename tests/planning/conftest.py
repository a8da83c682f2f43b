"""Plans here are ended by work alone, which is counted: however busy the machine is, the clock says nothing."""

from __future__ import annotations

import pytest

from cairn.planning.allowance import Allowance

ENDLESS = 1e6  # seconds


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """The solvers have all the time there is."""
    monkeypatch.setattr(Allowance, "clock", property(lambda _: ENDLESS))


@pytest.fixture(autouse=True)
def no_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs out on a clock, but where that is what is asked: in `test_out_of_time`, which has clocks of its own."""
    if request.module.__name__.rpartition(".")[2] != "test_out_of_time":
        request.getfixturevalue("endless")
        monkeypatch.setattr("cairn.planning.allowance.monotonic", lambda: 0.0)
