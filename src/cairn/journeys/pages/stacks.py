"""Pages of stacks: what a stack takes, and for a signed-in person what is done, what counts where, what is missing; which version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cairn.catalog.models import DefinitionVersion
from cairn.catalog.queries import named_in, version_of
from cairn.errors import NotFound
from cairn.journeys import queries, traces
from cairn.journeys.held import called
from cairn.journeys.models import StackProgress
from cairn.journeys.pages.asking import person_of
from cairn.journeys.services import stacks, versions
from cairn.outside.clock import now
from cairn.people.models import Person
from cairn.stacking import sentences


@require_GET
def stack(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a stack as a drawing: for a signed-in person what is done and what is missing, for others what it takes."""
    return render(request, "journeys/stack.html", _stack_context(request, slug))


@require_GET
def stack_fragment(request: HttpRequest, slug: str) -> HttpResponse:
    """The same as a part of another page."""
    return render(request, "journeys/_stack.html", _stack_context(request, slug) | {"part": True})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_version(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the version a person follows beside the published one, and let them choose that."""
    person, moment = person_of(request), now()
    if request.method == "POST":
        number = request.POST.get("number", "")
        versions.choose_version(
            person=person, slug=slug, number=int(number) if number.isdecimal() and len(number) < 9 else 0, at=moment
        )
        messages.success(request, "You follow the new version of the rule from now on.")
        return redirect("journeys:stack", slug=slug)
    found = versions.compare_versions(person=person, slug=slug, at=moment)
    documents = ((found.mine, found.mine_document), (found.newer, found.newer_document))
    names = called(person, {one for _, document in documents for one in traces.awards_in(document)}, moment)
    sides = [
        {
            "version": version,
            "evaluation": document,
            "picture": picture(version, document, names),
            "counts": [names.get(one, one) for one in document["used"]],
            "ways": traces.ways(document),
            "hindered": traces.hindered(document, names),
        }
        for version, document in documents
    ]
    return render(request, "journeys/version_choice.html", {"found": found, "sides": sides, "slug": slug})


def _stack_context(request: HttpRequest, slug: str) -> dict[str, Any]:
    version = version_of(slug)
    rule = queries.rule_of(version)
    if rule is None:
        raise NotFound(
            f"“{version.title}” is not made of other credentials.",
            remedy="Its page says what must be shown to earn it.",
        )
    moment = now()
    context: dict[str, Any] = {"version": version, "rule": sentences(rule, named_in(rule))}
    if not request.user.is_authenticated:
        return context | {"picture": picture(version, stacks.weigh(version, None, moment).document)}
    person = person_of(request)
    followed = queries.followed(person).get(version.definition_id)
    mine = followed or version
    evaluation = stacks.weigh(mine, person, moment).document
    started = StackProgress.objects.filter(person=person, version=mine, left_at=None).first()
    return context | told_of(mine, evaluation, person) | {
        "newer": queries.newer_of(mine) if followed else None,
        "mine": mine,
        "question": started.question if started else "",
        "whole": queries.whole_held(mine, person),
    }  # fmt: skip


def told_of(version: DefinitionVersion, evaluation: dict[str, Any], person: Person) -> dict[str, Any]:
    """Return what a page shows of an evaluation, in the person's words."""
    names = called(person, traces.awards_in(evaluation), now())
    return {
        "evaluation": evaluation,
        "picture": picture(version, evaluation, names),
        "told": [traces.told(evaluation["trace"], names)],
        "ways": traces.ways(evaluation),
        "hindered": traces.hindered(evaluation, names),
        "doubt": traces.doubt(evaluation),
        "left_over": traces.left_over(evaluation, names),
        "questioned": traces.questioned(evaluation, names),
    }


def picture(version: DefinitionVersion, evaluation: dict[str, Any], names: traces.Called | None = None) -> Any:
    """Return the drawing of a version's rule as an evaluation left it."""
    return traces.picture_of(version.title, version.definition.type or "certificate", evaluation, names)
