"""Goals, and plans toward them.

A goal is an occupation or a larger credential. What an occupation needs comes from its framework with importance and level; what a person
has comes from valid awards (proven) and from what they say (claimed, and marked so). Plans are kept as they were shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from cairn import planning
from cairn.errors import Conflict, Invalid
from cairn.journeys import itinerary
from cairn.journeys.models import Goal, Plan
from cairn.people.models import Person
from cairn.skills.models import Occupation


@transaction.atomic
def set_goal(
    *,
    person: Person,
    occupation: Occupation,
    at: datetime,
    budget: int | None = None,
    hours_per_week: int | None = None,
    deadline: date | None = None,
) -> Goal:
    """Set an occupation as a goal, or change the limits of the open goal for it. ``budget`` is in minor units (cents).

    Raises Invalid for limits nobody could plan with, and for an occupation whose needs no source states.
    """
    check_limits(budget=budget, hours_per_week=hours_per_week, deadline=deadline, today=at.date())
    if not occupation.needs.exists():
        raise Invalid(
            f"Nobody has published what “{occupation.title}” needs, so there is nothing to plan toward.",
            remedy="Choose a related occupation; its page lists those that O*NET describes.",
            code="no_needs",
        )
    limits = {"budget": budget, "hours_per_week": hours_per_week, "deadline": deadline}
    goal = Goal.objects.select_for_update().filter(person=person, occupation=occupation, closed_at=None).first()
    if goal is None:
        return Goal.objects.create(person=person, occupation=occupation, created_at=at, **limits)
    for name, value in limits.items():
        setattr(goal, name, value)
    goal.save(update_fields=list(limits))
    return goal


def check_limits(*, budget: int | None, hours_per_week: int | None, deadline: date | None, today: date) -> None:
    """Refuse limits nobody could plan with; raises Invalid."""
    if budget is not None and budget < 0:
        raise Invalid("A budget cannot be below zero.", remedy="Give an amount, or leave it empty for no limit.")
    if hours_per_week is not None and not 1 <= hours_per_week <= 80:
        raise Invalid(f"{hours_per_week} hours a week cannot be planned with.", remedy="Give between 1 and 80 hours.")
    if deadline is not None and deadline <= today:
        raise Invalid(
            f"The deadline {deadline:%d %B %Y} has passed.", remedy="Give a day in the future, or leave it empty."
        )
    if deadline is not None and hours_per_week is None:
        raise Invalid("A deadline needs the hours you have a week.", remedy="Give both, or leave the deadline empty.")


@transaction.atomic
def close_goal(*, goal: Goal, at: datetime) -> Goal:
    """Put a goal away; its plans stay readable."""
    goal.closed_at = at
    goal.save(update_fields=["closed_at"])
    return goal


def propose(*, goal: Goal, objective: str, at: datetime, seconds: float = 8.0) -> Plan:
    """Search the best plan for a goal, keep it as it was found, and return it.

    Raises Invalid for an unknown objective. That no plan closes everything is an answer, not an error: it stands in the plan with the
    smallest change that would make one fit.
    """
    if objective not in set(planning.Objective):
        raise Invalid(
            f"“{objective}” is nothing a plan can aim at.", remedy="Choose: " + ", ".join(planning.Objective) + "."
        )
    journey = itinerary.of_goal(goal, at)
    result = planning.plan(
        journey.offers.offers,
        journey.learner,
        journey.target,
        journey.limits,
        objective=planning.Objective(objective),
        seconds=seconds,
    )
    return Plan.objects.create(
        goal=goal, objective=objective, document=itinerary.as_json(result, journey), proposed_at=at
    )


@transaction.atomic
def take_plan(*, plan: Plan, at: datetime) -> Plan:
    """Make a proposed plan the one the person follows. Taking it twice changes nothing; a plan of a closed goal raises Conflict."""
    current = Plan.objects.select_for_update().select_related("goal").get(pk=plan.pk)
    if current.goal.closed_at is not None:
        raise Conflict("This goal was put away.", remedy="Set it again, then take a plan for it.")
    if current.taken_at is None:
        Plan.objects.filter(goal=current.goal, taken_at__isnull=False).update(taken_at=None)
        current.taken_at = at
        current.save(update_fields=["taken_at"])
    return current


def choices(goal: Goal, at: datetime) -> list[dict[str, Any]]:
    """Return the plan each objective finds best, equal plans once with all their objectives, newest search first kept."""
    found: list[dict[str, Any]] = []
    for objective in (planning.Objective.CHEAPEST, planning.Objective.LEAST_STUDY, planning.Objective.FASTEST):
        plan = propose(goal=goal, objective=objective, at=at)
        same = next((one for one in found if _steps(one["plan"]) == _steps(plan)), None)
        if same is None:
            found.append({"plan": plan, "objectives": [str(objective)]})
        else:
            same["objectives"].append(str(objective))
            plan.delete()
    return found


def _steps(plan: Plan) -> list[str]:
    return sorted(step["offer"] for step in plan.document["steps"])
