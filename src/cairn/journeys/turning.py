"""On which days the answer about a rule can change, and when things should be earned: what a plan's calendar is told of a rule.

- **What can change it** (`turns_of`): windows that open or close, awards that run out, agreements that begin or end; how far apart things
  are earned, where the rule, or how long an award is valid, says so much; and which comes first, where parts have an order or something
  must not be there.
- **When things should be earned** (`when_of`): what the engine, asked about all of them at once, lets serve in a part with a window should
  be earned in that window; what it lets serve together, together.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils.formats import date_format

from cairn import planning
from cairn.journeys.asked import Asked, with_denied
from cairn.stacking.criteria import EarnedBetween, Recent

WEEK = timedelta(weeks=1)
MONTH = (28, 31)
"""Days of a month, at least and at most."""


def turns_of(asked: Asked) -> planning.Turns:
    """Return which differences between calendars an answer can depend on. Weeks count from the moment of asking."""
    rules = list(with_denied(asked.rule))
    found = {(moment - asked.at) // WEEK for moment in _moments(asked) if moment > asked.at}
    opening = [moment for moment in _waited_for(asked) if moment > asked.at]
    apart = {gap for low, high in _gaps(asked) for gap in range(low // 7, high // 7 + 2) if gap > 0}
    return planning.Turns(
        weeks=frozenset(week for one in found for week in (one, one + 1) if week > 0),
        apart=frozenset(apart),
        ordered=bool(asked.spoils) or any(rule.sequences for rule in rules),
        # to be farther apart never helps but with what must not be there
        latest=None
        if apart and asked.rule.denied
        else max(((one - asked.at) // WEEK + 1 for one in opening), default=0),
    )


def _moments(asked: Asked) -> Iterator[datetime]:
    """When something begins or ends that an answer can depend on."""
    yield from _waited_for(asked)
    yield from (one.until for one in asked.criteria if isinstance(one, EarnedBetween) and one.until)
    yield from (one.until for one in asked.agreements if one.until)
    for award in asked.held.awards:
        yield from (moment for moment in (award.valid_until, award.revoked_at) if moment is not None)
        yield from (interval.start for interval in award.suspended)
        yield from (award.earned + timedelta(days=one.days) for one in asked.criteria if isinstance(one, Recent))
        day = award.earned.astimezone(UTC).date()
        for rule in with_denied(asked.rule):
            for window in rule.windows:
                yield from map(_midnight, (window.rule.first(day), window.rule.last(day) + timedelta(days=1)))


def _waited_for(asked: Asked) -> Iterator[datetime]:
    """When something opens, or is no longer in the way."""
    yield from (one.since for one in asked.criteria if isinstance(one, EarnedBetween) and one.since)
    yield from (one.since for one in asked.agreements if one.since)
    for award in asked.held.awards:
        yield from (award.valid_from, award.earned)
        yield from (interval.end for interval in award.suspended if interval.end is not None)
        if award.valid_until is not None and asked.rule.denied:
            yield award.valid_until


def _gaps(asked: Asked) -> Iterator[tuple[int, int]]:
    """Days between two awards that can matter, each at least and at most."""
    yield from ((one.days, one.days) for one in asked.criteria if isinstance(one, Recent))
    yield from ((MONTH[0] * months, MONTH[1] * months) for months in set(asked.lasting.values()))
    for rule in with_denied(asked.rule):
        for window in rule.windows:
            days = [(window.rule.last(first) - first).days for first in (date(2027, 2, 1), date(2028, 1, 1))]
            yield min(days) - 3, max(days) + 3


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def when_of(asked: Asked, names: frozenset[str]) -> planning.When:
    """Return in which weeks these should be earned so that each serves where the engine lets it, as if all windows were open."""
    traces = asked.loosely(names).nodes()
    whose = {award.id: name for name in names for award in asked.earned[name]}
    since: dict[str, int] = {}
    until: dict[str, int] = {}
    why: dict[str, str] = {}
    serving: dict[int, set[str]] = {}
    for place in asked.rule.places:
        trace = traces.get(place.leaf.id)
        mine = serving[place.number] = {whose[one] for one in trace.used if one in whose} if trace else set()
        for one in place.criteria:
            if isinstance(one, EarnedBetween) and one.since and one.since > asked.at:
                week = -((asked.at - one.since) // WEEK)
                asks = f"Only what is earned from {date_format(one.since, 'j F Y')} on counts."
                since |= {name: week for name in mine if since.get(name, 0) < week}
                why |= {name: asks for name in mine if since[name] == week}
            if isinstance(one, EarnedBetween) and one.until:
                week = (one.until - asked.at) // WEEK
                until |= {name: week for name in mine if until.get(name, week) >= week}
    together = []
    for window in asked.rule.windows:
        inside = frozenset(name for place in window.places for name in serving.get(place, ()))
        day = asked.at.astimezone(UTC).date()
        if len(inside) > 1:
            together.append((inside, (window.rule.last(day) - day).days // 7))
    return planning.When(since=since, until=until, together=tuple(together), why=why)


__all__ = ["turns_of", "when_of"]
