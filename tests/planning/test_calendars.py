"""Plans with terms, starting days, deadlines and weekly hours, against every calendar there is: never beaten, always proven."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.planning import calendars

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, SkillLevel, Target, plan
from cairn.planning.allowance import Allowance
from cairn.planning.replay import Standing, walk
from cairn.planning.schedule import can_be_taken, earliest, schedule
from cairn.planning.timetable import Fit, Wanted, in_the_way, place

NOBODY = Learner()
MONDAY = calendars.MONDAY
START = Standing({})


def made_up(seed):
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    return calendars.market(rng), *calendars.question(rng)


@pytest.mark.parametrize("batch", range(4))
def test_the_best_plan_that_any_calendar_allows_is_found_and_proven(batch):
    for seed in range(batch * 15, batch * 15 + 15):
        market, target, limits = made_up(seed)
        every = list(calendars.plans(market, target, limits))
        for objective, value in (
            (Objective.CHEAPEST, lambda one: (one[0], one[1])),
            (Objective.LEAST_STUDY, lambda one: (one[1], one[0])),
            (Objective.FASTEST, lambda one: (one[2], one[1], one[0])),
        ):
            found = plan(market, NOBODY, target, limits, objective)
            assert found.complete == bool(every), (seed, objective)
            assert found.optimal, (seed, objective)
            if every:
                assert value((found.cost.minor, found.hours, found.weeks)) == min(map(value, every)), (seed, objective)
                assert found.bound == value((found.cost.minor, found.hours, found.weeks))[0], (seed, objective)


def in_any_order(seed):
    rng = random.Random(seed)  # noqa: S311 (made-up markets need no secure randomness)
    limits = Limits(hours_per_week=rng.randint(2, 6), start=MONDAY)
    order, _ = walk([offer for offer in calendars.market(rng) if can_be_taken(offer, limits)], Standing({}))
    return order, limits, rng.randint(3, 8)


def test_every_choice_is_placed_as_soon_as_can_be_and_no_lower_limit_is_too_high():
    worse = 0
    for seed in range(7000, 7040):
        order, limits, weeks = in_any_order(seed)
        until = MONDAY + timedelta(weeks=weeks, days=-1)
        least = calendars.soonest(order, replace(limits, deadline=until))
        found = place(Wanted.of(order, START), limits, weeks, soonest=True, allowance=Allowance(20.0))
        assert found.fit is (Fit.NO if least is None else Fit.YES), seed
        if least is not None:
            assert found.soonest == found.weeks == least, seed
            assert earliest(order, START, limits) <= least, seed
            one_by_one = schedule(order, START, limits)
            worse += one_by_one is None or max((slot.end for slot in one_by_one), default=0) > least
    assert worse, "the cases are too easy: one after the other is enough everywhere"


def test_what_stands_in_the_way_does_not_fit_by_itself_and_all_but_one_of_it_does():
    seen = 0
    for seed in range(8000, 8030):
        order, limits, weeks = in_any_order(seed)
        wanted = Wanted.of(order, START)
        if place(wanted, limits, weeks, soonest=False, allowance=Allowance(20.0)).fit is not Fit.NO:
            continue
        kept = in_the_way(wanted, limits, weeks, Allowance(20.0))
        assert kept, seed
        assert place(wanted.only(kept), limits, weeks, soonest=False, allowance=Allowance(20.0)).fit is Fit.NO, seed
        for one in kept:
            rest = [place_ for place_ in kept if place_ != one]
            assert place(wanted.only(rest), limits, weeks, soonest=False, allowance=Allowance(20.0)).fit is Fit.YES, (
                seed
            )
        seen += len(kept) < len(order)
    assert seen


def test_a_calendar_keeps_to_starts_prerequisites_and_the_hours_of_a_week():
    """Shown weeks are checked as a learner would: what builds on a course starts after it, no stretch holds more than it can."""
    for seed in range(9000, 9030):
        market, target, limits = made_up(seed)
        found = plan(market, NOBODY, target, limits, Objective.FASTEST)
        slots = {step.offer.id: (step.start_week, step.end_week) for step in found.steps}
        for step in found.steps:
            offer, (start, end) = step.offer, slots[step.offer.id]
            assert 1 <= start <= end <= (found.weeks or 0), seed
            assert not offer.starts or start in {(day - MONDAY).days // 7 + 1 for day in offer.starts}, seed
            for group in offer.requires:
                before = [
                    slots[other.offer.id][1] + bool(other.offer.weeks or other.offer.starts)
                    for other in found.steps
                    if other.offer is not offer
                    and any(other.offer.provides.get(one.skill, 0) >= one.level for one in group)
                ]
                assert min(before) <= start, seed
        for first in range(1, (found.weeks or 0) + 1):
            for last in range(first, found.weeks + 1):
                inside = [
                    step.offer.hours for step in found.steps if first <= step.start_week and step.end_week <= last
                ]
                assert sum(inside) <= (last - first + 1) * limits.hours_per_week, seed


def test_a_cheaper_choice_without_a_calendar_gives_way_to_the_cheapest_with_one():
    """Three cheap courses run in the same two weeks and fill them, the dear ones whenever wanted."""
    skills = "abc"
    cheap = [
        Offer(id=f"cheap-{one}", provides={one: 1}, cost=Money(1000, "EUR"), hours=16, weeks=2, starts=(MONDAY,))
        for one in skills
    ]
    dear = [
        Offer(id=f"dear-{one}", provides={one: 1}, cost=Money(5000 + 100 * number, "EUR"), hours=16, weeks=2)
        for number, one in enumerate(skills)
    ]
    target = Target(tuple(Need(one, 1) for one in skills))
    limits = Limits(hours_per_week=10, start=MONDAY, weeks=6)
    found = plan([*cheap, *dear], NOBODY, target, limits)
    assert [step.offer.id for step in found.steps] == ["cheap-c", "dear-a", "dear-b"]
    assert found.optimal
    assert found.bound == found.cost.minor == 11100
    assert not plan([*cheap, *dear], NOBODY, target, replace(limits, weeks=5)).complete


def test_many_crowded_terms_are_proven():
    rng = random.Random(4)  # noqa: S311 (made-up markets need no secure randomness)
    market = []
    for number in range(48):
        skill = number % 6
        starts = tuple(MONDAY.fromordinal(MONDAY.toordinal() + 7 * week) for week in rng.sample(range(30), 2))
        market.append(
            Offer(
                id=f"o{number:02}",
                provides={f"s{skill}": rng.randint(1, 2)},
                cost=Money(rng.randint(10, 99) * 100, "EUR"),
                hours=rng.randint(12, 30),
                weeks=rng.randint(4, 10),
                starts=starts if number % 3 else (),
                requires=((SkillLevel(f"s{skill - 1}", 1),),) if skill > 2 else (),
            )
        )
    target = Target(tuple(Need(f"s{skill}", 2) for skill in range(6)))
    for objective in (Objective.CHEAPEST, Objective.FASTEST):
        found = plan(market, NOBODY, target, Limits(hours_per_week=10, start=MONDAY, weeks=40), objective)
        assert found.complete, objective
        assert found.optimal, objective


def test_what_is_granted_for_courses_that_end_with_the_last_week_is_granted_in_time():
    """The two cheapest crowd each other out; one of them and a dear one fill the time to its last day."""

    def course(key, cents, hours, weeks, *days):
        starts = tuple(date(2026, 9, day) for day in days)
        return Offer(id=key, provides={}, cost=Money(cents, "EUR"), hours=hours, weeks=weeks, starts=starts)

    whole = Offer(
        id="whole", provides={"whole": 1}, cost=Money(0, ""), hours=0, granted=True, requires=(("b", "c"), ("d",)),
    )  # fmt: skip
    market = [course("b", 20, 3, 2), course("c", 11, 6, 2, 14), course("d", 1, 5, 1, 24), whole]
    limits = Limits(hours_per_week=5, start=MONDAY, deadline=date(2026, 10, 8))
    found = plan(market, NOBODY, Target((Need("whole", 1),)), limits)
    assert [(step.offer.id, step.start_week, step.end_week) for step in found.steps] == [
        ("b", 1, 2),
        ("d", 3, 4),
        ("whole", 4, 4),
    ]
    assert (found.cost.minor, found.optimal) == (21, True)
