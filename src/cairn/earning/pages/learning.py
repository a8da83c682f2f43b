"""Learning: what I am enrolled in, what is next, handing in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.catalog.queries import needed_before
from cairn.earning import queries, services
from cairn.earning.forms import EvidenceForm
from cairn.earning.pages.person import signed_in
from cairn.errors import CairnError, Invalid
from cairn.outside import clock


@require_safe
@login_required
def learn(request: HttpRequest) -> HttpResponse:
    """List my enrolments, each with what is next."""
    seen = [queries.enrolment_seen(enrolment) for enrolment in queries.enrolments_of(signed_in(request))]
    context = {"under_way": [one for one in seen if one.is_open], "ended": [one for one in seen if not one.is_open]}
    return render(request, "earning/learn.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enrol(request: HttpRequest, slug: str = "", offer: int | None = None) -> HttpResponse:
    """Enrol in a credential by its slug, or by one of its offers; ask first where prerequisites have to be read."""
    person = signed_in(request)
    version, chosen = queries.to_enrol_in(slug, offer if offer is not None else _offer_of(request))
    known = queries.open_enrolment(person, version)
    if known is not None:
        messages.info(request, "You are enrolled already.")
        return redirect("earning:enrolment", pk=known.pk)
    asked = needed_before(version)
    has_read = "read" in request.POST or not (asked or version.prerequisites.strip())
    if request.method == "POST" and has_read:
        enrolment = services.enrol(learner=person, version=version, offer=chosen, at=clock.now())
        messages.success(request, f"You are enrolled in “{version.title}”.")
        return redirect("earning:enrolment", pk=enrolment.pk)
    context = {"version": version, "needed_before": asked, "offers": queries.open_offers(version), "chosen": chosen}
    return render(request, "earning/enrol.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def enrolment(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one of my enrolments: steps, sessions, what I handed in, what was decided; take evidence."""
    person = signed_in(request)
    found = queries.enrolment_of(person, pk)
    posted = request.method == "POST"
    form = EvidenceForm(request.POST if posted else None, request.FILES if posted else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.submit(enrolment=found, by=person, at=clock.now(), **form.cleaned_data)
        except Invalid as error:
            form.add_error(_field_of(error), f"{error.message} {error.remedy}")
        else:
            messages.success(request, "Your evidence is in. An assessor looks at it next.")
            return redirect("earning:enrolment", pk=pk)
    context: dict[str, Any] = {"seen": queries.enrolment_seen(found), "form": form}
    return render(request, "earning/enrolment.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of my enrolments."""
    person = signed_in(request)
    services.withdraw(enrolment=queries.enrolment_of(person, pk), by=person, at=clock.now())
    messages.success(request, "You have withdrawn. You can enrol again whenever you like.")
    return redirect("earning:learn")


@require_safe
@login_required
def evidence_file(request: HttpRequest, pk: int) -> FileResponse:
    """Give an evidence file to its learner or an assessor of the awarding body: always as a download, never shown by the browser."""
    submission = queries.submission_with_file(signed_in(request), pk)
    response = FileResponse(
        submission.file.open("rb"),
        as_attachment=True,
        filename=submission.file_name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _offer_of(request: HttpRequest) -> int | None:
    given = request.POST.get("offer", request.GET.get("offer", ""))
    return int(given) if given.isdecimal() and len(given) < 15 else None


def _field_of(error: CairnError) -> str | None:
    fields = {
        "bad_link": "url", "text_too_long": "narrative", "no_evidence": "narrative", "too_large": "upload",
        "empty_file": "upload", "type_unknown": "upload", "type_not_allowed": "upload",
    }  # fmt: skip
    return fields.get(error.specific_code)
