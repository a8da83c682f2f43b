"""A degree plan: which credentials sit inside a programme, how each came in, what is missing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cairn.catalog.queries import named_in, version_of
from cairn.outside import clock
from cairn.people.models import Person
from cairn.recognition.degrees import degree_plan
from cairn.recognition.pages.person import private
from cairn.stacking import parse_requirement, sentences


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a programme as a drawing: for a signed-in person what counts in it, for others what it takes."""
    version = version_of(slug)
    person = request.user if isinstance(request.user, Person) else None
    plan = degree_plan(version, person, clock.now())
    rule = parse_requirement(version.requirement or {})
    context = {"version": version, "plan": plan, "person": person, "rule": sentences(rule, named_in(rule)),
               "percent": int(plan.evaluation.progress * 100)}  # fmt: skip
    return private(render(request, "recognition/degree.html", context))
