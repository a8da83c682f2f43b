"""The public verify page and the employer's desk. Nothing that is checked here is stored; results exist on the page and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.errors import CairnError, Invalid, NotFound, meaning_of
from cairn.journeys.targets import plan_link
from cairn.outside import clock
from cairn.outside.uploads import safe_name
from cairn.people.models import Person
from cairn.skills.models import Occupation
from cairn.verifying import queries, services
from cairn.verifying.claims import claims_of
from cairn.verifying.forms import CANDIDATES, CheckForm, NewRoleForm, RoleForm, rows_from
from cairn.verifying.matching import Match, match
from cairn.verifying.needs import checked_needs, needs_of, proposal, skills_named
from cairn.verifying.services import CheckResult


@csrf_exempt  # it changes nothing, knows nobody and keeps nothing: programs may ask it without a page of ours open
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Check one credential and say in plain words what was found. Answers JSON to whoever accepts only that."""
    wants_json = _wants_json(request)
    if request.method != "POST":
        form = CheckForm(initial={"text": request.GET.get("url", "")[:2000]})
        return render(request, "verifying/verify.html", {"form": form})
    form = CheckForm(request.POST, request.FILES)
    result: CheckResult | None = None
    if form.is_valid():
        name, source = form.source()
        try:
            result = services.check(
                source, at=clock.now(), recipient=form.cleaned_data["recipient"], name=safe_name(name) if name else ""
            )
        except CairnError as refusal:
            if wants_json:
                return _unkept(JsonResponse(refusal.as_dict(), status=meaning_of(refusal).status))
            place = "recipient" if refusal.specific_code == "no_email" else "text"
            form.add_error(place, f"{refusal.message} {refusal.remedy}")
    if wants_json:
        if result is None:
            return _unkept(JsonResponse({"code": "invalid", "errors": form.errors.get_json_data()}, status=422))
        return _unkept(JsonResponse(result.as_dict()))
    template = "verifying/result.html" if request.headers.get("HX-Request") else "verifying/verify.html"
    context = {"form": form, "result": result}
    # htmx shows what comes with 200 only; a page without scripts says honestly that the form was not right.
    status = 200 if result is not None or request.headers.get("HX-Request") else 422
    return _unkept(render(request, template, context, status=status))


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _unkept(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, private=True, no_store=True)
    return response


# --- the employer's desk -----------------------------------------------------------------------------------------------------


def _recruiter(request: HttpRequest) -> Person:
    if not isinstance(request.user, Person) or not queries.employers_of(request.user).exists():
        raise NotFound(
            "There is no employer's desk for you here.",
            remedy="An administrator of your organisation gives you the role “Employer's recruiter”; the verify page is open to everybody.",
        )
    return request.user


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The roles of the employers one recruits for."""
    person = _recruiter(request)
    return render(
        request,
        "verifying/desk.html",
        {"profiles": queries.profiles_of(person), "employers": queries.employers_of(person)},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_role(request: HttpRequest) -> HttpResponse:
    """Start a role from an occupation."""
    person = _recruiter(request)
    employers = list(queries.employers_of(person))
    posted = request.POST if request.method == "POST" else None
    form = NewRoleForm(posted, organisations=[(str(one.pk), one.name) for one in employers])
    if form.is_valid():
        try:
            occupation = queries.occupation_called(form.cleaned_data["occupation"])
            profile = services.create_role_profile(
                organisation=next(one for one in employers if str(one.pk) == form.cleaned_data["organisation"]),
                by=person,
                at=clock.now(),
                title=form.cleaned_data["title"] or occupation.title,
                needs=_proposed(occupation),
                occupation=occupation,
            )
        except CairnError as refusal:
            form.add_error("occupation", f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, _("The role is there. Weigh what it needs: the numbers are a proposal."))
            return redirect("verifying:role", profile.pk)
    context = {"form": form, "occupations": queries.occupations_with_needs()}
    return render(request, "verifying/new_role.html", context, status=422 if form.errors else 200)


def _proposed(occupation: Occupation) -> list[dict[str, Any]]:
    needs = proposal(occupation)
    if not needs:
        raise Invalid(
            f"Its source says nothing about what {occupation.title} needs.",
            remedy="Choose a neighbouring occupation and change its needs.",
        )
    return needs


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """See and weigh what a role needs."""
    person = _recruiter(request)
    profile = queries.profile_seen_by(person, pk)
    rows: list[dict[str, Any]] = list(profile.needs)
    form = RoleForm(request.POST if request.method == "POST" else None, initial={"title": profile.title})
    if form.is_valid():
        rows = rows_from(request.POST)
        try:
            added = [
                {"skill": skill.uri, "name": skill.name, "level": 3, "weight": 1, "essential": False}
                for skill in skills_named(form.names())
            ]
            services.replace_role_profile(
                profile=profile,
                by=person,
                at=clock.now(),
                title=form.cleaned_data["title"],
                needs=checked_needs(rows + added),
            )
        except CairnError as refusal:
            place = "more" if refusal.specific_code == "unknown_skill" else None
            form.add_error(place, f"{refusal.message} {refusal.remedy}")
        else:
            messages.success(request, _("Kept. What the role needed before stands on the audit trail."))
            return redirect("verifying:role", profile.pk)
    context = {
        "profile": profile,
        "form": form,
        "rows": rows,
        "numbers": range(1, CANDIDATES + 1),
        "plan_link": f"{settings.PUBLIC_URL}{plan_link(profile.title, profile.needs)}",
    }
    return render(request, "verifying/role.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def delete_role(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a role."""
    person = _recruiter(request)
    services.delete_role_profile(profile=queries.profile_seen_by(person, pk), by=person, at=clock.now())
    messages.success(request, _("The role is removed."))
    return redirect("verifying:desk")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One candidate on the page: a number, never a name; what each file came to; the comparison, where anything could be compared."""

    number: int
    results: list[CheckResult]
    matched: Match
    not_counted: tuple[tuple[str, str], ...]


@login_required
@require_POST
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Check candidates' files and lay them beside what a role needs. Rendered, not stored; in the order in which they were given."""
    person = _recruiter(request)
    profile = queries.profile_seen_by(person, pk)
    now = clock.now()
    candidates: list[Candidate] = []
    for number in range(1, CANDIDATES + 1):
        uploads = request.FILES.getlist(f"files-{number}")
        files = [(safe_name(file.name or ""), file.read(services.MAX_SOURCE + 1)) for file in uploads]
        if not files:
            continue
        results = services.check_many(files, at=now, recipient=request.POST.get(f"recipient-{number}", ""))
        claims = claims_of(results)
        matched = match(needs_of(profile.needs), claims.counted, today=now.date())
        candidates.append(Candidate(number, results, matched, claims.not_counted))
    if not candidates:
        raise Invalid(
            "No files were given.",
            remedy="Go back and choose the files of at least one candidate.",
            code="nothing_given",
        )
    return _unkept(render(request, "verifying/compare.html", {"profile": profile, "candidates": candidates, "at": now}))
