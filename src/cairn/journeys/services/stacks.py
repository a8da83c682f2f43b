"""Progress through stacks, and the larger award when one is complete.

1. An award is made or revoked: find the stacks it can matter to, in the version the person started under.
2. Weigh what the person holds against each rule.
3. Keep the answer with its trace, so that what was shown can be shown again.
4. Met, and not awarded yet: award it, with its parts. That award is news too, and may complete a larger stack.

A revoked component never revokes the stack: it opens a question that a person answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import versions_named_in
from cairn.errors import Invalid
from cairn.facts import CredentialAwarded, CredentialRevoked
from cairn.issuing.models import Award
from cairn.issuing.services import award_credential
from cairn.journeys import holdings, queries, traces
from cairn.journeys.models import StackProgress
from cairn.people.models import Person
from cairn.people.services import record


@dataclass(frozen=True)
class Weighed:
    """The engine's answer, and the same as JSON with the titles of what the rule names."""

    evaluation: stacking.Evaluation
    document: dict[str, Any]


def weigh(version: DefinitionVersion, person: Person | None, at: datetime) -> Weighed:
    """Evaluate the version's rule over what the person holds at ``at``, over nothing for nobody.

    Raises Invalid where the version has no rule.
    """
    rule = queries.rule_of(version)
    if rule is None:
        raise Invalid(
            f"“{version.title}” is not made of other credentials.",
            remedy="Open its page to see what must be shown to earn it.",
        )
    awards = holdings.values_of(holdings.awards_of(person)) if person else []
    versions = versions_named_in(rule)
    names = {address: named.title for address, named in versions.items()}
    evaluation = stacking.evaluate(rule, awards, at, equivalent=holdings.families_in(rule), names=names)
    return Weighed(evaluation, traces.as_json(evaluation, rule, versions))


@transaction.atomic
def recompute(*, version: DefinitionVersion, person: Person, at: datetime, cause: Award | None = None) -> StackProgress:
    """Weigh a stack anew, keep the answer, and award the credential if it is complete (steps 2 to 4).

    ``cause`` is the award that set this off; whoever decided it stands behind the larger award too.
    """
    weighed = weigh(version, person, at)  # 2
    evaluation = weighed.evaluation
    progress, _ = StackProgress.objects.update_or_create(  # 3
        person=person,
        version=version,
        defaults={"state": str(evaluation.state), "evaluation": weighed.document, "evaluated_at": at},
    )
    if evaluation.met and cause is not None and not queries.was_awarded(version, person):  # 4
        award_credential(
            version=version,
            holder=person,
            by=cause.approved_by or cause.proposed_by,
            at=at,
            origin=f"stack:{version.pk}",
            parts=list(Award.objects.filter(pk__in=evaluation.used).order_by("awarded_at", "pk")),
        )
    return progress


def follow_award(fact: CredentialAwarded) -> None:
    """Listen to an award: recompute the stacks it can matter to (step 1)."""
    award = Award.objects.select_related("version__definition", "holder", "proposed_by", "approved_by").get(
        pk=fact.award_id
    )
    for version in queries.stacks_touched_by(award):
        recompute(version=version, person=award.holder, at=fact.at, cause=award)
        if not queries.was_awarded(version, award.holder):
            transaction.on_commit(partial(_look_again, version, award, fact), robust=True)


def _look_again(version: DefinitionVersion, award: Award, fact: CredentialAwarded) -> None:
    """Two bodies may award the last two parts at the same moment, and neither sees the other's: whoever is done last does now."""
    with transaction.atomic():
        recompute(version=version, person=award.holder, at=fact.at, cause=award)


def follow_revocation(fact: CredentialRevoked) -> None:
    """Listen to a revocation: recompute, and where the stack was already awarded, ask a person to look."""
    award = Award.objects.select_related("version__definition", "holder").get(pk=fact.award_id)
    for version in queries.stacks_touched_by(award):
        progress = recompute(version=version, person=award.holder, at=fact.at)
        stacked = Award.objects.filter(
            version=version, holder=award.holder, parts=award, state=Award.State.AWARDED
        ).first()
        if stacked is None:
            continue
        progress.question = StackProgress.Question.COMPONENT_REVOKED
        progress.save(update_fields=["question"])
        record(
            organisation=stacked.organisation,
            actor=None,
            role="",
            action="stack.questioned",
            object_type="award",
            object_id=str(stacked.pk),
            at=fact.at,
            reason="A component was revoked after this credential was awarded; a registrar decides what follows.",
            details={"component": str(award.pk)},
        )
