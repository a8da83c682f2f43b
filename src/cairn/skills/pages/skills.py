"""Pages about what skills mean: find a skill by words, see what it matches elsewhere, confirm or reject a match."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from cairn.errors import Invalid
from cairn.outside import clock
from cairn.people.models import Organisation, Person, Role
from cairn.people.pages.signed_in import person_of
from cairn.people.queries import organisations_of
from cairn.skills import services
from cairn.skills.decisions import Scope
from cairn.skills.matches import SkillMatch, matches_of, matches_of_label
from cairn.skills.models import Relation, Skill

_SURE, _LIKELY = 0.75, 0.45
_KINDS = {
    "exact": "same name", "alternative": "another name", "crosswalk": "crosswalk", "variant": "other form", "similar": "similar name",
    "decided": "somebody's word",
}  # fmt: skip
_RELATED = {"same": "the same", "broader": "broader", "narrower": "narrower", "close": "close, not the same"}


@require_safe
def skills(request: HttpRequest) -> HttpResponse:
    """Find the skills that words may mean."""
    text = request.GET.get("q", "").strip()[:200]
    person = _asking(request)
    found = matches_of_label(text, person=person, most=12, least=0.2) if text else []
    return render(request, "skills/skills.html", {"text": text, "found": [_row(one) for one in found]})


@require_safe
def skill(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one skill: what it is called, and what it matches, with the reasons and what was decided."""
    found = get_object_or_404(Skill.objects.select_related("framework"), pk=pk)
    person = _asking(request)
    scopes = _scopes(person)
    chosen = _chosen(request.GET.get("for", ""), scopes)
    organisation = scopes[chosen][1].organisation if chosen else None
    matches = matches_of([found.pk], person=person, organisation=organisation, most=10, least=0.25)[found.pk]
    context: dict[str, Any] = {
        "skill": found, "matches": [_row(one) for one in matches], "scopes": [(key, label) for key, (label, _) in scopes.items()],
        "chosen": chosen, "relations": Relation.choices,
    }  # fmt: skip
    return render(request, "skills/skill.html", context)


@login_required
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm, reject or take back one match of a skill."""
    person = person_of(request)
    found = get_object_or_404(Skill, pk=pk)
    scopes = _scopes(person)
    chosen = _chosen(request.POST.get("for", ""), scopes)
    withdraw = request.POST.get("withdraw", "")
    if withdraw.isdecimal():
        services.withdraw_decision(decision=services.decision_of(person, int(withdraw)), by=person, at=clock.now())
        messages.success(request, "Taken back. What was measured counts again.")
    else:
        target = request.POST.get("target", "")
        if not target.isdecimal() or request.POST.get("verdict") not in {"accept", "reject"}:
            raise Invalid("Which match, and is it right?", remedy="Go back and use the buttons beside a match.")
        accepted = request.POST["verdict"] == "accept"
        services.decide_match(
            source=found, target=get_object_or_404(Skill, pk=int(target)), accepted=accepted, by=person, at=clock.now(),
            scope=scopes[chosen][1], relation=request.POST.get("relation", Relation.SAME), found_as=request.POST.get("found_as", ""),
        )  # fmt: skip
        messages.success(request, "Noted. It counts from now on." if accepted else "Noted. It will not count.")
    response = redirect("skills:skill", found.pk)
    response["Location"] += f"?for={chosen}"
    return response


def _asking(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def _scopes(person: Person | None) -> dict[str, tuple[str, Scope]]:
    """For whom this person may decide: key to (label, scope), themselves first."""
    if person is None:
        return {}
    found = {"me": ("my own goals", Scope(person=person))}
    designs: list[Organisation] = list(organisations_of(person, Role.DESIGNER))
    found |= {one.slug: (f"what {one.name} defines", Scope(organisation=one)) for one in designs}
    if person.is_staff:
        found["site"] = ("the whole site", Scope())
    return found


def _chosen(asked: str, scopes: dict[str, tuple[str, Scope]]) -> str:
    return asked if asked in scopes else next(iter(scopes), "")


def _row(one: SkillMatch) -> dict[str, Any]:
    sure = one.confidence
    return {
        "match": one, "kind": _KINDS[one.kind], "relation": _RELATED[one.relation], "percent": round(sure * 100),
        "look": "good" if sure >= _SURE else "info" if sure >= _LIKELY else "unsure",
    }  # fmt: skip
