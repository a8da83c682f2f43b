"""The assessor's desk: what waits, oldest first; one submission beside its rubric; the decision."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cairn.earning import queries, services
from cairn.earning.forms import AssessmentForm
from cairn.earning.models import Assessment
from cairn.earning.pages.person import signed_in
from cairn.earning.rubrics import criteria_of
from cairn.errors import Invalid, RequirementsUnmet
from cairn.outside import clock
from cairn.people.models import Role
from cairn.people.queries import organisations_of

SAID = {
    Assessment.Decision.PASSED: "It passes. The award is on its way to the learner.",
    Assessment.Decision.RESUBMIT: "It goes back to the learner with your feedback.",
    Assessment.Decision.FAILED: "The enrolment has ended as not passed.",
}


@require_safe
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for me, by organisation."""
    person = signed_in(request)
    waiting = sorted(
        queries.waiting_for_assessment(person),
        key=lambda one: (str(one.enrolment.version.definition.owner), one.submitted_at, one.pk),
    )
    grouped = groupby(waiting, key=lambda one: one.enrolment.version.definition.owner)
    context = {
        "queues": [(owner, list(submissions)) for owner, submissions in grouped],
        "assesses": organisations_of(person, Role.ASSESSOR),
        "teaches": organisations_of(person, Role.INSTRUCTOR).exists(),
        "decided": queries.decided_by(person)[:8],
    }
    return render(request, "earning/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a submission beside its rubric; decide on it."""
    person = signed_in(request)
    found = queries.submission_for_assessor(person, pk)
    criteria = criteria_of(found.enrolment.version)
    form = AssessmentForm(request.POST if request.method == "POST" else None, criteria=criteria)
    if request.method == "POST" and form.is_valid():
        try:
            decided = services.assess(
                submission=found, by=person, results=form.results, feedback=form.cleaned_data["feedback"], at=clock.now(),
                decision=Assessment.Decision.FAILED if form.cleaned_data["ends"] else "",
            )  # fmt: skip
        except (Invalid, RequirementsUnmet) as error:
            form.add_error(
                "feedback" if error.specific_code == "feedback_missing" else None, f"{error.message} {error.remedy}"
            )
        else:
            messages.success(request, SAID[Assessment.Decision(decided.decision)])
            return redirect("earning:desk")
    context: dict[str, Any] = {
        "submission": found,
        "seen": queries.submission_seen(found, criteria),
        "earlier": [
            one for one in queries.enrolment_seen(found.enrolment).submissions if one.submission.pk != found.pk
        ],
        "sessions": queries.enrolment_seen(found.enrolment).sessions,
        "form": form,
    }
    return render(request, "earning/submission.html", context, status=422 if form.errors else 200)
