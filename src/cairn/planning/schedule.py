"""Put chosen offers on weeks, within the hours a week has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from cairn.planning.replay import Standing, gives
from cairn.planning.values import Limits, Offer

HORIZON = 52 * 50
"""Weeks after which a plan is no plan any more."""


@dataclass(frozen=True)
class Slot:
    """First and last week of an offer, counted from 1."""

    start: int
    end: int


def length(offer: Offer, limits: Limits) -> int:
    """The least number of weeks the offer takes; 0 where the pace is free and weeks are not counted."""
    if limits.hours_per_week is None:
        return offer.weeks or 0
    return max(offer.weeks or 1, -(-offer.hours // limits.hours_per_week))


def starting_weeks(offer: Offer, limits: Limits) -> list[int] | None:
    """The weeks the offer may start in, None for any. Days before the learner's start are over."""
    if not offer.starts or limits.start is None:
        return None
    return sorted({_week(day, limits.start) for day in offer.starts if day >= limits.start})


def ready_weeks(offer: Offer, limits: Limits) -> list[int] | None:
    """As `starting_weeks`, of those that end in time, but a course that starts in the middle of a week counts from the week after: it ends
    as if it began then."""
    if not offer.starts or limits.start is None:
        return None
    begun = beginnings(offer, 1, limits)
    return sorted({week + bool(into) for week, into in begun})


def can_be_taken(offer: Offer, limits: Limits) -> bool:
    """Whether the offer still starts, and whether its weekly load fits the learner's week if it sets the pace."""
    if starting_weeks(offer, limits) == []:
        return False
    fixed = offer.starts and offer.weeks and limits.hours_per_week
    return not fixed or offer.hours <= (offer.weeks or 1) * (limits.hours_per_week or 0)


def crowding(offers: Sequence[Offer], limits: Limits) -> list[tuple[int, dict[int, int]]]:
    """What room a week has, and what of it each paced offer takes over all its weeks: no calendar of fewer weeks holds them.

    Hours alone say too little: of two courses that each take more than half of a week, no week holds both. So for k of 1, 2, 3 a week has
    room k, and an offer that takes the share x of it takes (k+1)x, rounded down, where that is no whole number, else kx, rounded down
    (the dual feasible functions of Fekete and Schepers). Weeks that an offer only touches at its ends count as nothing.
    """
    found = []
    for room in (1, 2, 3):
        terms: dict[int, int] = {}
        for place, offer in enumerate(offers):
            if sets_pace(offer) and not offer.granted and limits.hours_per_week:
                weeks = length(offer, limits)
                share = Fraction(offer.hours, weeks * limits.hours_per_week)
                more = (room + 1) * share
                taken = int(room * share) if more.denominator == 1 else int(more)
                whole = weeks - 1 if offer.starts else weeks
                if taken * whole:
                    terms[place] = min(taken, room) * whole
        if terms:
            found.append((room, terms))
    return found


def earliest(order: Sequence[Offer], standing: Standing, limits: Limits) -> int:
    """A week before which no calendar of these offers ends: each as soon as what it waits for allows, the hours of all, and crowding."""
    per_week = limits.hours_per_week or 1
    supports = [supports_of(offer, order, standing) for offer in order]
    least = [least_of(offer, groups) for offer, groups in zip(order, supports, strict=True)]
    after: dict[int, int] = {}
    ends: dict[int, int] = {}
    while True:
        before = dict(after)
        for place, offer in enumerate(order):
            ready = sorted(
                min(after[o] for o in group if o in after) for group in supports[place] if group & after.keys()
            )
            if len(ready) < least[place]:
                continue
            week = ready[least[place] - 1] if least[place] else 1
            if offer.granted:
                after[place] = week
                continue
            start, into = (
                next(iter(beginnings(offer, week, limits)), (HORIZON, 0)) if has_calendar(offer) else (week, 0)
            )
            ends[place] = start + length(offer, limits) + bool(into) - 1
            after[place] = ends[place] + 1 if sets_pace(offer) else ends[place]
        if after == before:
            break
    hours = -(-sum(offer.hours for offer in order) // per_week)
    crowded = (-(-sum(terms.values()) // room) for room, terms in crowding(order, limits))
    return max(hours, *ends.values(), *crowded, 0)


def schedule(order: Sequence[Offer], standing: Standing, limits: Limits) -> list[Slot] | None:
    """Weeks for offers that can be taken in this order; None without hours per week, or if they do not fit into the time there is.

    Offers with `weeks` spread their hours evenly and are followed the week after; the others take whatever is left of each week, from
    their day on if they start on fixed ones, and may be followed within the same week. Of what can be placed next, offers with a
    calendar come first, then those with the longest way still behind them; each takes the earliest time that is free. Where that finds
    no room, who must be done soonest comes first, so that fixed starts are reached.
    """
    if limits.hours_per_week is None:
        return None
    found, _ = attempt(order, standing, limits)
    return found


def attempt(order: Sequence[Offer], standing: Standing, limits: Limits) -> tuple[list[Slot] | None, Offer | None]:
    """As `schedule`, and where that finds no room: the offer that was too late."""
    supports = [supports_of(offer, order, standing) for offer in order]
    least = [least_of(offer, groups) for offer, groups in zip(order, supports, strict=True)]
    behind = _behind(order, supports, limits)
    urgent = [(not has_calendar(one), -behind[at]) for at, one in enumerate(order)]
    found = _one_by_one(order, supports, least, limits, urgent)
    if isinstance(found, Offer) and any(offer.starts for offer in order):
        due = _due(order, supports, limits)
        found = _one_by_one(order, supports, least, limits, [(one, -behind[at]) for at, one in enumerate(due)])
    return (None, found) if isinstance(found, Offer) else (found, None)


def as_soon(
    order: Sequence[Offer],
    supports: Sequence[Sequence[Set[int]]],
    least: Sequence[int],
    limits: Limits,
    slots: Sequence[Slot],
) -> list[Slot] | None:
    """The weeks of a calendar that works out, where whatever can begin sooner does: courses with fixed starts stay where they are, or,
    where that leaves no room for others, all that set the pace."""
    urgent = [(slot.end, slot.start) for slot in slots]
    last = max((slot.end for slot in slots), default=0)
    for kept in ([bool(one.starts) and sets_pace(one) for one in order], [sets_pace(one) for one in order]):
        found = _one_by_one(
            order, supports, least, limits, urgent, {at: slots[at] for at, one in enumerate(kept) if one}
        )
        if not isinstance(found, Offer) and max((slot.end for slot in found), default=0) <= last:
            return found
    return None


def _one_by_one(
    order: Sequence[Offer],
    supports: Sequence[Sequence[Set[int]]],
    least: Sequence[int],
    limits: Limits,
    urgent: Sequence[tuple[int, int]],
    settled: Mapping[int, Slot] | None = None,
) -> list[Slot] | Offer:
    """Of what can be placed next always the most urgent (the least), at the earliest time that is free; the offer that finds no room."""
    free = _Free(limits)
    settled = settled or {}
    for place, kept in settled.items():
        if not order[place].granted and _paced(order[place], kept.start, free) != kept:
            return order[place]
    slots: dict[int, Slot] = {}
    after: dict[int, int] = {}
    while len(slots) < len(order):
        first = {
            place: sorted(
                min(after[other] for other in group if other in after) for group in groups if group & after.keys()
            )
            for place, groups in enumerate(supports)
            if place not in slots
        }
        open_places = [place for place, weeks in first.items() if len(weeks) >= least[place]]
        place = min(open_places, key=lambda at: (urgent[at], at))
        ready = first[place][least[place] - 1] if least[place] else 1
        offer = order[place]
        if offer.granted:
            ended = [
                min(slots[o].end for o in group if o in slots) for group in supports[place] if group & slots.keys()
            ]
            end = sorted(ended)[least[place] - 1] if least[place] else 1
            slots[place], after[place] = Slot(end, end), ready
            continue
        slot = settled.get(place) or (_paced if sets_pace(offer) else _free)(offer, ready, free)
        if slot is None or slot.start < ready:
            return offer
        slots[place], after[place] = slot, slot.end + 1 if sets_pace(offer) else slot.end
    return [slots[place] for place in range(len(order))]


def _due(order: Sequence[Offer], supports: Sequence[Sequence[Set[int]]], limits: Limits) -> list[int]:
    """The week in which each offer should begin at the latest, so that those that build on it can still start."""
    latest = [
        max((week for week, _ in beginnings(one, 1, limits)), default=1) if one.starts else HORIZON for one in order
    ]
    for place in range(len(order) - 1, -1, -1):
        for later in range(place + 1, len(order)):
            if any(place in group and min(group) >= place for group in supports[later]):
                latest[place] = min(latest[place], latest[later] - length(order[place], limits))
    return latest


def in_order(order: Iterable[Offer], slots: Mapping[str, Slot], standing: Standing) -> list[Offer]:
    """The offers as the calendar has them, each after those that it builds on also where both begin in one week."""
    return walkable(sorted(order, key=lambda offer: (slots[offer.id].start, slots[offer.id].end)), standing)


def walkable(wanted: Sequence[Offer], standing: Standing) -> list[Offer]:
    """The offers as wanted, but each after those that it builds on. Taken together they can be walked through."""
    waiting, reached = list(wanted), Standing.of(standing.levels, standing.names)
    found: list[Offer] = []
    while waiting:
        found.append(next(offer for offer in waiting if reached.can_start(offer)))
        reached.complete(found[-1])
        waiting.remove(found[-1])
    return found


def least_of(offer: Offer, groups: Sequence[Set[int]]) -> int:
    """How many of the groups that are not satisfied from the start must be."""
    if offer.at_least is None:
        return len(groups)
    return max(0, offer.at_least - (len(offer.requires) - len(groups)))


def has_calendar(offer: Offer) -> bool:
    """Whether the offer sets the pace, or the day it begins on."""
    return bool(offer.weeks or offer.starts)


def sets_pace(offer: Offer) -> bool:
    """Whether the offer spreads its hours itself; all others go at the learner's own pace, some of them from a fixed day on."""
    return bool(offer.weeks)


def supports_of(offer: Offer, order: Sequence[Offer], standing: Standing) -> list[Set[int]]:
    """Per group of prerequisites that is not satisfied from the start: the places of the other offers that satisfy it."""
    return [
        {place for place, other in enumerate(order) if other is not offer and any(gives(other, one) for one in group)}
        for group in offer.requires
        if not any(standing.has(one) for one in group)
    ]


def _behind(order: Sequence[Offer], supports: Sequence[Sequence[Set[int]]], limits: Limits) -> list[int]:
    """Per offer the weeks of the longest chain that waits for it."""
    weeks = [0] * len(order)
    for place in range(len(order) - 1, -1, -1):
        for later in range(place + 1, len(order)):
            if any(place in group and min(group) >= place for group in supports[later]):
                weeks[place] = max(weeks[place], weeks[later] + length(order[later], limits))
    return weeks


class _Free(dict[int, Fraction]):
    """The hours that are left in each week."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.last = HORIZON - 1 if limits.weeks_available is None else min(limits.weeks_available, HORIZON - 1)

    def __missing__(self, week: int) -> Fraction:
        self[week] = self.limits.room(week)
        return self[week]


def _paced(offer: Offer, ready: int, free: _Free) -> Slot | None:
    limits, weeks = free.limits, length(offer, free.limits)
    load = Fraction(offer.hours, weeks)
    for start, into in beginnings(offer, ready, limits):
        loads = dict.fromkeys(range(start, start + weeks), load)
        if into:  # it begins in the middle of a week, and so it ends: the first and the last week share one week's work
            loads[start] = load * (7 - into) / 7
            loads[start + weeks] = load * into / 7
        if all(free[week] >= much for week, much in loads.items()):
            for week, much in loads.items():
                free[week] -= much
            return Slot(start, max(loads))
    return None


def beginnings(offer: Offer, ready: int, limits: Limits) -> Iterable[tuple[int, int]]:
    """The weeks from `ready` on in which the offer may start and end in time, each with how many days of it are over by then."""
    available = 7 * HORIZON if limits.days_available is None else limits.days_available
    last = available - (7 * length(offer, limits) if offer.weeks else 1)  # days before the latest beginning
    if not offer.starts or limits.start is None:
        return ((week, 0) for week in range(ready, min(last // 7 + 2, HORIZON)))
    days = sorted(day for day in offer.starts if 0 <= (day - limits.start).days <= last)
    found = [(_week(day, limits.start), _into(day, limits.start) if offer.weeks else 0) for day in days]
    return [one for one in dict.fromkeys(found) if one[0] >= ready]


def _free(offer: Offer, ready: int, free: _Free) -> Slot | None:
    left = Fraction(offer.hours)
    first = None
    if offer.starts:  # it is begun on its day, whatever of that week is left
        ready = first = next((week for week, _ in beginnings(offer, ready, free.limits)), HORIZON)
    for week in range(ready, free.last + 1):
        room = free[week]
        if room or not left:
            first = first or week
            taken = min(room, left)
            free[week] = room - taken
            left -= taken
        if not left:
            return Slot(first or week, week)
    return None


def _week(day: date, start: date) -> int:
    return (day - start).days // 7 + 1


def _into(day: date, start: date) -> int:
    return (day - start).days % 7
