"""Courses that start, and deadlines that are, in the middle of the learner's week: what counts is the day."""

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
    for deadline, fits in ((sunday, True), (last, True), (last - timedelta(days=1), False)):
        limits = Limits(hours_per_week=8, start=MONDAY, deadline=deadline)
        found = plan([course(starts)], Learner(), TARGET, limits, objective)
        assert found.complete is fits
        if fits:
            assert (found.steps[0].start_week, found.steps[0].end_week) == (1, (sunday - MONDAY).days // 7 + 1)
            assert found.optimal


def self_paced(hours):
    return Offer(id="a", provides={"s": 1}, cost=Money(100, "EUR"), hours=hours)


def in_weeks(weeks):
    return Offer(id="a", provides={"s": 1}, cost=Money(100, "EUR"), hours=4, weeks=weeks)


@pytest.mark.parametrize("objective", [Objective.CHEAPEST, Objective.FASTEST, Objective.LEAST_STUDY])
@pytest.mark.parametrize(
    ("offer", "days"),
    [
        (course(MONDAY + timedelta(days=3)), 31),  # its own last day
        (self_paced(14), 10),  # ten hours a week are 14.28 in ten days, and 12.85 in nine
        (self_paced(15), 11),
        (self_paced(0), 1),
        (in_weeks(2), 14),  # begins with a week of the learner's, and so ends with one
        (Offer(id="a", provides={"s": 1}, cost=Money(1, "EUR"), hours=2, starts=(MONDAY + timedelta(days=7),)), 9),
    ],
)
def test_the_smallest_deadline_is_told_from_before_the_start_on_and_a_day_less_is_too_little(offer, days, objective):
    for given in (-200, 1 - days, days - 2):
        limits = Limits(hours_per_week=10, start=MONDAY, deadline=MONDAY + timedelta(days=min(given, days - 2)))
        found = plan([offer], Learner(), TARGET, limits, objective)
        (later,) = next(way for way in found.infeasible.ways if way[0].what == "deadline")
        until = MONDAY + timedelta(days=days - 1)
        assert (later.until, later.to, later.by) == (until, days, (until - limits.deadline).days)
        assert later.sentence.endswith(f"later, on {until.day} {until:%B %Y}, everything fits.")
    for day, fits in ((days - 1, True), (days - 2, False)):
        limits = Limits(hours_per_week=10, start=MONDAY, deadline=MONDAY + timedelta(days=day))
        assert plan([offer], Learner(), TARGET, limits, objective).complete is fits


def test_a_limit_in_weeks_that_is_too_little_besides_is_told_in_weeks():
    limits = Limits(hours_per_week=10, start=MONDAY, deadline=MONDAY + timedelta(days=3), weeks=1)
    found = plan([in_weeks(2)], Learner(), TARGET, limits)
    assert [change.sentence for way in found.infeasible.ways for change in way] == [
        "With 1 more week, 2 in all, everything fits."
    ]


def test_its_work_is_spread_over_the_weeks_it_touches():
    """7 hours a week from Thursday on leave 3 hours of an eight-hour week for the first week of another course, not of the second."""
    other = Offer(id="b", provides={"t": 1}, cost=Money(0, "EUR"), hours=5, weeks=1, starts=(MONDAY,))
    limits = Limits(hours_per_week=9, start=MONDAY)
    both = Target((Need("s", 1), Need("t", 1)))
    found = plan([course(MONDAY + timedelta(days=3)), other], Learner(), both, limits)
    assert found.complete
    crowded = plan([course(MONDAY), other], Learner(), both, limits)
    assert not crowded.complete
