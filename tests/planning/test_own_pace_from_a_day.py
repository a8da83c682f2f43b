"""Offers that begin on a day and say no weeks go at the learner's own pace from then on; near alternatives say what they lose."""

import random
from datetime import date, timedelta

from cairn.planning import Learner, Limits, Money, Need, Objective, Offer, SkillLevel, Target, Worth, plan

MONDAY = date(2026, 9, 7)


def offer(name, skill, *, price=0, **more):
    return Offer(id=name, provides={skill: 1}, cost=Money(price, "EUR"), **more)


def wanted(*skills):
    return Target(tuple(Need(skill, 1) for skill in skills))


def weeks(found):
    return {step.offer.id: (step.start_week, step.end_week) for step in found.steps}


def test_two_that_begin_on_the_same_day_are_done_beside_each_other():
    market = [offer(name, name, hours=16, starts=(MONDAY + timedelta(weeks=1),)) for name in "ab"]
    last = MONDAY + timedelta(weeks=5, days=-1)  # four weeks from then on hold 40 hours
    found = plan(market, Learner(), wanted("a", "b"), Limits(hours_per_week=10, start=MONDAY, deadline=last))
    assert weeks(found) == {"a": (2, 3), "b": (2, 5)}
    least = found.weeks * 7 - 7  # 32 hours take more than three of these weeks
    late = plan(
        market,
        Learner(),
        wanted("a", "b"),
        Limits(hours_per_week=10, start=MONDAY, deadline=MONDAY + timedelta(days=least - 1)),
    )
    assert not late.complete


def test_it_is_followed_in_the_week_in_which_it_ends():
    market = [
        offer("day", "a", hours=4, starts=(MONDAY + timedelta(days=9),)),
        offer("after", "b", hours=6, requires=((SkillLevel("a", 1),),)),
        offer("course", "c", hours=4, weeks=1, requires=(("day",),)),
    ]
    found = plan(market, Learner(), wanted("a", "b", "c"), Limits(hours_per_week=14, start=MONDAY), Objective.FASTEST)
    assert weeks(found) == {"day": (2, 2), "after": (2, 2), "course": (2, 2)}


def test_it_waits_for_the_next_day_where_what_it_asks_for_is_there_too_late_for_the_first():
    days = (MONDAY, MONDAY + timedelta(weeks=4))
    market = [offer("first", "a", hours=20), offer("day", "b", hours=5, requires=(("first",),), starts=days)]
    found = plan(market, Learner(), wanted("b"), Limits(hours_per_week=10, start=MONDAY))
    assert weeks(found) == {"first": (1, 2), "day": (5, 5)}


def alternatives(market, objective, worth=None):
    found = plan(market, Learner(), Target((Need("k", 1),), worth), Limits(hours_per_week=8, start=MONDAY), objective)
    return {tie.offer.id: tie.why for tie in found.alternatives}


def test_an_alternative_that_takes_less_says_that_it_ends_later():
    october = MONDAY + timedelta(weeks=4)
    market = [offer("soon", "k", price=40000, hours=45), offer("october", "k", price=5000, hours=30, starts=(october,))]
    told = {"october": "The plan would end 2 weeks later. It takes €350 less and 15 hours less."}
    assert alternatives(market, Objective.FASTEST) == told
    assert alternatives(market, Objective.CHEAPEST) == {"soon": "It takes €350 more and 15 hours more."}


def test_an_alternative_that_takes_less_says_that_it_is_less_recognised_or_returns_less():
    market = [
        offer("known", "k", price=40000, hours=45, recognition=3, expected_return=900),
        offer("cheap", "k", price=5000, hours=30, recognition=1, expected_return=400),
    ]
    takes = "It takes €350 less and 15 hours less."
    assert alternatives(market, Objective.MOST_RECOGNISED) == {
        "cheap": f"Its least recognised step would be less recognised. {takes}"
    }
    assert alternatives(market, Objective.BEST_RETURN) == {"cheap": f"The plan would return €5 less. {takes}"}


def test_what_waiting_loses_of_a_premium_is_told_of_an_alternative():
    later = MONDAY + timedelta(weeks=40)
    market = [offer("soon", "k", price=40000, hours=40), offer("late", "k", price=5000, hours=40, starts=(later,))]
    worth = Worth(premium=1_000_000)
    (why,) = alternatives(market, Objective.BEST_RETURN, worth).values()
    loss = worth.value(5) - worth.value(45) - 35000  # done in week 5 or, from week 41 on, in week 45
    assert why == f"The plan would return {Money(loss, 'EUR')} less. It takes €350 less."


def test_own_pace_from_a_day_on_never_asks_for_more_than_a_block_at_full_speed():
    rng = random.Random(7)  # noqa: S311 (made-up markets need no secure randomness)
    for _ in range(25):
        hours, per_week, into = rng.randint(1, 30), rng.randint(2, 9), rng.randint(0, 6)
        day = MONDAY + timedelta(weeks=rng.randint(0, 3), days=into)
        begun = (day - MONDAY).days // 7 + 1
        needed = -(-hours // per_week)
        found = plan(
            [offer("a", "a", hours=hours, starts=(day,))],
            Learner(),
            wanted("a"),
            Limits(hours_per_week=per_week, start=MONDAY),
            Objective.FASTEST,
        )
        assert weeks(found) == {"a": (begun, begun + needed - 1)}
