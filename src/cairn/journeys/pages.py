"""Pages of journeys: my path, a goal with its gap and plans, a stack and how far I am in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cairn import planning
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import named_in, version_of
from cairn.errors import CairnError, NotFound
from cairn.issuing.models import Award
from cairn.journeys import itinerary, queries, traces
from cairn.journeys.forms import LimitsForm
from cairn.journeys.models import Plan, SkillClaim, StackProgress
from cairn.journeys.services import claims, goals, stacks
from cairn.look.drawings import TimelineStep
from cairn.outside.clock import now
from cairn.people.models import Person
from cairn.skills.queries import occupation_by_code
from cairn.stacking import sentences

OBJECTIVES = {
    "cheapest": "costs the least",
    "least_study": "needs the fewest hours",
    "fastest": "is done first",
}


@login_required
@require_GET
def path(request: HttpRequest) -> HttpResponse:
    """Show where a person stands: goals with the plan taken, stacks under way, skills stated."""
    person = _person(request)
    goal_rows = [(goal, queries.taken_plan(goal)) for goal in queries.goals_of(person)]
    rows = queries.progress_of(person)
    context = {
        "goals": goal_rows,
        "stacks": [(row, _picture(row.version, row.evaluation)) for row in rows if row.state != "not"],
        "claims": SkillClaim.objects.filter(person=person).select_related("skill__framework").order_by("skill__name"),
    }
    return render(request, "journeys/path.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_goal(request: HttpRequest) -> HttpResponse:
    """Make an occupation a goal: show what that means and ask for the limits, then set it."""
    occupation = occupation_by_code(request.POST.get("occupation") or request.GET.get("occupation") or "")
    form = LimitsForm(request.POST if request.method == "POST" and "limits" in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        limits: dict[str, Any] = form.limits() if form.is_bound else {}
        try:
            goal = goals.set_goal(person=_person(request), occupation=occupation, at=now(), **limits)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            return redirect("journeys:goal", pk=goal.pk)
    return render(request, "journeys/new_goal.html", {"occupation": occupation, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a goal: the gap, the limits, the plan taken and the plans to choose from."""
    person = _person(request)
    found = queries.goal_of(person, pk)
    if found.occupation is None:
        raise NotFound("This goal is a credential.", remedy="Open it from “My path”.")
    initial = {
        "budget": None if found.budget is None else format(Decimal(found.budget).scaleb(-2).normalize(), "f"),
        "hours_per_week": found.hours_per_week,
        "deadline": found.deadline,
    }
    form = LimitsForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        limits: dict[str, Any] = form.limits()
        try:
            goals.set_goal(person=person, occupation=found.occupation, at=now(), **limits)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Your limits are noted. The plans below keep to them.")
            return redirect("journeys:goal", pk=found.pk)
    journey = itinerary.of_goal(found, now())
    taken = queries.taken_plan(found)
    gaps = itinerary.gaps_json(journey)
    context = {
        "goal": found,
        "form": form,
        "gaps": gaps,
        "met": sum(1 for gap in gaps if gap["have"] >= gap["need"]),
        "coverage": int(
            planning.coverage({uri: have.level for uri, have in journey.learner.have.items()}, journey.target) * 100
        ),
        "taken": taken,
        "timeline": _timeline(taken) if taken else None,
    }
    return render(request, "journeys/goal.html", context)


@login_required
@require_GET
def choices(request: HttpRequest, pk: int) -> HttpResponse:
    """Search the plans for a goal and show them side by side: a page of its own, or the part of one that htmx asks for."""
    found = queries.goal_of(_person(request), pk)
    plans = goals.choices(found, now())
    for choice in plans:
        choice["words"] = " and ".join(OBJECTIVES[name] for name in choice["objectives"])
        choice["timeline"] = _timeline(choice["plan"])
    template = "journeys/_choices.html" if request.headers.get("HX-Request") else "journeys/choices.html"
    return render(request, template, {"goal": found, "choices": plans})


@login_required
@require_POST
def take(request: HttpRequest, pk: int, plan: int) -> HttpResponse:
    """Take a proposed plan."""
    found = queries.goal_of(_person(request), pk)
    chosen = Plan.objects.filter(goal=found, pk=plan).first()
    if chosen is None:
        raise NotFound("This plan is not here any more.", remedy="Open the goal and let Cairn look for plans again.")
    goals.take_plan(plan=chosen, at=now())
    messages.success(request, "This is your plan now. Start with its first step whenever you like.")
    return redirect("journeys:goal", pk=found.pk)


@login_required
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a goal away."""
    goals.close_goal(goal=queries.goal_of(_person(request), pk), at=now())
    messages.success(request, "The goal is put away.")
    return redirect("journeys:path")


@login_required
@require_POST
def state_skills(request: HttpRequest) -> HttpResponse:
    """Note the levels a person states: fields named ``level:<skill uri>``, empty ones left as they are."""
    person, moment = _person(request), now()
    noted = 0
    for name, value in request.POST.items():
        if name.startswith("level:") and str(value).strip():
            claims.state_skill(
                person=person, skill_uri=name.removeprefix("level:"), level=str(value).strip(), at=moment
            )
            noted += 1
    messages.success(request, f"Noted {noted} skills." if noted != 1 else "Noted one skill.")
    back = request.POST.get("goal", "")
    return redirect("journeys:goal", pk=int(back)) if back.isdecimal() and len(back) < 15 else redirect("journeys:path")


@login_required
@require_POST
def withdraw_skill(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a skill that a person stated."""
    claims.withdraw_skill(person=_person(request), claim_id=pk)
    return redirect("journeys:path")


@require_GET
def stack(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a stack as a drawing: for a signed-in person what is done and what is missing, for others what it takes."""
    return render(request, "journeys/stack.html", _stack_context(request, slug))


@require_GET
def stack_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a part of another page."""
    return render(request, "journeys/_stack.html", _stack_context(request, slug))


def _stack_context(request: HttpRequest, slug: str) -> dict[str, Any]:
    version = version_of(slug)
    rule = queries.rule_of(version)
    if rule is None:
        raise NotFound(
            f"“{version.title}” is not made of other credentials.",
            remedy="Its page says what must be shown to earn it.",
        )
    context: dict[str, Any] = {"version": version, "rule": sentences(rule, named_in(rule))}
    if not request.user.is_authenticated:
        return context | {"picture": _picture(version, stacks.weigh(version, None, now()).document)}
    person = _person(request)
    started = (
        StackProgress.objects.filter(person=person, version__definition=version.definition_id).order_by("-pk").first()
    )
    mine = started.version if started else version
    evaluation = stacks.weigh(mine, person, now()).document
    held = Award.objects.filter(pk__in=evaluation["used"]).select_related("version")
    return context | {
        "evaluation": evaluation,
        "picture": _picture(mine, evaluation),
        "reasons": traces.reasons(evaluation),
        "used": held,
        "older": mine if mine.pk != version.pk else None,
        "question": started.question if started else "",
    }


def _picture(version: DefinitionVersion, evaluation: dict[str, Any]) -> Any:
    return traces.picture_of(version.title, version.definition.type or "certificate", evaluation)


def _timeline(plan: Plan) -> dict[str, Any] | None:
    steps: Sequence[dict[str, Any]] = plan.document["steps"]
    weeks = plan.document["weeks"]
    if not steps or not weeks or any(step["start_week"] is None for step in steps):
        return None
    currency = plan.document["currency"]
    drawn = [
        TimelineStep(
            label=step["title"],
            start_week=step["start_week"] - 1,
            end_week=step["end_week"],
            hours=step["hours"],
            cost_text=f"{step['cost'] / 100:,.0f} {currency}",
            closes=tuple(one["skill"] for one in step["closes"][:4]),
        )
        for step in steps
    ]
    return {"steps": drawn, "weeks": max(weeks, *(step.end_week for step in drawn))}


def _person(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person):
        raise NotFound("This is for people with an account.", remedy="Sign in first.")
    return request.user
