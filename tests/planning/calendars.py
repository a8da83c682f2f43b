"""Every calendar of some offers, tried out by brute force and written apart from the planner, in days and in hours."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, permutations, product

from cairn.planning import Limits, Money, Need, Offer, SkillLevel, Target

MONDAY = date(2026, 9, 7)
SKILLS = "stu"
HORIZON = 16
"""Weeks after which nothing made up here can still be going on."""


def market(rng: random.Random) -> list[Offer]:
    """Courses with terms, with starting days (some in the middle of a week), and with neither."""
    found = []
    for name in "abcde"[: rng.randint(2, 5)]:
        days = [7 * rng.randint(0, 4) + rng.choice((0, 0, 0, 3)) for _ in range(rng.choice((0, 0, 1, 2)))]
        groups = [
            tuple(SkillLevel(rng.choice(SKILLS), rng.randint(1, 2)) for _ in range(rng.choice((1, 1, 2))))
            for _ in range(rng.choice((0, 0, 1, 1)))
        ]
        found.append(
            Offer(
                id=name,
                provides={skill: rng.randint(1, 2) for skill in rng.sample(SKILLS, rng.choice((1, 1, 2)))},
                cost=Money(rng.randint(0, 9), "EUR"),
                hours=rng.randint(0, 9),
                requires=tuple(groups),
                weeks=rng.choice((None, 1, 2, 3)),
                starts=tuple(MONDAY + timedelta(days=day) for day in sorted(set(days))),
            )
        )
    return found


def question(rng: random.Random) -> tuple[Target, Limits]:
    """What is wanted, and how much time there is."""
    needs = [Need(skill, rng.randint(1, 2)) for skill in rng.sample(SKILLS, rng.choice((1, 2, 2, 3)))]
    weeks = rng.choice((None, *range(1, 8)))
    deadline = None if weeks is None else MONDAY + timedelta(weeks=weeks, days=rng.randint(-1, 3))
    return Target(tuple(needs)), Limits(hours_per_week=rng.randint(2, 7), start=MONDAY, deadline=deadline)


type Run = tuple[int, int, dict[int, Fraction]]
"""First and last week of a paced offer, and its hours in each."""


def days_until(deadline: date | None) -> int:
    """Days on which something can be done, the deadline's own with them."""
    return sum(deadline is None or MONDAY + timedelta(day) <= deadline for day in range(7 * HORIZON))


def rooms(limits: Limits) -> dict[int, Fraction]:
    """Hours in each week that has a day before the deadline, the same on each of its days."""
    found: dict[int, Fraction] = {}
    for day in range(days_until(limits.deadline)):
        found[day // 7 + 1] = found.get(day // 7 + 1, Fraction(0)) + Fraction(limits.hours_per_week or 0, 7)
    return found


def runs(offer: Offer, limits: Limits) -> Iterator[Run]:
    """Every way to take an offer with weeks. Who starts with others goes at their pace."""
    per_week, room, days = limits.hours_per_week or 0, rooms(limits), days_until(limits.deadline)
    if offer.starts and offer.weeks and offer.hours > offer.weeks * per_week:
        return
    weeks = max(offer.weeks or 1, -(-offer.hours // per_week))
    begin = [((day - MONDAY).days // 7 + 1, (day - MONDAY).days % 7) for day in offer.starts]
    begin = begin if offer.starts else [(week, 0) for week in room]
    for week, into in begin:
        hours: dict[int, Fraction] = {}
        for day in range(7 * weeks):
            at = week + (into + day) // 7
            hours[at] = hours.get(at, Fraction(0)) + Fraction(offer.hours, 7 * weeks)
        if 7 * (week - 1) + into + 7 * weeks > days:  # it ends after the deadline
            continue
        if all(week in room and much <= room[week] for week, much in hours.items()):
            yield week, max(hours), hours


def openings(offer: Offer, limits: Limits) -> list[int]:
    """The weeks in which an offer at the learner's own pace may begin, and whenever there is room from then on it goes on; 1 for any."""
    days = [(day - MONDAY).days for day in offer.starts]
    return [day // 7 + 1 for day in days if 0 <= day < days_until(limits.deadline)] if offer.starts else [1]


def soonest(chosen: Sequence[Offer], limits: Limits) -> int | None:
    """The least last week of all calendars of a choice; None where none ends by the deadline.

    Every starting week of every paced offer is tried, and the others one after the other in every order: of two that want the same hours
    one comes first, and whoever is to be done first may have them first.
    """
    paced = [offer for offer in chosen if offer.weeks]
    free = [offer for offer in chosen if not offer.weeks]
    best: int | None = None
    for starting in product(*(list(runs(offer, limits)) for offer in paced)):
        room = rooms(limits)
        for _, _, hours in starting:
            for week, much in hours.items():
                room[week] -= much
        if any(left < 0 for left in room.values()):
            continue
        for order in permutations(free):
            for begun in product(*(openings(offer, limits) for offer in order)):
                waiting = list(zip(order, begun, strict=True))
                end = _followed(chosen, list(zip(paced, starting, strict=True)), waiting, dict(room))
                if end is not None and (best is None or end < best):
                    best = end
    return best


def _followed(
    chosen: Sequence[Offer],
    running: list[tuple[Offer, Run]],
    order: Sequence[tuple[Offer, int]],
    room: dict[int, Fraction],
) -> int | None:
    done_by: dict[str, int] = {}  # the first week in which others may build on it
    end = 0

    def ready(offer: Offer) -> int | None:
        weeks = []
        for group in offer.requires:
            able = [
                done_by[other.id]
                for other in chosen
                if other.id in done_by
                and any(isinstance(one, SkillLevel) and other.provides.get(one.skill, 0) >= one.level for one in group)
            ]
            if not able:
                return None
            weeks.append(min(able))
        return max(weeks, default=1)

    running, waiting = list(running), list(order)
    while running or waiting:
        for offer, (first, final, _) in running:
            week = ready(offer)
            if week is not None and week <= first:
                running = [one for one in running if one[0] is not offer]
                done_by[offer.id] = final + 1
                end = max(end, final)
                break
        else:
            if not waiting:
                return None
            offer, begun = waiting.pop(0)
            week, left = ready(offer), Fraction(offer.hours)
            if week is None or (offer.starts and week > begun):
                return None
            week = max(week, begun)
            while week in room:
                taken = min(left, room[week])
                room[week] -= taken
                left -= taken
                if not left:
                    break
                week += 1
            else:
                return None
            done_by[offer.id] = week
            end = max(end, week)
    return end


def plans(offers: Sequence[Offer], target: Target, limits: Limits) -> Iterator[tuple[int, int, int]]:
    """Every set of offers that reaches the target in time: money, hours, least last week."""
    for size in range(len(offers) + 1):
        for chosen in combinations(offers, size):
            if all(any(one.provides.get(need.skill, 0) >= need.level for one in chosen) for need in target.needs):
                end = soonest(chosen, limits)
                if end is not None:
                    yield sum(one.cost.minor for one in chosen), sum(one.hours for one in chosen), end
