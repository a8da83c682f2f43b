"""Sessions: an instructor puts them on the calendar and records who was there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cairn.earning import queries, services
from cairn.earning.forms import AttendanceForm, SessionForm
from cairn.earning.pages.person import signed_in
from cairn.errors import Invalid
from cairn.outside import clock


@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the sessions of the organisations where I am an instructor."""
    person = signed_in(request)
    page = Paginator(queries.sessions_to_teach(person), 25).get_page(request.GET.get("page"))
    context = {"page": page, "any": queries.versions_to_teach(person).exists(), "now": clock.now()}
    return render(request, "earning/sessions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schedule(request: HttpRequest) -> HttpResponse:
    """Put a session on the calendar."""
    person = signed_in(request)
    form = SessionForm(request.POST if request.method == "POST" else None, versions=queries.versions_to_teach(person))
    if request.method == "POST" and form.is_valid():
        try:
            session = services.schedule_session(by=person, at=clock.now(), **form.cleaned_data)
        except Invalid as error:
            form.add_error(None, f"{error.message} {error.remedy}")
        else:
            messages.success(request, "The session is on the calendar.")
            return redirect("earning:session", pk=session.pk)
    return render(request, "earning/schedule.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """Show who is expected; record who was there."""
    person = signed_in(request)
    found = queries.session_for_instructor(person, pk)
    participants = queries.participants_of(found)
    if request.method == "POST":
        form = AttendanceForm(request.POST, participants=participants)
        if not form.is_valid():
            raise Invalid("Somebody on this form is not expected at this session.", remedy="Open the session again.")
        added, struck = services.set_attendance(
            session=found, present=form.cleaned_data["present"], by=person, at=clock.now()
        )
        messages.success(request, f"Recorded: {added} added, {struck} struck off.")
        return redirect("earning:session", pk=pk)
    context = {"session": found, "participants": participants, "started": clock.now() >= found.starts_at}
    return render(request, "earning/session.html", context)
