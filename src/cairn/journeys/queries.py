"""Reading journeys: rules, progress, what a person can do, the goals and plans they have."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from cairn import stacking
from cairn.catalog.achievements import achievement_id
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import achievement_family
from cairn.errors import NotFound
from cairn.issuing.models import Award
from cairn.journeys import holdings
from cairn.journeys.models import Goal, Plan, SkillClaim, StackProgress
from cairn.people.models import Person


def rule_of(version: DefinitionVersion) -> stacking.Requirement | None:
    """Return the version's stacking rule, or None where it is earned by assessment alone."""
    document: dict[str, Any] | None = version.requirement
    return stacking.parse_requirement(document) if document else None


def open_stacks() -> QuerySet[DefinitionVersion]:
    """Return the published stacks that this site awards."""
    return (
        DefinitionVersion.objects.filter(
            state=DefinitionVersion.State.PUBLISHED, requirement__isnull=False, definition__owner__isnull=False
        )
        .select_related("definition__owner")
        .order_by("title", "pk")
    )


def stacks_of(person: Person) -> list[DefinitionVersion]:
    """Return each stack once for a person: in the version they started under where there is one, else in the published one."""
    started = {
        progress.version.definition_id: progress.version
        for progress in StackProgress.objects.filter(person=person)
        .select_related("version__definition__owner")
        .order_by("-pk")
    }
    return [started.pop(version.definition_id, version) for version in open_stacks()] + list(started.values())


def stacks_touched_by(award: Award) -> list[DefinitionVersion]:
    """Return the stacks of the award's holder whose rule the award can matter to."""
    family = set(achievement_family(achievement_id(award.version)))
    touched = []
    for version in stacks_of(award.holder):
        rule = rule_of(version)
        if rule is None or version.definition_id == award.version.definition_id:
            continue
        if family & holdings.achievements_named(rule) or not holdings.names_every_award(rule):
            touched.append(version)
    return touched


def was_awarded(version: DefinitionVersion, person: Person) -> bool:
    """Tell whether the person was ever given this credential, in any version and whatever became of it."""
    return Award.objects.filter(version__definition=version.definition_id, holder=person).exists()


def progress_of(person: Person) -> list[StackProgress]:
    """Return the person's progress, the nearest to completion first among the open ones, complete ones last."""
    rows = StackProgress.objects.filter(person=person).select_related("version__definition__owner")
    return sorted(rows, key=lambda row: (row.state == "met", -row.evaluation["percent"], row.version.title))


def goals_of(person: Person) -> QuerySet[Goal]:
    """Return the person's open goals, newest first."""
    return (
        Goal.objects.filter(person=person, closed_at=None)
        .select_related("occupation", "version__definition")
        .order_by("-created_at", "-pk")
    )


def goal_of(person: Person, pk: int) -> Goal:
    """Return one goal of the person; raises NotFound for anybody else's."""
    goal = Goal.objects.filter(person=person, pk=pk).select_related("occupation", "version__definition").first()
    if goal is None:
        raise NotFound("This goal is not here.", remedy="Open “My path” to see the goals you have.")
    return goal


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
            {"stack": row.version.title, "state": row.state, "evaluation": row.evaluation}
            for row in StackProgress.objects.filter(person=person).select_related("version").order_by("pk")
        ],
    }
