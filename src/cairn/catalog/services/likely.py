"""Likely skills judged by a person: confirmed, rejected, or the decision taken back. Confirmed is not stated: the provider said nothing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from cairn.catalog.models import Definition, DefinitionVersion, LikelySkillDecision, SkillTaught
from cairn.errors import Conflict, NotAllowed
from cairn.people import services as people
from cairn.people.models import Person
from cairn.skills.models import Skill

Origin = SkillTaught.Origin


def confirm_likely_skill(*, taught: SkillTaught, by: Person, at: datetime) -> LikelySkillDecision:
    """Say that the definition does lead to a skill that was found to be likely. It is shown as confirmed here, never as stated.

    Raises NotAllowed but for the operator, Conflict where the skill is stated or decided on already (code ``not_likely``).
    """
    return _decide(taught, True, by, at)


def reject_likely_skill(*, taught: SkillTaught, by: Person, at: datetime) -> LikelySkillDecision:
    """Say that it does not: the skill is taken away and not found again for this definition. Raises as :func:`confirm_likely_skill`."""
    return _decide(taught, False, by, at)


def take_back_likely_skill(*, decision: LikelySkillDecision, by: Person, at: datetime) -> None:
    """Undo a decision: the skill is likely again where it was confirmed; what was rejected may be found again by the next run."""
    _operator(by)
    with transaction.atomic():
        decision = LikelySkillDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
        SkillTaught.objects.filter(
            version__definition=decision.definition_id, skill=decision.skill_id, origin=Origin.CONFIRMED
        ).update(origin=Origin.TAGGED)
        _record(decision, "likely_skill.taken_back", by, at)
        decision.delete()


def _decide(taught: SkillTaught, accepted: bool, by: Person, at: datetime) -> LikelySkillDecision:
    _operator(by)
    with transaction.atomic():
        Definition.objects.select_for_update(of=("self",)).get(versions=taught.version_id)
        row = SkillTaught.objects.filter(pk=taught.pk).select_related("version", "skill").first()
        if row is None or row.origin not in SkillTaught.WORKED_OUT:
            raise Conflict(
                "This skill is no longer a likely one: it is stated, decided on, or gone.",
                remedy="Open the page again to see how it stands.",
                code="not_likely",
            )
        words = getattr(row, "evidence", None)
        decision = LikelySkillDecision.objects.create(
            definition_id=row.version.definition_id, skill=row.skill, accepted=accepted, evidence=words.text if words else "",
            decided_by=by, decided_at=at,
        )  # fmt: skip
        rows = _alike(row.version, row.skill)
        if accepted:
            rows.update(origin=Origin.CONFIRMED)
        else:
            rows.delete()
        _record(decision, "likely_skill.confirmed" if accepted else "likely_skill.rejected", by, at)
    return decision


def _alike(version: DefinitionVersion, skill: Skill) -> QuerySet[SkillTaught]:
    return SkillTaught.objects.filter(
        version__definition=version.definition_id, skill=skill, origin__in=SkillTaught.WORKED_OUT
    )


def _operator(by: Person) -> None:
    if not by.is_staff:
        raise NotAllowed("Only the operator judges likely skills.", remedy="Ask the operator of this site.")


def _record(decision: LikelySkillDecision, action: str, by: Person, at: datetime) -> None:
    version = (
        DefinitionVersion.objects.filter(definition=decision.definition_id).order_by("-number").values("pk").first()
    )
    people.record(
        organisation=None, actor=by, role="operator", action=action, object_type="definition_version",
        object_id=version["pk"] if version else 0,
        at=at, details={"skill": decision.skill.uri, "evidence": decision.evidence},
    )  # fmt: skip
