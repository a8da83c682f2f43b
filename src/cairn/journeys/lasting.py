"""What runs out before a plan is done: what is held and may be earned again, and parts of stacks inside a larger one.

A plan without hours a week earns everything on one day, and nothing runs out meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from cairn import planning
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import achievement_family, rows_now
from cairn.journeys.amounts import told_of
from cairn.journeys.held import held_by
from cairn.journeys.services import stacks
from cairn.people.models import Person
from cairn.planning.counting import named


def to_earn_again(version: DefinitionVersion, person: Person, at: datetime) -> frozenset[str]:
    """Return what is held toward a rule and runs out one day, in all its versions: a longer plan may earn it again.

    What an offer asks for beforehand stays held: whoever has it today can begin.
    """
    held = [one for one in held_by(person, version, at).awards if not one.fault(at)]
    staying = {one.achievement for one in held if one.valid_until is None}
    families = [achievement_family(one.achievement) for one in held if one.valid_until]
    found = {name for family in families if staying.isdisjoint(family) for name in family}
    if found:
        planned = (row.planned for row in rows_now(at).offers if row.planned is not None)
        found -= {name for one in planned for group in one.requires for name in group if isinstance(name, str)}
    return frozenset(found)


def without_again(holds: frozenset[str], again: Collection[str], told: Iterable[planning.Offer]) -> frozenset[str]:
    """Return what is held as the planner takes it where some of it may be earned again toward what is told."""
    counted = {name for one in told if one.counting is not None for name in one.counting.names}
    open_still = (family for family in map(achievement_family, counted.intersection(again)))
    return holds.difference(*open_still)


def inside(
    names: Iterable[object], person: Person | None, at: datetime, *, holds: Collection[str], currency: str
) -> Iterator[planning.Offer]:
    """The stacks among what a larger one asks for, and among what these ask for, whose parts run out: as what is judged on a plan's days.

    Each stands for what the catalogue tells the planner of it, by the same id.
    """
    published = {stack[-1].achievement: stack for stack in rows_now(at).granted}
    waiting = list(names)
    seen: set[object] = set()
    while waiting:
        name = waiting.pop()
        stack = published.get(name) if isinstance(name, str) and name not in seen and name not in holds else None
        seen.add(name)
        if stack is None:
            continue
        whole = stack[-1]
        version = DefinitionVersion.objects.get(pk=int(whole.id.partition(":")[2]))
        told = told_of(stacks.readied(version), person, at, address=whole.achievement, holds=holds, currency=currency)
        if told is not None and told.judged:
            yield replace(told.granted, id=whole.id, provides=whole.provides)
        asked = named(group for one in stack for group in one.requires)
        waiting += sorted(one for one in asked if isinstance(one, str))


__all__ = ["inside", "to_earn_again", "without_again"]
