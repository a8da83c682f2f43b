"""Awarding directly, to one person or a list: first what would happen, row by row, then the awards."""

from __future__ import annotations

import csv
import io
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from cairn.errors import CairnError, Conflict, Invalid
from cairn.issuing import queries, services
from cairn.issuing.forms import DirectAwardForm
from cairn.issuing.pages.desk import frame
from cairn.issuing.pages.person import signed_in
from cairn.issuing.services.recipients import RecipientList, take_turns
from cairn.outside import clock
from cairn.outside.uploads import read_upload
from cairn.people.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def direct(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask what and to whom; answer with what would happen; on confirmation award."""
    organisation, context = frame(request, slug, "direct", Role.REGISTRAR)
    versions = queries.awardable_versions(organisation)
    if "confirm" in request.POST:
        return _award(request, slug, versions)
    posted = request.method == "POST"
    form = DirectAwardForm(request.POST if posted else None, request.FILES if posted else None, versions=versions)
    context |= {"form": form, "any": versions.exists()}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            found = services.read_recipients(data=_rows_of(form.cleaned_data), version=version)
        except CairnError as error:
            form.add_error("file" if form.cleaned_data["file"] else "email", f"{error.message} {error.remedy}")
        else:
            context |= {"found": found, "version": version, "rows": _as_csv(found), "batch": uuid.uuid4().hex[:12]}
            return render(request, "issuing/direct_confirm.html", context)
    return render(request, "issuing/direct.html", context, status=422 if form.errors else 200)


def _award(request: HttpRequest, slug: str, versions: Any) -> HttpResponse:
    version = versions.filter(pk=_number(request.POST.get("version", ""))).first()
    batch = request.POST.get("batch", "")
    if version is None or not batch.isalnum() or len(batch) > 40:
        raise Invalid("This form is no longer whole.", remedy="Start again from the list of people.")
    with transaction.atomic():
        take_turns(version)
        found = services.read_recipients(data=request.POST.get("rows", "").encode(), version=version)
        if not found.kept:
            raise Conflict(
                "Everybody on this list has the credential already.",
                remedy="Nothing is left to do: look at the list of awards.",
            )
        made = services.award_recipients(
            recipients=found.kept, version=version, by=signed_in(request), at=clock.now(), batch=batch
        )
    waits = " They wait for a second person now." if version.high_stakes else ""
    messages.success(
        request, f"“{version.title}” was awarded to {len(made)} {'person' if len(made) == 1 else 'people'}.{waits}"
    )
    return redirect("issuing:awards", slug=slug)


def _rows_of(values: dict[str, Any]) -> bytes:
    if values["file"]:
        return read_upload(values["file"], allowed={"text/csv", "text/plain"}).body
    text = io.StringIO()
    csv.writer(text).writerows([("email", "name"), (values["email"], values["name"])])
    return text.getvalue().encode()


def _as_csv(found: RecipientList) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("email", "name"), *((row.email, row.name) for row in found.kept)])
    return text.getvalue()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 15 else 0
