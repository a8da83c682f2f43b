"""Progress through stacks, and the larger award when one is complete.

1. An award is made or revoked: find the stacks it can matter to, in the version the person follows.
2. Weigh what the person holds against each rule.
3. Keep how far that is. Why is worked out when somebody looks.
4. Met, and never awarded: award it, with its parts, and keep the whole answer as evidence. That award is news too, and may complete a
   larger stack.

A revoked component never revokes the stack: it opens a question that a person answers (:mod:`cairn.journeys.services.questions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django.db import transaction

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.errors import Invalid
from cairn.facts import CredentialAwarded, CredentialRevoked, DefinitionPublished, HoldingsChanged
from cairn.issuing.models import Award
from cairn.issuing.services import award_credential
from cairn.journeys import queries, traces
from cairn.journeys.brought import brought_among, foreign_among
from cairn.journeys.held import Held, Mark, Possessions, held_by, mark_of, possessions_of
from cairn.journeys.models import StackEvidence, StackPart, StackProgress, StackQuestion
from cairn.journeys.ready import Ready, keys_of, parsed, ready
from cairn.journeys.services import questions
from cairn.outside import fetching
from cairn.people.models import Person
from cairn.recognition.queries import EXTERNAL, issuers_called
from cairn.recognition.services import check_anew


@dataclass(frozen=True)
class Weighed:
    """The engine's answer for one learner. What explains it is worked out when it is asked for."""

    stack: Ready
    evaluation: stacking.Evaluation
    outside: bool = False
    """Whether they hold anything of other issuers."""

    @property
    def met(self) -> bool:
        """Whether the rule is fully met."""
        return self.evaluation.met

    @property
    def state(self) -> str:
        """How far the rule is met: met, partly or not."""
        return str(self.evaluation.state)

    @property
    def percent(self) -> int:
        """The progress, 0 to 100, rounded down."""
        return int(self.evaluation.progress * 100)

    @property
    def used(self) -> list[str]:
        """Ids of the awards that count."""
        return list(self.evaluation.used)

    @property
    def elsewhere(self) -> list[str]:
        """Those of them that are credentials of other issuers, sorted."""
        return sorted(key for key in self.evaluation.used if key.startswith(EXTERNAL)) if self.outside else []

    @cached_property
    def document(self) -> dict[str, Any]:
        """The whole answer as JSON, with the titles of what the rule names."""
        return traces.as_json(self.evaluation, self.stack)


def weigh(
    version: DefinitionVersion,
    person: Person | None,
    at: datetime,
    without: frozenset[str] = frozenset(),
    *,
    stack: Ready | None = None,
    possessions: Possessions | None = None,
) -> Weighed:
    """Evaluate the version's rule over what the person holds at ``at``, over nothing for nobody.

    ``without`` are ids of awards to leave out, to see what would be. ``stack`` and ``possessions`` are the version made ready and what
    the person holds, where they were read already. Raises Invalid where the version has no rule.
    """
    stack = stack or readied(version)
    held = held_by(person, version, at, possessions) if person else Held()
    awards = held.leaving_out(without)
    issuers = issuers_called(person, {award.issuer for award in awards}) if stack.by_issuer else {}
    found = stacking.evaluate(
        stack.rule,
        awards,
        at,
        equivalent=stack.families,
        names={**issuers, **stack.names},
        decisions=held.decisions_for(stack.rule),
        retired=stack.retired,
    )
    return Weighed(stack, found, any(one.id.startswith(EXTERNAL) for one in awards))


def readied(version: DefinitionVersion) -> Ready:
    """Return the version's rule ready to be asked; raises Invalid where it has none."""
    stack = ready(version)
    if stack is None:
        raise Invalid(
            f"“{version.title}” is not made of other credentials.",
            remedy="Open its page to see what must be shown to earn it.",
        )
    return stack


def under_way(person: Person, at: datetime) -> list[tuple[StackProgress, Weighed]]:
    """Return the stacks a person is in, in the versions they follow, weighed at ``at``: the nearest to completion first."""
    found = [(row, weigh(row.version, person, at)) for row in queries.progress_of(person)]
    return sorted(found, key=lambda one: (one[1].met, -one[1].percent, one[0].version.title))


@transaction.atomic
def recompute(
    *,
    version: DefinitionVersion,
    person: Person,
    at: datetime,
    cause: Award | None = None,
    award: bool = False,
    stack: Ready | None = None,
    possessions: Possessions | None = None,
) -> StackProgress:
    """Weigh a stack anew, keep the answer, and award the credential if it is complete (steps 2 to 4).

    ``cause`` is the award that set this off; whoever decided it stands behind the larger award too. ``award`` lets it be awarded
    where something else set this off. ``stack`` and ``possessions`` as in :func:`weigh`.
    """
    answer = weigh(version, person, at, stack=stack, possessions=possessions)  # 2
    progress = keep(version=version, person=person, answer=answer, at=at)  # 3
    if answer.met and (cause is not None or award):  # 4
        award_if_new(version=version, person=person, answer=answer, at=at, cause=cause)
    return progress


def keep(*, version: DefinitionVersion, person: Person, answer: Weighed, at: datetime) -> StackProgress:
    """Write an answer down; ``evaluated_at`` stays where it is the same as before."""
    progress, made = StackProgress.objects.select_for_update(of=("self",)).get_or_create(
        person=person,
        version=version,
        defaults={
            "state": answer.state,
            "percent": answer.percent,
            "elsewhere": answer.elsewhere,
            "evaluated_at": at,
        },
    )
    if made:
        return progress
    found = (answer.state, answer.percent, answer.elsewhere)
    if (progress.state, progress.percent, progress.elsewhere) != found:
        progress.state, progress.percent, progress.elsewhere = found
        progress.evaluated_at = at
    progress.stamp += 1
    progress.save(update_fields=["state", "percent", "elsewhere", "evaluated_at", "stamp"])
    return progress


def keep_evidence(*, award: Award, answer: Weighed, at: datetime, question: StackQuestion | None = None) -> None:
    """Write down the whole answer on which a larger credential was awarded, or with which a ``question`` about it was opened."""
    StackEvidence.objects.create(award=award, question=question, evaluation=answer.document, found_at=at)


def award_if_new(
    *, version: DefinitionVersion, person: Person, answer: Weighed, at: datetime, cause: Award | None = None
) -> Award | None:
    """Award a complete stack, unless the person was ever given it: a revoked or declined one is for a person to give again.

    Parts from other issuers cannot stand for the whole: without a part that was awarded here, a person has to award it. They are
    verified first: where they were not checked at ``at``, that is done after this transaction, and the stack is then weighed once more.
    """
    if queries.was_awarded(version, person) or version.state not in queries.AWARDABLE:
        return None
    used = answer.used
    parts = queries.own_parts(person, used)
    if not parts:
        return None
    if any(row.checked_at != at for row in brought_among(person, used)):
        transaction.on_commit(partial(award_when_checked, version, person, at, cause), robust=True)
        return None
    made = award_credential(
        version=version,
        holder=person,
        by=(cause.approved_by or cause.proposed_by) if cause else None,
        at=at,
        origin=f"stack:{version.pk}",
        parts=parts,
        foreign=foreign_among(person, used, at),
    )
    keep_evidence(award=made, answer=answer, at=at)
    return made


def award_when_checked(version: DefinitionVersion, person: Person, at: datetime, cause: Award | None = None) -> None:
    """Check what a complete stack is made of from elsewhere, then weigh it once more: what no longer verifies no longer counts."""
    rows = brought_among(person, weigh(version, person, at).used)
    check_anew([row for row in rows if row.checked_at != at], at=at, world=fetching.site_resolver())
    if not queries.was_awarded(version, person):  # telling what was found may have awarded it
        recompute(version=version, person=person, at=at, cause=cause, award=True)


def follow_award(fact: CredentialAwarded) -> None:
    """Listen to an award: recompute the stacks it can matter to (step 1)."""
    award = Award.objects.select_related("version", "holder").get(pk=fact.award_id)
    weighed = _follow(award, fact.at, cause=award)
    if weighed:
        transaction.on_commit(partial(_look_again, weighed, award, fact), robust=True)


def _follow(award: Award, at: datetime, cause: Award | None = None) -> list[tuple[Ready, Mark]]:
    """Recompute what an award can matter to; return it with what the holder held. What they hold is read once, until more is awarded."""
    held: Possessions | None = possessions_of(award.holder)
    weighed = []
    for stack in queries.touched_by(award, at, held):
        held = held or possessions_of(award.holder)
        weighed.append((stack, held.mark))
        progress = recompute(
            version=stack.version, person=award.holder, at=at, cause=cause, stack=stack, possessions=held
        )
        held = None if progress.state == stacking.State.MET else held
    return weighed


def _look_again(weighed: Sequence[tuple[Ready, Mark]], award: Award, fact: CredentialAwarded) -> None:
    """Two bodies may award the last two parts at the same moment, and neither sees the other's: whoever is done last does now.

    Where nothing came meanwhile, there is nothing to weigh.
    """
    now = mark_of(award.holder)
    for stack, mark in weighed:
        if mark != now and not queries.was_awarded(stack.version, award.holder):
            recompute(version=stack.version, person=award.holder, at=fact.at, cause=award)


def follow_revocation(fact: CredentialRevoked) -> None:
    """Listen to a revocation: recompute, and where something was awarded on it, ask a person to look."""
    award = Award.objects.select_related("version", "holder").get(pk=fact.award_id)
    _follow(award, fact.at)
    for stacked in award.counted_in.filter(state=Award.State.AWARDED).select_related(
        "version", "organisation", "holder"
    ):
        questions.open_question(stacked=stacked, component=award, about=award.version.title, at=fact.at)
    questions.close_if_gone(stacked=award, at=fact.at)


def follow_holdings(fact: HoldingsChanged) -> None:
    """Listen to what a person brought from elsewhere, or what it counts for: weigh their stacks anew.

    Where something counted in a larger credential and counts no longer, a person is asked to look.
    """
    person = Person.objects.get(pk=fact.person_id)
    held: Possessions | None = possessions_of(person)
    for version in queries.stacks_touched_from_outside(person, fact.at, held):
        held = held or possessions_of(person)
        before = StackProgress.objects.filter(person=person, version=version).first()
        progress = recompute(version=version, person=person, at=fact.at, award=True, possessions=held)
        if before is not None:
            questions.open_for_lost(before=before, now=progress, at=fact.at)
        held = None if progress.state == stacking.State.MET else held


def follow_publication(fact: DefinitionPublished) -> None:
    """Listen to a published version: note what its rule asks for, so that awards find it."""
    index(version=DefinitionVersion.objects.get(pk=fact.version_id))


def index(*, version: DefinitionVersion) -> None:
    """Write down what an award must be of to matter to a version's rule, instead of what was written before."""
    keys = keys_of(parsed(version.requirement)) if version.requirement else frozenset()
    with transaction.atomic():
        StackPart.objects.filter(version=version).exclude(key__in=keys).delete()
        StackPart.objects.bulk_create(
            [StackPart(version=version, key=key) for key in sorted(keys)], ignore_conflicts=True
        )


__all__ = [
    "Weighed", "award_if_new", "award_when_checked", "follow_award", "follow_holdings", "follow_publication", "follow_revocation",
    "index", "keep", "keep_evidence", "readied", "recompute", "under_way", "weigh",
]  # fmt: skip
