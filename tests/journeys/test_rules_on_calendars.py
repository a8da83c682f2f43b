"""Rules as goals where offers have terms, starting days and prerequisites: of all calendars of all choices, tried out by brute force, none
is better than the plan, and each plan meets the rule on its days."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from itertools import combinations, permutations, product

import pytest
from tests.journeys.test_rules_as_goals import MOMENT, Question, a_question, holds_on_its_days, orders
from tests.planning import calendars

from cairn import planning, stacking

LAST = calendars.MONDAY + timedelta(weeks=9, days=-1)
"""The last day that is tried."""


def a_dated_question(seed: int) -> tuple[Question, planning.Limits]:
    """A random rule over four offers at most, of which some have terms or starting days; in every third some things count only later."""
    rng = random.Random(seed * 7 + 3)  # noqa: S311 (made-up rules need no secure randomness)
    opening = stacking.EarnedWithin(stacking.AwardsAtLeast(1), since=MOMENT + timedelta(days=rng.choice((6, 9, 16))))
    question = a_question(seed, opening if seed % 3 == 0 else None)
    question.offers = [
        replace(
            one,
            weeks=rng.choice((None, None, 1, 2, 3)),
            starts=tuple(calendars.MONDAY + timedelta(days=day) for day in sorted(set(days))),
        )
        for one in question.offers[:4]
        for days in [[7 * rng.randint(0, 4) + rng.choice((0, 0, 0, 3)) for _ in range(rng.choice((0, 0, 1, 2)))]]
    ]
    weeks = rng.choice((None, None, *range(2, 8)))
    deadline = None if weeks is None else calendars.MONDAY + timedelta(weeks=weeks, days=rng.randint(-1, 3))
    return question, planning.Limits(hours_per_week=rng.randint(2, 6), start=calendars.MONDAY, deadline=deadline)


def ends_of(
    chosen: Sequence[planning.Offer], limits: planning.Limits, waits: Sequence[int]
) -> Iterator[dict[str, int]]:
    """The weeks in which the offers end, of every calendar; at the learner's own pace they begin as soon as can be, or in one of these."""
    paced = [one for one in chosen if one.weeks]
    free = [one for one in chosen if not one.weeks]
    for starting in product(*(list(calendars.runs(one, limits)) for one in paced)):
        room = calendars.rooms(limits)
        for _, _, hours in starting:
            for week, much in hours.items():
                room[week] -= much
        if all(left >= 0 for left in room.values()):
            running = {one.id: (first, final) for one, (first, final, _) in zip(paced, starting, strict=True)}
            for order in permutations(free):
                opening = [
                    [(week, max(week, wait)) for week in calendars.openings(one, limits) for wait in waits]
                    for one in order
                ]
                for begun in product(*opening):
                    begins = {one.id: week for one, week in zip(order, begun, strict=True)}
                    ends = _walked(chosen, running, order, begins, dict(room))
                    if ends is not None:
                        yield ends


def _walked(
    chosen: Sequence[planning.Offer],
    running: Mapping[str, tuple[int, int]],
    order: Sequence[planning.Offer],
    begins: Mapping[str, tuple[int, int]],
    room: dict[int, Fraction],
) -> dict[str, int] | None:
    ends: dict[str, int] = {}
    open_from: dict[str, int] = {}  # by achievement, the first week in which others may build on it

    def ready(offer: planning.Offer) -> int | None:
        weeks = [open_from.get(str(group[0])) for group in offer.requires]
        return None if None in weeks else max((week for week in weeks if week), default=1)

    def done(offer: planning.Offer, end: int, following: int) -> None:
        ends[offer.id] = end
        open_from[offer.achievement] = min(following, open_from.get(offer.achievement, following))

    waiting, paced = list(order), [one for one in chosen if one.id in running]
    while waiting or paced:
        begun = next((one for one in paced if (week := ready(one)) is not None and week <= running[one.id][0]), None)
        if begun is not None:
            paced.remove(begun)
            done(begun, running[begun.id][1], running[begun.id][1] + 1)
            continue
        if not waiting:
            return None
        offer = waiting.pop(0)
        first, left = ready(offer), Fraction(offer.hours)
        opened, after = begins[offer.id]  # the week it begins in, and the first in which something is done
        if first is None or (offer.starts and first > opened):
            return None
        week = max(first, after)
        while left and week in room:
            taken = min(left, room[week])
            room[week], left = room[week] - taken, left - taken
            week += 1
        if left:
            return None
        done(offer, week - 1, week - 1)
    return ends


def best_of_all(question: Question, limits: planning.Limits, *, soonest: bool = False) -> tuple[int, ...] | None:
    """The least money, then hours, of every set of offers on every calendar, in every order that it leaves open; `soonest`: the last week,
    then hours and money."""
    days = calendars.days_until(min(limits.deadline or LAST, LAST))
    within = replace(limits, deadline=min(limits.deadline or LAST, LAST))
    waits = (1, 2, 3, 4) if question.asked.opens else (1,)

    @cache
    def met(line: tuple[str, ...], ends: tuple[int, ...]) -> bool:
        return question.met(line, ends, days)

    def reaches(chosen: Sequence[planning.Offer], ends: Mapping[str, int]) -> bool:
        for line in orders(chosen):
            weeks = [ends[one.id] for one in line]
            if weeks != sorted(weeks):
                continue
            for size in range(len(line) + 1):
                first: dict[str, int] = {}
                for one, week in zip(line[:size], weeks, strict=False):
                    first.setdefault(one.achievement, week)
                if met(tuple(first), tuple(first.values())):
                    return True
        return False

    best: tuple[int, ...] | None = None
    for size in range(len(question.offers) + 1):
        for chosen in combinations(question.offers, size):
            levels = max((one.provides.get("skill", 0) for one in chosen), default=0)
            money, hours = sum(one.cost.minor for one in chosen), sum(one.hours for one in chosen)
            if all(levels >= need.level for need in question.needs if need.skill == "skill"):
                calendar = (
                    {tuple(ends.items()): ends for ends in ends_of(chosen, within, waits)}
                    if best is None or soonest or ((money, hours) < best)
                    else {}
                )
                for ends in calendar.values():
                    value = (max(ends.values(), default=0), hours, money) if soonest else (money, hours)
                    if (best is None or value < best) and reaches(chosen, ends):
                        best = value
    return best


@pytest.mark.parametrize("seed", [434, *range(60, 69)])
def test_on_calendars_with_terms_and_windows_no_plan_ends_sooner_than_the_soonest(seed: int) -> None:
    question, limits = a_dated_question(seed)
    found = planning.plan(*question.posed, limits, planning.Objective.FASTEST)
    best = best_of_all(question, limits, soonest=True)
    assert not found.complete or holds_on_its_days(
        question, found, *([limits.days_available] if limits.days_available else [])
    )
    assert found.complete or best is None
    if best is not None:
        assert found.weeks is not None
        assert found.weeks <= best[0]
        assert found.optimal


@pytest.mark.parametrize("seed", [300, 434, 648, 687, *range(60, 84)])
def test_on_calendars_with_terms_and_windows_no_plan_is_better_and_each_meets_the_rule_on_its_days(seed: int) -> None:
    question, limits = a_dated_question(seed)
    found = planning.plan(*question.posed, limits)
    best = best_of_all(question, limits)
    assert not found.complete or holds_on_its_days(
        question, found, *([limits.days_available] if limits.days_available else [])
    )
    assert found.complete or best is None
    if best is not None:
        assert (found.cost.minor, found.hours) <= best
        assert found.optimal
