"""Confirm or reject what a skill or a label means. It holds from then on, in the scope of whoever said it, until they say otherwise."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from cairn.errors import Invalid, NotFound
from cairn.people.models import Person
from cairn.people.services import record
from cairn.skills.decisions import Scope
from cairn.skills.matching.words import folded
from cairn.skills.models import MatchDecision, Relation, Skill


def decide_match(
    *, target: Skill, accepted: bool, by: Person, at: datetime, source: Skill | None = None, label: str = "",
    scope: Scope | None = None, relation: str = Relation.SAME, found_as: str = "", confidence: float | None = None,
) -> MatchDecision:  # fmt: skip
    """Say that ``source`` (a skill), or ``label`` (words), is or is not ``relation`` to ``target``; says it anew where it was said.

    ``scope``: for whom it holds, by default for ``by`` alone. ``found_as`` and ``confidence`` are those of the match that was shown.
    Raises NotAllowed where the scope is not theirs, Invalid for both or neither of skill and label, or a skill with itself.
    """
    scope = scope or Scope(person=by)
    role = scope.role_of(by)
    words = " ".join(folded(label))[:300]
    if (source is None) == (not words):
        raise Invalid("Decide on one thing: a skill or a label.", remedy="Give one of the two.", code="one_of_two")
    if source is not None and source.pk == target.pk:
        raise Invalid("A skill always is itself.", remedy="Choose another skill.", code="same_skill")
    if relation not in Relation.values:
        raise Invalid(
            f"“{relation}” is no relation.",
            remedy=f"Choose one of {', '.join(Relation.values)}.",
            code="unknown_relation",
        )
    subject = f"skill:{source.pk}" if source is not None else f"label:{words}"
    with transaction.atomic():
        decision, _ = MatchDecision.objects.update_or_create(
            key=f"{scope.name}|{target.pk}|{subject}",
            defaults={
                "source": source, "label": words, "target": target, "relation": relation, "accepted": accepted,
                "organisation": scope.organisation, "person": scope.person, "decided_by": by, "decided_at": at,
                "found_as": found_as[:12], "confidence": None if confidence is None else Decimal(str(round(confidence, 2))),
            },
        )  # fmt: skip
        _note(decision, by, role, "skill_match.accepted" if accepted else "skill_match.rejected", at)
    return decision


def withdraw_decision(*, decision: MatchDecision, by: Person, at: datetime) -> None:
    """Take a decision back: what was measured counts again. Raises NotAllowed where its scope is not theirs."""
    role = Scope(decision.organisation, decision.person).role_of(by)
    with transaction.atomic():
        _note(decision, by, role, "skill_match.withdrawn", at)
        decision.delete()


def decision_of(person: Person, pk: int) -> MatchDecision:
    """Return a decision by its number, for somebody who may change it; to anybody else there is none."""
    found = MatchDecision.objects.select_related("source", "target", "organisation", "person").filter(pk=pk).first()
    if found is None or (found.person_id is not None and found.person_id != person.pk):
        raise NotFound("There is no such decision.", remedy="Look at the skill's page again.")
    return found


def forget_person(person: Person, at: datetime) -> None:
    """Forget what a person decided for their own goals (:mod:`cairn.people.portions`); what holds for others stays, unsigned."""
    MatchDecision.objects.filter(person=person).delete()
    MatchDecision.objects.filter(decided_by=person).update(decided_by=None)


def _note(decision: MatchDecision, by: Person, role: str, action: str, at: datetime) -> None:
    """Put it on the trail; what learners decide for themselves is theirs and stands on none."""
    if decision.person_id is not None:
        return
    details = {
        "source": decision.source.uri if decision.source else None, "label": decision.label or None,
        "target": decision.target.uri, "relation": decision.relation,
    }  # fmt: skip
    record(
        organisation=decision.organisation, actor=by, role=role, action=action, object_type="skill_match",
        object_id=decision.pk, at=at, details=details,
    )  # fmt: skip
