"""A course that starts in the middle of the learner's week ends in the middle of one, a week later than whole weeks would say."""

from datetime import date, timedelta

import pytest

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, Target, plan

MONDAY = date(2026, 9, 7)
TARGET = Target((Need("s", 1),))


def course(starts, weeks=4, hours=28):
    return Offer(id="a", provides={"s": 1}, cost=Money(100, "EUR"), hours=hours, weeks=weeks, starts=(starts,))


@pytest.mark.parametrize("days", range(7))
@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.FASTEST])
def test_a_course_fits_before_a_deadline_just_if_its_last_day_does(days, objective):
    starts = MONDAY + timedelta(days=days)
    last = starts + timedelta(weeks=4, days=-1)
    sunday = last + timedelta(days=6 - last.weekday())
    for deadline, fits in ((sunday, True), (sunday - timedelta(weeks=1), False)):
        limits = Limits(hours_per_week=8, start=MONDAY, deadline=deadline)
        found = plan([course(starts)], Learner(), TARGET, limits, objective)
        assert found.complete is fits
        if fits:
            assert (found.steps[0].start_week, found.steps[0].end_week) == (1, (sunday - MONDAY).days // 7 + 1)
            assert found.optimal


def test_its_work_is_spread_over_the_weeks_it_touches():
    """7 hours a week from Thursday on leave 3 hours of an eight-hour week for the first week of another course, not of the second."""
    other = Offer(id="b", provides={"t": 1}, cost=Money(0, "EUR"), hours=5, weeks=1, starts=(MONDAY,))
    limits = Limits(hours_per_week=9, start=MONDAY)
    both = Target((Need("s", 1), Need("t", 1)))
    found = plan([course(MONDAY + timedelta(days=3)), other], Learner(), both, limits)
    assert found.complete
    crowded = plan([course(MONDAY), other], Learner(), both, limits)
    assert not crowded.complete
