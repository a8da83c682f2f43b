"""Plans here are ended by work alone, which is counted: however busy the machine is, the clock says nothing."""

from __future__ import annotations

import pytest

from cairn.planning.allowance import Allowance


@pytest.fixture(autouse=True)
def no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the solvers nor whoever waits for a page ever runs out of time."""
    monkeypatch.setattr(Allowance, "clock", property(lambda _: 1e6))
    monkeypatch.setattr("cairn.planning.allowance.monotonic", lambda: 0.0)
