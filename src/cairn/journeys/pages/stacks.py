"""Pages of stacks: what a stack takes, and for a signed-in person what is done and what is missing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import named_in, version_of
from cairn.errors import NotFound
from cairn.issuing.models import Award
from cairn.journeys import queries, traces
from cairn.journeys.models import StackProgress
from cairn.journeys.pages.asking import person_of
from cairn.journeys.services import stacks
from cairn.outside.clock import now
from cairn.stacking import sentences


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
        return context | {"picture": picture(version, stacks.weigh(version, None, now()).document)}
    person = person_of(request)
    started = (
        StackProgress.objects.filter(person=person, version__definition=version.definition_id).order_by("-pk").first()
    )
    mine = started.version if started else version
    evaluation = stacks.weigh(mine, person, now()).document
    held = Award.objects.filter(pk__in=evaluation["used"]).select_related("version")
    return context | {
        "evaluation": evaluation,
        "picture": picture(mine, evaluation),
        "reasons": traces.reasons(evaluation),
        "used": held,
        "older": mine if mine.pk != version.pk else None,
        "question": started.question if started else "",
    }


def picture(version: DefinitionVersion, evaluation: dict[str, Any]) -> Any:
    """Return the drawing of a version's rule as an evaluation left it."""
    return traces.picture_of(version.title, version.definition.type or "certificate", evaluation)
