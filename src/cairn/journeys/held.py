"""Everything of a person that can count towards a stack: own awards, those of other issuers, what agreements make of both, decisions.

Only what was verified counts of other issuers' credentials. An agreement gives an award of its own, which names where it comes from;
the engine never counts both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.journeys import holdings
from cairn.people.models import Person
from cairn.recognition.models import ExternalAward
from cairn.recognition.queries import held_elsewhere
from cairn.stacking.requirements import nodes


@dataclass(frozen=True)
class Held:
    """What counts and what was decided. ``decisions`` name requirements of the stack they were made about."""

    awards: tuple[stacking.Award, ...] = ()
    decisions: tuple[stacking.Decision, ...] = ()

    def leaving_out(self, ids: Collection[str]) -> list[stacking.Award]:
        """Return the awards but these, and what agreements make of these."""
        return [award for award in self.awards if award.id not in ids and award.id.partition("→")[0] not in ids]

    def decisions_for(self, rule: stacking.Requirement) -> tuple[stacking.Decision, ...]:
        """Return the decisions about requirements that the rule has: one made about another version may be about nothing here."""
        known = {node.id for node in nodes(stacking.numbered(rule))} if self.decisions else set()
        return tuple(decision for decision in self.decisions if decision.requirement in known)


def held_by(person: Person, version: DefinitionVersion | None, at: datetime) -> Held:
    """Return what the person holds that could count towards a version (without one: towards any) at a moment."""
    own = holdings.values_of(holdings.awards_of(person))
    return Held((*own, *held_elsewhere(person)))


def from_outside(low: int, high: int) -> set[int]:
    """Return who, above ``low`` up to ``high``, holds anything that is not an award of this site alone: they are weighed one by one."""
    rows = ExternalAward.objects.filter(person__gt=low, person__lte=high, standing=ExternalAward.Standing.VERIFIED)
    return set(rows.values_list("person_id", flat=True))
