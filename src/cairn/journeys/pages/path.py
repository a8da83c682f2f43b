"""Pages of a person's own path: goals, stacks under way, skills stated."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from cairn.journeys import queries, traces
from cairn.journeys.held import called
from cairn.journeys.pages.asking import person_of
from cairn.journeys.pages.stacks import picture
from cairn.journeys.services import claims, stacks
from cairn.outside.clock import now


@login_required
@require_GET
def path(request: HttpRequest) -> HttpResponse:
    """Show where a person stands: goals with the plan taken, stacks under way, skills stated."""
    person = person_of(request)
    goal_rows = [(goal, queries.taken_plan(goal)) for goal in queries.goals_of(person)]
    moment = now()
    rows = [(row, answer) for row, answer in stacks.under_way(person, moment) if answer.state != "not"]
    names = called(person, {one for _, answer in rows for one in traces.awards_in(answer.document)}, moment)
    context = {
        "goals": goal_rows,
        "stacks": [
            (
                row,
                answer.met,
                picture(row.version, answer.document, names),
                traces.ways(answer.document),
                traces.hindered(answer.document, names),
                queries.newer_of(row.version),
            )
            for row, answer in rows
        ],
        "claims": queries.claims_of(person),
    }
    return render(request, "journeys/path.html", context)


@login_required
@require_POST
def state_skills(request: HttpRequest) -> HttpResponse:
    """Note the levels a person states: fields named ``level:<skill uri>``, empty ones left as they are."""
    person, moment = person_of(request), now()
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
    claims.withdraw_skill(person=person_of(request), claim_id=pk)
    return redirect("journeys:path")
