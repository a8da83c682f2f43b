"""Everything of a person that can count towards a stack, and what they call it.

1. Awards of this site, and credentials of other issuers that were verified.
2. What agreements with the awarding body make of these. Such an award names what it stands for; the engine never counts both.
3. What the awarding body recognised: as credit, toward a credential, or for a part of the rule (a decision).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.db.models.expressions import CombinedExpression
from django.utils.formats import date_format

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.people.models import Organisation, Person
from cairn.recognition.models import ExternalAward, RecognitionRequest
from cairn.recognition.queries import (
    EXTERNAL,
    brought_by,
    decisions_for,
    held_elsewhere,
    recognised,
    recognitions_of,
    rows_in_force,
)
from cairn.recognition.terms import as_agreement
from cairn.recognition.values import RECOGNITION
from cairn.stacking.articulation import articulate
from cairn.stacking.requirements import nodes

MADE_OF = "→"
"""What stands in the id of an award that an agreement gives, after the id of what it stands for."""


@dataclass(frozen=True)
class Held:
    """What counts and what was decided. ``refused`` says of awards of a partner, by id, why an agreement gives nothing for them."""

    awards: tuple[stacking.Award, ...] = ()
    decisions: tuple[stacking.Decision, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def leaving_out(self, ids: Collection[str]) -> list[stacking.Award]:
        """Return the awards but these, and what agreements make of these."""
        return [one for one in self.awards if one.id not in ids and one.id.partition(MADE_OF)[0] not in ids]

    def decisions_for(self, rule: stacking.Requirement) -> tuple[stacking.Decision, ...]:
        """Return the decisions about requirements that the rule has: one made about another version may be about nothing here."""
        known = {node.id for node in nodes(stacking.numbered(rule))} if self.decisions else set()
        return tuple(decision for decision in self.decisions if decision.requirement in known)


type Mark = tuple[frozenset[tuple[UUID, str]], frozenset[int], frozenset[UUID]]
"""What tells one state of what somebody holds from the next: their awards with their states, what they brought, what was recognised."""


@dataclass(frozen=True)
class Possessions:
    """What a person holds whatever it is looked at for, read once for all the stacks that one award can touch."""

    person: Person
    own: tuple[stacking.Award, ...]
    """Awards of this site, and genuine ones from elsewhere."""
    recognised: tuple[stacking.Award, ...]
    mark: Mark


def possessions_of(person: Person) -> Possessions:
    """Read what a person holds (1, and what was recognised)."""
    rows = holdings.rows_in(holdings.counted_of(person)).get(person.pk, [])
    contents = holdings.contents_of({row.version_id for row in rows}) if rows else {}
    awards = [holdings.value_from(row, contents[row.version_id]) for row in rows]
    brought, granted = _from_elsewhere(person)
    return Possessions(
        person,
        (*awards, *(held_elsewhere(person) if brought else ())),
        tuple(recognised(person)) if granted else (),
        (frozenset((row.pk, row.state) for row in rows), brought, granted),
    )


def mark_of(person: Person) -> Mark:
    """Return the mark of what a person holds now, without reading what it says."""
    awards = holdings.counted_of(person).order_by().values_list("pk", "state")
    return frozenset(awards), *_from_elsewhere(person)


def _from_elsewhere(person: Person) -> tuple[frozenset[int], frozenset[UUID]]:
    """The numbers of what counts that they brought, and of what was recognised: most people have neither."""
    brought = ExternalAward.objects.filter(person=person, standing=ExternalAward.Standing.VERIFIED)
    granted = RecognitionRequest.objects.filter(person=person, state=RecognitionRequest.State.RECOGNISED)
    return frozenset(brought.values_list("pk", flat=True)), frozenset(granted.values_list("pk", flat=True))


def held_by(
    person: Person, version: DefinitionVersion | None, at: datetime, possessions: Possessions | None = None
) -> Held:
    """Return what the person holds that could count towards a version (without one: what they hold) at a moment.

    ``possessions`` are theirs, where they were read already.
    """
    found = possessions or possessions_of(person)  # 1
    owner = version.definition.owner if version is not None else None
    if version is None or owner is None:
        return Held((*found.own, *found.recognised))
    agreements = [as_agreement(row) for row in {row.uid: row for row in rows_in_force(at, receiving=owner)}.values()]
    moved = articulate(found.own, agreements, at)  # 2
    granted = [one for one in found.recognised if one.issuer == owner.slug]  # 3
    return Held(
        (*found.own, *moved.awards, *granted),
        tuple(decisions_for(person, version)) if found.recognised else (),
        {one.award: one.reason for one in moved.refused},
    )


def what_it_becomes(awards: Sequence[stacking.Award], at: datetime) -> list[stacking.Award]:
    """Return what every agreement in force makes of awards: whatever of them can matter to a stack beside themselves."""
    rows = {row.uid: row for row in rows_in_force(at).filter(giver__slug__in={award.issuer for award in awards})}
    return list(articulate(awards, [as_agreement(row) for row in rows.values()], at).awards) if rows else []


def called(person: Person, ids: Collection[str], at: datetime) -> dict[str, str]:
    """Return what the person calls these awards, by the engine's ids: the title, whose it is where it is not of this site, and the day."""
    found: dict[str, str] = {}
    originals = {key.partition(MADE_OF)[0] for key in ids}
    for award in Award.objects.filter(holder=person).select_related("version", "organisation"):
        if str(award.pk) in originals and award.awarded_at is not None:
            found[str(award.pk)] = f"{award.version.title}, {date_format(award.awarded_at, 'j F Y')}"
    for row in brought_by(person) if any(key.startswith(EXTERNAL) for key in originals) else ():
        found[f"{EXTERNAL}{row.pk}"] = f"{row.name}, {row.issuer_name}"
    for request in recognitions_of(person) if any(key.startswith(RECOGNITION) for key in originals) else ():
        found[f"{RECOGNITION}{request.pk}"] = f"{request.name}, recognised by {request.organisation}"
    moved = [key for key in ids if MADE_OF in key]
    rows = {str(row.uid): row for row in rows_in_force(at)} if moved else {}
    for key in moved:
        original, _, term = key.partition(MADE_OF)
        agreement = term.partition("#")[0]
        title = f" “{rows[agreement].title}”" if agreement in rows else ""
        found[key] = f"{found.get(original, original)}, by agreement{title}"
    return found


def beside(column: str) -> CombinedExpression:
    """Return a column of numbers to look at beside the people of a step, and never to find rows by.

    A step is some hundred people among perhaps a million: their rows are found by whose they are. SQLite would rather find all rows of a
    stack, a course or an institution, in every step again, because it takes "equal" to be narrower than "between".
    """
    return F(column) + 0


def from_outside(low: int, high: int, owner: Organisation | None, at: datetime) -> set[int]:
    """Return who, above ``low`` up to ``high``, may hold more than awards of this site that count as they are.

    They are weighed one by one: credentials of other issuers, recognitions, and awards of partners of ``owner`` by agreement.
    """
    people: set[int] = set(
        ExternalAward.objects.filter(
            person__gt=low, person__lte=high, standing=ExternalAward.Standing.VERIFIED
        ).values_list("person_id", flat=True)
    )
    recognitions = RecognitionRequest.objects.filter(
        person__gt=low, person__lte=high, state=RecognitionRequest.State.RECOGNISED
    )
    people |= set(recognitions.values_list("person_id", flat=True))
    givers = set(rows_in_force(at, receiving=owner).values_list("giver", flat=True)) if owner is not None else set()
    if givers:
        awards = Award.objects.filter(holder__gt=low, holder__lte=high)
        awards = awards.annotate(giver=beside("organisation")).filter(giver__in=givers)
        people |= set(awards.values_list("holder_id", flat=True))
    return people
