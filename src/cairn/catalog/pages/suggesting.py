"""Skills that a draft seems to teach, offered while it is written: ticked ones are added, refused ones are not offered again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from cairn.catalog.forms import DefinitionForm
from cairn.catalog.models import DefinitionVersion
from cairn.catalog.pages.authoring_asking import owner_asked, person_asking, version_on_desk, while_writing
from cairn.outside import clock
from cairn.people.models import Organisation, Person
from cairn.skills.decisions import Scope
from cairn.skills.models import Skill
from cairn.skills.services import decide_match
from cairn.skills.suggestions import suggest_skills

MOST = 40
LONGEST = 20_000


@login_required
@require_POST
def author_skills(request: HttpRequest) -> HttpResponse:
    """Look for skills in what stands in the form now; saves nothing.

    With htmx only the list is answered; without it the whole form comes back as it was sent, with the list in it.
    """
    person = person_asking(request)
    owner = owner_asked(request, person)
    context: dict[str, Any] = {"suggestions": suggested(request, owner), "asked": True}
    if getattr(request, "htmx", False):
        return render(request, "catalog/_skill_suggestions.html", context)
    version: DefinitionVersion | None = None
    if request.POST.get("version", "").isdecimal():
        version, owner = version_on_desk(person, int(request.POST["version"]))
    form = DefinitionForm(request.POST, owner=owner, version=version)
    context |= {"form": form, "version": version, "owner": owner, "completeness": while_writing(form, owner)}
    return render(request, "catalog/author_edit.html", context)


def suggested(request: HttpRequest, owner: Organisation) -> list[dict[str, Any]]:
    """Return the suggestions for a form as it was sent, without skills that it names already."""
    title = request.POST.get("title", "")[:300]
    parts = [request.POST.get(name, "")[:LONGEST] for name in ("description", "outcomes", "criteria")]
    named = {line.partition("=")[0].strip().casefold() for line in request.POST.get("skills", "").splitlines()}
    found = suggest_skills(title, "\n".join(part for part in parts if part), organisation=owner)
    return [
        {"skill": one.skill, "tag": one.tag, "percent": round(one.tag.confidence * 100)}
        for one in found[:MOST]
        if one.skill.name.casefold() not in named and one.skill.uri.casefold() not in named
    ]


def with_ticked(request: HttpRequest, skills: dict[str, Decimal | None] | None) -> dict[str, Decimal | None]:
    """Return the skills of a form with those that were ticked among the suggestions, without a level; unknown ones are left out."""
    ticked = request.POST.getlist("suggested")[:MOST]
    known = Skill.objects.filter(uri__in=ticked).order_by("name").values_list("uri", flat=True)
    return {**dict.fromkeys(known), **(skills or {})}


def keep_refusals(request: HttpRequest, owner: Organisation, person: Person) -> None:
    """Note the suggestions that were refused, for this organisation: the same words do not bring them up again."""
    for pair in request.POST.getlist("not_suggested")[:MOST]:
        uri, _, words = pair.partition(" ")
        skill = Skill.objects.filter(uri=uri).first()
        if skill is not None and words.strip():
            decide_match(
                label=words[:300], target=skill, accepted=False, by=person, at=clock.now(), scope=Scope(organisation=owner), found_as="tag"
            )  # fmt: skip
