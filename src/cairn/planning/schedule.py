"""Put chosen offers on weeks, within the hours a week has."""

from __future__ import annotations

from collections.abc import Sequence
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


def can_be_taken(offer: Offer, limits: Limits) -> bool:
    """Whether the offer still starts, and whether its weekly load fits the learner's week if it sets the pace."""
    if starting_weeks(offer, limits) == []:
        return False
    fixed = offer.starts and offer.weeks and limits.hours_per_week
    return not fixed or offer.hours <= (offer.weeks or 1) * (limits.hours_per_week or 0)


def schedule(order: Sequence[Offer], standing: Standing, limits: Limits) -> list[Slot] | None:
    """Weeks for offers given in an order their prerequisites allow; None if a fixed start cannot be kept.

    Each offer in turn takes the earliest time that is free. Offers with `weeks` spread their hours evenly and are followed the
    week after; the others take whatever is left of each week and may be followed within the same week.
    """
    per_week = limits.hours_per_week
    if per_week is None:
        return None
    free: dict[int, Fraction] = {}
    slots: list[Slot] = []
    for place, offer in enumerate(order):
        ready = 1
        for group in offer.requires:
            if not any(standing.has(alternative) for alternative in group):
                ends = [
                    slots[before].end + (1 if order[before].weeks else 0)
                    for before in range(place)
                    if any(gives(order[before], alternative) for alternative in group)
                ]
                ready = max(ready, min(ends))
        slot = (
            _paced(offer, ready, free, per_week, limits)
            if offer.weeks or offer.starts
            else _free(offer, ready, free, per_week)
        )
        if slot is None:
            return None
        slots.append(slot)
    return slots


def _paced(offer: Offer, ready: int, free: dict[int, Fraction], per_week: int, limits: Limits) -> Slot | None:
    weeks = length(offer, limits)
    load = Fraction(offer.hours, weeks)
    starts = starting_weeks(offer, limits)
    for start in range(ready, HORIZON) if starts is None else [week for week in starts if week >= ready]:
        span = range(start, start + weeks)
        if all(free.get(week, Fraction(per_week)) >= load for week in span):
            for week in span:
                free[week] = free.get(week, Fraction(per_week)) - load
            return Slot(start, start + weeks - 1)
    return None


def _free(offer: Offer, ready: int, free: dict[int, Fraction], per_week: int) -> Slot | None:
    left = Fraction(offer.hours)
    first = None
    for week in range(ready, HORIZON):
        room = free.get(week, Fraction(per_week))
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
