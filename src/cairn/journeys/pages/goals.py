"""Pages of goals: an occupation made a goal, its gap, the plans side by side, and taking one."""

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
from cairn.errors import CairnError, NotFound
from cairn.journeys import itinerary, queries
from cairn.journeys.forms import LimitsForm
from cairn.journeys.models import Plan
from cairn.journeys.pages.asking import person_of
from cairn.journeys.services import goals
from cairn.look.drawings import TimelineStep
from cairn.outside.clock import now
from cairn.skills.queries import occupation_by_code

OBJECTIVES = {
    "cheapest": "costs the least",
    "least_study": "needs the fewest hours",
    "fastest": "is done first",
}


@login_required
@require_http_methods(["GET", "POST"])
def new_goal(request: HttpRequest) -> HttpResponse:
    """Make an occupation a goal: show what that means and ask for the limits, then set it."""
    occupation = occupation_by_code(request.POST.get("occupation") or request.GET.get("occupation") or "")
    form = LimitsForm(request.POST if request.method == "POST" and "limits" in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        limits: dict[str, Any] = form.limits() if form.is_bound else {}
        try:
            goal = goals.set_goal(person=person_of(request), occupation=occupation, at=now(), **limits)
        except CairnError as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            return redirect("journeys:goal", pk=goal.pk)
    return render(request, "journeys/new_goal.html", {"occupation": occupation, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a goal: the gap, the limits, the plan taken and the plans to choose from."""
    person = person_of(request)
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
    found = queries.goal_of(person_of(request), pk)
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
    found = queries.goal_of(person_of(request), pk)
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
    goals.close_goal(goal=queries.goal_of(person_of(request), pk), at=now())
    messages.success(request, "The goal is put away.")
    return redirect("journeys:path")


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
