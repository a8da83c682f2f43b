"""A learner's requests: the list, and asking anew in two steps that work without a script."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cairn.errors import CairnError
from cairn.outside import clock, fetching
from cairn.people.queries import organisations_of
from cairn.recognition import queries, services
from cairn.recognition.degrees import programmes_of
from cairn.recognition.forms import AskForm, WhereForm
from cairn.recognition.models import ExternalAward
from cairn.recognition.pages.person import private, signed_in


@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """My requests, what I brought that does not count, and the degrees I am on the way to."""
    person = signed_in(request)
    context = {
        "requests": queries.requests_of(person),
        "not_counted": queries.brought_by(person).exclude(standing=ExternalAward.Standing.VERIFIED),
        "programmes": programmes_of(person),
        "at_desk": organisations_of(person, *queries.DESK_ROLES).exists(),
    }
    return private(render(request, "recognition/overview.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_request(request: HttpRequest) -> HttpResponse:
    """Ask for recognition: first where and what, then as what and why."""
    person, now = signed_in(request), clock.now()
    chosen = "institution" in request.GET and "credential" in request.GET
    where = WhereForm(person, request.GET if chosen else None)
    if not where.sources:
        return private(render(request, "recognition/new.html", {"nothing": True}))
    if not where.is_valid():
        return private(render(request, "recognition/new.html", {"where": where}, status=422 if where.errors else 200))
    organisation = where.institutions[where.cleaned_data["institution"]]
    source = where.sources[where.cleaned_data["credential"]]
    form = AskForm(organisation, request.POST or None)
    context = {"where": where, "form": form, "organisation": organisation, "source": source}
    if request.method == "POST" and form.is_valid():
        toward, part = form.target()
        try:
            found = services.submit_request(
                person=person, organisation=organisation, source=source, toward=toward, requirement=part,
                because=form.cleaned_data["because"], at=now, world=fetching.site_resolver(),
            )  # fmt: skip
        except CairnError as refusal:
            form.add_error(None, f"{refusal.message} {refusal.remedy}")
        else:
            said = "It is covered by an agreement." if found.agreement_id else "An examiner looks at it next."
            messages.success(request, f"Your request is in. {said}")
            return redirect("recognition:request", uid=found.pk)
    return private(render(request, "recognition/new.html", context, status=422 if form.errors else 200))
