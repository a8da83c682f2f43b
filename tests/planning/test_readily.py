"""Where many offers contend for weeks: the way out that is seen at once is enough, and nothing else of the answer changes."""

import random
from dataclasses import replace

import pytest
from tests.planning import calendars

from cairn.planning import Learner, plan


@pytest.fixture
def contending(monkeypatch):
    """Every market counts as one in which many contend."""

    def asked(*question):
        with monkeypatch.context() as patched:
            patched.setattr("cairn.planning.posing.CONTENDING", 0)
            return plan(*question)

    return asked


def test_what_is_told_at_once_is_enough_and_no_less_than_the_least(contending):
    tried, more = set(), 0
    for seed in range(400, 470):
        rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
        market, (target, limits) = calendars.market(rng), calendars.question(rng)
        exact = plan(market, Learner(), target, limits)
        found = contending(market, Learner(), target, limits)
        assert (found.complete, found.cost, found.hours, found.coverage) == (
            exact.complete,
            exact.cost,
            exact.hours,
            exact.coverage,
        ), seed
        if found.infeasible is None or limits.deadline is None:
            continue
        least = {change.what: change.to for (change,) in exact.infeasible.ways}
        assert {change.what for (change,) in found.infeasible.ways} == least.keys(), seed
        for (change,) in found.infeasible.ways:
            tried.add(change.what)
            more += change.to > least[change.what]
            assert change.to >= least[change.what], (seed, change)
            looser = {"deadline": change.until} if change.what == "deadline" else {"hours_per_week": change.to}
            assert any(calendars.plans(market, target, replace(limits, **looser))), (seed, change)
            assert "Perhaps" in change.sentence or change.to == least[change.what], (seed, change)
    assert tried == {"deadline", "hours_per_week"}
    assert more  # else nothing was told that is more than the least, and this says nothing
