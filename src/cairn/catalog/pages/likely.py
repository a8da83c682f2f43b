"""The operator's page of likely skills: which were found in what words, confirming and rejecting them, finding them anew."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from cairn.catalog.importing import likely_job
from cairn.catalog.models import ImportRun, LikelySkillDecision, SkillTaught
from cairn.catalog.queries.likely import decisions_on_likely_skills, likely_skills_to_judge
from cairn.catalog.services import likely as services
from cairn.errors import CairnError, NotFound
from cairn.outside import clock
from cairn.people import services as people
from cairn.people.models import Person
from cairn.people.pages.signed_in import person_of

STATES = [("likely", "To be judged"), ("decided", "Judged")]


@login_required
@require_GET
def likely_skills(request: HttpRequest) -> HttpResponse:
    """List likely skills with the words they were found in, the least sure first; or the decisions made."""
    _operator(request)
    asked = _asked(request)
    if asked["state"] == "decided":
        found: Any = decisions_on_likely_skills(words=asked["q"], definition=asked["definition"])
    else:
        found = likely_skills_to_judge(words=asked["q"], definition=asked["definition"])
    page = Paginator(found, 20).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "asked": asked,
        "states": STATES,
        "job": likely_job.state(),
        "query": urlencode(asked),
    }
    return render(request, "catalog/likely_skills.html", context)


@login_required
@require_GET
def likely_progress(request: HttpRequest) -> HttpResponse:
    """Say how far the search for likely skills is, as a part of the page."""
    _operator(request)
    return render(request, "catalog/_likely_progress.html", {"job": likely_job.state()})


@login_required
@require_POST
def likely_start(request: HttpRequest) -> HttpResponse:
    """Begin to look for likely skills in what one import brought, or in all that was imported."""
    person = _operator(request)
    asked = request.POST.get("run", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 10 else 0
    if number and not ImportRun.objects.filter(pk=number, undone_at=None).exists():
        raise NotFound(f"There is no import {number} that stands.", remedy="Choose one from the list of imports.")
    try:
        likely_job.start(number)
    except CairnError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    else:
        people.record(
            organisation=None, actor=person, role="operator", action="likely_skills.looked_for", object_type="import",
            object_id=number, at=clock.now(),
        )  # fmt: skip
    return redirect("catalog:likely_skills")


@login_required
@require_POST
def likely_step(request: HttpRequest) -> HttpResponse:
    """Confirm or reject one likely skill, or take a decision back; the service decides whether it is allowed."""
    person, step, number = _operator(request), request.POST.get("step", ""), request.POST.get("key", "")
    key = int(number) if number.isdecimal() and len(number) < 19 else 0
    try:
        if step == "take_back":
            decision = LikelySkillDecision.objects.filter(pk=key).select_related("skill").first()
            if decision is None:
                raise _gone()
            services.take_back_likely_skill(decision=decision, by=person, at=clock.now())
            messages.success(request, f"{decision.skill.name}: the decision is taken back.")
        elif step in {"confirm", "reject"}:
            taught = SkillTaught.objects.filter(pk=key).select_related("skill", "version").first()
            if taught is None:
                raise _gone()
            act = services.confirm_likely_skill if step == "confirm" else services.reject_likely_skill
            act(taught=taught, by=person, at=clock.now())
            word = "confirmed" if step == "confirm" else "rejected"
            messages.success(request, f"{taught.skill.name} is {word} for {taught.version.title}.")
        else:
            raise _gone()
    except NotFound:
        raise
    except CairnError as error:
        messages.error(request, f"{error.message} {error.remedy}")
    return redirect(reverse("catalog:likely_skills") + "?" + urlencode(_asked(request)))


def _gone() -> NotFound:
    return NotFound("There is no such likely skill or step.", remedy="Go back to the list and use its buttons.")


def _asked(request: HttpRequest) -> dict[str, str]:
    told = request.POST if request.method == "POST" else request.GET
    state = told.get("state", "likely")
    return {
        "state": state if state in dict(STATES) else "likely",
        "q": told.get("q", "")[:100],
        "definition": told.get("definition", "")[:160],
    }


def _operator(request: HttpRequest) -> Person:
    person = person_of(request)
    if not person.is_staff:
        raise NotFound("There is no such page.", remedy="Go back to the catalogue.")
    return person
