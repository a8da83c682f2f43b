"""Reading journeys: rules, progress, what a person can do, the goals and plans they have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cairn import stacking
from cairn.catalog.models import DefinitionVersion
from cairn.errors import NotFound
from cairn.issuing import holdings
from cairn.issuing.models import Award
from cairn.journeys.held import MADE_OF, Possessions, held_by, what_it_becomes
from cairn.journeys.models import Goal, Plan, SkillClaim, StackEvidence, StackPart, StackProgress, StackQuestion
from cairn.journeys.ready import Ready, key_of, parsed, ready
from cairn.people.models import Organisation, Person
from cairn.recognition.queries import EXTERNAL
from cairn.stacking.streaming import touches

AWARDABLE = (DefinitionVersion.State.PUBLISHED, DefinitionVersion.State.SUPERSEDED)
"""States of a version that learners who follow it can still be awarded."""


def rule_of(version: DefinitionVersion) -> stacking.Requirement | None:
    """Return the version's stacking rule, or None where it is earned by assessment alone. The same rule is parsed once."""
    document: dict[str, Any] | None = version.requirement
    return parsed(document) if document else None


def open_stacks() -> QuerySet[DefinitionVersion]:
    """Return the published stacks that this site awards."""
    return (
        DefinitionVersion.objects.filter(
            state=DefinitionVersion.State.PUBLISHED, requirement__isnull=False, definition__owner__isnull=False
        )
        .select_related("definition__owner")
        .order_by("title", "pk")
    )


def followed(person: Person) -> dict[int, DefinitionVersion]:
    """Return, by definition, the version of each stack whose rule the person follows: the one they started under or chose."""
    rows = (
        StackProgress.objects.filter(person=person, left_at=None)
        .select_related("version__definition__owner", "version__definition__provider")
        .order_by("-pk")
    )
    return {row.version.definition_id: row.version for row in rows}


def stacks_of(person: Person) -> list[DefinitionVersion]:
    """Return each stack once for a person: in the version they follow where there is one, else in the published one."""
    started = followed(person)
    return [started.pop(version.definition_id, version) for version in open_stacks()] + list(started.values())


def stacks_touched_by(award: Award, at: datetime | None = None) -> list[DefinitionVersion]:
    """Return the stacks of the award's holder whose rule the award can matter to, in the version each follows.

    What an agreement in force at ``at`` (else: when it was awarded) makes of it is looked at too.
    """
    return [stack.version for stack in touched_by(award, at)]


def touched_by(award: Award, at: datetime | None = None, possessions: Possessions | None = None) -> list[Ready]:
    """Return the same ready to be weighed; ``possessions`` are the holder's, where they were read already."""
    if award.awarded_at is None:
        return []
    own = possessions.own if possessions else ()
    value = next((one for one in own if one.id == str(award.pk)), None) or holdings.as_value(award)
    # As long as it was good, agreements may have made something of it; of one that fell they make nothing.
    good = replace(value, revoked_at=None, suspended=(), valid_until=None)
    values = [value, *what_it_becomes([good], at or award.awarded_at)]
    touched = _touched(award.holder, _keys(values), values)
    return [stack for stack in touched if stack.version.definition_id != award.version.definition_id]


def _keys(values: Iterable[stacking.Award]) -> set[str]:
    """Under what the rules stand in the index that ask for one of these, or for any award."""
    return {key_of(value.achievement) for value in values} | {StackPart.ANY}


def _touched(person: Person, keys: Collection[str], values: Sequence[stacking.Award]) -> list[Ready]:
    """The stacks that ask for one of these keys and that one of these awards can matter to."""
    stacks = (ready(version) for version in _asking(person, keys))
    return [
        stack
        for stack in stacks
        if stack and any(touches(stack.rule, value, equivalent=stack.families) for value in values)
    ]


def stacks_touched_from_outside(
    person: Person, at: datetime, possessions: Possessions | None = None
) -> list[DefinitionVersion]:
    """Return the stacks that a change in what a person holds from elsewhere can matter to: those they are in, and those it opens."""
    found = {version.pk: version for version in followed(person).values()}
    held = held_by(person, None, at, possessions).awards
    values = [award for award in held if award.id.startswith(EXTERNAL) or award.basis]
    values += what_it_becomes(held, at)
    found |= {stack.version.pk: stack.version for stack in _touched(person, _keys(values), values)} if values else {}
    return list(found.values())


def _asking(person: Person, keys: Collection[str]) -> list[DefinitionVersion]:
    """The stacks that ask for one of these keys, each in the version the person follows, else in the published one."""
    candidates = set(StackPart.objects.filter(key__in=keys).values_list("version", flat=True))
    if not candidates:
        return []
    rows = StackProgress.objects.filter(person=person, left_at=None).order_by("-pk")
    started = dict(rows.values_list("version__definition", "version"))
    new = open_stacks().filter(pk__in=candidates).exclude(definition__in=started).order_by().values("pk")
    versions = DefinitionVersion.objects.filter(Q(pk__in=candidates.intersection(started.values())) | Q(pk__in=new))
    return list(versions.select_related("definition__owner", "definition__provider").order_by("title", "pk"))


def own_parts(person: Person, used: Iterable[str]) -> list[Award]:
    """Return the awards of this site among what an evaluation used, also where an agreement stands between; only those that stand."""
    found: set[UUID] = set()
    for key in used:
        with suppress(ValueError):
            found.add(UUID(key.partition(MADE_OF)[0]))
    awards = Award.objects.filter(pk__in=found, holder=person, state=Award.State.AWARDED)
    return list(awards.select_related("version").order_by("awarded_at", "pk"))


def was_awarded(version: DefinitionVersion, person: Person) -> bool:
    """Tell whether the person was ever given this credential, in any version and whatever became of it."""
    return Award.objects.filter(version__definition=version.definition_id, holder=person).exists()


def whole_held(version: DefinitionVersion, person: Person) -> Award | None:
    """Return what became of this credential for the person, in any version: what waits, else the latest award; None where none is."""
    awards = Award.objects.filter(version__definition=version.definition_id, holder=person)
    awards = awards.exclude(state__in=(Award.State.SUPERSEDED, Award.State.DECLINED))
    return awards.order_by(F("awarded_at").desc(nulls_first=True)).first()


def earned_since(person: Person, slugs: Collection[str]) -> dict[str, datetime]:
    """Return when a person was awarded what stands now, by the short names of the credentials; the first time, in any version."""
    awards = Award.objects.filter(holder=person, state=Award.State.AWARDED, version__definition__slug__in=slugs)
    rows = awards.order_by("-awarded_at").values_list("version__definition__slug", "awarded_at")
    return {slug: at for slug, at in rows if at is not None}


def progress_of(person: Person) -> list[StackProgress]:
    """Return the person's progress in the versions they follow, the nearest to completion first, complete ones last."""
    rows = StackProgress.objects.filter(person=person, left_at=None).select_related("version__definition__owner")
    return sorted(rows, key=lambda row: (row.state == "met", -row.percent, row.version.title))


def newer_of(version: DefinitionVersion) -> DefinitionVersion | None:
    """Return the published version of the same definition, if that is a newer one with a rule."""
    return (
        DefinitionVersion.objects.filter(
            definition=version.definition_id, state=DefinitionVersion.State.PUBLISHED, number__gt=version.number,
            requirement__isnull=False,
        )
        .select_related("definition__owner", "definition__provider")
        .first()
    )  # fmt: skip


def questions_of(organisation: Organisation) -> QuerySet[StackQuestion]:
    """Return the open questions about what an organisation awarded, oldest first."""
    rows = StackQuestion.objects.filter(stacked__organisation=organisation, decision="")
    return rows.select_related("stacked__version", "stacked__holder", "component__version").order_by("opened_at", "pk")


def question_of(organisation: Organisation, pk: int) -> StackQuestion:
    """Return one question of an organisation, decided or not; raises NotFound."""
    rows = StackQuestion.objects.filter(stacked__organisation=organisation, pk=pk)
    found = rows.select_related(
        "stacked__version__definition", "stacked__holder", "stacked__organisation", "component__version", "decided_by"
    ).first()
    if found is None:
        raise NotFound("There is no such question at this desk.", remedy="Go back to the list and look for it there.")
    return found


def complete_again(organisation: Organisation) -> QuerySet[StackProgress]:
    """Return the stacks of an organisation that are complete although what was awarded for them was revoked."""
    standing = Award.objects.filter(
        version__definition=OuterRef("version__definition"), holder=OuterRef("person"),
        state__in=[Award.State.AWARDED, Award.State.PROPOSED, Award.State.SUSPENDED],
    )  # fmt: skip
    revoked = Award.objects.filter(
        version__definition=OuterRef("version__definition"), holder=OuterRef("person"), state=Award.State.REVOKED
    )
    rows = StackProgress.objects.filter(version__definition__owner=organisation, state="met", left_at=None)
    rows = rows.filter(Exists(revoked)).exclude(Exists(standing))
    return rows.select_related("version__definition", "person").order_by("evaluated_at", "pk")


def goals_of(person: Person) -> QuerySet[Goal]:
    """Return the person's open goals, newest first."""
    return (
        Goal.objects.filter(person=person, closed_at=None)
        .select_related("occupation", "version__definition")
        .order_by("-created_at", "-pk")
    )


def open_goal_for(person: Person, version: DefinitionVersion) -> Goal | None:
    """Return the person's open goal for a credential, in whichever of its versions; None where they have none."""
    found = Goal.objects.filter(person=person, closed_at=None, version__definition=version.definition_id)
    return found.select_related("version__definition__provider").order_by("-pk").first()


def goal_of(person: Person, pk: int) -> Goal:
    """Return one goal of the person; raises NotFound for anybody else's."""
    goal = Goal.objects.filter(person=person, pk=pk).select_related("occupation", "version__definition").first()
    if goal is None:
        raise NotFound("This goal is not here.", remedy="Open “My path” to see the goals you have.")
    return goal


def claims_of(person: Person) -> QuerySet[SkillClaim]:
    """Return the skills a person says they have, by name."""
    return SkillClaim.objects.filter(person=person).select_related("skill__framework").order_by("skill__name", "pk")


def plan_of(goal: Goal, pk: int) -> Plan:
    """Return one plan that was found for a goal; raises NotFound for those that went, and for other goals' plans."""
    found = Plan.objects.filter(goal=goal, pk=pk).first()
    if found is None:
        raise NotFound("This plan is not here any more.", remedy="Open the goal and let Cairn look for plans again.")
    return found


def taken_plan(goal: Goal) -> Plan | None:
    """Return the plan that was taken for a goal, the newest where there were several."""
    return Plan.objects.filter(goal=goal, taken_at__isnull=False).order_by("-taken_at", "-pk").first()


def portion_of(person: Person) -> dict[str, Any]:
    """Return everything this room keeps about a person, as JSON-ready values."""
    return {
        "skills_stated": [
            {
                "skill": claim.skill.name,
                "uri": claim.skill.uri,
                "level": str(claim.level),
                "on": claim.stated_at.isoformat(),
            }
            for claim in SkillClaim.objects.filter(person=person).select_related("skill").order_by("pk")
        ],
        "goals": [
            {
                "goal": str(goal),
                "budget": goal.budget,
                "currency": goal.currency,
                "hours_per_week": goal.hours_per_week,
                "deadline": goal.deadline.isoformat() if goal.deadline else None,
                "plans": [plan.document for plan in goal.plans.order_by("pk")],
            }
            for goal in Goal.objects.filter(person=person).select_related("occupation", "version").order_by("pk")
        ],
        "stacks": [
            {
                "stack": row.version.title,
                "version": row.version.number,
                "state": row.state,
                "percent": row.percent,
                "counted_from_elsewhere": row.elsewhere,
                "since": row.evaluated_at.isoformat(),
            }
            for row in StackProgress.objects.filter(person=person).select_related("version").order_by("pk")
        ],
        "stack_evidence": [
            {
                "credential": row.award.version.title,
                "kept_because": f"A question was opened: {row.question.about}" if row.question else "It was awarded",
                "on": row.found_at.isoformat(),
                "evaluation": row.evaluation,
            }
            for row in StackEvidence.objects.filter(award__holder=person)
            .select_related("award__version", "question")
            .order_by("pk")
        ],
        "stack_questions": [
            {
                "credential": row.stacked.version.title,
                "about": row.about,
                "opened_at": row.opened_at.isoformat(),
                "decision": row.get_decision_display(),
                "reason": row.reason,
                "decided_at": row.decided_at.isoformat() if row.decided_at else None,
            }
            for row in StackQuestion.objects.filter(stacked__holder=person)
            .select_related("stacked__version")
            .order_by("pk")
        ],
    }
