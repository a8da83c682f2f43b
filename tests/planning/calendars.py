"""Every calendar of some offers, tried out by brute force and written apart from the planner, in days and in hours."""

from __future__ import annotations

import random
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


def whole_weeks(limits: Limits) -> int:
    """Weeks that are over by the deadline."""
    if limits.deadline is None:
        return HORIZON
    return max(week for week in range(HORIZON) if MONDAY + timedelta(weeks=week, days=-1) <= limits.deadline)


def runs(offer: Offer, per_week: int, last: int):
    """Every way to take a paced offer: its first and last week, and its hours in each. Who starts with others goes at their pace."""
    if offer.starts and offer.weeks and offer.hours > offer.weeks * per_week:
        return
    weeks = max(offer.weeks or 1, -(-offer.hours // per_week))
    begin = [((day - MONDAY).days // 7 + 1, (day - MONDAY).days % 7) for day in offer.starts]
    begin = begin or [(week, 0) for week in range(1, last + 1)]
    for week, into in begin:
        hours: dict[int, Fraction] = {}
        for day in range(7 * weeks):
            at = week + ((into if offer.weeks else 0) + day) // 7
            hours[at] = hours.get(at, Fraction(0)) + Fraction(offer.hours, 7 * weeks)
        if max(hours) <= last and max(hours.values()) <= per_week:
            yield week, max(hours), hours


def soonest(chosen, per_week: int, last: int) -> int | None:
    """The least last week of all calendars of a choice; None where none ends by ``last``.

    Every starting week of every paced offer is tried, and the others one after the other in every order: of two that want the same hours
    one comes first, and whoever is to be done first may have them first.
    """
    paced = [offer for offer in chosen if offer.weeks or offer.starts]
    free = [offer for offer in chosen if not (offer.weeks or offer.starts)]
    best = None
    for starting in product(*(list(runs(offer, per_week, last)) for offer in paced)):
        room = dict.fromkeys(range(1, last + 1), Fraction(per_week))
        for _, _, hours in starting:
            for week, much in hours.items():
                room[week] -= much
        if any(left < 0 for left in room.values()):
            continue
        for order in permutations(free):
            end = _followed(chosen, list(zip(paced, starting, strict=True)), order, dict(room), last)
            if end is not None and (best is None or end < best):
                best = end
    return best


def _followed(chosen, running, order, room, last) -> int | None:
    done_by: dict[str, int] = {}  # the first week in which others may build on it
    end = 0

    def ready(offer):
        weeks = []
        for group in offer.requires:
            able = [
                done_by[other.id]
                for other in chosen
                if other.id in done_by and any(other.provides.get(one.skill, 0) >= one.level for one in group)
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
            offer = waiting.pop(0)
            week, left = ready(offer), Fraction(offer.hours)
            if week is None:
                return None
            while week <= last:
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


def plans(offers, target: Target, limits: Limits):
    """Every set of offers that reaches the target in time: money, hours, least last week."""
    last = whole_weeks(limits)
    for size in range(len(offers) + 1):
        for chosen in combinations(offers, size):
            if all(any(one.provides.get(need.skill, 0) >= need.level for one in chosen) for need in target.needs):
                end = soonest(chosen, limits.hours_per_week, last)
                if end is not None:
                    yield sum(one.cost.minor for one in chosen), sum(one.hours for one in chosen), end
