"""One award at the desk: what was signed, what happened to it; decline it while it waits, correct or revoke it once it stands."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cairn.errors import Conflict
from cairn.issuing import queries, services
from cairn.issuing.forms import CorrectionForm, DeclineForm, RevocationForm
from cairn.issuing.models import Award
from cairn.issuing.pages.desk import frame
from cairn.issuing.pages.person import signed_in
from cairn.issuing.services.revoking import Changes
from cairn.outside import clock

TONES = {
    Award.State.AWARDED: "good",
    Award.State.PROPOSED: "info",
    Award.State.REVOKED: "bad",
    Award.State.SUSPENDED: "warn",
    Award.State.SUPERSEDED: "unsure",
    Award.State.DECLINED: "unsure",
}


@require_safe
@login_required
def award(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Show an award with its results, its history and the signed document."""
    person = signed_in(request)
    found = queries.award_seen_by(person, award_id)
    _, context = frame(request, found.organisation.slug, "awards", *queries.AWARD_ROLES)
    context |= {
        "award": found,
        "tone": TONES[Award.State(found.state)],
        "results": queries.results_of(found),
        "history": queries.history_of(found),
        "trail": queries.trail_of(found),
        "parts": found.parts.select_related("version"),
        "pretty": json.dumps(json.loads(found.document), indent=2, ensure_ascii=False) if found.document else "",
        "may_decide": found.state == Award.State.PROPOSED and person.pk not in {found.proposed_by_id, found.holder_id},
        "may_revoke": found.state == Award.State.AWARDED and person.pk != found.holder_id,
    }
    return render(request, "issuing/award.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def decline(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Ask why, then decline a waiting award."""
    found = queries.award_seen_by(signed_in(request), award_id)
    _, context = frame(request, found.organisation.slug, "awards", *queries.AWARD_ROLES)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        explanation = form.cleaned_data["explanation"]
        services.decline_award(award=found, by=signed_in(request), at=clock.now(), explanation=explanation)
        messages.success(request, "The award is declined. Nothing was signed.")
        return redirect("issuing:award", award_id=award_id)
    context |= {"award": found, "form": form}
    return render(request, "issuing/decline.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Ask for the reason and whether the registrar is sure, then revoke."""
    found = queries.award_seen_by(signed_in(request), award_id)
    _, context = frame(request, found.organisation.slug, "awards", *queries.AWARD_ROLES)
    if request.method != "POST" and found.state != Award.State.AWARDED:
        raise Conflict(
            f"This award is {found.get_state_display().lower()}, so there is nothing to revoke.",
            remedy="Open it to see what happened and when.",
        )
    form = RevocationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.revoke(
            award=found, by=signed_in(request), at=clock.now(),
            reason=form.cleaned_data["reason"], explanation=form.cleaned_data["explanation"],
        )  # fmt: skip
        messages.success(request, "The award is revoked. The next check says so, and its holder gets a letter.")
        return redirect("issuing:award", award_id=award_id)
    context |= {"award": found, "form": form}
    return render(request, "issuing/revoke.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, award_id: UUID) -> HttpResponse:
    """Ask what was wrong, then award again with the correction; the old award is marked as replaced."""
    found = queries.award_seen_by(signed_in(request), award_id)
    _, context = frame(request, found.organisation.slug, "awards", *queries.AWARD_ROLES)
    if request.method != "POST" and found.state != Award.State.AWARDED:
        raise Conflict(
            f"This award is {found.get_state_display().lower()}, so there is nothing to correct.",
            remedy="Open it to see what happened and when.",
        )
    form = CorrectionForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        corrected = services.correct_and_supersede(
            award=found, by=signed_in(request), at=clock.now(), explanation=form.cleaned_data["explanation"],
            changes=Changes(results=form.results(), valid_until=form.end()),
        )  # fmt: skip
        waits = corrected.state == Award.State.PROPOSED
        said = (
            "It waits for a second person; until then the old award stands." if waits else "The holder has it already."
        )
        messages.success(request, f"This is the corrected award. {said}")
        return redirect("issuing:award", award_id=corrected.pk)
    context |= {"award": found, "form": form}
    return render(request, "issuing/correct.html", context, status=422 if form.errors else 200)
